"""Qualified Dublin Core: all terms with their languages and encoding schemes (DCMI XML Schemas of 2008-02-11).

The root is the ``qualifieddc`` of DCMI's own container schema.
"""

from __future__ import annotations

from collections.abc import Mapping

from preserve.describe.crosswalks.markup import document, lang, node
from preserve.describe.crosswalks.subject import Notes, Subject
from preserve.describe.record.terms import DCTERMS_NS, ELEMENT_OF, ORDER, SCHEMES, XSI_NS
from preserve.describe.record.values import legal_under
from preserve.model import Statement

_UNNAMED = frozenset(["", "EDTF", "RFC5646"])
"""No scheme, and those that have no name in these schemas: their values stand there without a type."""
_SCHEMA = "http://dublincore.org/schemas/xmls/qdc/2008/02/11/qualifieddc.xsd"


def dcterms(subject: Subject, notes: Notes) -> bytes:
    """The description as ``qualifieddc``; nothing that is said about the whole is lost."""
    root = {"xmlns:xsi": XSI_NS, "xsi:noNamespaceSchemaLocation": _SCHEMA}
    return qualified(subject, notes, "qualifieddc", root)


def qualified(subject: Subject, notes: Notes, root: str, attributes: Mapping[str, str]) -> bytes:
    """The same elements in a *root* of any name, with *attributes*; the prefix ``xsi`` is the caller's to declare."""
    notes.rest(subject, ELEMENT_OF)
    known = (s for s in subject.whole if s.term in ELEMENT_OF)
    elements = []
    for statement in sorted(known, key=lambda s: ORDER[s.term]):
        typed = _is_typed(statement)
        if statement.scheme not in _UNNAMED and not typed:
            notes.scheme_left_out(statement)
        marks = {"xsi:type": f"dcterms:{statement.scheme}"} if typed else lang(statement)
        if typed:
            notes.language_left_out(statement)
        elements.append(node(statement.term, statement.value, marks))
    return document(node(root, elements, {"xmlns:dcterms": DCTERMS_NS, **attributes}))


def _is_typed(statement: Statement) -> bool:
    """Whether the value is what its scheme demands, so that the schemas accept its ``xsi:type``."""
    fits = ELEMENT_OF[statement.term] in SCHEMES.get(statement.scheme, ())
    return fits and legal_under(statement.scheme, statement.value)
