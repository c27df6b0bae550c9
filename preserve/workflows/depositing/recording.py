"""Deposits in the history of a package: one event for each stage at which a run left one.

The event repeats the hash of the journal's last line, so that nobody can change a journal or a receipt unseen.  Its id
follows from that hash: what a run could not write down before it died, the next one does, once.
"""

from __future__ import annotations

import uuid

from preserve.deposit.journal.reading import Entry
from preserve.history.entry import NewEntry
from preserve.model import Event, Outcome, Package
from preserve.model.deposits import Stage
from preserve.workflows.archive import Archive
from preserve.workflows.copying.notes import write_entries

TRANSFER = "tra"
"""The Library of Congress's event type *transfer*."""

ALTERED = "NOT what was sent"
"""How the note of a deposit begins whose verification found something else at the far end."""

_OUTCOMES = {
    Stage.SENT: Outcome.WARNING,
    Stage.ACCEPTED: Outcome.WARNING,
    Stage.STORED: Outcome.SUCCESS,
    Stage.VERIFIED: Outcome.SUCCESS,
    Stage.REFUSED: Outcome.FAIL,
    Stage.UNKNOWN: Outcome.NOT_DONE,
}


def record(archive: Archive, package: Package, entry: Entry) -> None:
    """Write down how *entry* stands, unless its history tells that already.

    ``CatalogError``, ``StoreUnwritable`` or ``Locked`` if that cannot be done.
    """
    if entry.story.stage in _OUTCOMES and not entry.problems:
        write_entries(archive, package.id, package.name, [_event(archive, package, entry)])


def _event(archive: Archive, package: Package, entry: Entry) -> NewEntry:
    story, opening = entry.story, entry.story.opening
    outcome = Outcome.FAIL if story.note.startswith(ALTERED) else _OUTCOMES[story.stage]
    detail = f"Deposited at {opening.target} ({opening.kind}) as {opening.label}, form {opening.form}: {story.stage}."
    said = [story.where, story.note, f"Deposit {opening.deposit}, journal {story.head}."]
    event = Event(
        TRANSFER, story.changed or archive.clock.now(), outcome, archive.agents(), detail, " ".join(filter(None, said))
    )
    return NewEntry(event, str(uuid.uuid5(uuid.UUID(package.id), f"deposit:{opening.deposit}:{story.head}")))
