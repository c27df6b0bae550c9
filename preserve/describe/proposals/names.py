"""Names of persons in a line: after "By", after a label, after "From:".  Latin, Cyrillic and Arabic scripts."""

from __future__ import annotations

import re
from functools import lru_cache

from preserve.describe.proposals import line_words as words

_BYLINE_LEAD = re.compile(rf"[*_\s]*(?:{words.AUTHOR}\s*[:：]|(?:{words.WRITTEN_BY}|{words.SHORT_BY})[\s*_:：])")
_FROM_LEAD = re.compile(rf"[*_]*{words.FROM}\s*[:：]")
_BYLINE = re.compile(
    rf"[*_\s]*(?:(?P<label>{words.AUTHOR})\s*[:：]|(?P<by>{words.WRITTEN_BY})(?:\s*[:：]|(?=[\s*_]))"
    rf"|(?P<short>{words.SHORT_BY})(?=[\s*_]))[*_]*\s+(?P<rest>\S.*)",
    re.IGNORECASE,
)
_END_OF_NAME = re.compile(r"\s*(?:[,،|•·;(\[*_<]|\s[–—-]\s|\s(?:on|le|am|в|في|tarihinde)\s+\d|\d|$)")
_AND = re.compile(r"\s+(?:and|et|und|y|и|ve|&)\s+", re.IGNORECASE)
_FROM = re.compile(rf"[*_]*{words.FROM}\s*[:：][*_]*\s*[\"'“«]?(?P<rest>[^\s\"'“«].*)", re.IGNORECASE)
_PARTICLE_WORDS = """
    de da do dos das del della di du la le el al van von der den ten ter zu zur af av bin ibn bint abu abd y e i
"""
_PARTICLES = frozenset(_PARTICLE_WORDS.split())
_OTHER_WORDS = """
    the a an all end read more rights reserved contents table page continued share print comments next previous
    copyright admin staff editor editors unknown anonymous fin ende fine thank thanks you about contact home
    search menu monday tuesday wednesday thursday friday saturday sunday our special popular demand
    correspondent reporter agency press publisher publishers publishing verlag éditions editorial ediciones
    издательство yayınları university ltd inc gmbh post mail e-mail email phone hand air sea land road rail
    bulletin issue number volume no. nr. vol. train bus order permission royal appointment public law night
    day رصاص الرصاص حبر الحبر خبر مراسلنا محرر
"""
_NOT_NAMES = frozenset(_OTHER_WORDS.split())
_WORDS_BEFORE_NAMES = """
    der die das les los твой твоя ваш ваша dein deine ihr ihre euer votre ton ta your
"""
_NOT_FIRST = frozenset(_WORDS_BEFORE_NAMES.split())
_ARABIC = r"\u0621-\u064a\u064b-\u0652\u0670-\u06d3"
_ARABIC_WORD = re.compile(rf"[{_ARABIC}](?:[{_ARABIC}]|\u200c(?=\S))*\.?")
_CAPITAL_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|['’.\-\u0300-\u036f])*")


@lru_cache(128)
def byline(line: str) -> tuple[str, tuple[tuple[int, int], ...]]:
    """How the line names its authors ("label", "by", "short" or "") and where their names stand in it.

    "short" are the prepositions of French, German and Spanish, which begin many other lines too.
    """
    match = _BYLINE.fullmatch(line) if len(line) <= 160 and _BYLINE_LEAD.match(words.small(line)) else None
    if not match or (match["rest"].endswith(".") and len(match["rest"].split()[-1]) > 4):
        return "", ()
    names = tuple(names_in(match["rest"], match.start("rest")))
    return _lead(match) if names else "", names


def _lead(match: re.Match[str]) -> str:
    return next(name for name in ("label", "by", "short") if match[name])


def names_in(text: str, at: int = 0) -> list[tuple[int, int]]:
    """Where the names of persons stand at the beginning of *text*, counted from *at*."""
    end = _END_OF_NAME.search(text)
    listed = text[: end.start()] if end else text
    found, left = [], 0
    for separator in [*_AND.finditer(listed), None]:
        right = separator.start() if separator else len(listed)
        if is_name(listed[left:right].strip("*_")):
            found.append((at + left, at + right))
        left = separator.end() if separator else right
    return found


def is_byline(line: str) -> bool:
    """Whether the line names its author: "By …", "بقلم …"."""
    return byline(line)[0] != ""


def sender(line: str) -> tuple[int, int] | None:
    """Where the name stands in a line such as "From: Jane Doe <jane@example.org>"."""
    match = (
        _FROM.fullmatch(line) if ":" in line[:20] and len(line) <= 160 and _FROM_LEAD.match(words.small(line)) else None
    )
    if not match:
        return None
    end = re.search(r"\s*[\"'”»<\[(]|$", match["rest"])
    name = match["rest"][: end.start()] if end else match["rest"]
    return (match.start("rest"), match.start("rest") + len(name)) if is_name(name) else None


def is_name(text: str) -> bool:
    """Whether *text* looks like the name of a person or group: two to five words, each with a capital or Arabic."""
    parts = text.split()
    if not 2 <= len(parts) <= 5 or len(text) > 60:
        return False
    if parts[0].casefold() in _NOT_FIRST or any(part.strip(".").casefold() in _NOT_NAMES for part in parts):
        return False
    if all(_ARABIC_WORD.fullmatch(part) for part in parts):
        return True
    capitals = sum(map(is_capital, parts))
    return capitals >= 2 and all(is_capital(part) or part.casefold() in _PARTICLES for part in parts)


def is_capital(word: str) -> bool:
    """Whether *word* is letters only and begins with a capital."""
    return word[:1].isupper() and _CAPITAL_WORD.fullmatch(word) is not None
