"""Replicate: copies of packages are made in another location, brought up to date there, and verified.

A copy is put together out of sight, its digests computed while it is copied and held against the pinned manifests;
then it is made durable, read back whole from the disk, and put into its place in one step.  What is
damaged is never replicated: it is read whole, and what is found is recorded.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from preserve.bag.sealing.assembling import Wanted, is_state
from preserve.bag.sealing.restating import Former, must_be_whole
from preserve.errors import BagError, StoreUnreachable, StoreUnwritable
from preserve.history import file as history
from preserve.history.chain import History
from preserve.history.readings import copies_told, last_readings
from preserve.model import Event, Outcome, Package, PinnedDigest, Problem
from preserve.ports import CopyFiles, Location, Part, Silent, Word
from preserve.storage import names
from preserve.workflows.archive import Archive
from preserve.workflows.copying import rules
from preserve.workflows.copying.checking import Checked, check
from preserve.workflows.copying.contradictions import contradiction
from preserve.workflows.copying.evidence import keep_beside
from preserve.workflows.copying.locations import store_of
from preserve.workflows.copying.notes import as_text, recorder, write_down
from preserve.workflows.copying.ordered import Made, Order, Replicated
from preserve.workflows.states import changed_meanwhile, history_amiss


def replicate_all(archive: Archive, packages: Sequence[Package], order: Order) -> Iterator[Replicated]:
    """Let the location have a good copy of each of *packages*, one after the other; what became of each.

    ``StoreUnreachable`` if the location or the package store is not there, ``StoreUnwritable``, ``CatalogError`` or
    ``Locked``: these end the run.  What was told by then is done.
    """
    store_of(archive.config).reach()
    order.location.reach()
    order.location.settle(recorder(archive))
    progress, several = order.progress, len(packages) > 1
    if several:
        total = sum(package.bytes for package in packages)
        progress.start(f"Replicating {len(packages):,} packages", len(packages), total)
    for package in packages:
        yield _replicated(archive, package, replace(order, progress=Silent()) if several else order)
        if several:
            progress.advance(1, package.bytes)
    if several:
        progress.finish()


def _replicated(archive: Archive, package: Package, order: Order) -> Replicated:
    location = order.location
    while True:
        try:
            return _replicate(archive, package, order)
        except (StoreUnreachable, StoreUnwritable):
            raise
        except BagError as error:
            location.reach()  # what cannot be reached any more is not damaged
            store_of(archive.config).reach()
            now = archive.catalog.get(package.id)
            if now is None or now.pinned == package.pinned:  # else it got a new state while it was read
                return _stopped(archive, package, order, error, known=now is not None)
            package = now


def _stopped(archive: Archive, package: Package, order: Order, error: BagError, *, known: bool) -> Replicated:
    """*error* stands against it.  If the package in the store is damaged, that is recorded as an audit records it."""
    name, hint = names.shown(package.name), error.hint
    if known and history_amiss(archive, package) is None:
        found = check(archive, package, store_of(archive.config), order.progress)
        if not found.good and changed_meanwhile(archive, package) is None:
            write_down(archive, package.id, package.name, [found.event])
            hint = f"The failed check is recorded. See what is good elsewhere, and mend it: preserve repair {name}"
    told = type(error)(f"{name} was not replicated: {error.message}", hint=hint)
    problem = replace(Problem.of(told), path=package.name)
    return Replicated(package, order.location.name, Made.REFUSED, (problem,), told)


def _replicate(archive: Archive, package: Package, order: Order) -> Replicated:
    if amiss := history_amiss(archive, package):
        hint = f"Mend its history first: preserve repair {names.shown(package.name)}"
        raise BagError(amiss.message.partition(": ")[2], hint=hint)
    past = history.read(archive.history_of(package.name), package_id=package.id)
    location = order.location
    there = location.copy_of(package.name)
    if not location.holds(package.name):
        return _copy(archive, package, order)
    if there is not None and is_state(there, package.pinned):
        return _verify(archive, package, past, order)
    if there is not None and _former(there, past):
        return _renew(archive, package, past, there, order)
    if location.name in copies_told(past.events):  # it was a copy once, and came to harm
        return _verify(archive, package, past, replace(order, verify=True))
    if problem := contradiction(archive, package, location):
        return _refused(package, location, problem)
    why = "it is no folder" if there is None else "its manifests were never pinned here"
    return _refused(package, location, _else(package, location, why))


def _copy(archive: Archive, package: Package, order: Order) -> Replicated:
    source = _source(archive, package)
    wanted = _whole(archive, package)
    parts = tuple(Part(path, expected, source) for path, expected in sorted(wanted.files.items()))
    detail = f"Copied to the location {order.location.name}, from the package store."
    return _put(archive, package, parts, order, (Made.COPIED, detail))


def _renew(archive: Archive, package: Package, past: History, there: CopyFiles, order: Order) -> Replicated:
    """Bring a copy of a former state up to date: what is the same in both is read there, and not copied again."""
    location, former = order.location, _former(there, past)
    found = check(archive, package, location, order.progress)
    if not found.good:
        return _damaged(archive, package, past, order, found)
    source, wanted, had = _source(archive, package), _whole(archive, package), Wanted.of(former, [there])
    parts = []
    for path, expected in sorted(wanted.files.items()):
        same = had.files.get(path) == expected
        parts.append(Part(path, expected, there if same else source, at_hand=same))
    detail = f"The copy in the location {location.name} was brought to the present state, from the package store."
    return _put(archive, package, tuple(parts), order, (Made.RENEWED, detail))


def _put(
    archive: Archive, package: Package, parts: tuple[Part, ...], order: Order, told: tuple[Made, str]
) -> Replicated:
    location = order.location
    status, detail = told
    now = archive.clock.now()
    note = f"{package.files} files, {package.bytes} bytes; read back from there and found whole."
    event = Event("rep", now, Outcome.SUCCESS, archive.agents(), detail, note, location=location.name)
    reading = Event(
        "fix", now, Outcome.SUCCESS, archive.agents()[:1], "Read back after copying.", location=location.name
    )

    def still() -> None:
        if error := changed_meanwhile(archive, package):
            raise error

    word = Word(as_text(package.id, [event, reading]), recorder(archive), still=still)
    location.put(package, parts, word, order.progress)
    return Replicated(package, location.name, status, keep_beside(archive, package, location))


def _verify(archive: Archive, package: Package, past: History, order: Order) -> Replicated:
    """A copy of the present state is there already: read it whole, unless it is known and need not be read now."""
    location = order.location
    known = location.name in copies_told(past.events)
    bad = last_readings(past.events, location.name).bad
    if known and not bad and not order.verify:
        return Replicated(package, location.name, Made.PRESENT, keep_beside(archive, package, location))
    checked = check(archive, package, location, order.progress)
    if not checked.good:
        return _damaged(archive, package, past, order, checked)
    events = [checked.event]
    if not known:
        detail = (
            f"A copy that was in the location {location.name} already was read whole, and is kept as one from now on."
        )
        adopted = Event("rep", checked.event.time, Outcome.SUCCESS, archive.agents(), detail, location=location.name)
        events = [adopted, *events]
    write_down(archive, package.id, package.name, events)
    if bad:
        text = f"Its copy is whole now, but a check on {bad:%Y-%m-%d} found damage, and nothing mended it since."
        problem = rules.COPY_DAMAGED.at(package.name, text)
        return Replicated(package, location.name, Made.REFUSED, (problem,), BagError(text, hint=problem.hint))
    status = Made.VERIFIED if known else Made.ADOPTED
    return Replicated(package, location.name, status, keep_beside(archive, package, location))


def _damaged(archive: Archive, package: Package, past: History, order: Order, found: Checked) -> Replicated:
    """What was *found* wrong with a copy is recorded, if it is known as one."""
    if order.location.name in copies_told(past.events):
        write_down(archive, package.id, package.name, [found.event])
    damaged = rules.COPY_DAMAGED.at(package.name, f"Its copy is damaged: {found.why}")
    return _refused(package, order.location, found.contradiction or damaged)


def _former(there: CopyFiles, past: History) -> tuple[PinnedDigest, ...]:
    """The former state of the package that lies there, by its pins; nothing if it is none."""
    states: Sequence[frozenset[PinnedDigest]] = tuple(past.states)
    return next((tuple(sorted(state, key=_by_path)) for state in states if is_state(there, tuple(state))), ())


def _by_path(pin: PinnedDigest) -> str:
    return pin.path


def _source(archive: Archive, package: Package) -> CopyFiles:
    found = store_of(archive.config).copy_of(package.name)
    if found is None:
        name = names.shown(package.name)
        raise BagError(
            f"The package {name} is not in the package store.", hint=f"Bring it back with: preserve repair {name}"
        )
    return found


def _whole(archive: Archive, package: Package) -> Wanted:
    former = Former.of(archive.place_of(package.name), package.pinned)
    must_be_whole(former)
    return Wanted.whole(former, package.pinned)


def _else(package: Package, location: Location, why: str) -> Problem:
    text = f"Something else has the name {names.shown(package.name)} in {location.name}: {why}."
    return rules.NOT_THE_PACKAGE.at(package.name, text)


def _refused(package: Package, location: Location, problem: Problem) -> Replicated:
    error = BagError(problem.message, hint=problem.hint)
    return Replicated(package, location.name, Made.REFUSED, (problem,), error)
