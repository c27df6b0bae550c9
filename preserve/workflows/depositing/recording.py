"""Deposits in the history of a package: one event for each stage at which a run left one.

The event repeats the hash of the journal's last line, so that nobody can change a journal or a receipt unseen.  Its id
follows from that hash: what a run could not write down before it died, the next one does, once.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from preserve.deposit import rules
from preserve.deposit.journal.reading import Entry
from preserve.errors import CatalogError
from preserve.history import file as history
from preserve.history.entry import NewEntry
from preserve.model import Agent, Event, Outcome, Package, Problem
from preserve.model.deposits import Stage
from preserve.storage import names
from preserve.workflows.archive import Archive
from preserve.workflows.copying.notes import write_entries

TRANSFER = "tra"
"""The Library of Congress's event type *transfer*."""

ALTERED = "NOT what was sent"
"""How the note of a deposit begins whose verification found something else at the far end."""

_NOTE = re.compile(r"(?:.* )?Deposit (\S+), journal (sha256:[0-9a-f]{64})\.", re.DOTALL)
"""How the note of an event ends; what stands before it, others may have said."""

_DETAIL = re.compile(r"Deposited at (\S+) \(\S+\) as (\S+), form ")

_OUTCOMES = {
    Stage.SENT: Outcome.WARNING,
    Stage.ACCEPTED: Outcome.WARNING,
    Stage.STORED: Outcome.SUCCESS,
    Stage.VERIFIED: Outcome.SUCCESS,
    Stage.REFUSED: Outcome.FAIL,
    Stage.UNKNOWN: Outcome.NOT_DONE,
}


@dataclass(frozen=True, slots=True)
class Told:
    """What a history tells of one deposit: where it went, as what, and the hashes of lines of its journal."""

    target: str
    label: str
    heads: frozenset[str]


def record(archive: Archive, package: Package, entry: Entry, agents: tuple[Agent, ...]) -> None:
    """Write down how *entry* stands, for which *agents* answer, unless its history tells that already.

    ``CatalogError``, ``StoreUnwritable`` or ``Locked`` if that cannot be done.
    """
    if entry.story.stage in _OUTCOMES and not entry.problems:
        write_entries(archive, package.id, package.name, [_event(archive, package, entry, agents)])


def settle(archive: Archive, package: Package, entry: Entry, agents: tuple[Agent, ...]) -> bool:
    """Let journal and history agree; whether the history knew of how the journal ends.

    What a run could not write down before it died is written now, but for ``verified``: that is not believed of a
    journal of which the history knows nothing, and is to be verified again.

    ``CatalogError`` if the journal is not as it was written, or lacks a line of which the history tells: then it must
    not be acted on.  Otherwise as ``record``.
    """
    past = history.read(archive.history_of(package.name), package_id=package.id)
    told = told_by(past.events).get(entry.folder.name)
    if problem := next(iter(entry.problems), None) or contradicted(entry, told):
        raise CatalogError(problem.message, hint=problem.hint)
    known = told is not None and entry.story.head in told.heads
    if not known and entry.story.stage is not Stage.VERIFIED:
        record(archive, package, entry, agents)
    return known


def told_by(events: Iterable[Event]) -> Mapping[str, Told]:
    """What *events* of a history tell of deposits, by their names."""
    found: dict[str, Told] = {}
    for event in events:
        note, detail = _NOTE.fullmatch(event.note), _DETAIL.match(event.detail)
        if event.type == TRANSFER and note and detail:
            before = found.get(note[1])
            found[note[1]] = Told(detail[1], detail[2], (before.heads if before else frozenset()) | {note[2]})
    return found


def contradicted(entry: Entry, told: Told | None) -> Problem | None:
    """That the journal *entry* lacks a line of which the history *told*; None if it does not."""
    if told is None or told.heads <= set(entry.story.heads):
        return None
    text = f"The journal of the deposit {names.shown(entry.folder.name)} is not the one of which the history tells."
    return rules.JOURNAL_ALTERED.at(str(entry.folder), text)


def _event(archive: Archive, package: Package, entry: Entry, agents: tuple[Agent, ...]) -> NewEntry:
    story, opening = entry.story, entry.story.opening
    outcome = Outcome.FAIL if story.note.startswith(ALTERED) else _OUTCOMES[story.stage]
    detail = f"Deposited at {opening.target} ({opening.kind}) as {opening.label}, form {opening.form}: {story.stage}."
    said = [story.where, story.note, f"Deposit {opening.deposit}, journal {story.head}."]
    time = story.changed or archive.clock.now()
    event = Event(TRANSFER, time, outcome, agents, detail, " ".join(filter(None, said)))
    return NewEntry(event, str(uuid.uuid5(uuid.UUID(package.id), f"deposit:{opening.deposit}:{story.head}")))
