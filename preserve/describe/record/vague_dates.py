"""Dates in words that are vague on purpose ("ca. 1931", "1930er", "before 1931") → the EDTF that says the same.

Only suggested, never written by itself.  Pure.
"""

from __future__ import annotations

import re

from preserve.describe.record.edtf import is_edtf
from preserve.describe.record.exact_dates import exact

_ABOUT = (
    r"(?:ca?|circa|about|around|approx(?:imately)?|um|etwa|gegen|vers|environ|hacia|alrededor de|около|ок|yaklaşık)"
)
_ARABIC_ABOUT = r"(?:حوالي|نحو|حدود|در حدود)"
_PERHAPS = r"(?:perhaps|probably|possibly|presumably|vermutlich|vielleicht|wohl|peut-être|probablement|quizás|возможно)"
_BEFORE = r"(?:before|until|till|by|vor|bis|avant|jusqu'à|antes de|hasta|до|قبل)"
_AFTER = r"(?:after|since|from|nach|seit|ab|après|depuis|después de|desde|после|с|بعد|منذ)"
_ENDINGS = (
    (re.compile(rf"(?:{_ABOUT}[\s.]+|{_ARABIC_ABOUT}\s+)(.+)", re.IGNORECASE), "{}~"),
    (re.compile(r"(.+?)\s?(?:\(ca?\.\)|~)", re.IGNORECASE), "{}~"),
    (re.compile(rf"{_PERHAPS}\s+(.+)|(.+?)\s?\(?\?\)?", re.IGNORECASE), "{}?"),
    (re.compile(rf"{_BEFORE}\s+(.+)", re.IGNORECASE), "../{}"),
    (re.compile(rf"{_AFTER}\s+(.+)|(.+?)\s?-", re.IGNORECASE), "{}/.."),
)
_BETWEEN = re.compile(r"(?:between|zwischen|entre|между)\s+(.+?)\s+(?:and|und|et|y|и)\s+(.+)", re.IGNORECASE)
_RANGE = re.compile(
    r"(?:(?:from|von|de|с)\s+)?(.+?)(?:\s?-\s?|\s+(?:to|until|bis|à|a|hasta|по)\s+|\s?/\s?)(.+)", re.IGNORECASE
)
_SHORT_RANGE = re.compile(r"(\d\d)(\d\d)\s?[-/]\s?(\d\d)", re.ASCII)
_DECADE = re.compile(
    r"(?:the\s+|die\s+|les\s+|années\s+|años\s+)?(\d{3})0(?:'?s|er(?:\s+jahre)?|-?е(?:\s+годы)?)?", re.IGNORECASE
)
_CENTURY = re.compile(
    r"(\d\d?|[ivx]+)(?:\.|th|st|nd|rd|e|ème)?\s+(?:century|c\.|jahrhundert|jh\.?|siècle|век|в\.|yüzyıl)|"
    r"siglo\s+(\d\d?|[ivx]+)",
    re.IGNORECASE,
)
_SEASON = re.compile(r"([^\W\d_]+)\s+(?:of\s+|de\s+)?(\d{4})", re.IGNORECASE)
_SEASONS = {
    21: "spring frühling frühjahr printemps primavera весна ilkbahar",
    22: "summer sommer été verano лето yaz",
    23: "autumn fall herbst automne otoño осень sonbahar",
    24: "winter hiver invierno зима kış",
}
_SEASON_OF = {name: number for number, names in _SEASONS.items() for name in names.split()}
_YEARS = re.compile(r"\d{4}(?:\s*(?:[,;&]|and|und|et)\s*\d{4})+", re.ASCII)
_MASKED = re.compile(r"(\d{2,3})([-?_u]{1,2})|(\d{4})-uu", re.ASCII)
_ROMAN = {"i": 1, "v": 5, "x": 10}


def expression(text: str) -> str:
    """The EDTF that says what *text* says, or "".  Digits are ASCII, dashes are hyphens, blanks are single."""
    bare = text.strip(" .")
    if bare[:1] + bare[-1:] in ("[]", "()"):
        bare = bare[1:-1].strip()
    if _YEARS.fullmatch(bare):
        return f"{{{','.join(re.findall('[0-9]+', bare))}}}"
    said = _masked(bare) or _period(bare) or _season(bare) or _span(bare) or _marked(bare)
    return said if said and is_edtf(said) else ""


def _marked(text: str) -> str:
    for pattern, form in _ENDINGS:
        if found := pattern.fullmatch(text):
            inner = next(group for group in found.groups() if group)
            if day := exact(inner) or _period(inner):
                return form.format(day)
    return ""


def _span(text: str) -> str:
    if found := _BETWEEN.fullmatch(text):
        ends = exact(found[1]), exact(found[2])
        return f"[{ends[0]}..{ends[1]}]" if all(ends) else ""
    if found := _SHORT_RANGE.fullmatch(text):
        return f"{found[1]}{found[2]}/{found[1]}{found[3]}" if found[3] > found[2] else ""
    if found := _RANGE.fullmatch(text):
        ends = exact(found[1].strip()), exact(found[2].strip())
        return "/".join(ends) if all(ends) and not any("/" in end for end in ends) else ""
    return ""


def _period(text: str) -> str:
    """A decade, or a century as it is usually meant: the 19th are the years that begin with 18."""
    if (found := _DECADE.fullmatch(text)) and not text.isdigit():
        return f"{found[1]}X"
    if found := _CENTURY.fullmatch(text):
        number = _number(found[1] or found[2])
        return f"{number - 1:02}XX" if 1 <= number <= 22 else ""
    return ""


def _number(text: str) -> int:
    if text.isdigit():
        return int(text)
    values = [_ROMAN[letter] for letter in text.lower()]
    return sum(-one if one < other else one for one, other in zip(values, [*values[1:], 0], strict=True))


def _season(text: str) -> str:
    found = _SEASON.fullmatch(text)
    number = _SEASON_OF.get(found[1].casefold()) if found else None
    return f"{found[2]}-{number}" if found and number else ""


def _masked(text: str) -> str:
    """``19--``, ``193?`` and ``193u``, as catalogues write unknown figures."""
    found = _MASKED.fullmatch(text)
    if found is None:
        return ""
    if found[3]:
        return f"{found[3]}-XX"
    return found[1] + "X" * (4 - len(found[1])) if len(found[1]) + len(found[2]) == 4 else ""
