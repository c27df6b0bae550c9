"""What programs derive from a file without being certain: proposals, each with the bytes that it came from.

Nothing here ever reaches ``dc.xml`` by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from importlib import import_module

from preserve.describe.proposals.find_abstract import find_abstract, find_abstract_of_page
from preserve.describe.proposals.find_creators import find_creators
from preserve.describe.proposals.find_dates import find_dates
from preserve.describe.proposals.find_publisher import find_publishers
from preserve.describe.proposals.find_source import find_sources, find_sources_of_page
from preserve.describe.proposals.find_title import find_title
from preserve.describe.proposals.find_title_of_page import find_title_of_page
from preserve.describe.proposals.from_embedded import embedded, located
from preserve.describe.proposals.front_matter import TextFound, front_matter
from preserve.describe.proposals.measure_extent import extent
from preserve.describe.proposals.reading import Reading, read, without_markup
from preserve.describe.proposals.weigh_dates import weigh_dates
from preserve.model import Evidence, Identification, Proposal

TOOL = "preserve"
VERSION: str = import_module("preserve").__version__
"""Looked up by name: an import statement would tie this step to everything that the package offers."""
_NO_TEXT = re.compile(
    r"(?:image|audio|video|font|model|inode)/.*|application/(?!x-empty)(?!xhtml|x-tex|x-latex|json|x-ndjson|octet-stream).*"
)
_PAGE = re.compile(r"text/html|application/xhtml\+xml")
_MARKUP = re.compile(r"text/(?:html|xml|rtf)|application/xhtml\+xml|application/xml|image/svg\+xml")
_NOT_PROSE = re.compile(
    r"text/(?:csv|tab-separated-values|css|calendar|vcard|x-vcard|troff|rtf)|application/.*|message/.*"
)
_PACKED = re.compile(
    r"^content-(?:transfer-encoding:\s*(?:base64|quoted)|type:\s*multipart)", re.IGNORECASE | re.MULTILINE
)
"""Says that the text of a message does not stand in the file as it is read."""
_HEAD_OF_MESSAGE = 16 * 1024
_SEEN = 0.95
"""What was counted, and a language of which there is much."""
_ENOUGH, _PLENTY = 60, 100
"""Letters by which a language is known surely, and beyond doubt."""
_ONCE = frozenset(["dcterms:source", "dcterms:publisher"])
_IN_ITS_LANGUAGE = frozenset(["dcterms:title", "dcterms:abstract"])
_ARABIC = re.compile("[\u0600-\u06ff]")
_ARABIC_LANGUAGES = frozenset(["ar", "fa", "ur", "ps", "ckb", "sd", "ug", "arz", "apc", "ary"])


def propose(path: str, data: bytes, identification: Identification) -> tuple[Proposal, ...]:
    """Proposals for the payload file *path* with the content *data*: what a text says of itself, and what it is.

    Title, creators, dates, languages, publisher, source, extent and abstract.  Offsets are octets in *data*:
    ``data[start:end]`` decodes to the evidence's text.  They are None where the value does not stand in the bytes as
    such.  Only the first MiB is read.  Binary, empty or undecodable content gives only what was embedded.  Never raises
    for any content.
    """
    mime = identification.mime.partition(";")[0].strip().lower()
    reading = None if _NO_TEXT.fullmatch(mime) else read(data, identification.charset)
    seen = "" if not reading else without_markup(reading).text if _MARKUP.fullmatch(mime) else reading.text
    proposals = [
        _proposal(path, "dcterms:" + field, found, reading, identification)
        for field, found in (_derived(reading, seen, mime) if reading else ())
        if reading
    ]
    proposals += _languages(path, data, identification, reading)
    if reading:
        proposals += _extent(path, reading, seen, mime)
    proposals += _embedded(path, data, identification, reading)
    return tuple(_distinct(proposals))


def _distinct(proposals: Sequence[Proposal]) -> Iterator[Proposal]:
    """*proposals* without repetition; an address or publisher that a page names in several places once, the surest."""
    best: dict[tuple[str, str], Proposal] = {}
    for one in proposals:
        if one.field in _ONCE:
            key = one.field, one.value
            best[key] = max(best.get(key, one), one, key=lambda other: other.confidence)
    yield from dict.fromkeys(best[p.field, p.value] if p.field in _ONCE else p for p in proposals)


def _derived(reading: Reading, seen: str, mime: str) -> Iterator[tuple[str, TextFound]]:
    if mime == "text/rtf":
        return
    is_markup = _MARKUP.fullmatch(mime) is not None
    if not is_markup and not _NOT_PROSE.fullmatch(mime):
        if title := find_title(reading):
            yield "title", title
        yield from (("creator", found) for found in find_creators(reading))
        yield from (("publisher", found) for found in find_publishers(reading))
        yield from (("source", found) for found in find_sources(reading))
        if abstract := find_abstract(reading):
            yield "abstract", abstract
    elif mime == "message/rfc822" and not _PACKED.search(reading.text, 0, _HEAD_OF_MESSAGE):
        if abstract := find_abstract(reading):
            yield "abstract", abstract
    elif _PAGE.fullmatch(mime):
        if title := find_title_of_page(reading):
            yield "title", title
        yield from (("source", found) for found in find_sources_of_page(reading))
        if abstract := find_abstract_of_page(reading, seen):
            yield "abstract", abstract
    yield from (("date", found) for found in _dates(reading, seen, is_markup=is_markup))


def _dates(reading: Reading, seen: str, *, is_markup: bool) -> Iterator[TextFound]:
    _, front = front_matter(reading.head)
    dates = find_dates(seen)
    weights = weigh_dates(seen, dates, () if is_markup else reading.head)
    for found, weight in zip(dates, weights, strict=True):
        span = found.span
        is_front = "date" in front and front["date"].span.start <= span.start < front["date"].span.end
        confidence, method = (0.9, "front-matter") if is_front else (weight, f"date-{found.kind}")
        yield TextFound(found.value, span, method, confidence)


def _proposal(path: str, field: str, found: TextFound, reading: Reading, identification: Identification) -> Proposal:
    span = found.span
    start, end = reading.octets(span) or (None, None)
    lang = _language(found.value, identification) if field in _IN_ITS_LANGUAGE else ""
    evidence = Evidence(path, start, end, reading.text[span.start : span.end])
    return Proposal(
        field, found.value, lang, round(found.confidence, 2), f"text:{found.method}", TOOL, VERSION, evidence
    )


def _languages(path: str, data: bytes, identification: Identification, reading: Reading | None) -> Iterator[Proposal]:
    """Each language of the text, with how the longest passage in it begins."""
    tool = next((run.agent for run in identification.runs if run.probe == "language"), None)
    name, version = (tool.name, tool.version) if tool else (TOOL, VERSION)
    for passage in identification.passages:
        sure = _SEEN if passage.letters >= _PLENTY else 0.85 if passage.letters >= _ENOUGH else 0.6
        evidence = Evidence(path, *located(data, passage.text, reading), passage.text)
        if evidence.start is None and (line := passage.text.partition("\n")[0].strip()):  # a page has tags between
            evidence = Evidence(path, *located(data, line, reading), line)
        method = "text:language-passages"
        yield Proposal("dcterms:language", passage.tag, "", sure, method, name, version, evidence, share=passage.share)


def _extent(path: str, reading: Reading, seen: str, mime: str) -> Iterator[Proposal]:
    """How long the whole file is: no place in it says so."""
    is_markup = _MARKUP.fullmatch(mime) is not None
    if (
        mime != "text/rtf"
        and (is_markup or not _NOT_PROSE.fullmatch(mime))
        and (value := extent(reading, seen, is_markup=is_markup))
    ):
        evidence = Evidence(path, None, None, "")
        yield Proposal("dcterms:extent", value, "", _SEEN, "text:counted", TOOL, VERSION, evidence)


def _embedded(path: str, data: bytes, identification: Identification, reading: Reading | None) -> Iterator[Proposal]:
    for field, item, confidence in embedded(identification, reading):
        evidence = Evidence(path, *located(data, item.value, reading), item.value)
        yield Proposal(field, item.value, item.lang, confidence, item.method, TOOL, VERSION, evidence)


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
