"""The last step of sealing, and its repair: package, history and catalogue come to agree.

The order is rename, history, catalogue.  A run that dies in between leaves a whole package that nobody knows yet;
``reconcile`` finds it at the next start, reads every byte of it, and records it.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from preserve.bag.sealing import seal as sealing
from preserve.bag.sealing.staging import store_errors
from preserve.errors import BagError, DescriptionError, NotABag
from preserve.history import file as history
from preserve.history.entry import sealing as sealing_entry
from preserve.model import Event, Package, Problem
from preserve.storage import durable, names
from preserve.storage.signals import uninterrupted
from preserve.workflows import rules
from preserve.workflows.agreement import packages_in
from preserve.workflows.archive import Archive
from preserve.workflows.beginning import begin, had_history
from preserve.workflows.identity import remember_packages
from preserve.workflows.packages import read_package
from preserve.workflows.recorded import as_read, read_recorded
from preserve.workflows.states import tidy


@dataclass(frozen=True, slots=True)
class Sealed:
    """A package whose *bag* on the workbench both witnesses called valid; their words are the *events*."""

    bag: Path
    package: Package
    events: tuple[Event, ...]


def publish(archive: Archive, news: Sequence[Sealed]) -> int:
    """Move staged packages into the store and record them; how many of them, from the first on.

    The caller holds the store's lock, and no stop signal comes between.  ``StoreUnwritable`` or ``CatalogError``:
    what was moved and not recorded is recorded at the next start.
    """
    places = sealing.publish([(one.bag, one.package.name) for one in news], archive.store)
    _record(archive, news[: len(places)])
    remember_packages(archive.config)
    return len(places)


def _record(archive: Archive, news: Sequence[Sealed]) -> None:
    agents = archive.agents()
    with store_errors(archive.store):
        history.append_all(
            history.Addition(
                archive.history_of(one.package.name),
                one.package.id,
                [sealing_entry(one.package, one.package.sealed, agents), *one.events],
            )
            for one in news
        )
    archive.catalog.add_all([as_read(one.package, one.events) for one in news])


def put_in_order(archive: Archive) -> tuple[Problem, ...]:
    """What every run does before it writes: sweep the litter of dead runs, ``settle`` what they left, ``reconcile``.

    ``StoreUnwritable``, ``CatalogError`` or ``Locked`` if that cannot be done.
    """
    return (*tidy(archive), *reconcile(archive))


def reconcile(archive: Archive) -> tuple[Problem, ...]:
    """Record the packages that are in the store but not in the catalogue; say what else lies there.

    A package that the catalogue knows gets a history if it never had one; a history that was lost is left to a person.
    """
    known = set(archive.catalog.names())
    problems: list[Problem] = []
    for name, has_history in packages_in(archive.store):
        if name in known and has_history:
            continue
        with uninterrupted(), archive.workroom.locked():
            if not archive.place_of(name).is_dir():
                continue
            problems += _heal(archive, name) if archive.catalog.by_name(name) else _adopt(archive, name)
    return tuple(problems)


def copied(package: Package, first: str) -> Problem:
    """That *package* has the id of the one called *first*: somebody copied or renamed a folder of the store."""
    text = f"The folder {names.shown(package.name)} holds the package {names.shown(first)} a second time."
    return rules.PACKAGE_COPIED.at(package.name, text)


def _adopt(archive: Archive, name: str) -> tuple[Problem, ...]:
    try:
        found = read_recorded(archive, name)
    except (NotABag, DescriptionError) as error:
        return (rules.NOT_A_PACKAGE.at(name, error.message),)
    except BagError as error:
        return (rules.PACKAGE_UNREADABLE.at(name, error.message),)
    package = found.package
    twin = archive.catalog.get(package.id)
    if twin is not None:
        return (copied(package, twin.name),)
    if found.has_history:
        with store_errors(archive.store):
            durable.sync_folder(archive.store)  # the run that wrote the history may have died before it did
        archive.catalog.add(package)
        archive.catalog.put_copies(found.copies)
        return found.problems
    begun, problem = begin(archive, package)
    if begun is None:
        return (problem,)
    archive.catalog.add(begun)
    return ()  # as a run leaves it that was killed: nobody has to do anything


def _heal(archive: Archive, name: str) -> tuple[Problem, ...]:
    """Begin the history of a package that the catalogue knows, if there never was one, as far as it knows."""
    known = archive.catalog.by_name(name)
    if known is None or had_history(known) or os.path.lexists(archive.history_of(name)):
        return ()
    try:
        package = read_package(archive.place_of(name))
    except (BagError, DescriptionError) as error:
        return (rules.PACKAGE_UNREADABLE.at(name, error.message),)
    if package.id != known.id:
        return ()
    begun, problem = begin(archive, package, known)
    if begun is not None:
        archive.catalog.update(begun)
    return (problem,)
