"""Counts and sizes in words for people, and sizes as people write them.  Pure."""

from __future__ import annotations

import re

_SIZE = re.compile(r"(\d{1,15}(?:\.\d{1,9})?) ?([kmgtp]?)(i?)b?", re.ASCII | re.IGNORECASE)
_LETTERS = " kmgtp"


def plural(count: int, noun: str, several: str = "") -> str:
    """``1 file``, ``2,000 files``; *several* is the word for more than one, where it is not made with s."""
    return f"{count:,} {noun if count == 1 else several or noun + 's'}"


def octets(count: int) -> str:
    """A size for people: ``812 bytes``, ``3.4 MB`` (powers of 1000)."""
    if count < 1000:
        return plural(count, "byte")
    size = float(count)
    for unit in ("kB", "MB", "GB", "TB", "PB"):
        size /= 1000
        if size < 999.95 or unit == "PB":
            break
    return f"{size:,.1f} {unit}"


def read_size(text: str) -> int:
    """The octets that a person wrote: ``2GB`` (powers of 1000), ``10GiB`` (of 1024), ``4096``.  ``ValueError``."""
    if complaint := no_size(text):
        raise ValueError(f"{text!r} {complaint}")
    found = _SIZE.fullmatch(text.strip())
    assert found  # noqa: S101  no_size has seen it
    number, letter, binary = found.groups()
    return int(float(number) * (1024 if binary else 1000) ** _LETTERS.index(letter.lower() or " "))


def no_size(text: str) -> str:
    """Why *text* is no size, or "" if it is one."""
    found = _SIZE.fullmatch(text.strip())
    good = found is not None and float(found[1]) > 0 and bool(found[2] or not found[3])
    return "" if good else "must be a size in bytes greater than zero, such as 500MB, 2GB or 10GiB"


def read_rate(text: str) -> int:
    """The octets a second that a person wrote: ``50MB/s``, ``800kB/s``, or only ``50MB``.  ``ValueError``."""
    if complaint := no_rate(text):
        raise ValueError(f"{text!r} {complaint}")
    return read_size(_without_per_second(text))


def no_rate(text: str) -> str:
    """Why *text* is no rate, or "" if it is one."""
    size = _without_per_second(text)
    good = not no_size(size) and read_size(size) > 0
    return "" if good else "must be a size for each second, such as 50MB/s or 800kB/s"


def _without_per_second(text: str) -> str:
    return re.sub(r"(?: ?/ ?s|ps)\s*\Z", "", text, flags=re.IGNORECASE)
