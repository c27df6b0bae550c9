"""A package of which nothing is left here but its history: neither its folder nor a line in the catalogue."""

from __future__ import annotations

import os

from preserve.errors import UnknownPackage
from preserve.history import file as history
from preserve.history.readings import last_readings
from preserve.model import Package
from preserve.workflows.archive import Archive
from preserve.workflows.looking import find
from preserve.workflows.recorded import last_pins


def find_to_mend(archive: Archive, text: str) -> Package:
    """The package that *text* names: as ``find``, or by the name of a history that was left alone.

    Of the latter no more is known than what its history pins.  ``UnknownPackage`` if there is neither.
    """
    try:
        return find(archive, text)
    except UnknownPackage:
        lost = _by_history(archive, text)
        if lost is None:
            raise
        return lost


def _by_history(archive: Archive, name: str) -> Package | None:
    if "/" in name or name.startswith(".") or not os.path.lexists(archive.history_of(name)):
        return None
    past = history.read(archive.history_of(name))
    if past.broken or not past.entries:
        return None
    first, readings = past.entries[0], last_readings(past.events)
    return Package(
        id=first.package.removeprefix("urn:uuid:"),
        name=name,
        transfer="",
        title="",
        title_stands_in=True,
        sealed=first.event.time,
        bag_version="",
        files=0,
        bytes=0,
        pinned=last_pins(past),
        last_read_ok=readings.ok,
        last_read_bad=readings.bad,
    )
