"""The head of a newspaper or a periodical: its name, and below it the day or the number of the issue."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from preserve.describe.proposals import imprint_words as words
from preserve.describe.proposals import line_kinds as kinds
from preserve.describe.proposals.find_dates import find_dates
from preserve.describe.proposals.line_words import small
from preserve.describe.proposals.reading import Line

_LONGEST = 60
LINES = 4
"""Lines that must be known to tell how many of them are the head."""
_NEWSPAPER = re.compile(rf"(?<!\w){words.NEWSPAPER}(?!\w)")
_ISSUE = re.compile(
    r"(?<!\w)(?:no|nr|vol|n°|nº|№|issue|jahrgang|nummer|année|numéro|año|número|núm|год|выпуск|номер|sayı|yıl"
    r"|العدد|عدد|السنة|شماره|سال)\.?\s*\d"
)


@lru_cache(8)
def masthead(lines: Sequence[Line]) -> int:
    """How many of *lines*, the first of a text without blank ones, are the head of a paper: two, three, or none.

    A headline must stand below it.
    """
    days = [line for line in lines[1:3] if is_day_of_issue(line.text)]
    size = 1 + (len(days) if lines[1:2] == tuple(days[:1]) else 0)
    if size < 2 or len(lines) <= size or not kinds.is_headline(lines[size].text):
        return 0
    name = lines[0].text
    is_name = len(name) <= _LONGEST and _NEWSPAPER.search(small(name)) and not kinds.has_kind(name)
    if not is_name or name.startswith("#") or kinds.is_chrome(name) or kinds.is_date(name):
        return 0
    return size


def is_day_of_issue(text: str) -> bool:
    """Whether the line is a date, perhaps with a price or a number, or the number of an issue."""
    if len(text) > 2 * _LONGEST:
        return False
    if kinds.is_date(text) or _ISSUE.search(small(text)):
        return True
    return any(found.span.start <= len("Donnerstag, den ") for found in find_dates(text))
