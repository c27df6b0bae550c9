"""An OCFL storage root as a target: a package is an object, and each of its states a version of that."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from preserve.deposit import rules as common_rules
from preserve.deposit.disk.assembling import SyncFailed
from preserve.deposit.disk.benches import Bench
from preserve.deposit.disk.held import Held
from preserve.deposit.disk.marks import Disk
from preserve.deposit.disk.refusals import told
from preserve.deposit.targets.ocfl import roots, rules
from preserve.deposit.targets.ocfl.committing import Commit
from preserve.deposit.targets.ocfl.inventory import Inventory
from preserve.deposit.targets.ocfl.layouts import Layout
from preserve.deposit.targets.ocfl.objects import read_inventory
from preserve.deposit.targets.ocfl.refusals import foreign, must_be_utf8, must_be_valid, objections
from preserve.deposit.targets.ocfl.validating import validate
from preserve.deposit.targets.ocfl.versions import about_version, inventory_of, next_version, state_of, version_of
from preserve.model import Problem
from preserve.model.deposits import Promises, Proof, Sighting, Stage, Verification
from preserve.ports import Progress
from preserve.ports.depositing import Consignment, Log
from preserve.storage import names, sizes

_ROOT = "root"
"""The bench of whoever makes the storage root."""


@dataclass(frozen=True, slots=True)
class Options:
    """What ``[targets.NAME]`` says of the objects that are made: whose they are, and where they lie in a new root."""

    layout: Layout
    id_prefix: str
    user: str
    address: str


class Ocfl:
    """See ``DepositTarget``."""

    def __init__(self, name: str, path: Path, home: Path, options: Options) -> None:
        self._name = name
        self._path = path
        self._options = options
        self._disk = Disk(name, path, home)

    @property
    def promises(self) -> Promises:
        """See ``DepositTarget``."""
        return Promises(askable=True, resumes=True, proof=Proof.BYTES)

    def check(self) -> str:
        """See ``DepositTarget``."""
        with self._reached({}) as held:
            root = roots.found(held, self._shown)
            disk = os.fstatvfs(held.fd)
        free = sizes.octets(disk.f_bavail * disk.f_frsize)
        layout = root.layout.name if root else self._options.layout.name
        what = f"OCFL {root.spec} storage root" if root else "empty folder, to become an OCFL 1.1 storage root"
        return f"{what} {self._shown}, layout {layout}, {free} free"

    def plan(self, what: Consignment) -> tuple[Problem, ...]:
        """See ``DepositTarget``."""
        with self._reached({}) as held:
            root = roots.found(held, self._shown)
            place = self._place(root, what)
            disk = os.fstatvfs(held.fd)
            free = disk.f_bavail * disk.f_frsize + (self._bench(held, what).octets() or 0)
            is_new = held.seen(place) is None
        problems = objections(what)
        if is_new and free < what.octets:
            lacking = f"{sizes.octets(what.octets)} are to be sent, and {sizes.octets(free)} are free"
            problems.append(common_rules.FAR_FULL.at("", f"There is no room in {self._shown}: {lacking}."))
        return tuple(problems)

    def look(self, what: Consignment, handle: Mapping[str, str]) -> Sighting:
        """See ``DepositTarget``."""
        with self._reached(handle) as held:
            root = roots.found(held, self._shown)
            if root is None:
                return Sighting(None)
            bench, place = self._bench(held, what), root.place_of(self._id(what))
            received = bench.octets()
            half_done = held.seen(f"{bench.content}/publishing") is not None
            inventory = None if half_done else self._stored(held, place, what)
            if inventory and (version := version_of(inventory, state_of(what, inventory.algorithm))):
                return self._sighting(place, version)
            if received is None:
                return Sighting(None)
            return Sighting(Stage.SENDING, self._where(place), received=min(received, what.octets))

    def send(self, what: Consignment, log: Log) -> Sighting:
        """See ``DepositTarget``."""
        must_be_utf8(what)
        with self._reached(log.handle) as held:
            root = roots.found(held, self._shown)
            log.note(disk=self._disk.settle(held))
            root = root or self._made(held)
            place = root.place_of(self._id(what))
            with self._bench(held, what).take() as bench:
                commit = Commit(held, bench, place, self._name)
                commit.finish()
                version = self._committed(commit, root, what, log)
                with suppress(OSError):  # it is there; the next run may clear away the rest
                    bench.clear()
        return self._sighting(place, version)

    def _made(self, held: Held) -> roots.Root:
        """A new storage root, by one process alone."""
        with Bench(held, _ROOT, roots.STAGING).take() as bench:
            root = roots.found(held, self._shown) or roots.made(held, self._options.layout)
            bench.clear()
        return root

    def _committed(self, commit: Commit, root: roots.Root, what: Consignment, log: Log) -> str:
        """Bring the version that *what* is, unless it is there; its name."""
        former = self._stored(commit.root, commit.place, what)
        if former and (version := version_of(former, state_of(what, former.algorithm))):
            return version
        if former:
            former = self._judged(commit, log)
        following = next_version(what, former)
        message = f"{what.label}: state {what.state} of the package ({what.key})"
        about = about_version(message, self._options.user, self._options.address, datetime.now(UTC))
        data = inventory_of(following, former, root.spec, self._id(what), about)
        try:
            commit.prepare(following, data)
            log.note(placed=following.name)
            if former is None:
                commit.publish_new(root.spec)
            else:
                said = former.said
                commit.publish_next(following, former, lambda: self._is_still(commit, what, said))
        except SyncFailed:
            commit.bench.clear()
            raise
        return following.name

    def _judged(self, commit: Commit, log: Log) -> Inventory:
        """The inventory of the object that gets a version, which refers to what the former ones hold: all is read."""
        with commit.root.inner(commit.place) as object_root:
            inventory, problems = validate(object_root, lambda _: None)
        self._must_be_there(log)
        return must_be_valid(commit.place, inventory, problems)

    def _is_still(self, commit: Commit, what: Consignment, said: Mapping[str, object]) -> bool:
        inventory = self._stored(commit.root, commit.place, what)
        return inventory is not None and inventory.said == said

    def _stored(self, held: Held, place: str, what: Consignment) -> Inventory | None:
        """The inventory of what lies at *place*, None if nothing does; ``DepositRefused`` if it is no such object."""
        if held.seen(place) is None:
            return None
        try:
            with held.inner(place) as object_root:
                found = read_inventory(object_root)
        except NotADirectoryError:
            raise foreign(self._where(place), "it is no folder") from None
        if found.inventory is None:
            raise foreign(self._where(place), found.problems[0].message.rstrip("."))
        if found.inventory.id != self._id(what):
            raise foreign(self._where(place), f"its identifier is {names.shown(found.inventory.id[:200])}")
        return found.inventory

    def confirm(self, what: Consignment, log: Log) -> Sighting:
        """See ``DepositTarget``.  Clears away what a run that was killed in the last moment left."""
        sighting = self.look(what, log.handle)
        if sighting.stage is Stage.STORED:
            with self._reached(log.handle) as held:
                self._tidy(held, what)
        return sighting

    def verify(self, what: Consignment, log: Log, progress: Progress) -> Verification:
        """See ``DepositTarget``.  The whole object is validated, with all its versions."""
        progress.start("Validating the object", what.files, what.octets)
        try:
            with self._reached(log.handle) as held:
                problems = self._problems(held, what, progress)
                if not problems:
                    self._tidy(held, what)
            self._must_be_there(log)
        finally:
            progress.finish()
        return Verification(not problems, Proof.BYTES, what.files, what.octets, tuple(problems))

    def _problems(self, held: Held, what: Consignment, progress: Progress) -> list[Problem]:
        root = roots.found(held, self._shown)
        place = self._place(root, what)
        if root is None or held.seen(place) is None:
            return [common_rules.FAR_MISSING.at("", f"Nothing of {names.shown(what.label)} is there.")]
        with held.inner(place) as object_root:
            inventory, problems = validate(object_root, lambda octets: progress.advance(0, octets))
        if inventory is None:
            return problems
        if inventory.id != self._id(what):
            text = f"The object there has the identifier {names.shown(inventory.id[:200])}."
            return [*problems, rules.NOT_THE_PACKAGE.at("", text)]
        if not version_of(inventory, state_of(what, inventory.algorithm)):
            text = f"No version of the object there is {names.shown(what.label)}."
            problems.append(rules.NOT_THE_PACKAGE.at("", text))
        return problems

    def close(self) -> None:
        """See ``DepositTarget``."""

    @contextmanager
    def _reached(self, handle: Mapping[str, str]) -> Iterator[Held]:
        with self._disk.reach(handle.get("disk", "")) as held, told(self._name, str(self._path)):
            yield held

    def _must_be_there(self, log: Log) -> None:
        """What could not be read counts only if the disk is still there."""
        with self._reached(log.handle):
            pass

    def _tidy(self, held: Held, what: Consignment) -> None:
        for bench in (Bench(held, _ROOT, roots.STAGING), self._bench(held, what)):
            bench.tidy()

    def _bench(self, held: Held, what: Consignment) -> Bench:
        return Bench(held, what.package.id, roots.STAGING)

    def _id(self, what: Consignment) -> str:
        return f"{self._options.id_prefix}{what.package.id}"

    def _place(self, root: roots.Root | None, what: Consignment) -> str:
        return (root or roots.Root("1.1", self._options.layout)).place_of(self._id(what))

    def _where(self, place: str) -> str:
        return str(self._path / place)

    @property
    def _shown(self) -> str:
        return names.shown(str(self._path))

    def _sighting(self, place: str, version: str) -> Sighting:
        return Sighting(Stage.STORED, self._where(place), f"version {version} of the object")
