"""What a person meant who typed a date in another form than W3CDTF or EDTF: one date, several, none, or words.

All functions are pure.  Nothing is ever chosen here between two readings.
"""

from __future__ import annotations

import re
from functools import lru_cache

from preserve.describe.record.edtf import is_edtf
from preserve.describe.record.exact_dates import LONGEST, Kind, Reading, dates_in, is_date, plain_form, sure
from preserve.describe.record.vague_dates import expression

_YEARS = re.compile(r"(\d\d)(\d\d)-([2-4]\d)", re.ASCII)
_FIGURES_ONLY = re.compile(r"[\d\s./:,+?~%XTZYES\[\]{}-]*\d[\d\s./:,+?~%XTZYES\[\]{}-]*", re.ASCII)
_BETWEEN_DATES = re.compile(r"\s+(?:-|to|bis)\s+|\s*/\s*(?=\d+\.)")


@lru_cache(maxsize=4096)
def read_date(typed: str) -> Reading:
    """What *typed*, the value of a term that is a date, says."""
    plain = plain_form(typed)
    if (years := _YEARS.fullmatch(plain)) and years[3] > years[2]:
        both = f"{years[1]}{years[2]}/{years[1]}{years[3]}"
        return Reading(Kind.SEASON_OR_YEARS, (typed, both)) if is_date(typed) else Reading(Kind.WORDS, (both,))
    if is_date(typed):
        return Reading(Kind.LEGAL, (typed,))
    if len(plain) > LONGEST:
        return Reading(Kind.WORDS)
    if found := sure(plain):
        return found
    if said := expression(plain) or _only_date_in(plain):
        return Reading(Kind.WORDS, (said,))
    return _from_to(plain) or Reading(Kind.IMPOSSIBLE if _FIGURES_ONLY.fullmatch(plain) else Kind.WORDS)


def _from_to(plain: str) -> Reading | None:
    """Two dates of which one can be read in several ways: those readings in which the first comes first."""
    parts = [sure(part) for part in _BETWEEN_DATES.split(plain)]
    if len(parts) != 2 or parts[0] is None or parts[1] is None:
        return None
    spans = [f"{first}/{last}" for first in parts[0].values for last in parts[1].values]
    legal = tuple(dict.fromkeys(filter(is_edtf, spans)))
    return Reading(Kind.AMBIGUOUS if len(legal) > 1 else Kind.WORDS, legal) if legal else None


def _only_date_in(text: str) -> str:
    """The one date among words without another figure: of "Friday, 27 December 2019"."""
    found = dates_in(text)
    if len(found) != 1:
        return ""
    rest = text[: found[0].span.start] + text[found[0].span.end :]
    return "" if any(char.isdecimal() for char in rest) else found[0].value
