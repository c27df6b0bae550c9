"""A new state of a package takes the place of the former one: store, history and catalogue come to agree.

The next state is laid out, the history takes down what it is and its digests, the two change places in one step, the
catalogue follows.  The line in the history decides: a run that dies before it has changed nothing, and what one has
left that dies after it is finished by the next (``docs/decisions/0015-states.md``).
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from preserve.bag.sealing import swapping
from preserve.bag.sealing.errors import store_errors
from preserve.bag.sealing.shelf import Shelf
from preserve.bag.sealing.staging import remove_tree
from preserve.errors import BagError, CatalogError, HistoryBroken, Locked, PreserveError, StoreUnwritable
from preserve.history import file as history
from preserve.history.entry import NewEntry
from preserve.model import Event, Package, Problem
from preserve.storage import names
from preserve.storage.signals import uninterrupted
from preserve.workflows import rules
from preserve.workflows.archive import Archive
from preserve.workflows.copying.notes import recorder
from preserve.workflows.packages import pins_at, read_package
from preserve.workflows.pending import catch_up
from preserve.workflows.recorded import last_pins, missed_readings, pins_of


@dataclass(frozen=True, slots=True)
class NewState:
    """A whole and durable *bag* on the workbench that is to take the place of *former*.

    *package* is what it will be in the catalogue, *event* what the history will say of it.
    """

    bag: Path
    former: Package
    package: Package
    event: Event


def changed_meanwhile(archive: Archive, package: Package) -> BagError | None:
    """What to tell if *package* has another state by now than the catalogue told before, else None."""
    now = archive.catalog.get(package.id)
    if now is not None and (now.name, now.pinned) == (package.name, package.pinned):
        return None
    return BagError(
        f"The package {names.shown(package.name)} was changed by somebody else meanwhile.",
        hint="Nothing of yours was written. Look at it again, then repeat the command.",
    )


def publish(archive: Archive, news: Sequence[NewState]) -> dict[str, PreserveError]:
    """Let all of *news* take their places; by package id, why some did not: those packages are as they were.

    The former states, and what could not take its place, lie where the new bags were: on the workbench, to be removed.
    ``StoreUnwritable``, ``CatalogError`` or ``Locked`` end the run.  What the histories have then is finished by the
    next start; all else is as it was.
    """
    refused: dict[str, PreserveError] = {}
    changing = archive.workroom.changing
    with uninterrupted(), archive.workroom.locked():
        settle_locked(archive)
        ready = [one for one in news if not _refuse(archive, one, refused)]
        swapping.lay_out([(one.bag, one.former.name) for one in ready], changing)
        decide(archive, ready, refused)
        decided = [one for one in ready if one.former.id not in refused]
        swapping.swap([one.former.name for one in decided], changing, archive.store)
        _catalogue(archive, [one.package for one in decided])
        for one in ready:
            with store_errors(changing):
                os.rename(changing / one.former.name, one.bag)
    return refused


def _refuse(archive: Archive, one: NewState, refused: dict[str, PreserveError]) -> bool:
    """Whether *one* cannot be: the package, or its history, is not any more what the new state was made from."""
    error = changed_meanwhile(archive, one.former) or history_amiss(archive, one.former)
    if error is not None:
        refused[one.former.id] = error
    return error is not None


def history_amiss(archive: Archive, package: Package) -> BagError | None:
    """Why the history of *package* stands against a change, None if it is the one that the catalogue knows of."""
    why = _amiss(archive, package)
    if not why:
        return None
    name = names.shown(package.name)
    return BagError(
        f"The package {name} cannot be changed: {why}",
        hint=f"Nothing was written. See how it is with: preserve log {name}",
    )


def _amiss(archive: Archive, package: Package) -> str:
    try:
        past = history.read(archive.history_of(package.name), package_id=package.id)
    except CatalogError as error:
        return error.message
    if past.broken or not past.entries:
        return past.problems[0].message
    if set(last_pins(past)) != set(package.pinned):
        return "its history is not the one that the catalogue knows of; preserve catalog rebuild says more."
    return "its history lost its end." if missed_readings(archive, package, past) else ""


def decide(archive: Archive, ready: Sequence[NewState], refused: dict[str, PreserveError]) -> None:
    """Write down in each history what the new state is, which decides; where that fails, for which packages."""
    news = [history.Addition(archive.history_of(one.former.name), one.former.id, [_entry(one)]) for one in ready]
    try:
        history.append_all(news)
    except (HistoryBroken, Locked):  # one of them came to harm since it was read: the others need not wait for it
        for addition in news:
            try:
                history.append_all([addition])
            except (HistoryBroken, Locked) as error:
                refused[addition.package_id] = error


def _catalogue(archive: Archive, changed: Sequence[Package]) -> None:
    try:
        archive.catalog.update_all(changed)
    except CatalogError as error:
        raise CatalogError(
            f"The change is made and recorded in the history, but not in the catalogue: {error.message}",
            hint="Nothing is lost: once the catalogue can be written again, the next run finishes it.",
        ) from error


def _entry(one: NewState) -> NewEntry:
    return NewEntry(one.event, pinned=one.package.pinned)


def tidy(archive: Archive) -> tuple[Problem, ...]:
    """Sweep the litter of dead runs, then ``settle``: what is done before anything is written."""
    archive.workroom.sweep()
    return settle(archive)


def settle(archive: Archive) -> tuple[Problem, ...]:
    """Finish what runs that died have left half changed; what could not be finished, and why.

    Costs nothing where nothing waits.  ``StoreUnwritable``, ``CatalogError`` or ``Locked``.
    """
    catch_up(archive)
    if not swapping.waiting(archive.workroom.changing) and not Shelf.at(archive.store).waiting():
        return ()
    with uninterrupted(), archive.workroom.locked():
        return settle_locked(archive)


def settle_locked(archive: Archive) -> tuple[Problem, ...]:
    """The same for a caller who holds the store's lock."""
    return (*_finish_mending(archive), *_settle_each(archive))


def _finish_mending(archive: Archive) -> Iterator[Problem]:
    """Finish what a repair that died had decided: see ``copying.repairing``."""
    shelf = Shelf.at(archive.store)
    for name in shelf.waiting():
        try:
            shelf.finish(name, recorder(archive))
        except (BagError, CatalogError, Locked) as error:
            yield rules.CHANGE_UNFINISHED.at(name, f"A repair was never finished: {error.message}")


def _settle_each(archive: Archive) -> Iterator[Problem]:
    changing = archive.workroom.changing
    for name in swapping.waiting(changing):
        try:
            decided, _ = pins_of(archive, name)
            here, there = _pins(archive.place_of(name)), _pins(changing / name)
            if swapping.half_way(name, changing) or (here and set(decided) == there != here):
                swapping.swap([name], changing, archive.store)
                here = _pins(archive.place_of(name))
            if not decided or set(decided) != here:
                text = f"A change of the package {names.shown(name)} was never finished, and it is not known how to."
                yield rules.CHANGE_UNFINISHED.at(name, text)
                continue
            package = read_package(archive.place_of(name))
            if archive.catalog.get(package.id) is not None:
                archive.catalog.update(package)
        except BagError as error:
            yield rules.CHANGE_UNFINISHED.at(name, f"A change was never finished: {error.message}")
        else:
            with store_errors(changing):
                remove_tree(changing / name)


def _pins(place: Path) -> set[object]:
    """What is pinned of the bag at *place*; nothing where there is none."""
    try:
        return set(pins_at(place))
    except (FileNotFoundError, NotADirectoryError):
        return set()
    except OSError as error:
        raise StoreUnwritable(f"{names.shown(str(place))} cannot be read: {error.strerror or error}.") from error
