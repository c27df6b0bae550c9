"""Whether somebody looks after all locations that hold copies, and whether they are there.  Nothing is written."""

from __future__ import annotations

from collections.abc import Iterator

from preserve.errors import BagError
from preserve.model import Problem
from preserve.storage import names
from preserve.workflows.archive import Archive
from preserve.workflows.identity import seen_store
from preserve.workflows.reporting import rules


def places_amiss(archive: Archive) -> Iterator[Problem]:
    """The locations with copies that cannot be reached, or that the configuration does not name; one finding each."""
    config = archive.config
    configured = config.named("locations")
    for place, (copies, failed) in sorted(archive.catalog.tally_of_copies().items()):
        if place not in configured:
            yield not_named(place, copies, failed)
            continue
        try:
            seen_store(config, place, config.folder_of(place))
        except BagError as error:
            yield Problem.of(error)


def not_named(place: str, copies: int, failed: int) -> Problem:
    """That the configuration does not name the location *place* with so many *copies*: an error if some *failed*."""
    lie = "1 copy lies" if copies == 1 else f"{copies:,} copies lie"
    text = f"{lie} in the location {names.shown(place)}, which the configuration does not name"
    if failed:
        which = "it failed its" if copies == 1 else f"{failed:,} of them failed their"
        return rules.FAILED_THERE.at("", f"{text}: {which} last check, and nobody sees to that.")
    return rules.NOT_COUNTED.at("", f"{text}. Nothing is promised of what lies there.")
