"""Beside each copy of a package lies its history as it was then: a witness, and the last resort if ours is lost."""

from __future__ import annotations

from preserve.errors import BagError, StoreUnreachable
from preserve.model import Package, Problem
from preserve.ports import Location
from preserve.storage import names
from preserve.workflows.archive import Archive
from preserve.workflows.copying import rules
from preserve.workflows.packages import read_file


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
