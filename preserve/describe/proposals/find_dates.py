"""Dates that are written out in a text, or in ISO form: candidates with their places, none of them chosen.

Found by their year, so that the cost grows with the number of years and not with the length of the text.  Dates in
figures only are left alone where they can be read in two ways, as 12/12/16 and 5/6/2019 can, and 27/12/2019 cannot.
Dates of the Iranian calendar become the Gregorian day that they are; those of the Islamic and of the former Turkish
calendar are left alone, because that takes more than a table.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import islice

from preserve.describe.proposals.reading import Span
from preserve.describe.proposals.solar_hijri import to_gregorian

MOST = 25
"""At most so many candidates a text."""
_MOST_YEARS = 20_000
"""At most so many numbers that might be years are looked at."""
_WINDOW = 48
"""Characters before a year in which its day and month can stand."""

_MONTHS = (
    "january jan januar jänner janvier janv enero ene gennaio janeiro januari يناير جانفي كانون_الثاني ژانویه"
    " январь января январе янв ocak",
    "february feb februar février févr febrero febbraio fevereiro februari فبراير فيفري شباط فوریه"
    " февраль февраля феврале февр фев şubat",
    "march mar märz mars marzo março maart مارس آذار март марта марте mart",
    "april apr avril avr abril abr aprile أبريل إبريل أفريل نيسان آوریل آپریل апрель апреля апреле апр nisan",
    "may mai mayo maggio maio mei مايو ماي أيار مه мая май мае mayıs",
    "june jun juni juin junio giugno junho يونيو يونيه جوان حزيران ژوئن июнь июня июне haziran",
    "july jul juli juillet juil julio luglio julho يوليو يوليه يوليوز جويلية تموز ژوئیه جولای июль июля июле temmuz",
    "august aug août agosto ago augustus أغسطس غشت أوت آب اوت آگوست август августа августе авг ağustos",
    "september sep sept septembre septiembre setiembre settembre setembro سبتمبر شتنبر أيلول سپتامبر"
    " сентябрь сентября сентябре сент сен eylül",
    "october oct oktober okt octobre octubre ottobre outubro أكتوبر تشرين_الأول اکتبر октябрь октября октябре окт ekim",
    "november nov novembre noviembre novembro نوفمبر نونبر تشرين_الثاني نوامبر ноябрь ноября ноябре нояб kasım",
    "december dec dezember dez décembre déc diciembre dic dicembre dezembro ديسمبر دجنبر كانون_الأول دسامبر"
    " декабрь декабря декабре дек aralık",
)
_SOLAR_MONTHS = "فروردین اردیبهشت خرداد تیر مرداد شهریور مهر آبان آذر دی بهمن اسفند"
_SOLAR = 100
"""Added to the number of a month of the Iranian calendar."""
_RUMI = frozenset(["ocak", "subat", "mart", "nisan", "mayis", "haziran", "temmuz", "agustos", "eylul", "ekim", "kasim"])
"""Turkish months, but for one that is young: before 1926 they belonged to another calendar, thirteen days behind."""
_RUMI_YEARS = range(1250, 1350)
_LETTER = r"[^\W\d_]"
# The marks are no letters, so that each character fits one alternative only: no backtracking to speak of.
_WORD = rf"(?:{_LETTER}|[\u0300-\u036f\u064b-\u0655])+"
_ARABIC_MONTH = rf"(?:كانون|تشرين)\s+{_WORD}|{_WORD}"
_YEAR_OF = r"(?:(?:(?:de|del)(?:\s+año)?|ماه|سال|ماه\s+سال|(?:من\s+)?(?:عام|سنة))\s+)?"
"""What may stand between a month and its year."""
_DAY_FIRST = re.compile(
    rf"(?<![\d\w.,:/-])(?P<day>\d{{1,2}})(?:\s?(?:st|nd|rd|th|er|º|°|\.|»|”|\"|-го))?\s+(?:(?:of|de|du)\s+)?"
    rf"(?P<month>{_ARABIC_MONTH})\.?,?(?:\s?[/(]\s?(?P<other>{_ARABIC_MONTH})\s?\)?)?,?\s+{_YEAR_OF}\Z",
    re.IGNORECASE,
)
_MONTH_FIRST = re.compile(
    rf"(?<!\w)(?P<month>{_WORD})\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:\s?,\s*|\s+)\Z", re.IGNORECASE
)
_MONTH_ONLY = re.compile(
    rf"(?<!\w)(?P<month>{_ARABIC_MONTH})\.?,?(?:\s?/\s?(?P<other>{_ARABIC_MONTH}))?\s+{_YEAR_OF}\Z"
)
_JOINTS = "./-"
_DIGIT = re.compile(r"\d")
_FOUR_DIGITS = re.compile(r"[12١٢۱۲]\d\d\d(?!\d)")
"""What each year looks like: the one thing that a whole text is searched for."""
_YEAR = re.compile(r"(?<![\w./:-])(?P<year>\d{4})(?![\d_%°]|(?!г(?!\w))[^\W\d_]|[.,]\d)")
_ARABIC_YEAR_MARK = re.compile(r"(?<![\w.,/:-])(?P<year>\d{4})(?=\s?م(?!\w))")
_ISO = re.compile(r"(?<![\w./:-])(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)(?![\d/-]|[^\W\dTt_]|[.,]\d)")
_YEAR_FIRST = re.compile(r"(?<![\w./:-])(\d{4})([./])(\d\d?)\2(\d\d?)(?![\d/_%°-]|[^\W\d_]|[.,]\d)")
_YEAR_LAST = re.compile(r"(?<![\w./:-])(\d\d?)(?:([./-])(\d\d?)\2|\.\s(\d\d?)\.\s)\Z")
_END_OF_FIGURES = re.compile(r"(?![\d_%°/-]|(?!г(?!\w))[^\W\d_]|[.,]\d)")
_COMBINING = re.compile("[\u0300-\u036f\u0640\u064b-\u0652]")


_ALIKE = str.maketrans("یىکı", "ييكi")


@lru_cache(1024)
def _plain(word: str) -> str:
    """A month's name without case, accents, vowel signs and the varieties of alef, yeh, kaf and i."""
    text = unicodedata.normalize("NFKD", word.casefold()).translate(_ALIKE)
    return " ".join(_COMBINING.sub("", re.sub("[\u0653-\u0655\u0670]", "", text)).split())


_NUMBER_OF = {
    _plain(name.replace("_", " ")): number for number, names in enumerate(_MONTHS, 1) for name in names.split()
}
_NUMBER_OF |= {_plain(name): _SOLAR + number for number, name in enumerate(_SOLAR_MONTHS.split(), 1)}
_NUMBER_OF[_plain("امرداد")] = _NUMBER_OF[_plain("مرداد")]
_ALSO_WORDS = frozenset(["may", "march", "mars", "mai", "august", "mart", "ocak", "ekim", "kasim", "aralik", "mei"])
_SHORT_NAMES = """
    jan janv ene feb fevr mar apr avr abr jun jul juil aug ago sep sept oct okt nov dec dez dic
    янв февр фев апр авг сент сен окт нояб дек
"""
_ABBREVIATIONS = frozenset(_SHORT_NAMES.split())


@dataclass(frozen=True, slots=True)
class DateFound:
    """A date at *span*; *value* in W3CDTF; *kind* is ``iso``, ``day``, ``month``, ``figures`` or ``solar-hijri``."""

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
        is_joined = text[at - 1 : at] in _JOINTS or text[at + 4 : at + 5] in _JOINTS or text[at - 2 : at] == ". "
        if is_joined and (candidate := _in_figures(text, at)):
            yield candidate
        year = _YEAR.match(text, at) or _ARABIC_YEAR_MARK.match(text, at)
        if year and (candidate := _before(text, year)):
            yield candidate


def _in_figures(text: str, at: int) -> DateFound | None:
    """The date with the year at *at*, if it is in ISO form or in figures that can be read in one way only.

    Years before 1500 may be of other calendars.
    """
    iso = _ISO.match(text, at)
    if iso and int(iso["year"]) >= 1500:
        value = _day(int(iso["year"]), int(iso["month"]), int(iso["day"]))
        return DateFound(value, Span(*iso.span()), "iso") if value else None
    if first := _YEAR_FIRST.match(text, at):
        return _only_reading([(first[1], first[3], first[4])], Span(*first.span()))
    left = max(0, at - _WINDOW)
    last = _YEAR_LAST.search(text[left:at])
    if not last or not _END_OF_FIGURES.match(text, at + 4):
        return None
    one, other = last[1], last[3] or last[4]
    return _only_reading(
        [(text[at : at + 4], other, one), (text[at : at + 4], one, other)], Span(left + last.start(), at + 4)
    )


def _only_reading(readings: list[tuple[str, str, str]], span: Span) -> DateFound | None:
    """The one date that all *readings* (year, month, day) that are possible agree on."""
    values = {_day(int(year), int(month), int(day)) for year, month, day in readings if 1500 <= int(year) <= 2199}
    values.discard("")
    return DateFound(values.pop(), span, "figures") if len(values) == 1 else None


def _before(text: str, year: re.Match[str]) -> DateFound | None:
    """The date that ends in this year, if a day and month, or a month, stand before it."""
    number = int(year["year"])
    if not 1000 <= number <= 2199:
        return None
    left = max(0, year.start() - _WINDOW)
    window = text[left : year.start()]
    if not (window[-1:].isspace() or window.endswith(",")) or "\n\n" in window[-3:]:
        return None
    for pattern in (_DAY_FIRST, _MONTH_FIRST) if _DIGIT.search(window) else ():
        match = pattern.search(window)
        if match and (found := _written_day(number, match)):
            value, kind = found
            return DateFound(value, Span(left + match.start(), year.end()), kind) if value else None
    match = _MONTH_ONLY.search(window)
    month = _month(match) if match else 0
    if match and 0 < month <= 12 and number >= 1500 and _stands_alone(window, match):
        return DateFound(f"{number:04}-{month:02}", Span(left + match.start(), year.end()), "month")
    return None


def _written_day(year: int, match: re.Match[str]) -> tuple[str, str] | None:
    """The day and its kind, "" where the calendar leaves it open; None if this is no day and month."""
    month, day = _month(match), int(match["day"])
    if month > _SOLAR:
        found = to_gregorian(year, month - _SOLAR, day)
        return (found.isoformat() if found else ""), "solar-hijri"
    if month and year in _RUMI_YEARS and _plain(match["month"]) in _RUMI:
        return "", "rumi"
    value = _day(year, month, day) if month else ""
    return (value, "day") if value else None


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
