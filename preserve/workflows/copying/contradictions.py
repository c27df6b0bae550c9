"""The package store and a copy that say different things of one package, each with a history that bears it out.

Then one of the two was rewritten, or set back, together with its manifests and its history.  Neither proves anything
against the other, so neither may be written over from the other: only what was kept elsewhere tells which is true.
"""

from __future__ import annotations

from preserve.bag.sealing.assembling import is_state
from preserve.errors import CatalogError
from preserve.history import file as history
from preserve.model import Package, Problem
from preserve.ports import Location
from preserve.storage import names
from preserve.workflows.archive import Archive
from preserve.workflows.copying import rules
from preserve.workflows.copying.witness import whole_witness


def contradiction(archive: Archive, package: Package, location: Location) -> Problem | None:
    """That *location* has manifests which the history beside them pins, and the history in the store never did.

    A history that is the beginning of the one in the store contradicts nothing, nor does one that is broken.
    """
    there, theirs = location.copy_of(package.name), whole_witness(package, location)
    if there is None or theirs is None:
        return None
    try:
        ours = history.read(archive.history_of(package.name), package_id=package.id)
    except CatalogError:
        return None
    if ours.broken:
        return None
    others = theirs.past.states.keys() - ours.states.keys()  # none, if theirs is the beginning of ours
    if not any(is_state(there, tuple(state)) for state in others):
        return None
    text = (
        f"The package store and {location.name} contradict one another about {names.shown(package.name)}: in each, the "
        "manifests are those that its own history pins, and they differ. One of the two was rewritten, or set back."
    )
    return rules.COPIES_CONTRADICT.at(package.name, text)
