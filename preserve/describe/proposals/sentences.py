"""Where sentences end, in the languages that archives most often get: not after the full stop of an abbreviation."""

from __future__ import annotations

import re
from collections.abc import Iterator

_END = re.compile(r"[.!?…؟۔。！？]+[\"'”’»«)\]*_]*(?=\s|\Z)|[。！？][”』」）]*")
_SHORT_WORDS = """
    mr mrs ms dr prof st rev hon capt col gen lt sgt no nos vol pp p art fig cf vs jr sr messrs esq ed eds trans approx
    cllr dept gov sen rep rt mt jan feb mar apr jun jul aug sep sept oct nov dec inc ltd co
    m mm mme mmes mlle mlles mgr n° env éd chap janv févr juil déc
    d sra dña ud uds vd vds art núm pág págs ej av gral lic ing excmo ilmo
    z b bzw ca d h u a o usw evtl ggf hrsg hl str nr s vgl fr hr frl dipl jh geb gest bd abs
    г гг т е п д им ул стр тов гр проф акад см ср рис тыс млн млрд руб коп св н э др пр обл
    sn bkz vb vs yy yrd doç av alb s c cad sok mah no
    د م أ ص ج ط هـ ق ه ش
    dott sig sigg on dhr mevr mw blz bijv exmo
"""
_ABBREVIATIONS = frozenset(_SHORT_WORDS.split())
"""Without their points and in small letters.  After one of them a sentence may end, but mostly does not."""
_ENDING = frozenset(["etc", "usw", "и", "т", "д", "др", "пр", "vb", "vs"])
_LAST_WORD = re.compile(r"(?:\A|[\s(«\"'’“\[—–-])([^\W_][^\s(«\"“\[]*)\Z")


def ends(text: str, start: int, end: int) -> Iterator[int]:
    """The places between *start* and *end* at which a sentence ends, with its marks and quotation marks."""
    for stop in _END.finditer(text, start, end):
        following = text[stop.end() : stop.end() + 6].lstrip()
        if _is_end(text, start, stop, following):
            yield stop.end()


def _is_end(text: str, start: int, stop: re.Match[str], following: str) -> bool:
    first = following.lstrip("\"'«»“”‘’([—–- ")[:1]
    if first.islower() or (stop.group()[0] in "?!؟…" and following[:1] in ("—", "–")):
        return False
    if stop.group() != ".":
        return True
    match = _LAST_WORD.search(text, max(start, stop.start() - 24), stop.start())
    word = match[1] if match else ""
    if word.isdecimal():
        return len(word) > 2
    last = word.rpartition(".")[2].casefold()
    if "." in word and len(last) == 1:
        return False
    if len(word) == 1 and word.isalpha():
        return False
    return last not in _ABBREVIATIONS or (last in _ENDING and first.isupper())
