"""Journals and receipts of deposits that are lost or altered here are brought back from beside the copies.

Of a journal the longest counts that holds every line of which the history tells; of a receipt the one that has the
digest that its journal tells.  What is good here is never touched; what is altered is kept aside.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from preserve.deposit.journal.reading import Entry
from preserve.errors import BagError, CatalogError, PreserveError, StoreUnreachable, StoreUnwritable
from preserve.history import file as history
from preserve.history.entry import NOTE, package_urn
from preserve.model import Event, Outcome, Package, Problem
from preserve.model.deposits import Stage
from preserve.ports import Location
from preserve.storage import names
from preserve.workflows.archive import Archive, software
from preserve.workflows.copying import rules
from preserve.workflows.copying.beside import set_aside
from preserve.workflows.copying.evidence import is_receipt, journal_in, journal_path, receipt_path
from preserve.workflows.copying.folders import Folder
from preserve.workflows.copying.locations import store_of
from preserve.workflows.copying.notes import write_down
from preserve.workflows.depositing.journal import alone, deposits_of
from preserve.workflows.depositing.proving import unproven
from preserve.workflows.depositing.recording import Told, contradicted, told_by

_UNTOLD = frozenset([Stage.PLANNED, Stage.SENDING])
"""The stages at which a deposit may be of which no history tells yet."""


def restore_deposits(
    archive: Archive, package: Package, locations: Sequence[Location], *, dry_run: bool = False
) -> tuple[Problem, ...]:
    """Bring back what is lost or altered of the deposits of *package* and one of *locations* has; what is told of it.

    That is what was brought, or with *dry_run* could be, and what is wrong still.  ``StoreUnwritable``.
    """
    try:
        past = history.read(archive.history_of(package.name), package_id=package.id).events
        work = _Recovery(archive, package, told_by(past), tuple(filter(_is_there, locations)), dry_run)
        work.all()
    except (StoreUnreachable, StoreUnwritable):
        raise
    except (BagError, CatalogError) as error:
        return (rules.DEPOSIT_NOT_KEPT.at(package.name, error.message),)
    if not work.brought:
        return (*work.problems, *_amiss(archive, package, past))
    name, what = names.shown(package.name), ", ".join(f"{names.shown(path)} from {it}" for path, it in work.brought)
    if dry_run:
        text = f"Of the record of the deposits of {name} could be brought back: {what}."
        return (rules.DEPOSIT_RESTORED.at(package.name, text), *work.problems)
    text = f"What was lost or altered of the record of deposits was brought back: {what}."
    write_down(
        archive, package.id, package.name, [Event(NOTE, archive.clock.now(), Outcome.WARNING, (software(),), text)]
    )
    return (rules.DEPOSIT_RESTORED.at(package.name, text), *work.problems, *_amiss(archive, package, past))


def _amiss(archive: Archive, package: Package, past: tuple[Event, ...]) -> tuple[Problem, ...]:
    """What is wrong with the record here."""
    try:
        return tuple(unproven(package, deposits_of(archive, package.name), past))
    except CatalogError as error:
        return (rules.DEPOSIT_NOT_KEPT.at(package.name, error.message),)


def _is_there(location: Location) -> bool:
    try:
        location.reach()
    except BagError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class _Kept:
    """What lies under a path: its *data*, None if nothing *is_there*, or nothing that can be read."""

    data: bytes | None
    is_there: bool


@dataclass(slots=True)
class _Recovery:
    """The deposits of one package, and what was *brought*: each path with the location that had it."""

    archive: Archive
    package: Package
    told: Mapping[str, Told]
    locations: Sequence[Location]
    dry_run: bool
    brought: list[tuple[str, str]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def here(self) -> Folder:
        """The package store."""
        return store_of(self.archive.config)

    def all(self) -> None:
        """Every deposit that is known of, here or there."""
        known = {*self.told, *self.here.deposits(self.package.name)}
        for location in self.locations:
            with suppress(BagError):  # what is there is asked for one by one
                known.update(location.deposits(self.package.name))
        for deposit in sorted(known):
            try:
                self._one(deposit)
            except StoreUnwritable:
                raise
            except PreserveError as error:
                text = f"The deposit {names.shown(deposit)} could not be mended: {error.message}"
                self.problems.append(rules.DEPOSIT_NOT_KEPT.at(self.package.name, text))

    def _one(self, deposit: str) -> None:
        path = journal_path(deposit)
        lies = self._read(self.here, path)
        entry = journal_in(lies.data, deposit) if lies.data else None
        if entry is None or entry.problems or contradicted(entry, self.told.get(deposit)):
            data, entry, where = self._longest(deposit, nothing_here=not lies.is_there)
            if entry is None:
                return
            self._put(entry, path, lies, data, where)
        self._receipts(entry)

    def _longest(self, deposit: str, *, nothing_here: bool) -> tuple[bytes, Entry | None, str]:
        """The best journal of *deposit* that a location has, and which; what nothing confirms is told."""
        best: tuple[bytes, Entry | None, str] = (b"", None, "")
        for location in self.locations:
            data = self._read(location, journal_path(deposit)).data
            entry = journal_in(data, deposit) if data else None
            if data is None or entry is None or not self._is_ours(entry, deposit):
                continue
            if not self._is_confirmed(entry, deposit, nothing_here=nothing_here):
                text = f"{location.name} has a journal of the deposit {names.shown(deposit)} that the history does not"
                self.problems.append(rules.DEPOSIT_UNCONFIRMED.at(self.package.name, f"{text} confirm."))
            elif best[1] is None or entry.story.lines > best[1].story.lines:
                best = (data[: entry.story.whole], entry, location.name)
        return best

    def _is_ours(self, entry: Entry, deposit: str) -> bool:
        opening = entry.story.opening
        named = opening.deposit == deposit and opening.package == package_urn(self.package.id)
        return named and not entry.problems and "/" not in opening.target and bool(opening.target)

    def _is_confirmed(self, entry: Entry, deposit: str, *, nothing_here: bool) -> bool:
        """One that was begun only, no history tells of yet; without it the deposit might be made a second time."""
        told = self.told.get(deposit)
        if told is None:
            return nothing_here and entry.story.stage in _UNTOLD
        return contradicted(entry, told) is None

    def _receipts(self, entry: Entry) -> None:
        for receipt in entry.story.receipts:
            path = receipt_path(entry.folder.name, receipt)
            lies = self._read(self.here, path)
            if lies.data is not None and is_receipt(lies.data, receipt):
                continue
            for location in self.locations:
                data = self._read(location, path).data
                if data is not None and is_receipt(data, receipt):
                    self._put(entry, path, lies, data, location.name)
                    break

    def _read(self, location: Location, path: str) -> _Kept:
        try:
            data = location.deposit_file(self.package.name, path)
        except BagError:
            return _Kept(None, is_there=True)
        return _Kept(data, is_there=data is not None)

    def _put(self, entry: Entry, path: str, lies: _Kept, data: bytes, where: str) -> None:
        """Nobody deposits it at that target meanwhile."""
        if not self.dry_run:
            former = lies.data if lies.data is not None and data.startswith(lies.data) else None
            with alone(self.archive.store, self.package.name, entry.story.opening.target):
                if self._read(self.here, path) != lies:
                    raise BagError("It was changed by somebody else meanwhile.", hint="Run the command again.")
                if former is None and lies.is_there:
                    time = f"{self.archive.clock.now():%Y-%m-%dT%H%M%SZ}"
                    set_aside(self.here.shelf, self.package.name, path, time)
                self.here.keep_deposit_file(self.package.name, path, data, former)
        self.brought.append((path, where))
