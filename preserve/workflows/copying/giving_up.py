"""Copies that are gone for good: that is said once, with the reason, and they are waited for no more."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

from preserve.errors import BagError, UsageError
from preserve.model import Agent, Event, Outcome, Package, Problem
from preserve.storage import names
from preserve.workflows.archive import Archive, software
from preserve.workflows.copying.notes import write_down
from preserve.workflows.copying.ordered import Made, Replicated
from preserve.workflows.states import history_amiss


def give_up(
    archive: Archive, packages: Sequence[Package], location: str, why: str, agent: Agent
) -> Iterator[Replicated]:
    """Write into the histories of *packages* that their copies in *location* are gone for good, and *why*.

    The location need not be configured any more.  A copy that is still there is not given up: that would be no truth.
    Packages that have no copy there are passed over.  ``UsageError`` if *why* is empty.
    """
    reason = " ".join(why.split())
    if not reason:
        raise UsageError("Say why the copies are gone for good.", hint='For example: --given-up "the disk was stolen"')
    for package in packages:
        if any(copy.location == location for copy in archive.catalog.copies_of(package.id)):
            yield _given_up(archive, package, location, reason, agent)


def _given_up(archive: Archive, package: Package, location: str, reason: str, agent: Agent) -> Replicated:
    if error := _against(archive, package, location):
        return Replicated(package, location, Made.REFUSED, (Problem.of(error),), error)
    event = Event(
        type="del",
        time=archive.clock.now(),
        outcome=Outcome.SUCCESS,
        agents=(software(), agent),
        detail=f"The copy in {location} is gone for good: {reason}",
        location=location,
    )
    write_down(archive, package.id, package.name, [event])
    return Replicated(package, location, Made.GIVEN_UP)


def _against(archive: Archive, package: Package, location: str) -> BagError | None:
    name = names.shown(package.name)
    if location in archive.config.named("locations"):
        place = archive.config.folder_of(location) / package.name
        if os.path.lexists(place):
            hint = f"Move it away first, or mend it: preserve repair {name} --location {location}"
            return BagError(f"The copy of {name} is still there: {names.shown(str(place))}.", hint=hint)
    return history_amiss(archive, package)
