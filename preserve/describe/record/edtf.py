"""The Extended Date/Time Format, levels 0 to 2: what it allows, and the days between which a date can lie.

ISO 8601-2:2019 as the Library of Congress published it on 4 February 2019 (https://www.loc.gov/standards/datetime/).
Only dates that the calendar has are accepted: ``2021-02-30?`` is refused as ``2021-02-30`` is, and so is an interval
that ends before it begins.  All functions are pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

LONGEST = 1000
"""Characters of the longest value that is looked at; no date of a record comes near."""

Day = tuple[int, int, int]
"""Year, month and day.  The year has no bounds, so that this is not a ``datetime.date``."""

_MARK = "[?~%]?"
_DATE = re.compile(
    rf"(?P<y>{_MARK}-?[\dX]{{4}}{_MARK})(?:-(?P<m>{_MARK}[\dX]{{2}}{_MARK})(?:-(?P<d>{_MARK}[\dX]{{2}}{_MARK}))?)?",
    re.ASCII,
)
_MOMENT = re.compile(
    r"(?P<date>\d{4}-\d\d-\d\d)T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:Z|[+-](?:0\d|1[0-4])(?::[0-5]\d)?)?", re.ASCII
)
_LONG_YEAR = re.compile(
    r"(?:Y(?P<long>-?[1-9]\d{4,})|Y(?P<mantissa>-?[1-9]\d*)E(?P<exponent>[1-9]\d*)|(?P<short>-?\d{4})(?=S))"
    r"(?:S(?P<significant>[1-9]\d*))?[?~%]?",
    re.ASCII,
)
_GROUPS = range(21, 42)
"""Level 1: the seasons, 21 to 24.  Level 2: seasons by hemisphere, quarters, quadrimesters and semesters."""
_MONTHS_OF = {
    25: (3, 5), 26: (6, 8), 27: (9, 11), 29: (9, 11), 31: (3, 5), 32: (6, 8), 33: (1, 3), 34: (4, 6), 35: (7, 9),
    36: (10, 12), 37: (1, 4), 38: (5, 8), 39: (9, 12), 40: (1, 6), 41: (7, 12),
}  # fmt: skip
"""First and last month.  Seasons of an unknown hemisphere can lie anywhere, and some go over the turn of the year."""
_LARGEST_EXPONENT = 100


@dataclass(frozen=True, slots=True)
class Span:
    """What a value says: the *level* that it needs (0, 1 or 2) and its first and last possible day.

    A day is None where the value sets no bound: an end that is open (``..``) or unknown, or beyond all reckoning.
    *precision* is ``day``, ``month``, ``group`` or ``year``, and "" for an interval or a set.
    """

    level: int
    first: Day | None
    last: Day | None
    precision: str = ""


def is_edtf(value: str) -> bool:
    """Whether *value* is a legal expression of EDTF, level 0, 1 or 2, to the letter: no space is allowed."""
    return span(value) is not None


@lru_cache(maxsize=4096)
def span(value: str) -> Span | None:
    """What *value* says, or None if it is not legal EDTF."""
    if not 4 <= len(value) <= LONGEST:
        return None
    if value[0] in "[{":
        return _set(value)
    if "/" in value:
        return _interval(value)
    if moment := _MOMENT.fullmatch(value):
        return _date(moment["date"])
    return _date(value)


def _date(text: str) -> Span | None:
    if found := _DATE.fullmatch(text):
        return _calendar(text, found["y"], found["m"] or "", found["d"] or "")
    found = _LONG_YEAR.fullmatch(text)
    return _long_year(found) if found else None


# --- calendar dates ----------------------------------------------------------------------------------------------


def _calendar(text: str, *components: str) -> Span | None:
    if any(part and part[0] in "?~%" and part[-1] in "?~%" for part in components):
        return None  # marked on both sides, which says two things
    year, month, day = (part.strip("?~%") for part in components)
    if year == "-0000":
        return None
    level = _level(text, year, month, day)
    if month.isdecimal() and int(month) in _GROUPS:
        return None if day else _group(year, int(month), level)
    if not any(_fitting(day, 1, _length(4, fitting)) for fitting in _fitting(month, 1, 12)):
        return None  # in no year at all, so that not all of them need be tried
    first, last = next(_days(year, month, day), None), next(_days(year, month, day, backwards=True), None)
    precision = "day" if day else "month" if month else "year"
    return Span(level, first, last, precision) if first and last else None


def _level(text: str, year: str, month: str, day: str) -> int:
    """Level 1 allows one mark at the very end, and X from the right; level 2 both anywhere."""
    if any(mark in text[:-1] for mark in "?~%"):
        return 2
    if "X" in text:
        plain = "-".join(part for part in (year.removeprefix("-"), month, day) if part)
        return 1 if re.fullmatch(r"\d{3}X|\d\dXX|\d{4}-XX(?:-XX)?|\d{4}-\d\d-XX", plain) else 2
    return 1 if text[-1] in "?~%" or year[0] == "-" else 0


def _group(year: str, number: int, level: int) -> Span | None:
    months = _MONTHS_OF.get(number)
    begin, end = (f"{month:02}" for month in months) if months else ("", "")
    first, last = next(_days(year, begin, ""), None), next(_days(year, end, "", backwards=True), None)
    if first is None or last is None:
        return None
    if not months:
        first, last = (first[0] - 1, 12, 1), (last[0] + 1, 2, _length(last[0] + 1, 2))
    return Span(level=max(level, 1) if number < 25 else 2, first=first, last=last, precision="group")


def _days(year: str, month: str, day: str, *, backwards: bool = False) -> Iterator[Day]:
    """All days that fit the components, in order; each X stands for any digit."""
    order = -1 if backwards else 1
    negative = year.startswith("-")
    for number in _numbers(year.removeprefix("-"), backwards=backwards != negative):
        y = -number if negative else number
        for m in _fitting(month, 1, 12)[::order]:
            for d in _fitting(day, 1, _length(y, m))[::order]:
                yield (y, m, d)


def _numbers(digits: str, *, backwards: bool) -> Iterator[int]:
    choices = [("9876543210" if backwards else "0123456789") if digit == "X" else digit for digit in digits]
    return (int("".join(choice)) for choice in product(*choices))


def _fitting(digits: str, least: int, most: int) -> Sequence[int]:
    if not digits:
        return range(least, most + 1)
    return [n for n in range(least, most + 1) if all(a in ("X", b) for a, b in zip(digits, f"{n:02}", strict=True))]


def _length(year: int, month: int) -> int:
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31


# --- years beyond four digits --------------------------------------------------------------------------------------


def _long_year(found: re.Match[str]) -> Span | None:
    digits = found["long"] or found["short"] or found["mantissa"]
    exponent = int(found["exponent"]) if found["exponent"] and len(found["exponent"]) < 4 else 0
    is_measurable = not found["exponent"] or 0 < exponent <= _LARGEST_EXPONENT
    digits += "0" * exponent if is_measurable else ""
    length = len(digits.removeprefix("-"))
    significant = found["significant"]
    if significant and is_measurable and (len(significant) > 4 or int(significant) > length):
        return None
    if found["short"] == "-0000":
        return None
    level = 1 if found["long"] and not significant else 2
    if not is_measurable:
        return Span(level, None, None, "year")
    spread = 10 ** (length - int(significant)) if significant else 1
    nearest = abs(int(digits)) // spread * spread
    years = (nearest, nearest + spread - 1)
    low, high = (-years[1], -years[0]) if digits.startswith("-") else years
    return Span(level, (low, 1, 1), (high, 12, 31), "year")


# --- intervals and sets --------------------------------------------------------------------------------------------


def _interval(value: str) -> Span | None:
    """``start/end``: either may be unknown (nothing) or open (``..``), not both; times of day are excluded."""
    texts = value.split("/")
    if len(texts) != 2:
        return None
    start, end = (Span(1, None, None) if text in ("", "..") else _date(text) for text in texts)
    if start is None or end is None or not (start.precision or end.precision):
        return None
    level = 2 if "X" in value else max(start.level, end.level)
    return None if _is_before(end, start) else Span(level, start.first, end.last)


def _set(value: str) -> Span | None:
    """``[…]`` one of, ``{…}`` all of: dates, and ``a..b`` for all between; ``..`` is open at the outer ends only."""
    if value[-1] != {"[": "]", "{": "}"}[value[0]]:
        return None
    members = value[1:-1].split(",")
    spans = []
    for place, member in enumerate(members):
        found = _range(member, opens=place == 0, closes=place == len(members) - 1) if ".." in member else _date(member)
        if found is None:
            return None
        spans.append(found)
    firsts, lasts = [one.first for one in spans], [one.last for one in spans]
    first = None if None in firsts else min(day for day in firsts if day)
    last = None if None in lasts else max(day for day in lasts if day)
    return Span(2, first, last)


def _range(member: str, *, opens: bool, closes: bool) -> Span | None:
    begin, _, end = member.partition("..")
    if not begin:
        found = _date(end) if opens else None
        return Span(2, None, found.last) if found else None
    if not end:
        found = _date(begin) if closes else None
        return Span(2, found.first, None) if found else None
    start, stop = _date(begin), _date(end)
    if start is None or stop is None or start.precision != stop.precision or _is_before(stop, start):
        return None
    return Span(2, start.first, stop.last)


def _is_before(one: Span, other: Span) -> bool:
    """Whether all of *one* lies before *other*."""
    return one.last is not None and other.first is not None and one.last < other.first
