"""What programs derive from a file without being certain: proposals, each with the bytes that it came from.

Nothing here ever reaches ``dc.xml`` by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from importlib import import_module

from preserve.describe.find_creators import find_creators
from preserve.describe.find_dates import find_dates
from preserve.describe.find_title import TextFound, find_title, front_matter
from preserve.describe.reading import Reading, Span, read, without_markup
from preserve.describe.terms import term_of
from preserve.describe.weigh_dates import weigh_dates
from preserve.model import Embedded, Evidence, Identification, Proposal

TOOL = "preserve"
VERSION: str = import_module("preserve").__version__
"""Looked up by name: an import statement would tie this step to everything that the package offers."""
_EMBEDDED_CONFIDENCE = 0.7
_SURE = 0.85
_LONGEST_TITLE = 300
_MAILBOX = re.compile(r"\s*\"?(?P<name>[^\"<>]*[^\"<>\s])\"?\s*(?:<[^<>]*>\s*)?")
_ON_PURPOSE = re.compile(
    r"html:meta\[(?:author|citation_\w+|article:(?:author|published_time)|dc(?:terms)?[.:].+)\]", re.IGNORECASE
)
_MOST_EMBEDDED = 50
_LONGEST_VALUE = 4000
_NO_TEXT = re.compile(
    r"(?:image|audio|video|font|model|inode)/.*|application/(?!x-empty)(?!xhtml|x-tex|x-latex|json|x-ndjson|octet-stream).*"
)
_MARKUP = re.compile(r"text/(?:html|xml|rtf)|application/xhtml\+xml|application/xml|image/svg\+xml")
_NOT_PROSE = re.compile(
    r"text/(?:csv|tab-separated-values|css|calendar|vcard|x-vcard|troff|rtf)|application/.*|message/.*"
)
_JUNK = frozenset(
    ["", "unknown", "untitled", "none", "null", "n/a", "-", "anonymous", "author", "title", "user", "admin"]
)
_ARABIC = re.compile("[\u0600-\u06ff]")
_ARABIC_LANGUAGES = frozenset(["ar", "fa", "ur", "ps", "ckb", "sd", "ug", "arz", "apc", "ary"])


def propose(path: str, data: bytes, identification: Identification) -> tuple[Proposal, ...]:
    """Proposals for title, creator and dates of the payload file *path* with the content *data*.

    Offsets are octets in *data*: ``data[start:end]`` decodes to the evidence's text.  They are None where the value
    does not stand in the bytes as such.  Only the first MiB is read.  Binary, empty or undecodable content gives only
    what was embedded.  Never raises for any content.
    """
    mime = identification.mime.partition(";")[0].strip().lower()
    reading = None if _NO_TEXT.fullmatch(mime) else read(data, identification.charset)
    proposals = [
        _proposal(path, "dcterms:" + field, found, span, reading, identification)
        for field, found, span in (_derived(reading, mime) if reading else ())
    ]
    proposals += _embedded(path, data, identification, reading)
    return tuple(dict.fromkeys(proposals))


def _derived(reading: Reading, mime: str) -> Iterator[tuple[str, TextFound, Span]]:
    is_markup = _MARKUP.fullmatch(mime) is not None
    if not is_markup and not _NOT_PROSE.fullmatch(mime):
        if title := find_title(reading):
            yield "title", title, title.span
        for creator in find_creators(reading):
            yield "creator", creator, creator.span
    if mime == "text/rtf":
        return
    text = without_markup(reading).text if is_markup else reading.text
    _, front = front_matter(reading.head)
    dates = find_dates(text)
    weights = weigh_dates(text, dates, () if is_markup else reading.head)
    for found, weight in zip(dates, weights, strict=True):
        span = found.span
        is_front = "date" in front and front["date"].span.start <= span.start < front["date"].span.end
        confidence, method = (0.9, "front-matter") if is_front else (weight, f"date-{found.kind}")
        yield "date", TextFound(found.value, span, method, confidence), span


def _proposal(
    path: str, field: str, found: TextFound, span: Span, reading: Reading | None, identification: Identification
) -> Proposal:
    text, octets = found.value, None
    if reading:
        text, octets = reading.text[span.start : span.end], reading.octets(span)
    start, end = octets or (None, None)
    lang = _language(found.value, identification) if field == "dcterms:title" else ""
    evidence = Evidence(path, start, end, text)
    return Proposal(
        field, found.value, lang, round(found.confidence, 2), f"text:{found.method}", TOOL, VERSION, evidence
    )


def _embedded(path: str, data: bytes, identification: Identification, reading: Reading | None) -> Iterator[Proposal]:
    for item in identification.embedded[:_MOST_EMBEDDED]:
        value, field = item.value.strip(), term_of(item.field)
        if item.method == "mail:From" and (named := _MAILBOX.fullmatch(value)):
            value = named["name"].strip()
        if not field or value.casefold() in _JUNK or len(value) > _LONGEST_VALUE:
            continue
        start, end = _located(data, value, reading)
        evidence = Evidence(path, start, end, value)
        confidence = _embedded_confidence(item, value, reading)
        yield Proposal(field, value, item.lang, confidence, item.method, TOOL, VERSION, evidence)


def _embedded_confidence(item: Embedded, value: str, reading: Reading | None) -> float:
    """The head of a message, and what a page was given on purpose, is surer than what an office program filled in.

    A page's title often names the site as well; it is sure where a heading of the page says the same.
    """
    if item.method.startswith("mail:") or _ON_PURPOSE.match(item.method):
        return _SURE
    if item.field == "dcterms:title" and item.method.startswith("html:") and reading:
        heading = rf"<h1\b[^<>]*>\s*{re.escape(value)}\s*</h1>"
        if len(value) <= _LONGEST_TITLE and re.search(heading, reading.text, re.IGNORECASE):
            return _SURE
    return _EMBEDDED_CONFIDENCE


def _located(data: bytes, value: str, reading: Reading | None) -> tuple[int | None, int | None]:
    """Where *value* first stands in the text of the file, if it does."""
    if reading is None:
        start = data.find(value.encode()) if value.isascii() and len(value) >= 4 else -1
        return (start, start + len(value)) if start >= 0 else (None, None)
    at = reading.text.find(value)
    octets = reading.octets(Span(at, at + len(value))) if at >= 0 else None
    return octets or (None, None)


def _language(value: str, identification: Identification) -> str:
    """The language of a title, where the whole file is surely in one language and the scripts agree."""
    sure = [item for item in identification.languages if item.reliable and item.share >= 0.9]
    if len(sure) != 1:
        return ""
    is_arabic = sure[0].tag.partition("-")[0] in _ARABIC_LANGUAGES
    return sure[0].tag if is_arabic == bool(_ARABIC.search(value)) else ""


def merged(earlier: Iterable[Proposal], later: Iterable[Proposal]) -> tuple[Proposal, ...]:
    """*later* without what *earlier* holds already, whatever a person has decided about it since; then in order."""
    known = {_same(p) for p in earlier}
    return (*earlier, *(p for p in later if _same(p) not in known))


def _same(proposal: Proposal) -> Proposal:
    return replace(proposal, status=type(proposal.status).PENDING)
