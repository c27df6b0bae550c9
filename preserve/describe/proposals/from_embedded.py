"""What stands in a document about itself, as proposals, each with where it stood."""

from __future__ import annotations

import re
from collections.abc import Iterator

from preserve.describe.proposals.reading import Reading, Span
from preserve.describe.record.terms import term_of
from preserve.model import Embedded, Identification

_LIKELY = 0.7
_SURE = 0.85
_COUNTED = 0.95
_LONGEST_TITLE = 300
_MOST = 50
_LONGEST_VALUE = 4000
_MAILBOX = re.compile(r"\s*\"?(?P<name>[^\"<>]*[^\"<>\s])\"?\s*(?:<[^<>]*>\s*)?")
_ON_PURPOSE = re.compile(
    r"html:meta\[(?:author|publisher|citation_\w+|article:(?:author|published_time)|dc(?:terms)?[.:].+)\]",
    re.IGNORECASE,
)
_ADDRESS_OF_PAGE = ("html:link[canonical]", "html:meta[og:url]")
_SITE = "html:meta[og:site_name]"
_URI = re.compile(r"(?:https?://\S+|doi:\S+|urn:\S+|ark:\S+)", re.IGNORECASE)
_JUNK = frozenset(
    ["", "unknown", "untitled", "none", "null", "n/a", "-", "anonymous", "author", "title", "user", "admin"]
)


def embedded(identification: Identification, reading: Reading | None) -> Iterator[tuple[str, Embedded, float]]:
    """Each term with the value that stood in the document, and how sure it is.

    The address that a page gives for itself is where it came from; the name of its site is proposed as its publisher.
    """
    for item in identification.embedded[:_MOST]:
        value, field = item.value.strip(), term_of(item.field)
        if item.method == "mail:From" and (named := _MAILBOX.fullmatch(value)):
            value = named["name"].strip()
        if not field or value.casefold() in _JUNK or len(value) > _LONGEST_VALUE:
            continue
        found = Embedded(field, value, item.method, item.lang)
        if item.method in _ADDRESS_OF_PAGE and _URI.fullmatch(value):
            yield "dcterms:source", found, _SURE
        else:
            yield field, found, _confidence(found, reading)
        if item.method == _SITE:
            yield "dcterms:publisher", found, _LIKELY


def _confidence(item: Embedded, reading: Reading | None) -> float:
    """The head of a message, and what a page was given on purpose, is surer than what an office program filled in.

    A page's title often names the site as well; it is sure where a heading of the page says the same.
    """
    if item.method == "pdf:pages":
        return _COUNTED
    if item.method.startswith("mail:") or _ON_PURPOSE.match(item.method):
        return _SURE
    if item.field == "dcterms:title" and item.method.startswith("html:") and reading:
        heading = rf"<h1\b[^<>]*>\s*{re.escape(item.value)}\s*</h1>"
        if len(item.value) <= _LONGEST_TITLE and re.search(heading, reading.text, re.IGNORECASE):
            return _SURE
    return _LIKELY


def located(data: bytes, value: str, reading: Reading | None) -> tuple[int | None, int | None]:
    """Where *value* first stands in the text of the file, if it does."""
    if reading is None:
        start = data.find(value.encode()) if value.isascii() and len(value) >= 4 else -1
        return (start, start + len(value)) if start >= 0 else (None, None)
    at = reading.text.find(value)
    octets = reading.octets(Span(at, at + len(value))) if at >= 0 else None
    return octets or (None, None)
