"""A package is read in full before it leaves."""

from __future__ import annotations

from preserve.bag.validate import Options, validate
from preserve.model import Package, ValidationReport
from preserve.ports import Progress
from preserve.storage.crew import Crew
from preserve.workflows.archive import Archive
from preserve.workflows.ours import Ours


def validated(
    archive: Archive, package: Package, progress: Progress | None = None, crew: Crew | None = None
) -> ValidationReport:
    """The judgement on *package* in the store, every byte of it read, by what was pinned of it when it was sealed.

    ``BagError`` if it cannot be read at all.
    """
    place = archive.place_of(package.name)
    options = Options(own=True, pinned=package.pinned, expected_version=package.bag_version)
    report = validate(place, options=options, progress=progress, crew=crew)
    ours = Ours(archive)
    return ours.told_apart(place, package, ours.in_its_place(package, report))
