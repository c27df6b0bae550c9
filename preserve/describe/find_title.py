"""The title of a text, if its first lines show one; otherwise nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from preserve.describe import line_kinds as kinds
from preserve.describe.reading import MAX_LINE, Line, Reading, Span

_LINES = 60
_LINES_BEFORE_TITLE = 12
_LETTER_LINES = 20
_LONG = 120
"""A line longer than this is a paragraph that is not wrapped by hand."""
_HEADING = re.compile(r"[ ]{0,3}(?P<marks>#{1,6})[ \t]+(?P<text>.*?)(?:[ \t]+#+)?[ \t]*")
_UNDERLINE = re.compile(r"=+|-{3,}")
_DECORATION = re.compile(r"\\(?=[^\w\s])|[*_`]{1,3}(?=\S)|(?<=\S)[*_`]{1,3}|!?\[(?P<label>[^\]]*)\]\([^)]*\)")
_INVISIBLE = "\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
_FRONT_FIELD = re.compile(
    r"(?P<key>title|author|creator|date)\s*:\s*(?P<quote>['\"]?)(?P<value>.+?)(?P=quote)\s*", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class TextFound:
    """A value found at *span*; *method* is a short stable word for how."""

    value: str
    span: Span
    method: str
    confidence: float


def find_title(reading: Reading) -> TextFound | None:
    """The first heading in Markdown, else a subject line, else the first short line that looks like a title.

    None for a text that begins with a paragraph, a letter without a subject, a list only, or nothing readable.
    """
    start, front = front_matter(reading.head)
    if "title" in front:
        return front["title"]
    every = reading.head[start:]
    lines = [line for line in every if line.text][:_LINES]
    if not lines or lines[0].text.startswith(("#!", "<?xml", "%!PS", "{\\rtf", "---BEGIN", "-----BEGIN")):
        return None
    following = _following(every)
    first = _first_line(lines, following)
    heading = _heading(lines, following)
    if heading is None:
        return first
    level, found = heading
    # A section's heading does not outrank a title that stands by itself at the very top.
    if level > 1 and first and first.span.start == lines[0].span.start and first.confidence >= 0.7:
        return first
    return found


def front_matter(lines: Sequence[Line]) -> tuple[int, dict[str, TextFound]]:
    """The fields title, author, creator and date of a YAML head between ``---`` lines, and the line after it."""
    if not lines or lines[0].text != "---":
        return 0, {}
    end = next((n for n, line in enumerate(lines[1:60], 1) if line.text in ("---", "...")), 0)
    found: dict[str, TextFound] = {}
    for line in lines[1:end]:
        match = _FRONT_FIELD.fullmatch(line.text)
        if match:
            at = line.span.start + match.start("value")
            value = match["value"].strip()
            span = Span(at, at + len(match["value"]))
            found.setdefault(match["key"].lower(), TextFound(value, span, "front-matter", 0.95))
    return (end + 1 if end else 0), found


def plain(text: str) -> str:
    """*text* without the marks of Markdown; an only-decorated text comes back as it is."""
    text = text.strip(_INVISIBLE)
    cleaned = " ".join(_DECORATION.sub(lambda mark: mark["label"] or "", text).split())
    return cleaned or text


def _following(lines: Sequence[Line]) -> dict[int, Line | None]:
    """For the start of each line, the very next line, blank or not."""
    return {line.span.start: following for line, following in zip(lines, [*lines[1:], None], strict=True) if line.text}


def _heading(lines: Sequence[Line], following: dict[int, Line | None]) -> tuple[int, TextFound] | None:
    """The first heading and its level."""
    for line in lines:
        if len(line.text) > MAX_LINE:
            continue
        match = _HEADING.fullmatch(line.text)
        if match and any(char.isalpha() for char in match["text"]):
            at = line.span.start + match.start("text")
            return len(match["marks"]), _found(match["text"], at, "markdown-heading", 0.9)
        below = following.get(line.span.start)
        if below and _UNDERLINE.fullmatch(below.text) and kinds.is_headline(line.text) and len(below.text) > 2:
            level = 1 if below.text.startswith("=") else 2
            return level, _found(line.text, line.span.start, "underlined-heading", 0.85)
    return None


def _first_line(lines: Sequence[Line], following: dict[int, Line | None]) -> TextFound | None:
    is_letter = any(kinds.is_salutation(line.text) for line in lines[:_LETTER_LINES])
    for place, line in enumerate(lines[:_LINES_BEFORE_TITLE]):
        text = line.text
        if len(text) > MAX_LINE:
            return None
        at = kinds.subject(text)
        if at and kinds.is_headline(text[at:]):
            return _found(text[at:], line.span.start + at, "subject-line", 0.8)
        if is_letter or _is_passed_over(text) or (kinds.is_field(text) and place < 8):
            continue
        if not kinds.is_headline(text) or _HEADING.fullmatch(text):
            return None
        confidence = _confidence(line, following.get(line.span.start), alone=len(lines) == 1)
        return _found(text, line.span.start, "first-line", confidence) if confidence else None
    return None


def _is_passed_over(text: str) -> bool:
    return (
        kinds.is_furniture(text)
        or kinds.is_address(text)
        or kinds.is_date(text)
        or kinds.is_list_item(text)
        or kinds.is_byline(text)
    )


def _confidence(line: Line, below: Line | None, *, alone: bool) -> float:
    """How sure it is that a headline is the title, by what stands in the very next line; 0 if it is a wrapped line."""
    if alone:
        return 0.3
    if below is None or not below.text:
        return 0.7
    text = below.text
    if kinds.is_byline(text) or kinds.is_date(text) or kinds.is_address(text) or _UNDERLINE.fullmatch(text):
        return 0.75
    return 0.6 if len(text) > _LONG and len(line.text) <= 100 else 0.0


def _found(text: str, start: int, method: str, confidence: float) -> TextFound:
    return TextFound(plain(text), Span(start, start + len(text)), method, confidence)
