"""Bytes of a table that a person made → text, and the encoding that was assumed.

UTF-8 is tried strictly first.  Of what is not UTF-8, the encoding is taken in which the text looks most like words (see
``plausible``); if it does not look like words in any, it is refused rather than garbled.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass

from preserve.describe.proposals.plausible import plausibility

_BOMS = (
    (codecs.BOM_UTF8, "UTF-8"),
    (codecs.BOM_UTF32_LE, "UTF-32-LE"),
    (codecs.BOM_UTF32_BE, "UTF-32-BE"),
    (codecs.BOM_UTF16_LE, "UTF-16-LE"),
    (codecs.BOM_UTF16_BE, "UTF-16-BE"),
)

OLDER = (
    "windows-1252", "windows-1256", "windows-1251", "windows-1254", "windows-1250", "windows-1253", "windows-1255",
    "mac-roman", "mac-cyrillic", "koi8-r", "cp850", "cp866",
)  # fmt: skip
"""What programs wrote before Unicode, by Python's names, the most usual first."""

_LEAST = 0.75
"""How much of the text must look like words."""
_SAMPLE = 4 * 1024 * 1024
_ENOUGH = 16 * 1024
"""Octets that are searched for lines beyond ASCII, and octets of such lines that are looked at."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """*text* without a byte order mark; *assumed* is true where the encoding was not certain."""

    text: str
    encoding: str
    assumed: bool = False


def decode(data: bytes) -> Decoded | None:
    """The text of *data*, or None if no encoding fits: neither Unicode nor one of ``OLDER``."""
    for bom, name in _BOMS:
        if data.startswith(bom):
            return _strictly(data[len(bom) :], name, assumed=False)
    if wide := _wide(data):
        return _strictly(data, wide, assumed=True)
    return _strictly(data, "UTF-8", assumed=False) or _strictly(data, _older(data), assumed=True)


def _strictly(data: bytes, encoding: str, *, assumed: bool) -> Decoded | None:
    if not encoding:
        return None
    try:
        return Decoded(data.decode(encoding), encoding, assumed)
    except UnicodeDecodeError:
        return None


def _wide(data: bytes) -> str:
    """UTF-16 without its mark: nearly every second byte of a table's ASCII separators and headings is NUL."""
    head = data[:4096]
    if len(head) < 4 or len(data) % 2:
        return ""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    half = len(head) // 4  # a quarter of the bytes: half of the code units
    if odd > half and not even:
        return "UTF-16-LE"
    return "UTF-16-BE" if even > half and not odd else ""


def _older(data: bytes) -> str:
    """The encoding of before Unicode in which *data* looks most like words, the more usual one first; "" if in none."""
    if b"\0" in data:
        return ""
    sample = b"\n".join(line for line in data[:_SAMPLE].splitlines() if not line.isascii())[:_ENOUGH]
    scores = {name: _score(sample, name) for name in OLDER}
    best = max(scores, key=lambda name: scores[name])
    return best if scores[best] >= _LEAST else ""


def _score(sample: bytes, encoding: str) -> float:
    try:
        return plausibility(sample.decode(encoding))
    except UnicodeDecodeError:
        return 0.0
