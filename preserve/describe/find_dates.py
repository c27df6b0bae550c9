"""Dates that are written out in a text, or in ISO form: candidates with their places, none of them chosen.

Found by their year, so that the cost grows with the number of years and not with the length of the text.  Dates in
figures only, such as 12/12/16, are left alone: they can be read in two ways.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice

from preserve.describe.reading import Span

MOST = 25
"""At most so many candidates a text."""
_MOST_YEARS = 20_000
"""At most so many numbers that might be years are looked at."""
_WINDOW = 48
"""Characters before a year in which its day and month can stand."""

_MONTHS = (
    "january jan januar jänner janvier janv enero ene يناير جانفي كانون_الثاني",
    "february feb februar février févr febrero فبراير فيفري شباط",
    "march mar märz mars marzo مارس آذار",
    "april apr avril avr abril abr أبريل إبريل أفريل نيسان",
    "may mai mayo مايو ماي أيار",
    "june jun juni juin junio يونيو يونيه جوان حزيران",
    "july jul juli juillet juil julio يوليو يوليه يوليوز جويلية تموز",
    "august aug août agosto ago أغسطس غشت أوت آب",
    "september sep sept septembre septiembre setiembre سبتمبر شتنبر أيلول",
    "october oct oktober okt octobre octubre أكتوبر تشرين_الأول",
    "november nov novembre noviembre نوفمبر نونبر تشرين_الثاني",
    "december dec dezember dez décembre déc diciembre dic ديسمبر دجنبر كانون_الأول",
)
_LETTER = r"[^\W\d_]"
# The marks are no letters, so that each character fits one alternative only: no backtracking to speak of.
_WORD = rf"(?:{_LETTER}|[\u0300-\u036f\u064b-\u0652])+"
_ARABIC_MONTH = rf"(?:كانون|تشرين)\s+{_WORD}|{_WORD}"
_DAY_FIRST = re.compile(
    rf"(?<![\d\w.,:/-])(?P<day>\d{{1,2}})(?:\s?(?:st|nd|rd|th|er|º|°|\.))?\s+(?:(?:of|de|du)\s+)?"
    rf"(?P<month>{_ARABIC_MONTH})\.?,?(?:\s?[/(]\s?(?P<other>{_ARABIC_MONTH})\s?\)?)?,?\s+(?:(?:de|del)\s+)?\Z",
    re.IGNORECASE,
)
_MONTH_FIRST = re.compile(
    rf"(?<!\w)(?P<month>{_WORD})\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:\s?,\s*|\s+)\Z", re.IGNORECASE
)
_MONTH_ONLY = re.compile(
    rf"(?<!\w)(?P<month>{_ARABIC_MONTH})\.?,?(?:\s?/\s?(?P<other>{_ARABIC_MONTH}))?\s+(?:(?:de|del)\s+)?\Z"
)
_FOUR_DIGITS = re.compile(r"\d\d\d\d(?!\d)")
"""What each of the three below begins with: the one thing that a whole text is searched for."""
_YEAR = re.compile(r"(?<![\w./:-])(?P<year>\d{4})(?![\d_%°]|[^\W\d_]|[.,]\d)")
_ARABIC_YEAR_MARK = re.compile(r"(?<![\w.,/:-])(?P<year>\d{4})(?=\s?م(?!\w))")
_ISO = re.compile(r"(?<![\w./:-])(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)(?![\d/-]|[^\W\dTt_]|[.,]\d)")
_COMBINING = re.compile("[\u0300-\u036f\u0640\u064b-\u0652]")


def _plain(word: str) -> str:
    """A month's name without case, accents, vowel signs and the varieties of alef."""
    text = unicodedata.normalize("NFKD", word.casefold())
    return " ".join(_COMBINING.sub("", re.sub("[\u0653-\u0655\u0670]", "", text)).split())


_NUMBER_OF = {
    _plain(name.replace("_", " ")): number for number, names in enumerate(_MONTHS, 1) for name in names.split()
}
_ALSO_WORDS = frozenset(["may", "march", "mars", "mai", "august"])
_SHORT_NAMES = """
    jan janv ene feb fevr mar apr avr abr jun jul juil aug ago sep sept oct okt nov dec dez dic
"""
_ABBREVIATIONS = frozenset(_SHORT_NAMES.split())


@dataclass(frozen=True, slots=True)
class DateFound:
    """A date at *span*; *value* in W3CDTF; *kind* is ``iso``, ``day`` or ``month``."""

    value: str
    span: Span
    kind: str


def find_dates(text: str) -> list[DateFound]:
    """The first ``MOST`` different dates of *text*, in order.  Each date is given where it is first written."""
    found: dict[str, DateFound] = {}
    for candidate in sorted(_candidates(text), key=lambda item: item.span.start):
        found.setdefault(candidate.value, candidate)
        if len(found) >= MOST:
            break
    return list(found.values())


def _candidates(text: str) -> Iterator[DateFound]:
    for digits in islice(_FOUR_DIGITS.finditer(text), _MOST_YEARS):
        at = digits.start()
        iso = _ISO.match(text, at)
        if iso and (value := _day(int(iso["year"]), int(iso["month"]), int(iso["day"]))):
            yield DateFound(value, Span(iso.start(), iso.end()), "iso")
        year = _YEAR.match(text, at) or _ARABIC_YEAR_MARK.match(text, at)
        if year and (candidate := _before(text, year)):
            yield candidate


def _before(text: str, year: re.Match[str]) -> DateFound | None:
    """The date that ends in this year, if a day and month, or a month, stand before it."""
    number = int(year["year"])
    if not 1000 <= number <= 2199:
        return None
    left = max(0, year.start() - _WINDOW)
    window = text[left : year.start()]
    if not (window[-1:].isspace() or window.endswith(",")) or "\n\n" in window[-3:]:
        return None
    for pattern in (_DAY_FIRST, _MONTH_FIRST):
        match = pattern.search(window)
        month = _month(match) if match else 0
        if match and month and (value := _day(number, month, int(match["day"]))):
            return DateFound(value, Span(left + match.start(), year.end()), "day")
    match = _MONTH_ONLY.search(window)
    month = _month(match) if match else 0
    if match and month and number >= 1500 and _stands_alone(window, match):
        return DateFound(f"{number:04}-{month:02}", Span(left + match.start(), year.end()), "month")
    return None


def _stands_alone(window: str, match: re.Match[str]) -> bool:
    """A month and year without a day: the full name, with a capital where the script has them, and no number before.

    Otherwise "may 2000 people" would be a date; and what looks like a day but was refused is not half right.
    """
    name = match["month"]
    if _plain(name) in _ABBREVIATIONS or (_plain(name) in _ALSO_WORDS and name[0].islower()):
        return False
    return not re.search(r"\d\S*\s+(?:(?:of|de|du)\s+)?\Z", window[: match.start()])


def _month(match: re.Match[str]) -> int:
    """The number of the month, or 0.  Two names, as in كانون الأول/ديسمبر, must mean the same."""
    number = _NUMBER_OF.get(_plain(match["month"]), 0)
    other = match.groupdict().get("other")
    return number if not other or _NUMBER_OF.get(_plain(other)) == number else 0


def _day(year: int, month: int, day: int) -> str:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return ""
