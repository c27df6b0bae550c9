"""Histories that are not what the catalogue remembers: begun where there never was one, missed where one was lost.

A run that dies between rename and history leaves a whole package without a history: that one is begun late, and says
so.  But a history that is gone must not come back as a short one, as if nothing had happened.  The catalogue tells the
two apart: it knows of readings, and each of them stood in a history, as did each state that it knows of.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TypeGuard

from preserve.bag.sealing.staging import store_errors
from preserve.bag.validate import Options, validate
from preserve.errors import BagError
from preserve.history import file as history
from preserve.history import rules as history_rules
from preserve.history.chain import History
from preserve.history.entry import NOTE, NewEntry, sealing
from preserve.model import Event, Outcome, Package, PinnedDigest, Problem
from preserve.storage import names
from preserve.storage.times import rfc3339
from preserve.workflows import rules
from preserve.workflows.archive import Archive, software
from preserve.workflows.recorded import Recorded, as_read, last_pins, missed_readings, same_documents

_NEVER = (
    "every checksum read; no history of this package was found: the run that sealed it was interrupted, or it is lost"
)
_LOST = (
    "every checksum read; the history of this package is lost, and a person accepted that this one begins without it"
)


def had_history(known: Package | None) -> TypeGuard[Package]:
    """Whether the catalogue, where *known* stands, knows of anything that stood in the history of this package."""
    return known is not None and bool(known.last_read_ok or known.last_read_bad)


def remembered(package: Package, known: Package) -> Package:
    """*package* as it is to be catalogued while its history is lost: with what the catalogue has *known* of it."""
    return replace(package, pinned=known.pinned, last_read_ok=known.last_read_ok, last_read_bad=known.last_read_bad)


def begin(
    archive: Archive, package: Package, known: Package | None = None, *, accepted: bool = False
) -> tuple[Package | None, Problem]:
    """Read every byte of *package*, and begin the history that it does not have; the caller holds the store's lock.

    Returns it as it is to be catalogued, and what to tell of it; None if it is not what was sealed, or not what the
    catalogue has *known*: nothing is written then.  *accepted*: a person knows that there was a history.
    ``StoreUnwritable`` or ``HistoryBroken`` if it cannot be written.
    """
    shown = names.shown(package.name)
    pinned, version = (known.pinned, known.bag_version) if known else ((), "")
    try:
        options = Options(own=known is not None, pinned=pinned, expected_version=version)
        report = validate(archive.place_of(package.name), options=options)
    except BagError as error:
        return None, rules.PACKAGE_UNREADABLE.at(package.name, error.message)
    if not report.valid:
        text = f"The package {shown} has no history and is not valid, so none was begun: {report.errors[0].message}"
        return None, rules.SEALED_UNSOUND.at(package.name, text)
    now = archive.clock.now()
    found = "was known to be lost" if accepted else "was found"
    note = f"Written on {rfc3339(now)}, when no history {found}, from what the package itself says."
    agents = archive.agents() if accepted else (software(),)
    event = Event("val", now, Outcome.SUCCESS, agents, detail=_LOST if accepted else _NEVER)
    with store_errors(archive.store):
        first = sealing(package, package.sealed, archive.agents(), note)
        history.append(archive.history_of(package.name), package.id, [first, event])
    text = f"The package {shown} had no history; every byte of it was read, and one was begun that says so."
    return as_read(package, [event]), rules.HISTORY_BEGUN.at(package.name, text)


def shorter(archive: Archive, past: History, known: Package | None, name: str) -> Problem | None:
    """That the history *past* of the package *name* lacks a check, or a state, that the catalogue has *known*."""
    if past.broken or known is None:
        return None
    lost = missed_readings(archive, known, past)
    if not lost and not past.lacks(known.pinned):
        return None
    what = f"check of {rfc3339(lost[0])}" if lost else "last change of the package"
    text = (
        f"The history of the package {names.shown(name)} no longer holds the {what}, which the catalogue knows of: "
        "its end was cut off, or an older copy was put in its place."
    )
    return history_rules.SHORTER.at(name, text)


def accept_shorter(archive: Archive, recorded: Recorded, known: Package) -> Package | None:
    """Write into the history what it lost of what the catalogue has *known*, and that a person accepted that.

    Returns the package as it is to be catalogued.  None, and nothing is written, if a state was lost, and what lies in
    the folder is neither that one nor the one which the history knows, or these are not states of the same documents.
    ``StoreUnwritable`` or ``HistoryBroken`` if it cannot be written.
    """
    past, package = recorded.past, recorded.package
    pinned: tuple[PinnedDigest, ...] = ()
    lost = " and ".join(rfc3339(time) for time in missed_readings(archive, known, past))
    notes = [f"The catalogue knew of a check on {lost} that does not stand here."] if lost else []
    if past.lacks(known.pinned):
        last = last_pins(past)
        if set(recorded.found) not in (set(known.pinned), set(last)) or not same_documents(known.pinned, last):
            return None
        pinned = recorded.found
        package = replace(package, pinned=pinned)
        notes.append("The catalogue knew of a change of the package that does not stand here.")
    _accept(archive, package, "The end of this history is lost, and a person accepted that.", " ".join(notes), pinned)
    return package


def accept_former(archive: Archive, recorded: Recorded) -> Package:
    """Write into the history that the state which it knows last is lost, and that the one that lies there counts again.

    Returns the package as it is to be catalogued.  ``StoreUnwritable`` or ``HistoryBroken`` as above.
    """
    detail = "The last state of this package is lost, and a person accepted that."
    note = "An older copy lies in its place, which is a former state that this history pins."
    package = replace(recorded.package, pinned=recorded.found)
    _accept(archive, package, detail, note, recorded.found)
    return package


def _accept(archive: Archive, package: Package, detail: str, note: str, pinned: tuple[PinnedDigest, ...]) -> None:
    event = Event(NOTE, archive.clock.now(), Outcome.WARNING, archive.agents(), detail, note)
    with store_errors(archive.store):
        history.append(archive.history_of(package.name), package.id, [NewEntry(event, pinned=pinned)])
