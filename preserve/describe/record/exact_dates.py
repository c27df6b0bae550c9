"""A date as people type it, in figures or with the name of a month → all dates that it can be.

All functions are pure.  Nothing is ever chosen here between two readings.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from typing import TYPE_CHECKING

from preserve.describe.record.edtf import is_edtf
from preserve.describe.record.values import is_w3cdtf, lacks_seconds

if TYPE_CHECKING:
    from preserve.describe.proposals.find_dates import DateFound

YEARS = range(1500, 2200)
"""Years that a date without separators, such as 20191227, is taken to be of."""
LONGEST = 120
"""Characters of the longest value in which a date in another form is looked for."""
_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"))
_TIME = re.compile(r"(?P<date>.*\d)(?:T|,?\s+)(?P<time>\d\d?:\d\d(?P<seconds>:\d\d(?:\.\d+)?)?)(?P<rest>.*)", re.DOTALL)
_THREE = re.compile(r"(\d{1,4})\s?([./-])\s?(\d{1,2})\s?\2\s?(\d{4}|\d{2})(?!\d)", re.ASCII)
_YEAR_FIRST = re.compile(r"(\d{4})\s?([./-])\s?(\d{1,2})\s?\2\s?(\d{1,2})\.?", re.ASCII)
_MONTH_YEAR = re.compile(r"(\d{1,2})\s?[./-]\s?(\d{4})", re.ASCII)
_YEAR_MONTH = re.compile(r"(\d{4})[./](\d{1,2})|(\d{4})-(\d)", re.ASCII)
_TWO = re.compile(r"(\d{1,2})[./-](\d{2})", re.ASCII)
_SHORT_YEAR = re.compile(r"(?:(\d{1,2})[-. ]+)?([^\W\d_]{3,}\.?)[-. ']+(\d{2})")
_WORDED = re.compile(r"(\d{1,2})?[-. ]*([^\W\d_]{3,})[-. ]+(\d{4})")
_SERIAL = re.compile(r"(\d{5})(?:[.,]\d+)?", re.ASCII)
_EPOCH, _MAC_EPOCH = date(1899, 12, 30), date(1904, 1, 1)
_SERIALS = range(10_000, 73_051)
"""What spreadsheets call the days from 1927 to 2099."""


class Kind(Enum):
    """How sure it is what was meant."""

    LEGAL = "legal"
    SEASON_OR_YEARS = "season-or-years"
    CERTAIN = "certain"
    AMBIGUOUS = "ambiguous"
    DAY_NUMBER = "day-number"
    IMPOSSIBLE = "impossible"
    WORDS = "words"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a typed date says: *values* are all dates that it can be, in W3CDTF or EDTF.

    One for ``CERTAIN``; what the words amount to, or nothing, for ``WORDS``.  ``1918-21`` is legal and a season; it is
    as likely that a person meant 1918 to 1921, which stands second then.
    """

    kind: Kind
    values: tuple[str, ...] = ()


def is_date(value: str) -> bool:
    """Whether *value* is a date as it may stand in a record: W3CDTF, or EDTF of any level."""
    return is_w3cdtf(value) or is_edtf(value) or lacks_seconds(value)


def exact(typed: str) -> str:
    """The one date that *typed* is, in W3CDTF or EDTF, or "" if it is several, none, or vague."""
    if is_date(typed):
        return typed
    found = sure(plain_form(typed)) if len(typed) <= LONGEST else None
    return found.values[0] if found and found.kind is Kind.CERTAIN else ""


def sure(plain: str) -> Reading | None:
    """What *plain* says without being vague; None if it is in words or no date at all."""
    if is_date(plain):
        return Reading(Kind.CERTAIN, (plain,))
    return _with_time(plain) or _in_figures(plain) or _in_fewer_figures(plain) or _with_month_name(plain)


def plain_form(text: str) -> str:
    """With ASCII digits and hyphens, and one blank where there was white space or a mark that nobody sees."""
    digits = "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in text[:1000])
    seen = "".join(char for char in digits.translate(_DASHES) if unicodedata.category(char) != "Cf")
    return " ".join(seen.split()).rstrip(" .,;")


# --- in figures ----------------------------------------------------------------------------------------------------


def _with_time(plain: str) -> Reading | None:
    """A midnight is what programs add to a day; any other time is kept if it has seconds."""
    found = _TIME.fullmatch(plain)
    if found is None:
        return None
    day = sure(found["date"].strip())
    if day is None or day.kind is not Kind.CERTAIN:
        return day
    if not found["rest"] and not found["time"].strip("0:."):
        return Reading(Kind.CERTAIN, day.values)
    moment = f"{day.values[0]}T{found['time'].zfill(8)}{found['rest'].strip()}"
    if found["seconds"] and is_date(moment):
        return Reading(Kind.CERTAIN, (moment,))
    return Reading(Kind.WORDS, day.values)


def _in_figures(plain: str) -> Reading | None:
    if found := _YEAR_FIRST.fullmatch(plain):
        return _of([_day(found[1], found[3], found[4])])
    if found := _THREE.fullmatch(plain):
        return _of(_readings(found[1], found[3], found[4], found[2]))
    return _run_together(plain)


def _in_fewer_figures(plain: str) -> Reading | None:
    if found := _MONTH_YEAR.fullmatch(plain):
        return _of([_month(found[2], found[1])])
    if found := _YEAR_MONTH.fullmatch(plain):
        return _year_and_more(found[1] or found[3], found[2] or found[4])
    if found := _TWO.fullmatch(plain):
        return _of([_month(century + found[2], found[1]) for century in ("20", "19")]) or Reading(Kind.AMBIGUOUS)
    if found := _SERIAL.fullmatch(plain):
        number = int(found[1])
        if number in _SERIALS:
            days = (epoch + timedelta(number) for epoch in (_EPOCH, _MAC_EPOCH))
            return Reading(Kind.DAY_NUMBER, tuple(day.isoformat() for day in days))
    return None


def _readings(one: str, two: str, last: str, separator: str) -> Iterator[str]:
    """Day first and month first; with a short year also year first, and in two centuries."""
    if len(last) == 4:
        if len(one) <= 2:
            yield from (_day(last, two, one), _day(last, one, two))
        return
    if len(one) > 2:
        return
    for century in ("20", "19"):
        yield from (_day(century + last, two, one), _day(century + last, one, two))
        if separator != "." and len(one) == 2:
            yield _day(century + one, two, last)


def _year_and_more(year: str, more: str) -> Reading | None:
    """``2019/12`` is a month, ``2019/20`` two years, and ``1911/12`` can be either."""
    both = f"{year}/{year[:2]}{more}" if len(more) == 2 and int(more) == (int(year) + 1) % 100 else ""
    month = _month(year, more)
    if both and not month:
        return Reading(Kind.WORDS, (both,))
    return _of([month, both])


def _run_together(plain: str) -> Reading | None:
    if not (plain.isascii() and plain.isdigit() and len(plain) in (6, 8)):
        return None
    if len(plain) == 6:
        return _of([_month(plain[:4], plain[4:])]) if int(plain[:4]) in YEARS else None
    found = []
    if int(plain[:4]) in YEARS:
        found.append(_day(plain[:4], plain[4:6], plain[6:]))
    if int(plain[4:]) in YEARS:
        found += [_day(plain[4:], plain[2:4], plain[:2]), _day(plain[4:], plain[:2], plain[2:4])]
    return _of(found)


def _of(readings: Iterator[str] | Sequence[str]) -> Reading | None:
    values = tuple(dict.fromkeys(value for value in readings if value))
    if not values:
        return None
    return Reading(Kind.CERTAIN if len(values) == 1 else Kind.AMBIGUOUS, values)


def _day(year: str, month: str, day: str) -> str:
    value = f"{year}-{month.zfill(2)}-{day.zfill(2)}"
    return value if is_w3cdtf(value) else ""


def _month(year: str, month: str) -> str:
    value = f"{year}-{month.zfill(2)}"
    return value if is_w3cdtf(value) else ""


# --- with the name of a month --------------------------------------------------------------------------------------


def _with_month_name(plain: str) -> Reading | None:
    """``12 March 1931``, ``27-Dec-2019`` and ``Dec 2019``; ``27-Dec-19``, as spreadsheets write, in two centuries."""
    if found := _SHORT_YEAR.fullmatch(plain):
        day, name, year = found[1], found[2], found[3]
        return _of([_named(day, name, century + year) for century in ("20", "19")])
    if found := _WORDED.fullmatch(plain):
        return _of([_named(found[1], found[2], found[3])])
    whole = _found_in(plain)
    return Reading(Kind.CERTAIN, (whole,)) if whole else None


def _named(day: str | None, name: str, year: str) -> str:
    value = _found_in(f"{day or '1'} {name.rstrip('.')} {year}")
    return value if day else value[:7]


def _found_in(text: str) -> str:
    """The Gregorian date that all of *text* is, or ""."""
    found = dates_in(text)
    whole = len(found) == 1 and (found[0].span.start, found[0].span.end) == (0, len(text))
    return found[0].value if whole and found[0].kind != "solar-hijri" else ""


def dates_in(text: str) -> list[DateFound]:
    """The dates in a sentence, months by their names in many languages."""
    from preserve.describe.proposals.find_dates import find_dates  # noqa: PLC0415  not every command reads month names

    return find_dates(text)
