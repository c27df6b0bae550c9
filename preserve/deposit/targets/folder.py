"""A folder, most often a mounted drive: a package is put together out of sight, read back from the disk, and renamed.

<path>/.preserve-target.json      by which the disk is known again
<path>/.preserve-part/<label>/    what is being put together, or was when it was broken off
<path>/<label>                    a package that is there, whole; of a form of one file <label>.tar or <label>.zip
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from preserve.config.settings import Setting
from preserve.deposit import rules
from preserve.deposit.disk import comparing
from preserve.deposit.disk.assembling import SyncFailed, put_together
from preserve.deposit.disk.benches import Bench
from preserve.deposit.disk.held import Held
from preserve.deposit.disk.marks import Disk
from preserve.deposit.disk.refusals import told
from preserve.deposit.given import Given, TargetKind
from preserve.errors import DepositRefused
from preserve.model import Problem
from preserve.model.deposits import Promises, Proof, Sighting, Stage, Verification
from preserve.ports import Progress, Silent
from preserve.ports.depositing import FORMS, Consignment, Log
from preserve.storage import names, sizes

_ONE_FILE = tuple(form for form in FORMS if form.endswith(("tar", "zip")))


class Folder:
    """See ``DepositTarget``."""

    def __init__(self, name: str, path: Path, home: Path) -> None:
        self._name = name
        self._path = path
        self._disk = Disk(name, path, home)

    @property
    def promises(self) -> Promises:
        """See ``DepositTarget``."""
        return Promises(askable=True, resumes=True, proof=Proof.BYTES)

    def check(self) -> str:
        """See ``DepositTarget``."""
        with self._reached({}) as root:
            found = os.fstatvfs(root.fd)
        writable = "" if os.access(self._path, os.W_OK) else ", read-only"
        free = sizes.octets(found.f_bavail * found.f_frsize)
        return f"folder {names.shown(str(self._path))}, {free} free{writable}"

    def plan(self, what: Consignment) -> tuple[Problem, ...]:
        """See ``DepositTarget``."""
        with self._reached({}) as root:
            found = os.fstatvfs(root.fd)
            free = found.f_bavail * found.f_frsize + (self._bench(root, what).octets() or 0)
            there = root.seen(_place(what)) is not None
        if free >= what.octets or there:
            return ()
        lacking = f"{sizes.octets(what.octets)} are to be sent, and {sizes.octets(free)} are free"
        return (rules.FAR_FULL.at("", f"There is no room in {names.shown(str(self._path))}: {lacking}."),)

    def look(self, what: Consignment, handle: Mapping[str, str]) -> Sighting:
        """See ``DepositTarget``."""
        with self._reached(handle) as root:
            if root.seen(_place(what)) is not None:
                return self._there(root, what, handle)
            received = self._bench(root, what).octets()
            if received is None:
                return Sighting(None)
            return Sighting(Stage.SENDING, self._where(what), received=min(received, what.octets))

    def send(self, what: Consignment, log: Log) -> Sighting:
        """See ``DepositTarget``."""
        with self._reached(log.handle) as root:
            if root.seen(_place(what)) is not None:
                return self._there(root, what, log.handle)
            log.note(disk=self._disk.settle(root))
            with self._bench(root, what) as bench:
                bench.take()
                with root.inner(bench.content) as content:
                    try:
                        put_together(what.pieces, content, self._name)
                    except SyncFailed:
                        bench.clear()
                        raise
                log.note(placed=_place(what))
                self._publish(root, bench, what)
                with suppress(OSError):  # it is there; the next run may clear away the rest
                    bench.clear()
        return Sighting(Stage.STORED, self._where(what))

    def _publish(self, root: Held, bench: Bench, what: Consignment) -> None:
        made = f"{bench.content}/{_place(what)}" if _is_one_file(what) else bench.content
        try:
            root.move(made, _place(what))
        except FileExistsError as error:
            raise self._foreign(what) from error
        root.sync()

    def confirm(self, what: Consignment, log: Log) -> Sighting:
        """See ``DepositTarget``.  Clears away what a run that was killed in the last moment left."""
        sighting = self.look(what, log.handle)
        if sighting.stage is Stage.STORED:
            with self._reached(log.handle) as root:
                self._bench(root, what).tidy()
        return sighting

    def verify(self, what: Consignment, log: Log, progress: Progress) -> Verification:
        """See ``DepositTarget``."""
        progress.start("Reading back", what.files, what.octets)
        try:
            with self._reached(log.handle) as root:
                problems = tuple(self._problems(root, what, progress))
                if not problems:
                    self._bench(root, what).tidy()
            with self._reached(log.handle):
                pass  # what could not be read counts only if the disk is still there
        finally:
            progress.finish()
        return Verification(not problems, Proof.BYTES, what.files, what.octets, problems)

    def _problems(self, root: Held, what: Consignment, progress: Progress) -> Iterator[Problem]:
        if problem := comparing.not_a_folder(root, what.label) if not _is_one_file(what) else None:
            yield problem
            return
        with self._package(root, what) as there:
            yield from comparing.by_bytes(what, there, progress)
            if not _is_one_file(what):
                yield from comparing.unexpected(what.pieces(), there)

    def close(self) -> None:
        """See ``DepositTarget``."""

    @contextmanager
    def _reached(self, handle: Mapping[str, str]) -> Iterator[Held]:
        with self._disk.reach(handle.get("disk", "")) as root, told(self._name, str(self._path)):
            yield root

    @contextmanager
    def _package(self, root: Held, what: Consignment) -> Iterator[Held]:
        """The folder in which the pieces lie."""
        if _is_one_file(what):
            yield root
        else:
            with root.inner(what.label) as there:
                yield there

    def _bench(self, root: Held, what: Consignment) -> Bench:
        return Bench(root, _place(what))

    def _where(self, what: Consignment) -> str:
        return str(self._path / _place(what))

    def _there(self, root: Held, what: Consignment, handle: Mapping[str, str]) -> Sighting:
        """What lies there under the name of *what*: it is ours, or it is refused.

        What was put there by this deposit need not be read again to be known.
        """
        if not _is_one_file(what) and comparing.not_a_folder(root, what.label):
            raise self._foreign(what)
        with self._package(root, what) as there:
            ours = comparing.by_size(what, there)
            if ours and handle.get("placed") != _place(what):
                ours = not any(comparing.by_bytes(what, there, Silent()))
        if not ours:
            raise self._foreign(what)
        return Sighting(Stage.STORED, self._where(what))

    def _foreign(self, what: Consignment) -> DepositRefused:
        return DepositRefused(
            f"Something else lies at {names.shown(self._where(what))}, and was not touched.",
            hint="See what it is. If it is a damaged copy of this package, move it away and deposit again.",
        )


def _is_one_file(what: Consignment) -> bool:
    return what.form in _ONE_FILE


def _place(what: Consignment) -> str:
    """Where *what* lies below the target's folder."""
    return next(what.pieces()).path if _is_one_file(what) else what.label


def _opened(given: Given) -> Folder:
    return Folder(given.name, given.path("path"), given.home)


KIND = TargetKind(
    "folder",
    "A folder, most often a mounted drive.",
    tuple(FORMS),
    _opened,
    (Setting("path", "", "The folder in which the packages are put; it must be there already."),),
    ("path",),
)
