"""Months as whole numbers, and their names and ends.  All in UTC; pure."""

from __future__ import annotations

import re
from datetime import UTC, datetime

_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])", re.ASCII)


def month_of(moment: datetime) -> int:
    """The number of the month that *moment* is in; the next month has the next number."""
    utc = moment.astimezone(UTC)
    return utc.year * 12 + utc.month - 1


def name_of(month: int) -> str:
    """``2026-11``."""
    return f"{month // 12:04d}-{month % 12 + 1:02d}"


def read(text: str) -> int:
    """The month that *text* names as ``2026-11``.  ``ValueError`` if it names none."""
    found = _MONTH.fullmatch(text.strip())
    if not found or found[1] == "0000":
        raise ValueError(f"{text!r} is no month, such as 2026-11")
    return int(found[1]) * 12 + int(found[2]) - 1


def end_of(month: int) -> datetime:
    """The moment at which *month* is over: the first of the next one."""
    following = month + 1
    if following >= 9999 * 12 + 12:
        return datetime.max.replace(tzinfo=UTC)
    return datetime(following // 12, following % 12 + 1, 1, tzinfo=UTC)
