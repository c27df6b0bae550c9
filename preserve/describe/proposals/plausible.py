"""How much a text looks like words, and whether it went through a wrong encoding.  Pure."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_WORD = re.compile(r"[^\s\"',;|/()\[\]<>=-]*[^\x00-\x7f\s][^\s\"',;|/()\[\]<>=-]*")
_SCRIPTS = ((0x250, "latin"), (0x370, ""), (0x400, "greek"), (0x530, "cyrillic"), (0x590, ""), (0x600, "hebrew"))
_ARABIC = range(0x600, 0x780)
_AT_EDGES = frozenset("\u2018\u2019\u201c\u201d\u201e\u201a«»\u2013\u2014…€£§°©®•¿¡؟،؛№\u00a0")
_USUAL = frozenset(
    "éèêëàâäáãåçñîïíôöóõøœæûüùúßąćęłńśźżčďěňřšťůýžőűğşıİ"
    "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэф"
    "αοιετσνηυρπκμλςόίάέήώύ"
    "אבגדהוזחטיכלמנסעפצקרשתםןךףץ"
    "ابتثجحخدذرزسشصضطظعغفقكلمنهويةأإآىئءؤپچژگیک"
)
_DOUBLED = re.compile("[\u00c2-\u00f4][\u0080-\u00bf\u0152-\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]")
"""Two octets of UTF-8 as Windows-1252 shows them."""
_RARE = frozenset("ðþÿƒªº")


def plausibility(text: str) -> float:
    """The share, from 0 to 1, of the characters beyond ASCII that stand where such a character would in a word."""
    total = good = 0.0
    for word in _WORD.findall(text):
        for at, char in enumerate(word):
            if char > "\x7f":
                total += 1
                good += _worth(word, at)
    return good / total if total else 0.0


def _worth(word: str, at: int) -> float:
    char = word[at]
    before, after = word[at - 1 : at] if at else "", word[at + 1 : at + 2]
    if not char.isalpha():
        inside = before.isalpha() and after.isalpha()
        return 1.0 if char in _AT_EDGES and (not inside or char == "\u2019") else 0.0
    script = _script(char)
    if any(other.isalpha() and _script(other) != script for other in (before, after)):
        return 0.0
    if before.islower() and not char.islower() and script != "arabic":
        return 0.0  # no capital stands after a small letter
    if script == "latin" and all(other > "\x7f" and other.isalpha() for other in (before, after)):
        return 0.1  # three letters with accents in a row
    if char in _RARE:
        return 0.4
    return 1.0 if char.lower() in _USUAL else 0.7


@lru_cache(maxsize=4096)
def _script(char: str) -> str:
    code = ord(char)
    if code in _ARABIC:
        return "arabic"
    return next((script for end, script in _SCRIPTS if code < end), "")


def ungarbled(text: str) -> str:
    """What *text* was before a program took its UTF-8 for Windows-1252 ("cafÃ©"), or "" if that did not happen."""
    if text.isascii() or not _DOUBLED.search(text):
        return ""
    try:
        before = b"".join(map(_byte, text)).decode("utf-8")
    except UnicodeError:
        return ""
    odd = any(unicodedata.category(char) in ("Cc", "Cn") for char in before)
    return "" if odd or before == text else before


def _byte(char: str) -> bytes:
    """As Windows writes it; the five bytes that it leaves open are the controls of Latin-1."""
    try:
        return char.encode("cp1252")
    except UnicodeEncodeError:
        return char.encode("latin-1")
