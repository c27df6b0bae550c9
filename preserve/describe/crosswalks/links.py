"""What kind of persistent identifier a value is, by its form alone."""

from __future__ import annotations

import re
from dataclasses import dataclass

from preserve.describe.record.values import is_uri, legible

_FORMS = (
    ("doi", re.compile(r"(?:doi:\s?|info:doi/|https?://(?:dx\.|www\.)?doi\.org/)?(10\.\d{4,9}/\S+)", re.IGNORECASE)),
    ("handle", re.compile(r"(?:hdl:|info:hdl/|https?://hdl\.handle\.net/)(\d[\d.]*/\S+)", re.IGNORECASE)),
    ("ark", re.compile(r"(ark:/?\d{5,}/\S+)", re.IGNORECASE)),
    ("urn", re.compile(r"(urn:[a-z0-9][a-z0-9-]{0,31}:\S+)", re.IGNORECASE)),
    ("url", re.compile(r"((?:https?|ftp)://\S+)", re.IGNORECASE)),
)

_CREATIVE_COMMONS = re.compile(
    r"https?://creativecommons\.org/(?:licenses/(by(?:-nc)?(?:-nd|-sa)?)/([1-4]\.\d)|publicdomain/(zero)/1\.0)/?"
)


@dataclass(frozen=True, slots=True)
class Link:
    """*kind* is ``doi``, ``handle``, ``ark``, ``urn``, ``url``, or "" for what is no identifier that travels.

    *value* is written as registries want it: a DOI or handle without its resolver.
    """

    kind: str
    value: str


def link_of(value: str) -> Link:
    """What *value* is."""
    text = legible(value.strip())
    for kind, form in _FORMS:
        match = form.fullmatch(text)
        if match and (is_uri(text) or kind in ("doi", "handle")):
            return Link(kind, match[1])
    return Link("", text)


def spdx_of(value: str) -> str:
    """The name in the SPDX list of the Creative Commons licence at the address *value* (``CC-BY-4.0``), or ""."""
    match = _CREATIVE_COMMONS.fullmatch(value.strip())
    if match is None:
        return ""
    return "CC0-1.0" if match[3] else f"CC-{match[1].upper()}-{match[2]}"
