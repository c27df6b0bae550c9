"""Until when a package must be held back: what ``dcterms:available`` says.  Pure."""

from __future__ import annotations

from datetime import date

from preserve.describe.record.edtf import span
from preserve.describe.record.exact_dates import exact
from preserve.model import Record

AVAILABLE = "dcterms:available"

NEVER = date.max
"""The embargo of what has no last day, or is no date at all: it holds until a person writes one."""


def embargo(record: Record) -> date | None:
    """The first day on which the package may be handed over; None if nothing holds it back.

    Where the date is vague, the latest day that it can be: ``2030`` is 31 December 2030, ``2030/2032`` 31 December
    2032, and ``2030/..`` never.  A file with an embargo of its own holds the whole package back, and of several dates
    the last counts: what is published once cannot be taken back.
    """
    days = [last_day(s.value) for s in record.statements if s.term == AVAILABLE and s.value.strip()]
    return max(days, default=None)


def last_day(value: str) -> date:
    """The last day that *value* can be, or ``NEVER`` if it has none or is no date."""
    found = span(value.strip()) or span(exact(value.strip()).partition("T")[0])
    if found is None or found.last is None or found.last[0] > date.max.year:
        return NEVER
    year, month, day = found.last
    return date(year, month, day) if year >= date.min.year else date.min
