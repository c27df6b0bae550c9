"""The DCMI Metadata Terms: names, refinements, encoding schemes, and the ways in which people write them.

Inside preserve a term is always written ``dcterms:title``; ``dc:title``, ``DC.title`` and plain ``title`` are read
as the same.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from preserve.model.dublin_core import PROPERTIES

DC_NS = "http://purl.org/dc/elements/1.1/"
DCTERMS_NS = "http://purl.org/dc/terms/"
OAI_DC_NS = "http://www.openarchives.org/OAI/2.0/oai_dc/"
RECORD_NS = "urn:x-preserve:record:1.0"
XML_NS = "http://www.w3.org/XML/1998/namespace"
XSI_NS = "http://www.w3.org/2001/XMLSchema-instance"

ELEMENT_OF: Mapping[str, str] = MappingProxyType({f"dcterms:{name}": element for name, element in PROPERTIES.items()})
"""The dumb-down table: for each term the simple Dublin Core element that says the same less exactly, or ""."""

ORDER: Mapping[str, int] = MappingProxyType({term: place for place, term in enumerate(ELEMENT_OF)})
"""The place of each term in a record."""

ELEMENTS: tuple[str, ...] = (
    "title", "creator", "subject", "description", "publisher", "contributor", "date", "type", "format",
    "identifier", "source", "language", "relation", "coverage", "rights",
)  # fmt: skip
"""The fifteen elements of simple Dublin Core."""

DCMI_TYPES: tuple[str, ...] = (
    "Collection", "Dataset", "Event", "Image", "InteractiveResource", "MovingImage", "PhysicalObject", "Service",
    "Software", "Sound", "StillImage", "Text",
)  # fmt: skip
"""The DCMI Type Vocabulary."""

LANGUAGE_SCHEMES = frozenset(["RFC4646", "RFC3066", "RFC1766"])
"""The schemes whose values are language tags.  RFC5646 has no name in the XML Schemas of 2008."""

_SUBJECT = frozenset(["subject"])
_PLACE = frozenset(["coverage"])
_LANGUAGE = frozenset(["language"])
_TIME = frozenset(["date", "coverage"])
SCHEMES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        **dict.fromkeys(("LCSH", "MESH", "DDC", "LCC", "UDC"), _SUBJECT),
        **dict.fromkeys(("Point", "Box", "ISO3166", "TGN"), _PLACE),
        **dict.fromkeys(("RFC4646", "RFC3066", "RFC1766", "ISO639-2", "ISO639-3"), _LANGUAGE),
        **dict.fromkeys(("W3CDTF", "Period"), _TIME),
        "DCMIType": frozenset(["type"]),
        "IMT": frozenset(["format"]),
        "URI": frozenset([*ELEMENTS, ""]),
    }
)
"""The encoding schemes, each with the elements that it goes with."""

# How DSpace qualifies the elements where the qualifier is not itself the name of a term.
_DSPACE = {
    "contributor.author": "creator",
    "contributor.editor": "contributor",
    "coverage.temporal": "temporal",
    "date.copyright": "dateCopyrighted",
    "date.submitted": "dateSubmitted",
    "description.provenance": "provenance",
    "description.tableofcontents": "tableOfContents",
    "format.mimetype": "format",
    "identifier.citation": "bibliographicCitation",
    "identifier.uri": "identifier",
    "language.iso": "language",
    "relation.isbasedon": "source",
    "relation.uri": "relation",
    "rights.holder": "rightsHolder",
    "rights.license": "license",
    "rights.uri": "rights",
    "subject.lcsh": "subject",
    "subject.mesh": "subject",
    "subject.ddc": "subject",
    "subject.lcc": "subject",
    "title.alternative": "alternative",
}
_BY_NAME = {term.partition(":")[2].lower(): term for term in ELEMENT_OF}
_PREFIX = re.compile(r"(?:dc|dcterms|dct)\s*[.:_]\s*|https?://purl\.org/dc/(?:elements/1\.1|terms)/", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Heading:
    """A term as a person wrote it: *term* is "" where it is not one; *lang* as written, not judged."""

    term: str
    lang: str = ""


def term_of(text: str) -> str:
    """``dcterms:title`` for any usual way of writing that term, or "" if *text* is none of them."""
    plain = text.strip()
    prefixed = _PREFIX.match(plain)
    name = (plain[prefixed.end() :] if prefixed else plain).strip().lower()
    if found := _BY_NAME.get(name):
        return found
    if not prefixed or "." not in name:
        return ""
    element, _, qualifier = name.partition(".")
    if name in _DSPACE:
        return f"dcterms:{_DSPACE[name]}"
    refined = _BY_NAME.get(qualifier, "")
    if refined and ELEMENT_OF[refined] == element:
        return refined
    return f"dcterms:{element}" if qualifier in ("", "none") and element in ELEMENTS else ""


def heading(text: str) -> Heading:
    """What ``dc.title``, ``dc.title[en]`` (DSpace's way) or ``title@en`` stands for."""
    match = re.fullmatch(r"\s*(.*?)\s*(?:\[\s*([^\[\]]*?)\s*\]|@\s*([^@\s]*))?\s*", text, re.DOTALL)
    if match is None:
        return Heading("")
    return Heading(term_of(match[1]), match[2] or match[3] or "")


def nearest(text: str) -> str:
    """The term that *text* was probably meant to be, or "" if it resembles none."""
    name = re.sub(r"[\[@].*", "", _PREFIX.sub("", text.strip(), count=1), flags=re.DOTALL).rpartition(".")[2].lower()
    close = difflib.get_close_matches(name[:64], _BY_NAME, n=1, cutoff=0.7)
    return _BY_NAME[close[0]] if close else ""


def name_of(term: str) -> str:
    """``title`` for ``dcterms:title``."""
    return term.partition(":")[2]
