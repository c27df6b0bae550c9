"""Deposits in the history of a package: one event for each stage at which a run left one.

The event repeats the hash of the journal's last line, so that nobody can change a journal or a receipt unseen.  Its id
follows from that hash: what a run could not write down before it died, the next one does, once.
"""

from __future__ import annotations

import uuid

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

_MARK = "Deposit {}, journal "
"""In the note of an event, what the hash of the journal's last line follows."""

_OUTCOMES = {
    Stage.SENT: Outcome.WARNING,
    Stage.ACCEPTED: Outcome.WARNING,
    Stage.STORED: Outcome.SUCCESS,
    Stage.VERIFIED: Outcome.SUCCESS,
    Stage.REFUSED: Outcome.FAIL,
    Stage.UNKNOWN: Outcome.NOT_DONE,
}


def record(archive: Archive, package: Package, entry: Entry, agents: tuple[Agent, ...]) -> None:
    """Write down how *entry* stands, for which *agents* answer, unless its history tells that already.

    ``CatalogError``, ``StoreUnwritable`` or ``Locked`` if that cannot be done.
    """
    if entry.story.stage in _OUTCOMES and not entry.problems:
        write_entries(archive, package.id, package.name, [_event(archive, package, entry, agents)])


def settle(archive: Archive, package: Package, entry: Entry, agents: tuple[Agent, ...]) -> None:
    """Let journal and history agree: what a run could not write down before it died is written now.

    ``CatalogError`` if the journal is not as it was written, or lacks a line of which the history tells: then it must
    not be acted on.  Otherwise as ``record``.
    """
    heads = set() if entry.problems else _heads_told(archive, package, entry)
    if entry.problems or not heads <= set(entry.story.heads):
        problem = next(iter(entry.problems), None) or _contradicted(entry)
        raise CatalogError(problem.message, hint=problem.hint)
    if entry.story.head not in heads:
        record(archive, package, entry, agents)


def _heads_told(archive: Archive, package: Package, entry: Entry) -> set[str]:
    mark = _MARK.format(entry.story.opening.deposit)
    past = history.read(archive.history_of(package.name), package_id=package.id)
    notes = (event.note for event in past.events if event.type == TRANSFER)
    return {note.partition(mark)[2].removesuffix(".") for note in notes if mark in note}


def _contradicted(entry: Entry) -> Problem:
    text = f"The journal of the deposit {names.shown(entry.folder.name)} is not the one of which the history tells."
    return rules.JOURNAL_ALTERED.at(str(entry.folder), text)


def _event(archive: Archive, package: Package, entry: Entry, agents: tuple[Agent, ...]) -> NewEntry:
    story, opening = entry.story, entry.story.opening
    outcome = Outcome.FAIL if story.note.startswith(ALTERED) else _OUTCOMES[story.stage]
    detail = f"Deposited at {opening.target} ({opening.kind}) as {opening.label}, form {opening.form}: {story.stage}."
    said = [story.where, story.note, f"{_MARK.format(opening.deposit)}{story.head}."]
    time = story.changed or archive.clock.now()
    event = Event(TRANSFER, time, outcome, agents, detail, " ".join(filter(None, said)))
    return NewEntry(event, str(uuid.uuid5(uuid.UUID(package.id), f"deposit:{opening.deposit}:{story.head}")))
