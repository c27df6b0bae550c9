"""MODS 3.8 (Library of Congress), after its own mapping from Dublin Core."""

from __future__ import annotations

from collections.abc import Iterator

from preserve.describe.crosswalks.agents import Name, name_of
from preserve.describe.crosswalks.links import link_of
from preserve.describe.crosswalks.markup import Node, document, group, lang, node
from preserve.describe.crosswalks.subject import Notes, Subject, all_terms
from preserve.describe.record.edtf import is_edtf
from preserve.describe.record.terms import DCMI_TYPES, XSI_NS
from preserve.describe.record.terms import name_of as name_of_term
from preserve.describe.record.values import is_language_tag, is_uri, is_w3cdtf, legal_under
from preserve.describe.record.write_xml import TITLE_STANDS_IN
from preserve.model import Statement

_NAMESPACE = "http://www.loc.gov/mods/v3"
_SCHEMA = f"{_NAMESPACE} http://www.loc.gov/standards/mods/v3/mods-3-8.xsd"
_XLINK = "http://www.w3.org/1999/xlink"
_TERMS = "http://purl.org/dc/terms/"

_ROLES = {
    "dcterms:creator": ("creator", "cre"),
    "dcterms:contributor": ("contributor", "ctb"),
    "dcterms:rightsHolder": ("rights holder", ""),
    "dcterms:mediator": ("mediator", ""),
}
"""The role of a name, and its code among the MARC relators where it has one."""
_DATES = {
    "dcterms:created": "dateCreated",
    "dcterms:issued": "dateIssued",
    "dcterms:modified": "dateModified",
    "dcterms:valid": "dateValid",
    "dcterms:dateCopyrighted": "copyrightDate",
    "dcterms:available": "dateOther",
    "dcterms:dateAccepted": "dateOther",
    "dcterms:dateSubmitted": "dateOther",
    "dcterms:date": "dateOther",
}
_RESOURCE_TYPES = {
    "Text": "text",
    "Sound": "sound recording",
    "StillImage": "still image",
    "MovingImage": "moving image",
    "PhysicalObject": "three dimensional object",
    "Software": "software, multimedia",
    "InteractiveResource": "software, multimedia",
    "Dataset": "software, multimedia",
}
"""What MODS calls a DCMI type; a collection, an event, a service and an image in general have no such word."""
_PHYSICAL = {"dcterms:extent": "extent", "dcterms:format": "form", "dcterms:medium": "form"}
_SUBJECTS = {"LCSH": "lcsh", "MESH": "mesh"}
_CLASSIFICATIONS = {"DDC": "ddc", "LCC": "lcc", "UDC": "udc"}
_TEXTS = {
    "dcterms:abstract": "abstract",
    "dcterms:tableOfContents": "tableOfContents",
    "dcterms:audience": "targetAudience",
}
_NOTES = {
    "dcterms:description": "",
    "dcterms:provenance": "ownership",
    "dcterms:bibliographicCitation": "preferred citation",
    "dcterms:educationLevel": "educationLevel",
    "dcterms:instructionalMethod": "instructionalMethod",
    "dcterms:accrualMethod": "accrualMethod",
    "dcterms:accrualPeriodicity": "accrualPeriodicity",
    "dcterms:accrualPolicy": "accrualPolicy",
}
"""The type of the note that a term becomes."""
_RIGHTS = {
    "dcterms:rights": "use and reproduction",
    "dcterms:license": "use and reproduction",
    "dcterms:accessRights": "restriction on access",
}
_RELATIONS = {
    "dcterms:isPartOf": "host",
    "dcterms:hasPart": "constituent",
    "dcterms:isVersionOf": "otherVersion",
    "dcterms:hasVersion": "otherVersion",
    "dcterms:isFormatOf": "otherFormat",
    "dcterms:hasFormat": "otherFormat",
    "dcterms:replaces": "preceding",
    "dcterms:isReplacedBy": "succeeding",
    "dcterms:isReferencedBy": "isReferencedBy",
    "dcterms:references": "references",
    "dcterms:source": "original",
    "dcterms:requires": "",
    "dcterms:isRequiredBy": "",
    "dcterms:conformsTo": "",
    "dcterms:relation": "",
}
"""The type of the related item; what MODS has no word for keeps that of Dublin Core."""
_CARRIED = (
    all_terms("title", "alternative", "identifier", "publisher", "type", "language", "subject")
    | all_terms("spatial", "temporal", "coverage")
    | {*_ROLES, *_DATES, *_PHYSICAL, *_TEXTS, *_NOTES, *_RIGHTS, *_RELATIONS}
)


def mods(subject: Subject, notes: Notes) -> bytes:
    """The description as ``mods``.

    MODS demands nothing: a name that is not written ``Family, Given`` stands there whole, without a type.
    """
    notes.rest(subject, _CARRIED)
    content = [
        *_titles(subject),
        *(_name(s, name_of(s, subject)) for s in subject.whole if s.term in _ROLES),
        *_types(subject),
        *group("originInfo", _origin(subject)),
        *(_language(s) for s in subject.of("language")),
        *group("physicalDescription", (_physical(s) for s in subject.whole if s.term in _PHYSICAL)),
        *(node(_TEXTS[s.term], s.value, lang(s)) for s in subject.whole if s.term in _TEXTS),
        *(_note(s) for s in subject.whole if s.term in _NOTES),
        *(_topic(s) for s in subject.of("subject")),
        *(_covered(s) for s in subject.of("spatial", "temporal", "coverage")),
        *(_related(s, notes) for s in subject.whole if s.term in _RELATIONS),
        *(_identifier(s) for s in subject.of("identifier")),
        *(_rights(s) for s in subject.whole if s.term in _RIGHTS),
    ]
    # MODS wants something in it; the package's own number is always known.
    content = content or [node("identifier", subject.urn, {"type": "uri"})]
    root = {"xmlns": _NAMESPACE, "xmlns:xlink": _XLINK, "xmlns:xsi": XSI_NS}
    return document(node("mods", content, {**root, "version": "3.8", "xsi:schemaLocation": _SCHEMA}))


def _titles(subject: Subject) -> Iterator[Node]:
    supplied = "yes" if subject.record.title_stands_in else ""
    for statement in subject.of("title"):
        yield node("titleInfo", [node("title", statement.value, lang(statement))], {"supplied": supplied})
    for statement in subject.of("alternative"):
        yield node("titleInfo", [node("title", statement.value, lang(statement))], {"type": "alternative"})


def _name(statement: Statement, name: Name) -> Node:
    role, code = _ROLES[statement.term]
    authority = {"authority": "marcrelator" if code else ""}
    terms = [node("roleTerm", role, {"type": "text", **authority})]
    terms += [node("roleTerm", code, {"type": "code", **authority})] if code else []
    if name.family:
        kind = "personal"
        parts = [("family", name.family), ("given", name.given), ("date", name.dates)]
    else:
        kind, parts = ("corporate" if name.is_organization else ""), [("", name.written)]
    written = [node("namePart", value, {"type": part, **lang(statement)}) for part, value in parts if value]
    return node("name", [*written, node("role", terms)], {"type": kind})


def _types(subject: Subject) -> Iterator[Node]:
    for statement in subject.of("type"):
        if word := _RESOURCE_TYPES.get(statement.value):
            yield node("typeOfResource", word)
        authority = "dct" if statement.value in DCMI_TYPES else ""
        yield node("genre", statement.value, {"authority": authority, **lang(statement)})


def _origin(subject: Subject) -> Iterator[Node]:
    for statement in subject.of("publisher"):
        yield node("publisher", statement.value, lang(statement))
    for statement in subject.whole:
        if element := _DATES.get(statement.term):
            kind = name_of_term(statement.term) if element == "dateOther" else ""
            yield node(element, statement.value, {**_encoding(statement), "type": kind, **lang(statement)})


def _encoding(statement: Statement) -> dict[str, str]:
    if is_w3cdtf(statement.value):
        return {"encoding": "w3cdtf"}
    return {"encoding": "edtf" if is_edtf(statement.value.strip()) else ""}


def _language(statement: Statement) -> Node:
    codes = {"ISO639-2": "iso639-2b", "ISO639-3": "iso639-3"}
    authority = codes.get(statement.scheme, "") if legal_under(statement.scheme, statement.value) else ""
    if not authority and is_language_tag(statement.value):
        authority = "rfc5646"
    kind = "code" if authority else "text"
    return node("language", [node("languageTerm", statement.value, {"type": kind, "authority": authority})])


def _physical(statement: Statement) -> Node:
    if statement.scheme == "IMT":
        return node("internetMediaType", statement.value)
    kind = "material" if statement.term == "dcterms:medium" else ""
    return node(_PHYSICAL[statement.term], statement.value, {"type": kind, **lang(statement)})


def _note(statement: Statement) -> Node:
    kind = "" if statement.value == TITLE_STANDS_IN else _NOTES[statement.term]
    return node("note", statement.value, {"type": kind, **lang(statement)})


def _topic(statement: Statement) -> Node:
    if authority := _CLASSIFICATIONS.get(statement.scheme):
        return node("classification", statement.value, {"authority": authority})
    uri = statement.value if statement.scheme == "URI" and is_uri(statement.value) else ""
    marks = {"authority": _SUBJECTS.get(statement.scheme, ""), "valueURI": uri, **lang(statement)}
    return node("subject", [node("topic", statement.value, marks)])


def _covered(statement: Statement) -> Node:
    """Where or when; a coverage that says neither is a note, for MODS has no word for both."""
    if statement.scheme in ("Point", "Box"):
        place = node("cartographics", [node("coordinates", statement.value)])
    elif statement.scheme == "ISO3166":
        place = node("geographicCode", statement.value, {"authority": "iso3166"})
    elif statement.term == "dcterms:temporal" or _encoding(statement)["encoding"]:
        place = node("temporal", statement.value, {**_encoding(statement), **lang(statement)})
    elif statement.term == "dcterms:spatial" or statement.scheme == "TGN":
        authority = "tgn" if statement.scheme == "TGN" else ""
        place = node("geographic", statement.value, {"authority": authority, **lang(statement)})
    else:
        return node("note", statement.value, {"type": "coverage", **lang(statement)})
    return node("subject", [place])


def _related(statement: Statement, notes: Notes) -> Node:
    kind = _RELATIONS[statement.term]
    word = name_of_term(statement.term)
    if list(_RELATIONS.values()).count(kind) > 1 and kind:
        notes.less_exact(statement, kind)
    link = link_of(statement.value)
    if link.kind:
        content = node("identifier", statement.value, {"type": "uri" if is_uri(statement.value) else link.kind})
    else:
        content = node("titleInfo", [node("title", statement.value, lang(statement))])
    other = {} if kind or word == "relation" else {"otherType": word, "otherTypeURI": f"{_TERMS}{word}"}
    return node("relatedItem", [content], {"type": kind, **other})


def _identifier(statement: Statement) -> Node:
    link = link_of(statement.value)
    if link.kind == "doi":
        return node("identifier", link.value, {"type": "doi"})
    return node("identifier", statement.value, {"type": "uri" if link.kind else "", **lang(statement)})


def _rights(statement: Statement) -> Node:
    address = statement.value if is_uri(statement.value) else ""
    marks = {"type": _RIGHTS[statement.term], "xlink:href": address, **lang(statement)}
    return node("accessCondition", statement.value, marks)
