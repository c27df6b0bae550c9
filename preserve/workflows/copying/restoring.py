"""A history that is lost or damaged is brought back from the witness beside a copy, if that goes far enough.

Far enough is: an unbroken chain of this package that goes on to all that the catalogue knows, and in which everything
stands that the file here still says in whole lines.  A shorter one would hide what happened since.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from preserve.bag.sealing.staging import store_errors
from preserve.errors import CatalogError
from preserve.history import file as history
from preserve.history.chain import History
from preserve.history.entry import NOTE
from preserve.model import Event, Outcome, Package, Problem
from preserve.ports import Location
from preserve.storage import durable, names
from preserve.storage.signals import uninterrupted
from preserve.workflows.archive import Archive, software
from preserve.workflows.copying import rules
from preserve.workflows.copying.witness import whole_witness
from preserve.workflows.recorded import last_pins, missed_readings
from preserve.workflows.states import history_amiss


def restore_history(archive: Archive, package: Package, locations: Sequence[Location]) -> tuple[Problem, ...]:
    """Bring the history of *package* back if something is wrong with it and one of *locations* has a better one.

    What was in its place is kept aside.  What was done is told; nothing if nothing was.  ``StoreUnwritable``.
    """
    if history_amiss(archive, package) is None:
        return ()
    present = _present(archive, package)
    found = [(location, kept) for location in locations if (kept := whole_witness(package, location)) is not None]
    found = [(location, kept) for location, kept in found if _goes_on(archive, package, present, kept.past)]
    if not found:
        return ()
    location, longest = max(found, key=lambda each: len(each[1].past.entries))
    _put(archive, package, location, longest.data)
    text = (
        f"The history of {names.shown(package.name)} was lost or damaged, and was brought back from "
        f"{location.name}: it holds all that the catalogue knows of."
    )
    return (rules.HISTORY_RESTORED.at(package.name, text),)


def _present(archive: Archive, package: Package) -> History | None:
    try:
        return history.read(archive.history_of(package.name), package_id=package.id)
    except CatalogError:
        return None


def _goes_on(archive: Archive, package: Package, present: History | None, past: History) -> bool:
    """Whether *past* holds all that the catalogue, and the *present* file where it is no forgery, know of."""
    if set(last_pins(past)) != set(package.pinned):
        return False
    if missed_readings(archive, package, past):
        return False
    if present is None or present.broken:
        return True
    return {entry.digest for entry in present.entries} <= {entry.digest for entry in past.entries}


def _put(archive: Archive, package: Package, location: Location, data: bytes) -> None:
    place, now = archive.history_of(package.name), archive.clock.now()
    aside = archive.config.workroom / "set-aside" / package.name
    detail = f"This history was lost or damaged, and was brought back from the location {location.name}."
    event = Event(NOTE, now, Outcome.WARNING, (software(),), detail)
    with archive.workroom.begin() as bench, uninterrupted(), archive.workroom.locked(), store_errors(place):
        if os.path.lexists(place):
            aside.mkdir(parents=True, exist_ok=True)
            _keep(place, aside / f"{now:%Y-%m-%dT%H%M%SZ}{history.SUFFIX}")
        new = bench.place(place.name)
        durable.write_new(new, data, sync=True)
        os.replace(new, place)
        durable.sync_folder(place.parent)
        history.append(place, package.id, [event])


def _keep(place: Path, target: Path) -> None:
    while os.path.lexists(target):
        target = target.with_name(f"-{target.name}")
    os.link(place, target, follow_symlinks=False)
    durable.sync_folder(target.parent)
