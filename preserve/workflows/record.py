"""The last step of sealing, and its repair: package, history and catalogue come to agree.

The order is rename, history, catalogue.  A run that dies in between leaves a whole package that nobody knows yet;
``reconcile`` finds it at the next start, reads every byte of it, and records it.
"""

from __future__ import annotations

from collections.abc import Sequence

from preserve.bag.sealing import seal as sealing
from preserve.bag.sealing.staging import Staging, store_errors
from preserve.bag.validate import Options, validate
from preserve.errors import BagError, DescriptionError, NotABag
from preserve.history import file as history
from preserve.history.entry import sealing as sealing_entry
from preserve.model import Event, Outcome, Package, Problem
from preserve.storage import durable, names
from preserve.storage.signals import uninterrupted
from preserve.workflows import rules
from preserve.workflows.archive import Archive, software
from preserve.workflows.packages import folders_in
from preserve.workflows.recorded import as_read, read_recorded


def publish(archive: Archive, staging: Staging, package: Package, events: Sequence[Event]) -> None:
    """Move the staged package into the store and record it.  The caller holds the store's lock."""
    with uninterrupted():
        sealing.publish(staging, archive.store)
        _record(archive, package, events)


def _record(archive: Archive, package: Package, events: Sequence[Event]) -> None:
    path = archive.history_of(package.name)
    with store_errors(path):
        history.append(path, package.id, [sealing_entry(package, package.sealed, archive.agents()), *events])
    archive.catalog.add(as_read(package, events))


def put_in_order(archive: Archive) -> tuple[Problem, ...]:
    """What every run does before it writes: sweep the litter of dead runs, then ``reconcile``.

    ``StoreUnwritable``, ``CatalogError`` or ``Locked`` if that cannot be done.
    """
    archive.workroom.sweep()
    return reconcile(archive)


def reconcile(archive: Archive) -> tuple[Problem, ...]:
    """Record the packages that are in the store but not in the catalogue; say what else lies there."""
    known = {package.name for package in archive.catalog.packages(with_pins=False)}
    problems: list[Problem] = []
    for name in folders_in(archive.store):
        if name in known:
            continue
        with uninterrupted(), archive.workroom.locked():
            if archive.catalog.by_name(name) is None and archive.place_of(name).is_dir():
                problems += _adopt(archive, name)
    return tuple(problems)


def copied(package: Package, first: Package) -> Problem:
    """That *package* has the id of *first*: somebody copied or renamed a folder of the store."""
    text = f"The folder {names.shown(package.name)} holds the package {names.shown(first.name)} a second time."
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
        return (copied(package, twin),)
    if found.has_history:
        with store_errors(archive.store):
            durable.sync_folder(archive.store)  # the run that wrote the history may have died before it did
        archive.catalog.add(package)
        return found.problems
    report = validate(archive.place_of(name), options=Options())
    if not report.valid:
        first = report.errors[0].message
        text = f"The package {names.shown(name)} was never recorded and is not valid: {first}"
        return (rules.SEALED_UNSOUND.at(name, text),)
    detail = "every checksum read; the run that sealed this package was interrupted before it could record it"
    event = Event("val", archive.clock.now(), Outcome.SUCCESS, (software(),), detail=detail)
    _record(archive, package, [event])
    return ()
