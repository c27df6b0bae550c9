"""Descriptions as rows of a table to be filled in: what is said, what is missing, and what is proposed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from preserve.describe.crosswalks.table import PROPOSED, Key, Row
from preserve.describe.record.terms import ELEMENT_OF, name_of
from preserve.describe.record.write_xml import TITLE_STANDS_IN
from preserve.describe.review.choose import about_of
from preserve.describe.review.revise import Description
from preserve.model import Package, Proposal, ProposalStatus, Record, Statement
from preserve.storage.names import shown

LEAD = ("filename", "id", "missing")
"""The columns before the terms."""

WANTED = ("title", "creator", "date", "type", "language", "rights")
"""The elements that a description should have, or a refinement of them; those it has not are told as missing."""

_MOST_PROPOSED = 3
_SURE_ENOUGH = 0.5
"""Less sure proposals are shown by ``preserve describe ID``, beside their evidence."""


def review_rows(package: Package, description: Description) -> Iterator[Row]:
    """A row for the package, then one for each of its files that something is said of or proposed for.

    Where the file name stands in for a title, there is none.
    """
    record, one_file = description.record, package.files == 1
    said: dict[str, list[tuple[Key, str]]] = {"": []}
    for statement in record.statements:
        if statement.value.strip() and not (record.title_stands_in and _stands_in(statement)):
            said.setdefault(statement.about, []).append(((statement.term, statement.lang), statement.value))
    for about, proposals in _pending(description.proposals, one_file=one_file).items():
        said.setdefault(about, []).extend(_best(proposals, said.get(about, ())))
    for about, values in sorted(said.items()):
        name = f"{package.name}/{about}" if about else package.name
        lead = (f"urn:uuid:{package.id}", "; ".join(missing(record))) if not about else ()
        yield Row((shown(name), *lead), tuple(values))


def missing(record: Record) -> tuple[str, ...]:
    """The elements of ``WANTED`` of which nothing is said about the package as a whole."""
    said = {
        ELEMENT_OF.get(statement.term, "")
        for statement in record.statements
        if not statement.about and not (record.title_stands_in and _stands_in(statement))
    }
    return tuple(element for element in WANTED if element not in said)


def _stands_in(statement: Statement) -> bool:
    term = name_of(statement.term)
    return not statement.about and (term == "title" or (term == "provenance" and statement.value == TITLE_STANDS_IN))


def _pending(proposals: Sequence[Proposal], *, one_file: bool) -> dict[str, list[Proposal]]:
    found: dict[str, list[Proposal]] = {}
    for proposal in proposals:
        if proposal.status is ProposalStatus.PENDING:
            found.setdefault(about_of(proposal, one_file=one_file), []).append(proposal)
    return found


def _best(proposals: Sequence[Proposal], said: Sequence[tuple[Key, str]]) -> Iterator[tuple[Key, str]]:
    """The surest candidates of each term, which are not said already, the surest first."""
    known = {(term, value) for (term, _), value in said}
    told: dict[str, int] = {}
    for proposal in sorted(proposals, key=lambda one: -one.confidence):
        place = proposal.field, proposal.value
        if proposal.confidence < _SURE_ENOUGH:
            return
        if place not in known and told.get(proposal.field, 0) < _MOST_PROPOSED:
            known.add(place)
            told[proposal.field] = told.get(proposal.field, 0) + 1
            yield (PROPOSED + proposal.field, proposal.lang), proposal.value
