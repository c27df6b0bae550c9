"""Counts and sizes in words for people.  Pure."""

from __future__ import annotations


def plural(count: int, noun: str) -> str:
    """``1 file``, ``2,000 files``."""
    ending = "" if count == 1 else "s"
    return f"{count:,} {noun}{ending}"


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
