"""Values that programs wrote into files: which are worth a person's attention, and dates in their machine forms.

Pure.  What is dropped here is what a program filled in by itself ("untitled", "Microsoft Word - x.doc"): repeating it
as if someone had said it would be inventing.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime

LONGEST = 10_000
"""Characters of one value; abstracts are shorter, what is longer is content."""

_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]+")
_SURROGATES = re.compile("[\ud800-\udfff]")


def _words(text: str) -> frozenset[str]:
    return frozenset(word.strip() for word in text.replace("\n", "|").split("|") if word.strip())


_NOTHING = _words("""
    unknown | unbekannt | inconnu | desconocido | desconhecido | sconosciuto | onbekend | неизвестно | غير معروف | مجهول
    untitled | unnamed | unspecified | anonymous | undefined | n/a | na | nil | none | null | nan | tbd | todo | default
    unbenannt | namenlos | your name | my name | no value | not set | not specified | keine angabe | sans objet
""")
"""What stands where nobody said anything, whatever the field."""

_NO_TITLE = _words("""
    untitled document | no title | notitle | title | titel | titre | sans titre | ohne titel | sin título | sem título
    senza titolo | без имени | без названия | بدون عنوان | 无标题 | 無題 | document | dokument | new document | index
    neues dokument | new page | home page | page | slide | presentation | workbook | template | normal | test | subject
    powerpoint presentation | powerpoint-präsentation | présentation powerpoint | description | comments | keywords
""")
_NO_PERSON = _words("""
    author | autor | auteur | user | username | admin | administrator | root | owner | guest | test | microsoft
    microsoft office user | windows user | windows-benutzer | utilisateur windows | organization | company
""")
_EMPTY_WORDS = {
    "dcterms:title": _NOTHING | _NO_TITLE,
    "dcterms:description": _NOTHING | _NO_TITLE,
    "dcterms:creator": _NOTHING | _NO_PERSON,
    "dcterms:contributor": _NOTHING | _NO_PERSON,
    "dcterms:publisher": _NOTHING | _NO_PERSON,
    "dcterms:language": _NOTHING | {"und", "x-default", "xx", "zxx"},
}
_DATES = ("dcterms:date", "dcterms:created", "dcterms:modified", "dcterms:issued")
_MACHINE_TITLES = re.compile(
    r"""
      (?:microsoft\ (?:word|powerpoint|excel|office\ \w+)|powerpoint\ presentation|full\ page\ fax\ print)\s*-.*
    | (?:untitled|unbenannt|sans\ nom|new\ page|slide|scan|img|image|dsc|workbook)[\s_.-]*\(?\d{1,8}\)?
    | (?:document|dokument|doc|book|mappe|presentation|präsentation|présentation)\d{1,4}|(?:document|dokument)\ \d{1,2}
    | \S+\.(?:docx?|dotx?|pdf|rtf|odt|ott|txt|te?x|dvi|ps|indd|qxd|qxp|wpd|wps|sxw|pptx?|xlsx?|html?|
        pages|md|epub|pub|tiff?|jpe?g|png)
    | (?:file|https?|ftp)://?/?\s*
    | about:blank
    """,
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)


def tidy(text: str) -> str:
    """*text* on one line: white space and control characters become single spaces, stray surrogates U+FFFD."""
    plain = _SURROGATES.sub("\N{REPLACEMENT CHARACTER}", _CONTROLS.sub(" ", text[: 4 * LONGEST]))
    return " ".join(plain.split())[:LONGEST].rstrip()


def worth_keeping(field: str, value: str) -> bool:
    """Whether *value*, tidied, says anything about the document.  *field* is the ``dcterms:`` term it is for."""
    if "\N{REPLACEMENT CHARACTER}" in value or not any(unicodedata.category(char)[0] in "LN" for char in value):
        return False  # what cannot be read faithfully is not repeated
    plain = " ".join(value.casefold().strip("[]()<>\"'").split())
    if plain in _EMPTY_WORDS.get(field, _NOTHING):
        return False
    if field in ("dcterms:title", "dcterms:description"):
        return not _MACHINE_TITLES.fullmatch(value)
    if field in _DATES:
        return re.search("[1-9]", value) is not None and not value.startswith("0000")
    return True


_PDF_DATE = re.compile(
    r"(?:D:)?(\d{4})(?:(\d\d)(?:(\d\d)(?:(\d\d)(?:(\d\d)(?:(\d\d))?)?)?)?)?\s*(?:(Z)(?:00'?(?:00'?)?)?|([+-])(\d\d)'?(?:(\d\d)'?)?)?",
    re.ASCII,
)


def date_of_pdf(text: str) -> str:
    """A PDF date (ISO 32000-1 §7.9.4) as W3CDTF, or "" if it is none.

    W3CDTF has no time without a zone: where the PDF does not name one, only the day is kept.
    """
    found = _PDF_DATE.fullmatch(text.strip())
    if not found or (not text.strip().startswith("D:") and not found[2]):
        return ""
    year, month, day, hour, minute, second, utc, sign, zone_hour, zone_minute = found.groups()
    date = "-".join(part for part in (year, month, day) if part)
    zone = "Z" if utc else f"{sign}{zone_hour}:{zone_minute or '00'}" if sign else ""
    clock = f"T{hour}:{minute or '00'}" + (f":{second}" if second else "") if hour else ""
    if not _is_real(year, month, day, clock, zone):
        return ""
    return date + clock + zone if clock and zone else date


def _is_real(year: str, month: str | None, day: str | None, clock: str, zone: str) -> bool:
    try:
        datetime.fromisoformat(f"{year}-{month or '01'}-{day or '01'}{clock or 'T00:00'}{zone}")
    except ValueError:
        return False
    return True


def date_of_mail(text: str) -> str:
    """A date of RFC 5322 §3.3 as W3CDTF, or "" if it is none or names no zone.

    ``-0000`` means that the time is UTC and the sender's zone is not known; W3CDTF can say only the former.
    """
    from email.utils import parsedate_to_datetime  # noqa: PLC0415  it loads half the network library

    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError, AttributeError):
        return ""
    if moment.tzinfo is None:
        return moment.isoformat() + "Z" if text.partition("(")[0].rstrip().endswith("-0000") else ""
    shown = moment.isoformat()
    return shown[: -len("+00:00")] + "Z" if shown.endswith("+00:00") else shown
