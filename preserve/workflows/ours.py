"""Packages of this archive as targets of validate: which is meant, what was pinned of it, where the result goes."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from preserve.bag.rules import MANIFEST_TAMPERED
from preserve.config import Config
from preserve.errors import CatalogError, HistoryBroken, Locked, NotABag, StoreUnwritable, UnknownPackage
from preserve.history import file as history
from preserve.history.chain import History
from preserve.history.entry import NewEntry
from preserve.history.readings import Known
from preserve.model import Event, Outcome, Package, PinnedDigest, Problem, ValidationReport
from preserve.storage import names
from preserve.storage.times import rfc3339
from preserve.workflows import rules
from preserve.workflows.archive import Archive, opened, software
from preserve.workflows.packages import pins_at
from preserve.workflows.pending import announced
from preserve.workflows.places import folder_at, names_at
from preserve.workflows.recorded import former_state, known_readings, last_pins, pins_of, record_reading, same_documents
from preserve.workflows.states import settle, settle_locked


@dataclass(frozen=True, slots=True)
class Meant:
    """What a target means: the bag at *path*, and the *package* of ours that it is, if the catalogue has it.

    *pinned* are the digests that were kept outside of it, and *asides* what was found on the way to it.
    """

    path: Path
    package: Package | None = None
    pinned: tuple[PinnedDigest, ...] = ()
    asides: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Ours:
    """The packages of one archive."""

    archive: Archive

    @classmethod
    @contextmanager
    def opened(cls, config: Config) -> Iterator[Self]:
        """Those of *config*.  ``CatalogError`` if its catalogue cannot be opened."""
        with opened(config) as archive:
            with suppress(StoreUnwritable, CatalogError, Locked):  # what cannot be written stays as it was left
                settle(archive)
            yield cls(archive)

    def meant(self, target: str, path: Path) -> Meant:
        """What *target* means, which is an id or a name, or leads to *path* in the store.

        ``NotABag`` if there is nothing to judge.
        """
        if os.path.lexists(path):
            return self._at(path)
        try:
            package = self.archive.catalog.find(target)
        except UnknownPackage as error:
            if folder_at(self.archive.store, str(place := self.archive.place_of(target))):
                return self._uncatalogued(place, target)
            text = f"{names.shown(target)} is neither a file or folder nor a package of this archive."
            raise NotABag(f"{text} {error.message}", hint=error.hint) from error
        place = self.archive.place_of(package.name)
        if not os.path.lexists(place):
            text = f"The package {names.shown(package.name)} is in the catalogue but not in the store."
            raise NotABag(text, hint=rules.PACKAGE_MISSING.hint)
        return Meant(place, package, package.pinned)

    def _at(self, path: Path) -> Meant:
        for name in names_at(self.archive.store, str(path)):
            if package := self.archive.catalog.by_name(name):
                return Meant(path, package, package.pinned)
        name = folder_at(self.archive.store, str(path))
        return self._uncatalogued(path, name) if name else Meant(path)

    def _uncatalogued(self, path: Path, name: str) -> Meant:
        """The folder *name* of the store, judged by its history: without the catalogue that is the only witness."""
        text = f"The folder {names.shown(name)} is in the store but not in the catalogue."
        problem = rules.PACKAGE_NOT_RECORDED.at(name, text)
        try:
            pinned, doubts = pins_of(self.archive, name)
        except CatalogError as error:
            return Meant(path, asides=(problem, Problem.of(error)))
        return Meant(path, None, pinned, (problem, *doubts))

    def in_its_place(self, package: Package, report: ValidationReport) -> ValidationReport:
        """*report*, and the finding that the place of the package holds something else than its folder, if so."""
        place = self.archive.place_of(package.name)
        if place.is_dir() and not place.is_symlink():
            return report
        what = "a symbolic link" if place.is_symlink() else "a file"
        text = f"{names.shown(package.name)} is {what} in the package store, and was sealed as a folder."
        problem = rules.PACKAGE_NOT_A_FOLDER.at("", text)
        return replace(report, valid=False, problems=(problem, *report.problems))

    def told_apart(self, path: Path, package: Package | None, report: ValidationReport) -> ValidationReport:
        """*report* on the folder at *path*, in which a former state that was put back is not called a forgery.

        Where the history was put back with it, nothing but the catalogue knows of a newer one: then both are said.
        """
        others = tuple(problem for problem in report.problems if problem.code != MANIFEST_TAMPERED.code)
        if len(others) == len(report.problems):
            return report
        name = package.name if package else folder_at(self.archive.store, str(path))
        try:
            found = pins_at(path)
            past = history.read(self.archive.history_of(name), package_id=package.id if package else "")
        except (OSError, CatalogError):  # what cannot be read is told already
            return report
        if package and past.lacks(package.pinned):
            former, others = _both_former(past, found, package), report.problems
        else:
            former = former_state(past, found, name)
        return replace(report, problems=(replace(former, path=""), *others)) if former else report

    def changed_meanwhile(self, package: Package) -> Package | None:
        """The package as it is now, if it got a new state since the catalogue told of *package*, else None."""
        with suppress(StoreUnwritable, Locked), self.archive.workroom.locked():
            settle_locked(self.archive)  # the lock was waited for: whoever was changing it is done
        now = self.archive.catalog.get(package.id)
        return now if now is not None and now.pinned != package.pinned else None

    def recorded(self, package: Package, report: ValidationReport, *, read: bool) -> ValidationReport:
        """*report*, written into the history of the package; that it could not be written is one more finding.

        *read* tells whether every byte was read, or the files were only looked for.  A history that is gone, or lacks
        what the catalogue knows of it, is not begun anew: that would hide what happened to it.
        """
        event = self._event(report, read=read)
        entry = NewEntry(event, id=str(uuid.uuid4()))  # the same finding twice in a second is still two checks
        known = known_readings(self.archive, package)
        with announced(self.archive.config, [package.id]) as catalogued:
            return self._written(package, report, entry, known, catalogued)

    def _written(
        self, package: Package, report: ValidationReport, entry: NewEntry, known: Known, catalogued: Callable[[], None]
    ) -> ValidationReport:
        try:
            place = self.archive.history_of(package.name)
            history.append(place, package.id, [entry], known=known, pinned=package.pinned)
        except (CatalogError, Locked, StoreUnwritable) as error:
            catalogued()  # nothing was written that it would have to know
            problem = rules.NOT_RECORDED.at("", f"This result was not recorded. {error.message}")
            if isinstance(error, HistoryBroken):
                problem = replace(problem, hint=f"The judgement itself stands. {error.hint}")
            return replace(report, problems=(*report.problems, problem))
        try:
            record_reading(self.archive, package, entry.event)
            catalogued()
        except CatalogError as error:
            problem = rules.CATALOG_BEHIND.at("", f"The catalogue does not know of this result. {error.message}")
            return replace(report, problems=(*report.problems, problem))
        return report

    def _event(self, report: ValidationReport, *, read: bool) -> Event:
        note = " ".join(problem.message for problem in report.errors[:20])
        outcome = Outcome.SUCCESS if report.valid else Outcome.NOT_DONE if not report.errors else Outcome.FAIL
        detail = (
            f"{report.files} files, {report.bytes} bytes {'read' if read else 'looked for, none read'} (RFC 8493 §3)"
        )
        paths = tuple(dict.fromkeys(problem.path for problem in report.errors if problem.path))
        return Event("val", self.archive.clock.now(), outcome, (software(),), detail, note, paths)


def _both_former(past: History, found: tuple[PinnedDigest, ...], package: Package) -> Problem | None:
    """That the manifests *found* are the last ones that *past* tells of, and both seem older than the catalogue."""
    if past.broken or set(found) != set(last_pins(past)) or not same_documents(found, package.pinned):
        return None
    text = (
        f"The folder {names.shown(package.name)} and its history know the state of the package of "
        f"{rfc3339(past.states[frozenset(found)])}; the catalogue knows another one, which the history lacks: "
        "older copies seem to have been put in their places."
    )
    return rules.FORMER_STATE.at(package.name, text)
