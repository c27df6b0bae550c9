"""The catalogue, made anew from the packages."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from preserve.bag.sealing.staging import Workroom, store_errors
from preserve.catalog.store import Catalog
from preserve.config import Config
from preserve.errors import BagError, DescriptionError, NotABag
from preserve.model import Copy, Package, Problem, Severity
from preserve.ports import Progress
from preserve.storage.spool import Spool
from preserve.workflows import rules
from preserve.workflows.agreement import disagreements, history_missing
from preserve.workflows.archive import Archive
from preserve.workflows.beginning import accept_former, accept_shorter, begin, had_history, remembered, shorter
from preserve.workflows.identity import known_packages
from preserve.workflows.looking import find
from preserve.workflows.places import folders_in
from preserve.workflows.record import copied
from preserve.workflows.recorded import Recorded, read_recorded
from preserve.workflows.results import RebuildResult
from preserve.workflows.states import settle_locked


def rebuild(config: Config, progress: Progress, accept_loss: Sequence[str] = ()) -> RebuildResult:
    """Read every package in the store and make these the whole catalogue, in one transaction.

    Package contents are not verified here; that is ``validate`` and ``audit``.  Only a package that never had a
    history is read whole and gets one.  What the former catalogue knew of a history that is lost since stays in the
    new one, but for the packages *accept_loss* (ids, names or paths): their histories say from now on that they lost
    something.  A damaged catalogue is set aside.  ``UnknownPackage`` if one of *accept_loss* is none;
    ``StoreUnwritable`` if there is no room in the store to note the packages meanwhile.
    """
    known_packages(config)
    workroom = Workroom(config.workroom)
    workroom.prepare()
    with workroom.locked(), Catalog.open_for_rebuild(config.catalog_url) as catalog:
        archive = Archive(config, catalog, workroom)
        unfinished = settle_locked(archive)
        # First all is read, then all is written: readers of the catalogue are kept waiting only for the second.
        with (
            store_errors(config.workroom),
            Spool[Package](config.workroom) as found,
            Spool[Copy](config.workroom) as copies,
        ):
            accepted = frozenset(find(archive, text).id for text in accept_loss)
            reading = _Reading(archive, found, copies, accepted, problems=list(unfinished))
            reading.read_all(progress)
            count = catalog.replace_all(found, copies)
            catalog.note_doubts(_doubted(archive, reading.problems), archive.clock.now())
        told = {problem.path for problem in reading.problems}
        reading.problems.extend(problem for problem in disagreements(archive) if problem.path not in told)
    return RebuildResult(count, tuple(reading.problems))


def _doubted(archive: Archive, problems: Sequence[Problem]) -> dict[str, str]:
    """The packages whose history is not to be trusted, and why, as *problems* say; that one is gone is seen anyway."""
    told = (one for one in problems if one.code.startswith("history-") and one.severity is Severity.ERROR)
    there = (one for one in told if os.path.lexists(archive.history_of(one.path)))
    return {package.id: one.message for one in there if (package := archive.catalog.by_name(one.path))}


@dataclass(frozen=True, slots=True)
class _Reading:
    """What was found so far: the packages, and by their ids the folders in which they lie."""

    archive: Archive
    found: Spool[Package]
    copies: Spool[Copy]
    accepted: frozenset[str]
    names: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def read_all(self, progress: Progress) -> None:
        folders = folders_in(self.archive.store)
        progress.start("Rebuilding the catalogue", len(folders), 0)
        for name in folders:
            self._read(name)
            progress.advance(1, 0)
        progress.finish()

    def _read(self, name: str) -> None:
        before = self.archive.catalog.by_name(name)  # asked first: what is recorded meanwhile is read below
        try:
            recorded = read_recorded(self.archive, name)
        except (NotABag, DescriptionError) as error:
            self.problems.append(rules.NOT_A_PACKAGE.at(name, error.message))
        except BagError as error:
            self.problems.append(rules.PACKAGE_UNREADABLE.at(name, error.message))
            if before and self._is_first(before):  # what cannot be read now is not gone
                self.found.add(before)
                self._remember_copies(before)
        else:
            if self._is_first(recorded.package):
                self._take(recorded, before)
            else:
                self.problems.append(copied(recorded.package, self.names[recorded.package.id]))

    def _take(self, recorded: Recorded, before: Package | None) -> None:
        """Catalogue the package, if there is nothing against that; see to its history."""
        package, name = recorded.package, recorded.package.name
        known = self.archive.catalog.get(package.id)
        rubble = recorded.has_history and not recorded.past.entries
        lost = shorter(self.archive, recorded.past, before, name) if before and before.id == package.id else None
        self._take_copies(recorded, known_all=lost is not None and package.id not in self.accepted)
        if had_history(known) and (rubble or (not recorded.has_history and package.id not in self.accepted)):
            self.found.add(remembered(package, known))
            self.problems.extend(recorded.problems if rubble else [history_missing(name)])
        elif not recorded.has_history:
            begun, problem = self._begun(package, known)
            self.problems.append(problem)
            if begun is not None:
                self.found.add(begun)
        elif before and lost:
            self._take_shorter(recorded, before, lost)
        elif recorded.is_former and package.id in self.accepted:
            self.found.add(accept_former(self.archive, recorded))
        else:
            self.found.add(package)
            self.problems.extend(recorded.problems)

    def _take_copies(self, recorded: Recorded, *, known_all: bool) -> None:
        """Catalogue the copies of the package elsewhere; where its history lost something, as far as they are known."""
        if known_all or recorded.past.broken or not recorded.past.entries:
            self._remember_copies(recorded.package)
            return
        for copy in recorded.copies:
            self.copies.add(copy)

    def _remember_copies(self, package: Package) -> None:
        for copy in self.archive.catalog.copies_of(package.id):
            self.copies.add(copy)

    def _begun(self, package: Package, known: Package | None) -> tuple[Package | None, Problem]:
        begun, problem = begin(self.archive, package, known, accepted=had_history(known))
        return begun or (known and remembered(package, known)), problem

    def _take_shorter(self, recorded: Recorded, before: Package, lost: Problem) -> None:
        """See to a package whose history *lost* what the catalogue knew *before*.

        Where catalogue and folder agree, two witnesses stand against a history that is older: its pins do not count.
        """
        taken = accept_shorter(self.archive, recorded, before) if before.id in self.accepted else None
        agreed = set(recorded.found) == set(before.pinned)
        told = (problem for problem in recorded.problems if not (agreed and problem.code == rules.PINS_DISAGREE.code))
        self.problems.extend(told)
        if taken is None:
            self.problems.append(lost)
            pinned = before.pinned if recorded.past.lacks(before.pinned) else recorded.package.pinned
            taken = replace(remembered(recorded.package, before), pinned=pinned)
        self.found.add(taken)

    def _is_first(self, package: Package) -> bool:
        """Whether no other folder holds the same package."""
        return self.names.setdefault(package.id, package.name) == package.name
