"""Bytes of a table that a person made → text, and the encoding that was assumed.

UTF-8 is tried strictly first.  What is not UTF-8 is told apart only where the bytes leave little doubt; everything
else is refused rather than garbled.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

_BOMS = (
    (codecs.BOM_UTF8, "UTF-8"),
    (codecs.BOM_UTF32_LE, "UTF-32-LE"),
    (codecs.BOM_UTF32_BE, "UTF-32-BE"),
    (codecs.BOM_UTF16_LE, "UTF-16-LE"),
    (codecs.BOM_UTF16_BE, "UTF-16-BE"),
)
_HIGH_RUNS = re.compile(rb"[\x80-\xff]+")
_ARABIC = re.compile("[\u0600-\u06ff]")
_HIGH = re.compile("[^\x00-\x7f]")


@dataclass(frozen=True, slots=True)
class Decoded:
    """*text* without a byte order mark; *assumed* is true where the encoding was not certain."""

    text: str
    encoding: str
    assumed: bool = False


def decode(data: bytes) -> Decoded | None:
    """The text of *data*, or None if no encoding fits: neither Unicode nor Windows-1252 or -1256."""
    for bom, name in _BOMS:
        if data.startswith(bom):
            return _strictly(data[len(bom) :], name, assumed=False)
    if wide := _wide(data):
        return _strictly(data, wide, assumed=True)
    return _strictly(data, "UTF-8", assumed=False) or _strictly(data, _windows(data), assumed=True)


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


def _windows(data: bytes) -> str:
    """Windows-1256 (Arabic) where whole words are above ASCII, Windows-1252 where single letters are, else ""."""
    if b"\0" in data:
        return ""
    runs = [len(run) for run in _HIGH_RUNS.findall(data)]
    if sum(length for length in runs if length >= 3) * 2 > sum(runs):
        high = _HIGH.findall(data.decode("windows-1256", "replace"))
        arabic = sum(1 for char in high if _ARABIC.match(char))
        return "windows-1256" if arabic * 5 >= len(high) * 4 else ""
    return "windows-1252"
