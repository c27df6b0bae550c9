"""A location that is a folder; the package store itself is one, too."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from preserve.bag.sealing import seal as sealing
from preserve.bag.sealing import second_opinion
from preserve.bag.sealing.assembling import FEW, assemble
from preserve.bag.sealing.copies import FolderCopy
from preserve.bag.sealing.shelf import BAG, Shelf
from preserve.bag.sealing.staging import Workbench, store_errors
from preserve.bag.validate import Options, validate
from preserve.config import Config
from preserve.errors import BagError, NotABag, SealRefused, StoreUnwritable
from preserve.history.file import path_of
from preserve.model import Outcome, Package, ValidationReport
from preserve.ports import CopyFiles, Part, Progress, Word
from preserve.storage import durable, names
from preserve.storage.crew import Crew, MemberLost
from preserve.storage.signals import uninterrupted
from preserve.workflows.copying import beside
from preserve.workflows.identity import known_packages, known_store

Record = Callable[[str, str], None]


@dataclass(frozen=True, slots=True)
class Folder:
    """See ``Location``."""

    name: str
    config: Config
    shelf: Shelf

    @classmethod
    def of(cls, config: Config, name: str, folder: Path) -> Folder:
        """The location *name* of this archive, which is *folder*; "" is the package store."""
        return cls(name, config, Shelf.at(folder))

    @property
    def folder(self) -> Path:
        """Where the copies lie."""
        return self.shelf.store

    def reach(self) -> None:
        """See ``Location``."""
        if self.name:
            known_store(self.config, self.name, self.folder)
        else:
            known_packages(self.config)

    def settle(self, record: Record) -> None:
        """See ``Location``."""
        with self._said():
            self.shelf.workroom.prepare()
            self.shelf.workroom.sweep()
            if self.shelf.waiting():
                with uninterrupted(), self.shelf.workroom.locked():
                    self._finish_all(record)

    def _finish_all(self, record: Record) -> None:
        for name in self.shelf.waiting():
            self.shelf.finish(name, record)

    def copy_of(self, package: str) -> CopyFiles | None:
        """See ``Location``; also None for what is no folder."""
        return FolderCopy.at(self.folder / package, self.name)

    def holds(self, package: str) -> bool:
        """See ``Location``."""
        return os.path.lexists(self.folder / package)

    def judge(self, package: Package, progress: Progress) -> ValidationReport:
        """See ``Location``."""
        place = self.folder / package.name
        if place.is_symlink() or not place.is_dir():
            there = "something else than a folder is in its place" if os.path.lexists(place) else "it is not there"
            where = f"in {self.name}" if self.name else "in the package store"
            raise NotABag(f"The package {names.shown(package.name)} cannot be read {where}: {there}.")
        return _judged(place, package, progress)

    def put(self, package: Package, parts: tuple[Part, ...], word: Word, progress: Progress) -> str:
        """See ``Location``."""
        with self._said():
            self.shelf.workroom.prepare()
            seen = self.shelf.seen(package.name)
            with self.shelf.workroom.begin() as bench:
                work = bench.place(package.id)
                try:
                    with Crew(None if len(parts) > FEW else 1) as crew:
                        _lay_out(bench, package, parts, crew, progress)
                except MemberLost:  # most likely memory ran out: from the beginning, and alone
                    bench.clear(work)
                    _lay_out(bench, package, parts, Crew(1), progress)
                self._read_back(work / BAG, package, progress)
                if word.second_opinion:
                    self._ask_second_witness(work / BAG, package, parts)
                with uninterrupted(), self.shelf.workroom.locked():
                    self._finish_all(word.record)
                    word.still()
                    if self.shelf.seen(package.name) != seen:
                        raise _meanwhile(package)
                    self.shelf.decide(work, package.name, word.text, word.aside, package.pinned)
                    return self.shelf.finish(package.name, word.record)

    def _read_back(self, bag: Path, package: Package, progress: Progress) -> None:
        report = _judged(bag, package, progress)
        if not report.valid:
            first = (*report.errors, *report.problems)[0]
            raise _refused(f"What was put together is not the package {names.shown(package.name)}: {first.message}")

    def _ask_second_witness(self, bag: Path, package: Package, parts: tuple[Part, ...]) -> None:
        if not second_opinion.wanted(self.config.text("bag.second_opinion"), package.files):
            return
        payload = [part.path for part in parts if part.path.startswith("data/")]
        algorithms = {digest.algorithm for part in parts for digest in part.expected}
        opinion = second_opinion.ask(bag, sorted(algorithms), payload)
        if opinion.outcome is Outcome.FAIL:
            raise _refused(f"The second witness, {opinion.agent.name}, does not call it valid: {opinion.note}")

    def witness(self, package: str) -> bytes | None:
        """See ``Location``."""
        place = path_of(self.folder, package)
        try:
            with durable.opened(place, durable.READ_FILE) as fd, open(fd, "rb", closefd=False) as stream:
                return stream.read()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise BagError(
                f"The history {names.shown(str(place))} cannot be read: {reason}.", hint="Check the disk."
            ) from error

    def keep_witness(self, package: str, history: bytes) -> None:
        """See ``Location``."""
        place = path_of(self.folder, package)
        with self._said(), self.shelf.workroom.begin() as bench, store_errors(place):
            new = bench.place(place.name)
            durable.write_new(new, history, sync=True)
            os.replace(new, place)
            durable.sync_folder(self.folder)

    def deposits(self, package: str) -> tuple[str, ...]:
        """See ``Location``."""
        return beside.deposits_at(self.folder, package)

    def deposit_file(self, package: str, path: str) -> bytes | None:
        """See ``Location``."""
        return beside.read(self.folder, package, path)

    def keep_deposit_file(self, package: str, path: str, data: bytes, former: bytes | None) -> None:
        """See ``Location``."""
        with self._said():
            beside.keep(self.shelf, package, path, data, former)

    @contextmanager
    def _said(self) -> Iterator[None]:
        """What this folder refuses is told as of this location."""
        try:
            yield
        except StoreUnwritable as error:
            if not self.name:
                raise
            text = error.message.replace("The package store", f"The location {self.name}", 1)
            raise StoreUnwritable(text, hint=error.hint) from error


def _lay_out(bench: Workbench, package: Package, parts: tuple[Part, ...], crew: Crew, progress: Progress) -> None:
    """Put *package* together on the *bench*, durably, and have the kernel forget it, so that the disk is read."""
    work = bench.place(package.id)
    with store_errors(work):
        os.mkdir(work)
    assemble(work / BAG, parts, crew, progress, package.bytes)
    bench.sync()
    sealing.forget(work / BAG, crew)


def _judged(place: Path, package: Package, progress: Progress) -> ValidationReport:
    options = Options(own=True, pinned=package.pinned, expected_version=package.bag_version)
    return validate(place, options=options, progress=progress)


def _refused(text: str) -> SealRefused:
    return SealRefused(text, hint="Nothing was changed. The disk or the memory of this machine may be failing.")


def _meanwhile(package: Package) -> BagError:
    return BagError(
        f"The package {names.shown(package.name)} was changed by somebody else meanwhile.",
        hint="Nothing was changed here. Run the command again.",
    )
