"""The head of a newspaper or a periodical: its name, and below it the day or the number of the issue."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from preserve.describe import imprint_words as words
from preserve.describe import line_kinds as kinds
from preserve.describe.find_dates import find_dates
from preserve.describe.line_words import small
from preserve.describe.reading import Line

_LONGEST = 60
_NEWSPAPER = re.compile(rf"(?<!\w){words.NEWSPAPER}(?!\w)")
_ISSUE = re.compile(
    r"(?<!\w)(?:no|nr|vol|n°|nº|№|issue|jahrgang|nummer|année|numéro|año|número|год|выпуск|номер|sayı|yıl|العدد|عدد|السنة"
    r"|شماره|سال)\.?\s*\d"
)


@lru_cache(8)
def masthead(lines: Sequence[Line]) -> int:
    """How many of *lines*, the first of a text without blank ones, are the head of a paper: two, or none.

    A headline must stand below it.
    """
    if len(lines) < 3 or not kinds.is_headline(lines[2].text):
        return 0
    name, below = lines[0].text, lines[1].text
    is_name = len(name) <= _LONGEST and _NEWSPAPER.search(small(name)) and not kinds.has_kind(name)
    if not is_name or name.startswith("#") or kinds.is_chrome(name) or kinds.is_date(name):
        return 0
    return 2 if is_day_of_issue(below) else 0


def is_day_of_issue(text: str) -> bool:
    """Whether the line is a date, perhaps with a price or a number, or the number of an issue."""
    if len(text) > 2 * _LONGEST:
        return False
    if kinds.is_date(text) or _ISSUE.search(small(text)):
        return True
    return any(found.span.start <= len("Donnerstag, den ") for found in find_dates(text))
