"""A package of the store together with what its history says: the digests that were pinned when it was sealed.

Pins that are read from the package itself would prove nothing: a forger writes new manifests.  The history is the
other witness; where it disagrees, its word is kept and the disagreement is told.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from preserve.errors import BagError, CatalogError
from preserve.history import file as history
from preserve.history import rules as history_rules
from preserve.history.chain import History
from preserve.history.readings import CopyStory, Readings, copies_told, last_readings, lost_readings
from preserve.model import Copy, Event, Package, PinnedDigest, Problem
from preserve.storage import names
from preserve.storage.times import rfc3339
from preserve.workflows import rules
from preserve.workflows.archive import Archive
from preserve.workflows.packages import read_package


@dataclass(frozen=True, slots=True)
class Recorded:
    """The package as it is to be catalogued by its history *past*, and what is wrong with that.

    *found* are the digests of the manifests that lie in its folder, whatever the history says.
    """

    package: Package
    past: History
    problems: tuple[Problem, ...]
    found: tuple[PinnedDigest, ...]

    @property
    def has_history(self) -> bool:
        """Whether anything lies where its history should be, be it only the rubble of one."""
        return bool(self.past.whole) or any(problem.code == history_rules.NOT_A_FILE.code for problem in self.problems)

    @property
    def copies(self) -> tuple[Copy, ...]:
        """Its copies outside the package store, as its history tells; an edited one tells of none."""
        told = copies_told(() if self.past.broken else self.past.events)
        return tuple(Copy(self.package, where, story.made, *story.readings) for where, story in told.items())

    @property
    def is_former(self) -> bool:
        """Whether a state lies in the folder that is over, as the history tells."""
        return any(problem.code == rules.FORMER_STATE.code for problem in self.problems)


def read_recorded(archive: Archive, name: str) -> Recorded:
    """The package called *name*, pinned by its history.

    ``NotABag``, ``BagError`` or ``DescriptionError`` as ``read_package``; ``BagError`` also if its history cannot be
    read.
    """
    package = read_package(archive.place_of(name))
    try:
        past = history.read(archive.history_of(name), package_id=package.id)
    except CatalogError as error:
        raise BagError(error.message, hint=error.hint) from error
    if not past.entries:
        return Recorded(package, past, past.problems, package.pinned)
    problems = list(past.problems)
    pinned, found = last_pins(past), package.pinned
    if former := former_state(past, found, name):
        problems.append(former)
    elif pinned and set(pinned) != set(found):
        text = f"The manifests of the package {names.shown(name)} are not the ones that its history pins."
        problems.append(rules.PINS_DISAGREE.at(name, text))
    package = as_read(package, () if past.broken else past.events)  # an edited history proves no reading
    return Recorded(replace(package, pinned=pinned or found), past, tuple(problems), found)


def pins_of(archive: Archive, name: str) -> tuple[tuple[PinnedDigest, ...], tuple[Problem, ...]]:
    """What was pinned when the folder *name* of the store was sealed, and what is wrong with its history.

    Nothing of either if it has no history: then it was not sealed here.  ``CatalogError`` if that cannot be read.
    """
    place = archive.history_of(name)
    if not os.path.lexists(place):
        return (), ()
    past = history.read(place)
    return last_pins(past), past.problems


def last_pins(past: History) -> tuple[PinnedDigest, ...]:
    """The digests of the manifests in the present state of a package, as its history *past* pins them."""
    return next((entry.pinned for entry in reversed(past.entries) if entry.pinned), ())


def former_state(past: History, found: tuple[PinnedDigest, ...], name: str) -> Problem | None:
    """That the manifests *found* in the folder *name* are those of a state that its history *past* tells is over.

    None if they are not; and if the history is broken, or tells of other documents since: no change of ours does that,
    so it may be the work of whoever made them.
    """
    since = past.states.get(frozenset(found))
    newest = next((entry for entry in reversed(past.entries) if entry.pinned), None)
    if past.broken or since is None or newest is None or set(newest.pinned) == set(found):
        return None
    if not same_documents(found, newest.pinned):
        return None
    text = (
        f"The folder {names.shown(name)} holds the state of the package of {rfc3339(since)}; its history knows of a "
        f"newer one, of {rfc3339(newest.event.time)}: an older copy was put in its place."
    )
    return rules.FORMER_STATE.at(name, text)


def same_documents(one: Iterable[PinnedDigest], other: Iterable[PinnedDigest]) -> bool:
    """Whether two states of a package, by the digests of their manifests, hold the same payload, as they always do."""
    first, second = ({pin for pin in pins if pin.path.startswith("manifest-")} for pins in (one, other))
    return first == second


def as_read(package: Package, events: Iterable[Event]) -> Package:
    """*package* with the times of its last readings, as its *events* since sealing tell them."""
    readings = last_readings(events)
    return replace(package, last_read_ok=readings.ok, last_read_bad=readings.bad)


def readings_told(past: History) -> dict[str, CopyStory]:
    """What the history *past* tells of all copies, by location: when each was made, and its last readings."""
    own = CopyStory(past.entries[0].event.time, last_readings(past.events))
    return {"": own, **copies_told(past.events)}


def known_readings(archive: Archive, package: Package) -> dict[str, Readings]:
    """What the catalogue knows of the last readings of all copies of *package*, by location."""
    known = {"": Readings(package.last_read_ok, package.last_read_bad)}
    for copy in archive.catalog.copies_of(package.id):
        known[copy.location] = Readings(copy.last_read_ok, copy.last_read_bad)
    return known


def missed_readings(archive: Archive, package: Package, past: History) -> tuple[datetime, ...]:
    """When copies of *package* were read, as the catalogue knows, that its history *past* does not tell of any more."""
    return lost_readings(past.events, known_readings(archive, package))


def record_reading(archive: Archive, package: Package, event: Event) -> None:
    """Let the catalogue know of *event*, which stands in the history, if all of the copy was read in it.

    Whether a good reading ends what was found bad before only the whole history tells.
    """
    readings = last_readings([event], event.location)
    if not (readings.ok or readings.bad):
        return
    archive.catalog.note_doubts({}, event.time, [package.id])
    if readings.ok and _found_bad(archive, package, event.location):
        past = history.read(archive.history_of(package.name), package_id=package.id)
        whole = last_readings(past.events, event.location)
        archive.catalog.record_readings(package.id, whole.ok, whole.bad, location=event.location)
        return
    archive.catalog.record_reading(package.id, event.time, good=readings.bad is None, location=event.location)


def _found_bad(archive: Archive, package: Package, location: str) -> bool:
    if location:
        return any(copy.last_read_bad for copy in archive.catalog.copies_of(package.id) if copy.location == location)
    known = archive.catalog.get(package.id)
    return known is not None and known.last_read_bad is not None
