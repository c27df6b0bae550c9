"""schema.org in JSON-LD: a ``CreativeWork`` for search engines and the web of data."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from preserve.describe.crosswalks.agents import name_of
from preserve.describe.crosswalks.dates import plain_date, year_of
from preserve.describe.crosswalks.links import link_of
from preserve.describe.crosswalks.subject import Notes, Subject
from preserve.describe.record.terms import DCMI_TYPES
from preserve.describe.record.values import is_language_tag, is_uri, legible
from preserve.model import Statement

_TYPES = {
    "Collection": "Collection",
    "Dataset": "Dataset",
    "Image": "ImageObject",
    "MovingImage": "VideoObject",
    "Sound": "AudioObject",
    "StillImage": "ImageObject",
}
"""The types that schema.org has below CreativeWork; every DCMI type is named beside it as an additional type."""
_WORDS = {
    "title": "name",
    "alternative": "alternateName",
    "abstract": "abstract",
    "description": "description",
    "accessRights": "conditionsOfAccess",
    "bibliographicCitation": "creditText",
}
_PLAIN = {
    "format": "encodingFormat",
    "extent": "materialExtent",
    "medium": "material",
    "educationLevel": "educationalLevel",
    "language": "inLanguage",
}
_AGENTS = {
    "creator": "creator",
    "contributor": "contributor",
    "publisher": "publisher",
    "rightsHolder": "copyrightHolder",
}
_DATES = {"created": "dateCreated", "issued": "datePublished", "modified": "dateModified"}
_WORKS = {"isPartOf": "isPartOf", "hasPart": "hasPart", "source": "isBasedOn", "references": "citation"}
_SETS = {
    "LCSH": "http://id.loc.gov/authorities/subjects",
    "MESH": "http://id.nlm.nih.gov/mesh/",
    "DDC": "Dewey Decimal Classification",
    "LCC": "http://id.loc.gov/authorities/classification",
    "UDC": "Universal Decimal Classification",
}
_OTHERS = ("identifier", "type", "subject", "audience", "spatial", "temporal", "rights", "license", "dateCopyrighted")
_CARRIED = frozenset(f"dcterms:{name}" for name in (*_WORDS, *_PLAIN, *_AGENTS, *_DATES, *_WORKS, *_OTHERS))

_Json = Any
_Property = tuple[str, _Json]


def schema_org(subject: Subject, notes: Notes) -> bytes:
    """The description as one JSON-LD object.  schema.org demands nothing.

    A name of which nobody knows whether it is a person's has no type.
    """
    notes.rest(subject, _CARRIED)
    found: dict[str, dict[str, _Json]] = {}
    for statement in subject.whole:
        for key, value in _properties(statement, subject, notes):
            found.setdefault(key, {}).setdefault(json.dumps(value), value)  # what is said twice is said once
    kinds = [_TYPES[s.value] for s in subject.of("type") if s.value in _TYPES]
    root: dict[str, _Json] = {
        "@context": "https://schema.org",
        "@type": kinds[0] if kinds else "CreativeWork",
        "@id": subject.urn,
    }
    properties = {key: _one_or_all(list(values.values())) for key, values in found.items()}
    return (json.dumps({**root, **properties}, ensure_ascii=False, indent=2) + "\n").encode()


def _one_or_all(values: list[_Json]) -> _Json:
    return values[0] if len(values) == 1 else values


def _properties(statement: Statement, subject: Subject, notes: Notes) -> Iterator[_Property]:
    """What schema.org calls *statement*; nothing for what ``rest`` has told."""
    name = statement.term.partition(":")[2]
    text = legible(statement.value.strip())
    if key := _WORDS.get(name):
        yield key, _in_language(statement)
    elif key := _PLAIN.get(name):
        notes.language_left_out(statement)
        yield key, text
    elif key := _AGENTS.get(name):
        yield key, _agent(statement, subject)
    elif key := _DATES.get(name):
        yield from _dated(key, statement, notes)
    elif key := _WORKS.get(name):
        yield key, _work(statement)
    elif f"dcterms:{name}" in _CARRIED:
        yield from _other(name, text, statement, notes)


def _other(name: str, text: str, statement: Statement, notes: Notes) -> Iterator[_Property]:
    match name:
        case "identifier":
            link = link_of(text)
            yield "identifier", f"https://doi.org/{link.value}" if link.kind == "doi" else text
        case "type" if text in DCMI_TYPES:
            yield "additionalType", f"http://purl.org/dc/dcmitype/{text}"
        case "type":
            yield "genre", _in_language(statement)
        case "subject":
            yield _topic(statement, text)
        case "audience":
            yield "audience", {"@type": "Audience", "audienceType": _in_language(statement)}
        case "spatial":
            yield from _place(statement, notes)
        case "temporal":
            yield "temporalCoverage", _in_language(statement)
        case "license" | "rights" if is_uri(text):
            yield ("license" if name == "license" or "creativecommons.org" in text else "usageInfo"), text
        case "rights":
            yield "copyrightNotice", _in_language(statement)
        case "license":
            yield "license", {"@type": "CreativeWork", "name": _in_language(statement)}
        case _:
            yield from _copyright_year(statement, notes)


def _in_language(statement: Statement) -> _Json:
    text = legible(statement.value.strip())
    return {"@value": text, "@language": statement.lang} if is_language_tag(statement.lang) else text


def _agent(statement: Statement, subject: Subject) -> _Json:
    name = name_of(statement, subject)
    called = {"name": _in_language(statement)}
    if name.is_organization:
        return {"@type": "Organization", **called}
    if name.family and statement.term != "dcterms:publisher":
        parts = {"familyName": legible(name.family), "givenName": legible(name.given)}
        return {"@type": "Person", **called, **parts}
    return called


def _dated(key: str, statement: Statement, notes: Notes) -> Iterator[_Property]:
    if plain_date(statement.value):
        yield key, statement.value.strip()
    else:
        notes.left_out(statement, "schema.org takes certain dates only")


def _copyright_year(statement: Statement, notes: Notes) -> Iterator[_Property]:
    if year := year_of(statement.value):
        if statement.value.strip() != year:
            notes.less_exact(statement, "a year")
        yield "copyrightYear", int(year)
    else:
        notes.left_out(statement, "schema.org takes a year")


def _work(statement: Statement) -> _Json:
    link = link_of(statement.value)
    if link.kind == "doi":
        return {"@id": f"https://doi.org/{link.value}"}
    if is_uri(statement.value.strip()):
        return {"@id": statement.value.strip()}
    return {"@type": "CreativeWork", "name": _in_language(statement)}


def _topic(statement: Statement, text: str) -> _Property:
    if place := _SETS.get(statement.scheme):
        return "about", {"@type": "DefinedTerm", "name": text, "inDefinedTermSet": place}
    if statement.scheme == "URI":
        return "about", {"@id": text}
    return "keywords", _in_language(statement)


def _place(statement: Statement, notes: Notes) -> Iterator[_Property]:
    if statement.scheme in ("Point", "Box"):
        notes.left_out(statement, "schema.org takes names of places here")
        return
    if statement.scheme not in ("", "URI"):
        notes.scheme_left_out(statement)
    is_address = is_uri(statement.value) and statement.scheme == "URI"
    place = {"@id": statement.value} if is_address else {"name": _in_language(statement)}
    yield "spatialCoverage", {"@type": "Place", **place}
