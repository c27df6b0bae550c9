"""A package as a transfer of Archivematica: placed, started once, and followed until its AIP is stored."""

from __future__ import annotations

import re
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from preserve.deposit import rules
from preserve.deposit.http import not_sent
from preserve.deposit.http.origin import host_of
from preserve.deposit.targets.archivematica.dashboard import Dashboard
from preserve.deposit.targets.archivematica.following import Followed, followed
from preserve.deposit.targets.archivematica.marks import Mark, Marks
from preserve.deposit.targets.archivematica.storage import Storage
from preserve.deposit.targets.folder import Folder
from preserve.errors import DepositRefused, NoRoom, TargetUnreachable
from preserve.model import Problem
from preserve.model.deposits import Promises, Proof, Sighting, Stage, Verification
from preserve.ports import Progress
from preserve.ports.depositing import Consignment, Log
from preserve.storage.names import shown

_TYPES = {"bag": "unzipped bag", "zip": "zipped bag"}
_DROPPED = frozenset([".DS_Store", "Thumbs.db", "Icon", "Icon\r"])
"""What Archivematica takes out of transfers; the bag is not valid any more then, and it says so late."""


@dataclass(frozen=True, slots=True)
class Way:
    """How Archivematica reaches what is placed: the *location*, the folder's *path* there, and what to do with it."""

    location: str
    path: str
    configuration: str


class Archivematica:
    """See ``DepositTarget``."""

    def __init__(
        self, name: str, way: Way, folder: Folder, marks: Marks, dashboard: Dashboard, storage: Storage
    ) -> None:
        self._name = name
        self._way = way
        self._folder = folder
        self._marks = marks
        self._dashboard = dashboard
        self._storage = storage

    @property
    def promises(self) -> Promises:
        """See ``DepositTarget``.  Where it cannot be told whether a transfer began, nothing is sent again."""
        return Promises(askable=True, resumes=True, proof=Proof.WORD)

    def check(self) -> str:
        """See ``DepositTarget``."""
        _, version = self._dashboard.configurations()
        self._storage.location(self._way.location)
        hosts = f"{host_of(self._dashboard.client.base)}, storage at {host_of(self._storage.client.base)}"
        return f"Archivematica {version} at {hosts}; {self._folder.check()}"

    def plan(self, what: Consignment) -> tuple[Problem, ...]:
        """See ``DepositTarget``."""
        return (*self._folder.plan(what), *self._planned(what))

    def _planned(self, what: Consignment) -> Iterator[Problem]:
        for client in (self._dashboard.client, self._storage.client):
            if client.unprotected:
                yield rules.LINE_UNPROTECTED.at("", f"The API key would go to {client.base} unprotected.")
        known, _ = self._dashboard.configurations()
        if self._way.configuration not in known:
            there = shown(", ".join(sorted(known)))[:300] or "none"
            yield rules.PROCESSING_UNKNOWN.at(
                "", f"Archivematica has no processing configuration {self._way.configuration}; there are: {there}."
            )
        location = self._storage.location(self._way.location)
        if location is None or location.purpose != "TS" or not location.enabled:
            yield rules.LOCATION_UNKNOWN.at("", f"{self._way.location} is no transfer source that is in use there.")
        if what.form == "bag":
            for path in _dropped(piece.path for piece in what.pieces()):
                yield rules.FILE_DROPPED.at(path, f"{shown(path)} would be taken out by Archivematica.")

    def look(self, what: Consignment, handle: Mapping[str, str]) -> Sighting:
        """See ``DepositTarget``."""
        mark = self._marks.read(what)
        transfer = handle.get("transfer") or (mark.transfer if mark else "")
        if transfer:
            seen = followed(self._dashboard, self._storage, transfer, handle.get("sip", "")).sighting
            if seen.stage is Stage.REFUSED and not handle.get("transfer"):  # that of a deposit before this one
                return self._placed(what, handle)
            return seen
        return self._searched(what) if mark else self._placed(what, handle)

    def send(self, what: Consignment, log: Log) -> Sighting:
        """See ``DepositTarget``."""
        seen = self.look(what, log.handle)
        if seen.stage is Stage.UNKNOWN:
            raise TargetUnreachable(seen.note)
        if seen.stage not in (None, Stage.SENDING):
            return seen
        known, _ = self._dashboard.configurations()
        if self._way.configuration not in known:
            raise DepositRefused(f"Archivematica has no processing configuration {self._way.configuration}.")
        path = self._path()
        self._folder.send(what, log)
        placed = next(what.pieces()).path if what.form == "zip" else what.label
        self._refuse_dropped(what, placed)
        transfer = self._started(what, log, f"{path}/{placed}")
        return Sighting(Stage.ACCEPTED, f"transfer {transfer}", "Archivematica began the transfer.", what.octets)

    def confirm(self, what: Consignment, log: Log) -> Sighting:
        """See ``DepositTarget``."""
        transfer = log.handle.get("transfer") or self._adopted(what, log)
        if not transfer:
            return self.look(what, log.handle)
        now = followed(self._dashboard, self._storage, transfer, log.handle.get("sip", ""))
        self._keep(now, log)
        return now.sighting

    def verify(self, what: Consignment, log: Log, progress: Progress) -> Verification:
        """See ``DepositTarget``.  The storage service reads its AIP, which is not what was sent, but made of it."""
        if not log.handle.get("sip"):
            self.confirm(what, log)
        sip = log.handle.get("sip", "")
        stored = self._storage.package(sip) if sip else None
        if stored is None:
            problem = rules.FAR_MISSING.at("", f"The storage service has no AIP of {what.label}.")
            return Verification(False, Proof.WORD, 0, 0, (problem,))
        progress.start("The storage service checks its AIP", 1, stored.size)
        try:
            problems, answer = self._storage.check(sip)
        finally:
            progress.finish()
        log.keep("fixity.json", answer.receipt())
        return Verification(not problems, Proof.WORD, 1, stored.size, problems)

    def close(self) -> None:
        """See ``DepositTarget``."""
        self._folder.close()
        self._dashboard.client.close()
        self._storage.close()

    def _started(self, what: Consignment, log: Log, path: str) -> str:
        """Ask for the transfer, once; its UUID.  Before, it is marked that it was asked for."""
        mark = Mark(datetime.now(UTC).isoformat())
        log.note(asked=mark.asked)
        self._marks.write(what, mark)
        try:
            transfer, answer = self._dashboard.start(
                _name(what), _TYPES[what.form], path, self._way.configuration, what.key
            )
        except (DepositRefused, TargetUnreachable) as error:
            if isinstance(error, (DepositRefused, NoRoom)) or not_sent(error):
                self._marks.remove(what)
            raise
        self._marks.write(what, replace(mark, transfer=transfer))
        log.note(transfer=transfer)
        log.keep("package.json", answer.receipt())
        return transfer

    def _path(self) -> str:
        """Location and folder, as Archivematica wants them before what was placed."""
        location = self._storage.location(self._way.location)
        if location is None or location.purpose != "TS":
            raise DepositRefused(f"{self._way.location} is no transfer source location of this storage service.")
        return f"{self._way.location}:{(self._way.path or location.path).rstrip('/')}"

    def _placed(self, what: Consignment, handle: Mapping[str, str]) -> Sighting:
        """What lies in the transfer source, of which no transfer was asked for: something to go on with, or nothing."""
        seen = self._folder.look(what, handle)
        if seen.stage is None:
            return seen
        return Sighting(Stage.SENDING, seen.where, "It is placed; no transfer has begun.", seen.received or what.octets)

    def _searched(self, what: Consignment) -> Sighting:
        """A transfer that was asked for, and of which no answer came."""
        unit = self._dashboard.named(_names(what))
        if unit:
            return followed(self._dashboard, self._storage, unit.uuid).sighting
        return Sighting(
            Stage.UNKNOWN,
            str(self._marks.place(what)),
            "Archivematica was asked to begin a transfer and did not answer; it lists none that is being processed. "
            f"If its dashboard has none, delete {shown(str(self._marks.place(what)))} and deposit again",
        )

    def _adopted(self, what: Consignment, log: Log) -> str:
        """The UUID of the transfer, found by its mark or its name, and noted."""
        mark = self._marks.read(what)
        transfer = mark.transfer if mark else ""
        if not transfer and (unit := self._dashboard.named(_names(what))):
            transfer = unit.uuid
            self._marks.write(what, Mark(mark.asked if mark else "?", transfer))
        if transfer:
            log.note(transfer=transfer)
        return transfer

    def _keep(self, now: Followed, log: Log) -> None:
        """Keep an answer that says something new, and note what the transfer became."""
        if now.sip and now.sip != log.handle.get("sip"):
            log.note(sip=now.sip)
        if now.answer and now.sighting.note != log.handle.get("said"):
            log.keep("status.json", now.answer.receipt())
            log.note(said=now.sighting.note)

    def _refuse_dropped(self, what: Consignment, placed: str) -> None:
        """Look into the zip that was placed.  ``DepositRefused`` if Archivematica would fail with it; it is removed."""
        if what.form != "zip":
            return
        with self._marks.open() as held, open(held.read(placed), "rb") as file:
            try:
                dropped = _dropped(zipfile.ZipFile(file).namelist())
            except zipfile.BadZipFile:
                return
            if dropped:
                held.remove(placed)
                raise DepositRefused(
                    f"Archivematica takes {shown(dropped[0])} out of transfers, and fails with the zipped bag then.",
                    hint='Send the package as a folder: form = "bag".',
                )


def _dropped(paths: Iterable[str]) -> list[str]:
    return [path for path in paths if path.rpartition("/")[2] in _DROPPED]


def _names(what: Consignment) -> frozenset[str]:
    return frozenset([what.label, _name(what)])


def _name(what: Consignment) -> str:
    """What the transfer is called: the label; in letters that Archivematica does not change, and unique as that is."""
    if what.label.isascii():
        return what.label
    plain = unicodedata.normalize("NFKD", what.label).encode("ascii", "ignore").decode()
    return f"{re.sub(r'[^A-Za-z0-9._-]+', '-', plain).strip('-.') or 'package'}-{what.key.rpartition(':')[2]}"
