"""Beside each copy of a package lies its history as it was then: a witness, and the last resort if ours is lost."""

from __future__ import annotations

from typing import NamedTuple

from preserve.errors import BagError, StoreUnreachable
from preserve.history.chain import History, judge
from preserve.history.entry import package_urn
from preserve.model import Package, Problem
from preserve.ports import Location
from preserve.storage import names
from preserve.workflows.archive import Archive
from preserve.workflows.copying import rules
from preserve.workflows.packages import read_file


class Kept(NamedTuple):
    """A history as a location keeps it."""

    data: bytes
    past: History


def whole_witness(package: Package, location: Location) -> Kept | None:
    """The history of *package* that *location* keeps, if it can be read and is an unbroken chain of that package."""
    if not location.name:
        return None
    try:
        location.reach()
        data = location.witness(package.name)
    except BagError:
        return None
    if not data:
        return None
    past = judge(data.splitlines(keepends=True), name=location.name, package=package_urn(package.id))
    return None if past.broken or past.torn or not past.entries else Kept(data, past)


def keep_witness(archive: Archive, package: Package, location: Location) -> tuple[Problem, ...]:
    """Let *location* have the history of *package* as it is now, if it goes on from the one that it has.

    One that says something else is not overwritten, but told.  ``StoreUnwritable`` if it cannot be written.
    """
    try:
        ours = read_file(archive.history_of(package.name))
        theirs = location.witness(package.name)
    except StoreUnreachable:
        raise
    except (OSError, BagError) as error:
        return (rules.WITNESS_DISAGREES.at(package.name, f"The history could not be kept beside the copy: {error}"),)
    if theirs is not None and not ours.startswith(theirs):
        text = (
            f"The history of {names.shown(package.name)} that {location.name} holds does not go on in the one here: "
            "one of the two was changed, or lost its end."
        )
        return (rules.WITNESS_DISAGREES.at(package.name, text),)
    if theirs != ours:
        location.keep_witness(package.name, ours)
    return ()
