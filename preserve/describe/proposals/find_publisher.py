"""Who published a text, where it says so: an imprint, a label, the head of a newspaper or of a letter."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from preserve.describe.proposals import imprint_words as words
from preserve.describe.proposals import line_kinds as kinds
from preserve.describe.proposals import names
from preserve.describe.proposals.front_matter import TextFound, front_matter, plain
from preserve.describe.proposals.line_words import small
from preserve.describe.proposals.masthead import LINES, masthead
from preserve.describe.proposals.preamble import preamble
from preserve.describe.proposals.reading import Line, Reading, Span

_HEAD = 20
_TAIL = 10
"""Lines at the beginning and at the end among which an imprint stands."""
_LONGEST = 100
_LONGEST_LINE = 200
_MOST_WORDS = 12
_LETTERHEAD = 60
_LABEL = re.compile(rf"[*_\s]*{words.PUBLISHER}\s*[*_]*[:：][*_]*\s*(?P<name>\S.*)")
_ISSUED = re.compile(rf"[*_\s(]*{words.ISSUED_BY}\s+(?P<name>\S.*)")
_PRINTER = re.compile(rf"[*_\s(]*{words.PRINTER}(?!\w)(?! and published)")
_ORGANISATION = re.compile(rf"(?<!\w)(?:{words.ORGANISATION}|{words.PRESS})(?!\w)")
_END = re.compile(
    r"\s*(?:[,،;؛|(\[<]|\s[–—-]\s|\.\s|\s(?:on|am|le|el|in|im|ب?تاريخ)\s+\d|[\s,]+\d{4}(?!\w)|https?:|www\.|$)"
)
_ARTICLE = re.compile(r"(?:the|der|die|das|dem|den|les|le|la|los|las|el)\s+")
"""In small letters: with a capital it is of the name."""
_QUOTES = "\"'«»„“”‘’*_ "
_NOT_ORGANISATIONS = frozenset(
    ["admin", "unknown", "the", "author", "me", "us", "self", "n/a", "none", "staff", "editor"]
)
_NAMED = re.compile(r"[^\W\d_]+\s+[«„“\"](?P<name>[^«»„“”\"]{2,60})[»“”\"]")


def find_publishers(reading: Reading) -> list[TextFound]:
    """Candidates for the publisher, surest first; usually none."""
    _, front = front_matter(reading.head)
    found = [front[key] for key in ("publisher", "organization") if key in front]
    head = [line for line in reading.head if line.text][:_HEAD]
    tail = reading.last_lines(_TAIL) if reading.whole else []
    top = preamble(reading.head)
    first = reading.head[top].span.start if top < len(reading.head) else len(reading.text)
    for line in {line.span.start: line for line in (*head, *tail)}.values():
        is_apart = line.span.start < first or line in tail
        found += _imprint(line, is_apart=is_apart)
    found += _head_of_paper([line for line in reading.head[: max(top, 1)] if line.text])
    unique: dict[str, TextFound] = {}
    for candidate in sorted(found, key=lambda item: -item.confidence):
        unique.setdefault(candidate.value.casefold(), candidate)
    return list(unique.values())[:3]


def _imprint(line: Line, *, is_apart: bool) -> Iterator[TextFound]:
    """The name after a label or a phrase such as "Published by"."""
    if len(line.text) > _LONGEST_LINE:
        return
    low = small(line.text)
    if len(low) != len(line.text) or _PRINTER.match(low):
        return
    label = _LABEL.match(low)
    match = label or _ISSUED.match(low)
    if not match or (line.text[0].islower() and not label):  # in the middle of a sentence
        return
    at, name = _name(line.text, match.start("name"))
    if not _is_organisation(name):
        return
    sure = 0.85 if label or _ORGANISATION.search(small(name)) else 0.6
    span = Span(line.span.start + at, line.span.start + at + len(name))
    method = "publisher-label" if label else "imprint"
    yield TextFound(plain(name), span, method, sure if is_apart else 0.5)


def _name(text: str, at: int) -> tuple[int, str]:
    """The name that begins at *at*, without an article, quotation marks and what follows it, and where it begins."""
    article = _ARTICLE.match(text, at)
    at = article.end() if article else at
    while at < len(text) and text[at] in _QUOTES:
        at += 1
    end = _END.search(text, at)
    return at, text[at : end.start() if end else len(text)].rstrip(_QUOTES + ".:")


def _is_organisation(name: str) -> bool:
    """Whether *name* may be that of a publisher: short, with letters, beginning as a name does, and no date."""
    if not 2 <= len(name) <= _LONGEST or len(name.split()) > _MOST_WORDS or not any(map(str.isalpha, name)):
        return False
    return not (
        name[0].islower() or name.casefold() in _NOT_ORGANISATIONS or kinds.is_date(name) or kinds.is_address(name)
    )


def _head_of_paper(lines: Sequence[Line]) -> Iterator[TextFound]:
    """The name of a paper above its date, or that of the office or society that writes, in the first line."""
    if not lines:
        return
    first = lines[0]
    text = first.text
    if masthead(tuple(lines[:LINES])):
        yield _whole(first, "masthead", 0.85)
        return
    is_name = text[0].isalpha() and len(text) <= _LETTERHEAD and kinds.is_headline(text) and not kinds.has_kind(text)
    if not is_name or not _ORGANISATION.search(small(text)):
        return
    if not (kinds.is_chrome(text) or kinds.is_field(text) or kinds.is_date(text) or names.is_byline(text)):
        is_above_title = len(lines) > 1 and kinds.has_kind(lines[1].text) and kinds.is_headline(lines[1].text)
        is_head = is_above_title or (text.isupper() and any(kinds.is_salutation(line.text) for line in lines))
        yield _whole(first, "letterhead", 0.8 if is_head else 0.6)


def _whole(line: Line, method: str, confidence: float) -> TextFound:
    """The name in the line; what stands in quotation marks behind a word such as "newspaper" is the name."""
    text, start = line.text, line.span.start
    if named := _NAMED.fullmatch(text):
        text, start = named["name"], start + named.start("name")
    return TextFound(plain(text), Span(start, start + len(text)), method, confidence)
