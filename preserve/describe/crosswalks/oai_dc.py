"""Simple Dublin Core as OAI-PMH 2.0 demands it of every repository (``oai_dc:dc``, the fifteen elements)."""

from __future__ import annotations

from preserve.describe.crosswalks.subject import Notes, Subject
from preserve.describe.record.terms import ELEMENT_OF, name_of
from preserve.describe.record.write_xml import TITLE_STANDS_IN, oai_dc_xml


def oai_dc(subject: Subject, notes: Notes) -> bytes:
    """The description as ``oai_dc:dc``: word for word the ``oai_dc.xml`` that lies in the package."""
    marker = {"dcterms:provenance"} if subject.record.title_stands_in else set()
    notes.rest(subject, marker | {term for term, element in ELEMENT_OF.items() if element})
    for statement in subject.whole:
        element = ELEMENT_OF.get(statement.term, "")
        if element and element != name_of(statement.term):
            notes.less_exact(statement, element)
        elif statement.term in marker and statement.value != TITLE_STANDS_IN:
            notes.left_out(statement)
    return oai_dc_xml(subject.record)
