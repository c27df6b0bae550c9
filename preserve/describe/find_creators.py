"""Who wrote a text, where it says so: a byline, a labelled line, a name below a closing formula or at the very end."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice, pairwise

from preserve.describe import line_kinds as kinds
from preserve.describe.find_title import TextFound, front_matter, plain
from preserve.describe.reading import Line, Reading, Span

_HEAD = 15
_TAIL = 4
_BY = re.compile(
    r"[*_\s]*(?P<lead>(?:written |posted |published )?by|von|par|por|بقلم|كتبها?|تأليف|إعداد)\s*[:：]?[*_]*\s+"
    r"(?P<rest>\S.*)",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"[*_\s]*(?:authors?|written by|creator|autor(?:in|es|a)?|auteur(?:e|s)?|verfasser(?:in)?|الكاتبة?|المؤلفة?|المؤلف)"
    r"\s*[:：][*_]*\s*(?P<rest>\S.*)",
    re.IGNORECASE,
)
_END_OF_NAME = re.compile(r"\s*(?:[,،|•·;(\[*_]|\s[–—-]\s|\s(?:on|le|am|في)\s+\d|\d|$)")
_AND = re.compile(r"\s+(?:and|et|und|y|&)\s+", re.IGNORECASE)
_DASH = re.compile(r"[–—―-]{1,2}\s*(?P<rest>[^\W\d_].*)")
_CLOSING = re.compile(
    r"(?:yours\s(?:sincerely|faithfully|truly)|sincerely(?:\syours)?|(?:best|kind|warm)(?:est)?\s(?:regards|wishes)|regards"
    r"|respectfully|in\ssolidarity|cordialement|bien\sà\svous|amicalement|.{0,120}salutations?(?:\s\w+){1,3}"
    r"|mit\s(?:freundlichen|besten|herzlichen)\sgrüßen|hochachtungsvoll|atentamente|saludos(?:\s\w+)?|un\sabrazo"
    r"|مع\s(?:التحية|خالص\sالتحية|أطيب\sالتحيات|فائق\sالاحترام)|وتفضلوا\sبقبول.{0,40}|تحياتي|المخلص)\W*",
    re.IGNORECASE,
)


def find_creators(reading: Reading) -> list[TextFound]:
    """Candidates for the creator, surest first; usually one or none."""
    found = list(_front(reading))
    head = list(islice((line for line in reading.head if line.text), _HEAD))
    for line in head:
        found.extend(_byline(line))
    if reading.whole and len(head) >= 3:
        found.extend(_sign_off(reading.last_lines(_TAIL + 1)))
    unique: dict[str, TextFound] = {}
    for candidate in sorted(found, key=lambda item: -item.confidence):
        unique.setdefault(candidate.value.casefold(), candidate)
    return list(unique.values())[:5]


def _front(reading: Reading) -> Iterator[TextFound]:
    _, fields = front_matter(reading.head)
    for key in ("author", "creator"):
        if key in fields:
            yield fields[key]


def _byline(line: Line) -> Iterator[TextFound]:
    if len(line.text) > 160:
        return
    if match := _LABEL.fullmatch(line.text):
        yield from _names(match, line, "author-label", 0.85)
    elif match := _BY.fullmatch(line.text):
        # The one-word prepositions of French, German and Spanish begin many other lines too.
        is_plain = match["lead"].lower() in ("von", "par", "por")
        yield from _names(match, line, "byline", 0.6 if is_plain else 0.8)


def _names(match: re.Match[str], line: Line, method: str, confidence: float) -> Iterator[TextFound]:
    rest = match["rest"]
    end = _END_OF_NAME.search(rest)
    names = rest[: end.start()] if end else rest
    left = 0
    for separator in [*_AND.finditer(names), None]:
        right = separator.start() if separator else len(names)
        raw = names[left:right]
        if kinds.is_name(plain(raw)):
            at = line.span.start + match.start("rest") + left
            yield TextFound(plain(raw), Span(at, at + len(raw)), method, confidence)
        left = separator.end() if separator else right


def _sign_off(tail: Sequence[Line]) -> Iterator[TextFound]:
    for above, line in pairwise(tail):
        if _CLOSING.fullmatch(above.text) and kinds.is_name(line.text):
            yield TextFound(line.text, line.span, "sign-off", 0.75)
            return
    last = tail[-1] if tail else None
    if last is None or kinds.is_date(last.text):
        return
    dash = _DASH.fullmatch(last.text)
    if dash and kinds.is_name(dash["rest"]):
        at = last.span.start + dash.start("rest")
        yield TextFound(dash["rest"], Span(at, at + len(dash["rest"])), "sign-off", 0.6)
    elif kinds.is_name(last.text) and last.text[0].isupper():  # any few Arabic words would do; so none
        yield TextFound(last.text, last.span, "last-line", 0.4)
