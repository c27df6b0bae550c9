"""DSpace's ``dublin_core.xml``, as the Simple Archive Format wants it: the fields of its registry ``dc``.

What these say less exactly, or not at all, a second document can hold: ``metadata_dcterms.xml``, with the fields of the
registry ``dcterms``, which has all terms.
"""

from __future__ import annotations

import re

from preserve.describe.crosswalks.markup import Node, document, node
from preserve.describe.crosswalks.subject import TOLD_BY_FORM, Notes, Subject
from preserve.describe.record.terms import ELEMENT_OF, name_of
from preserve.describe.record.values import is_language_tag, is_uri
from preserve.model import Statement

_FIELDS = {
    "title": "title",
    "alternative": "title.alternative",
    "creator": "contributor.author",
    "contributor": "contributor",
    "publisher": "publisher",
    "created": "date.created",
    "issued": "date.issued",
    "available": "date.available",
    "dateCopyrighted": "date.copyright",
    "dateSubmitted": "date.submitted",
    "date": "date",
    "abstract": "description.abstract",
    "tableOfContents": "description.tableofcontents",
    "description": "description",
    "provenance": "description.provenance",
    "subject": "subject",
    "type": "type",
    "language": "language",
    "format": "format",
    "extent": "format.extent",
    "medium": "format.medium",
    "source": "relation.isbasedon",
    "spatial": "coverage.spatial",
    "temporal": "coverage.temporal",
    "identifier": "identifier",
    "bibliographicCitation": "identifier.citation",
    "isPartOf": "relation.ispartof",
    "hasPart": "relation.haspart",
    "isVersionOf": "relation.isversionof",
    "hasVersion": "relation.hasversion",
    "isReplacedBy": "relation.isreplacedby",
    "replaces": "relation.replaces",
    "requires": "relation.requires",
    "isReferencedBy": "relation.isreferencedby",
    "references": "relation.references",
    "isFormatOf": "relation.isformatof",
    "relation": "relation",
    "rights": "rights",
    "license": "rights.license",
}
"""The terms that DSpace has a field for, which says exactly the same."""
_BROADER = {
    "modified": "date",
    "valid": "date",
    "dateAccepted": "date",
    "hasFormat": "relation",
    "isRequiredBy": "relation",
    "conformsTo": "relation",
    "accessRights": "rights",
}
"""The terms for which there is only a field that says less."""
_OF_SCHEME = {
    ("subject", "LCSH"): "subject.lcsh",
    ("subject", "MESH"): "subject.mesh",
    ("subject", "DDC"): "subject.ddc",
    ("subject", "LCC"): "subject.lcc",
    ("format", "IMT"): "format.mimetype",
}
_OF_ADDRESSES = {
    "identifier": "identifier.uri",
    "rights": "rights.uri",
    "license": "rights.uri",
    "relation": "relation.uri",
}
_LOCALE = re.compile("([a-z]{2,3})-([A-Z]{2})")


def dspace(subject: Subject, notes: Notes) -> bytes:
    """The description as ``dublin_core``.  DSpace demands nothing of a file that is imported."""
    notes.rest(subject, {f"dcterms:{name}" for name in (*_FIELDS, *_BROADER)})
    for statement in subject.whole:
        if name_of(statement.term) in _BROADER:
            notes.less_exact(statement, f"dc.{_field(statement)}")
    return _dublin_core(subject, notes)


def dspace_item(subject: Subject, notes: Notes) -> tuple[bytes, bytes]:
    """``dublin_core.xml``, and ``metadata_dcterms.xml`` with what that does not say as exactly, b"" if it says all."""
    notes.rest(subject, ELEMENT_OF)
    rest = [s for s in subject.whole if s.term in ELEMENT_OF and name_of(s.term) not in _FIELDS]
    values = (node("dcvalue", s.value, {"element": name_of(s.term), "language": _language(s)}) for s in rest)
    terms = document(node("dublin_core", values, {"schema": "dcterms"})) if rest else b""
    return _dublin_core(subject, notes), terms


def _dublin_core(subject: Subject, notes: Notes) -> bytes:
    known = (s for s in subject.whole if name_of(s.term) in _FIELDS or name_of(s.term) in _BROADER)
    return document(node("dublin_core", (_value(s, notes) for s in known), {"schema": "dc"}))


def _value(statement: Statement, notes: Notes) -> Node:
    field = _field(statement)
    if statement.scheme not in TOLD_BY_FORM and (name_of(statement.term), statement.scheme) not in _OF_SCHEME:
        notes.scheme_left_out(statement)
    element, _, qualifier = field.partition(".")
    text = _locale(statement.value) if field == "language.iso" else statement.value
    return node(
        "dcvalue", text, {"element": element, "qualifier": qualifier or "none", "language": _language(statement)}
    )


def _language(statement: Statement) -> str:
    return _locale(statement.lang) if is_language_tag(statement.lang) else ""


def _field(statement: Statement) -> str:
    name = name_of(statement.term)
    if found := _OF_SCHEME.get((name, statement.scheme)):
        return found
    if name in _OF_ADDRESSES and is_uri(statement.value):
        return _OF_ADDRESSES[name]
    if name == "language" and is_language_tag(statement.value):
        return "language.iso"
    return _FIELDS.get(name) or _BROADER[name]


def _locale(tag: str) -> str:
    """``en_GB`` for ``en-GB``, as DSpace writes it; every other tag as it is."""
    return _LOCALE.sub(r"\1_\2", tag) if _LOCALE.fullmatch(tag) else tag
