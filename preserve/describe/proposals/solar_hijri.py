"""Days of the Iranian calendar (Solar Hijri, Jalali), each of which is one day of the Gregorian calendar.

The lunar Hijri calendar has no such rule: its months began when the moon was seen, so its dates are left alone.
"""

from __future__ import annotations

from datetime import date

FIRST, LAST = 1304, 1450
"""From the year when its months got the lengths that they have (1925), as long as the rule below is that of the sun."""
_KNOWN_YEAR, _KNOWN_DAY = 1400, date(2021, 3, 21).toordinal()


def to_gregorian(year: int, month: int, day: int) -> date | None:
    """The Gregorian day; None where there is no such day, or the year is not from ``FIRST`` to ``LAST``."""
    if not (FIRST <= year <= LAST and 1 <= month <= 12 and 1 <= day <= _length(year, month)):
        return None
    between = range(min(year, _KNOWN_YEAR), max(year, _KNOWN_YEAR))
    days = 365 * len(between) + sum(map(_is_leap, between))
    new_year = _KNOWN_DAY + (days if year >= _KNOWN_YEAR else -days)
    return date.fromordinal(new_year + sum(_length(year, earlier) for earlier in range(1, month)) + day - 1)


def _is_leap(year: int) -> bool:
    """Eight leap years in 33."""
    return (25 * year + 11) % 33 < 8


def _length(year: int, month: int) -> int:
    if month <= 6:
        return 31
    return 30 if month < 12 or _is_leap(year) else 29
