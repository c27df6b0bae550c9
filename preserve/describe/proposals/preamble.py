"""Where the running text of a file begins: what stands before it tells of the text, what stands in it tells of others.

A by-line, a date or a greeting that a text quotes is not its own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from preserve.describe.proposals import line_kinds as kinds
from preserve.describe.proposals import names
from preserve.describe.proposals.reading import MAX_LINE, Line

PROSE = 45
"""A line of at least this length may be running text."""
LONG = 120
"""A longer line is a paragraph that is not wrapped by hand."""
_ENDS = (".", "…", "۔", '."', ".”", ".»", ".)", ":", ";", ",", "،", "؛")
_TARGET = re.compile(r"\]\([^()\s]{0,200}\)")
"""Where a link of Markdown leads, which is not read."""
_DATED = re.compile(r"\d{4}(?:\s?(?:г\.?|года|م))?\W*(?:\[?(?:https?://|www\.)\S+)?\W*$")


def preamble(lines: Sequence[Line]) -> int:
    """How many of *lines*, the first of a text with blank ones, come before its first line of running text."""
    for number, line in enumerate(lines):
        if is_prose(line, lines[number + 1] if number + 1 < len(lines) else None):
            return number
    return len(lines)


def is_prose(line: Line, below: Line | None) -> bool:
    """Whether *line* belongs to a paragraph, by its length, its end and the very next line."""
    text = _TARGET.sub("]", line.text) if "](" in line.text[:MAX_LINE] else line.text
    if len(text) < PROSE or kinds.is_list_item(text) or kinds.is_head_field(text) or names.is_byline(text):
        return False
    if len(text) <= LONG and _DATED.search(text):  # "Statement of the …, 27 December 2019,"
        return below is not None and len(below.text) >= PROSE
    if len(text) > LONG or text.endswith(_ENDS):
        return True
    if below is None or not below.text or len(below.text) > LONG or _DATED.search(below.text):
        return False
    return len(below.text) >= 3 and not (
        names.is_byline(below.text) or kinds.is_date(below.text) or kinds.is_rule(below.text)
    )
