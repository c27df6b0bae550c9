"""The title of a page: its heading, which names the page alone, where the title of its window may name the site too."""

from __future__ import annotations

import re
from html import unescape

from preserve.describe.proposals import line_kinds as kinds
from preserve.describe.proposals.front_matter import TextFound
from preserve.describe.proposals.reading import Reading, Span

_HEADING = re.compile(r"<h1\b[^<>]*>(?P<said>.{1,1000}?)</h1\s*>", re.IGNORECASE | re.DOTALL)
_TITLE = re.compile(r"<title\b[^<>]*>(?P<said>[^<>]{1,1000})", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")
_BETWEEN = re.compile(r"\s*[-–—|·•:»]\s")
_LONGEST = 300
_SCAN = 256 * 1024


def find_title_of_page(reading: Reading) -> TextFound | None:
    """The one main heading, if the title of the window begins with it and goes on with something else.

    Where both are the same, what is embedded says it already.
    """
    headings = list(_HEADING.finditer(reading.text, 0, _SCAN))
    title = _TITLE.search(reading.text, 0, _SCAN)
    if len(headings) != 1 or not title:
        return None
    said, whole = _seen(headings[0]["said"]), _seen(title["said"])
    if not 3 <= len(said) <= _LONGEST or kinds.is_chrome(said) or not whole.startswith(said):
        return None
    if not _BETWEEN.match(whole, len(said)):
        return None
    return TextFound(said, Span(*headings[0].span("said")), "heading-of-page", 0.85)


def _seen(markup: str) -> str:
    return " ".join(unescape(_TAG.sub(" ", markup)).split())
