"""The address that a text was taken from, where it says so: never just any link that it holds."""

from __future__ import annotations

import re
from collections.abc import Iterator

from preserve.describe.proposals import imprint_words as words
from preserve.describe.proposals.front_matter import TextFound, front_matter
from preserve.describe.proposals.line_words import small
from preserve.describe.proposals.reading import Line, Reading, Span

_HEAD = 20
_TAIL = 15
"""Lines at the beginning and at the end among which an address with a label stands."""
_URI = (
    r"(?:https?://[^\s<>\"'«»“”‘’\u0600-\u0605،؛]+|doi:10\.\d{4,9}/\S+|urn:[a-z0-9][a-z0-9-]{0,31}:\S+|ark:/?\d{5}/\S+)"
)
_ADDRESS = re.compile(_URI, re.IGNORECASE)
_LABELLED = re.compile(
    rf"[*_>\s(\[]*{words.SOURCE}\s*[*_]*(?P<mark>[:：])?[*_]*\s*(?P<between>.{{0,80}}?)(?=https?:|doi:|urn:|ark:)"
)
_ALONE = re.compile(rf"[<(\[]?(?:{_URI})[>)\]]?", re.IGNORECASE)
_SAVED = re.compile(
    r"<!--\s*saved from url=\(\d+\)(?P<url>\S+)"
    r"|<!--\s*Page saved with SingleFile\s+url:\s*(?P<single>\S+)"
    r"|<!-- (?:Mirrored|Added) from (?P<mirror>\S+) by HTTrack",
    re.IGNORECASE,
)
_SNAPSHOT = re.compile(r"^Snapshot-Content-Location:\s*(?P<url>\S+)", re.MULTILINE | re.IGNORECASE)
_ENDS = frozenset(".,;:!?*_؟")
_HEAD_OF_PAGE = 16 * 1024
_FROM = ("source", "url", "canonical", "canonical_url", "permalink", "link")


def find_sources(reading: Reading) -> list[TextFound]:
    """Candidates for the address that a plain text came from, surest first; usually none.

    ``http``, ``https``, ``doi``, ``urn`` and ``ark`` only.
    """
    _, front = front_matter(reading.head)
    found = [front[key] for key in _FROM if key in front and _ADDRESS.fullmatch(front[key].value)]
    head = [line for line in reading.head if line.text][:_HEAD]
    tail = reading.last_lines(_TAIL) if reading.whole else []
    labelled = [one for line in {line.span.start: line for line in (*head, *tail)}.values() for one in _labelled(line)]
    if len({one.value for one in labelled}) > 1:  # a list of what was read
        labelled = [TextFound(one.value, one.span, one.method, 0.5) for one in labelled]
    found += labelled
    if not found and head and _ALONE.fullmatch(head[0].text):
        found.append(_address(head[0], 0, "address-above-text", 0.6))
    return _unique(found)


def find_sources_of_page(reading: Reading) -> list[TextFound]:
    """The address that a saved page says it was saved from."""
    found = []
    if match := _SAVED.search(reading.text, 0, _HEAD_OF_PAGE):
        group = match.lastgroup or ""
        value = match[group].removesuffix("-->")
        span = Span(match.start(group), match.start(group) + len(value))
        if group == "mirror":
            found.append(TextFound(f"http://{value}", span, "mirrored-from", 0.6))
        elif _ADDRESS.fullmatch(value):
            found.append(TextFound(value, span, "saved-from", 0.9))
    if match := _SNAPSHOT.search(reading.text, 0, _HEAD_OF_PAGE):
        found.append(TextFound(match["url"], Span(*match.span("url")), "saved-from", 0.9))
    return found


def _labelled(line: Line) -> Iterator[TextFound]:
    text = line.text
    if len(text) > 400 or ":" not in text:
        return
    match = _LABELLED.match(small(text))
    if not match or len(small(text)) != len(text) or (not match["mark"] and match["between"].strip(" <([")):
        return
    if len(_ADDRESS.findall(text)) == 1 or not match["between"].strip(" <(["):
        yield _address(line, match.end(), "source-label", 0.85)


def _address(line: Line, at: int, method: str, confidence: float) -> TextFound:
    match = _ADDRESS.search(line.text, at)
    assert match  # noqa: S101  the caller has seen it
    value = _trimmed(match.group())
    start = line.span.start + match.start()
    return TextFound(value, Span(start, start + len(value)), method, confidence)


def _trimmed(address: str) -> str:
    """*address* without the marks of the sentence or the brackets that it stands in."""
    for _ in address:
        last = address[-1:]
        opening = {")": "(", "]": "["}.get(last)
        if last not in _ENDS and not (opening and address.count(opening) < address.count(last)):
            break
        address = address[:-1]
    return address


def _unique(found: list[TextFound]) -> list[TextFound]:
    unique: dict[str, TextFound] = {}
    for candidate in sorted(found, key=lambda item: -item.confidence):
        unique.setdefault(candidate.value, candidate)
    return list(unique.values())[:3]
