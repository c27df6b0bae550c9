"""What Archivematica's dashboard and storage service do, by their documentation; nothing of it is ours.

Every POST makes a new transfer; an unknown processing configuration silently becomes the default; what is being
processed, and what failed, stands in no list; the status of a transfer that is stuck is answered with 400.
"""

from __future__ import annotations

import base64
import json
import re
import uuid
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.deposit.servers.scripted import Asked, Reply

KEY = "the-key-of-the-dashboard"
STORAGE_KEY = "the-key-of-the-storage"
LOCATION = "5a1f0b3c-1111-4222-8333-0123456789ab"


@dataclass
class Transfer:
    """A transfer, and what became of it: *content* is the AIP, *whole* whether it is as it was made."""

    uuid: str
    name: str
    kind: str
    configuration: str
    accession: str
    status: str = "PROCESSING"
    sip: str = ""
    sip_status: str = "PROCESSING"
    aip_status: str = ""
    files: int = 0
    octets: int = 0
    whole: bool | None = True
    stuck: bool = False


@dataclass
class ArchivematicaLike:
    """One dashboard with its storage service, whose transfer source is the folder *source*.

    It is *quick* if transfers end as soon as they begin.
    """

    source: Path
    quick: bool = True
    configurations: tuple[str, ...] = ("default", "automated")
    transfers: list[Transfer] = field(default_factory=list)
    there: str = "/var/transfers"

    def dashboard(self, asked: Asked) -> Reply:
        """The application of the dashboard."""
        if asked.headers.get("Authorization") != f"ApiKey archivist:{KEY}":
            return _json(403, {"message": "API key not valid.", "error": True})
        return self._routed(asked, _DASHBOARD)

    def storage(self, asked: Asked) -> Reply:
        """The application of the storage service."""
        if asked.headers.get("Authorization") != f"ApiKey archivist:{STORAGE_KEY}":
            return Reply(401)
        return self._routed(asked, _STORAGE)

    def _routed(self, asked: Asked, routes: list[tuple[str, Callable[..., Reply]]]) -> Reply:
        for pattern, method in routes:
            if found := re.fullmatch(pattern, f"{asked.method} {asked.path}"):
                return method(self, asked, *found.groups())
        return Reply(404, b"<h1>Not Found</h1>")

    def finish(self, transfer: Transfer) -> None:
        """Let *transfer* come to its end."""
        transfer.status, transfer.sip_status, transfer.aip_status = "COMPLETE", "COMPLETE", "UPLOADED"
        transfer.sip = transfer.sip or str(uuid.uuid4())

    # Dashboard

    def start(self, asked: Asked) -> Reply:
        said = json.loads(asked.body)
        location, _, path = base64.b64decode(said["path"]).decode().partition(":")
        if location != LOCATION:
            return _json(500, {"error": True, "message": "Package cannot be created"})
        place = self.source / path.removeprefix(self.there).lstrip("/")
        configuration = said["processing_config"] if said["processing_config"] in self.configurations else "default"
        transfer = Transfer(str(uuid.uuid4()), said["name"], said["type"], configuration, said["accession"])
        self.transfers.append(transfer)
        if not place.exists() or place.is_dir() is not (said["type"] == "unzipped bag") or _has_rubbish(place):
            transfer.status = "FAILED"
        else:
            files = [place] if place.is_file() else [each for each in place.rglob("*") if each.is_file()]
            transfer.files, transfer.octets = len(files), sum(each.stat().st_size for each in files)
            if self.quick:
                self.finish(transfer)
        return _json(202, {"id": transfer.uuid})

    def configured(self, _: Asked) -> Reply:
        reply = _json(200, {"processing_configurations": sorted(self.configurations)})
        return Reply(reply.status, reply.body, {**reply.headers, "X-Archivematica-Version": "1.17.0"})

    def transfer_status(self, _: Asked, uuid_: str) -> Reply:
        transfer = next((each for each in self.transfers if each.uuid == uuid_), None)
        if transfer is None:
            return _json(400, {"type": "transfer", "error": True, "message": f"Cannot fetch unitTransfer {uuid_}"})
        if transfer.stuck:
            return _json(400, {"error": True, "message": f"Unable to determine the status of the unit {uuid_}"})
        sip = {"sip_uuid": transfer.sip} if transfer.status == "COMPLETE" and transfer.sip else {}
        return _json(200, self._unit(transfer, "transfer", transfer.status) | {"uuid": uuid_, **sip})

    def ingest_status(self, _: Asked, uuid_: str) -> Reply:
        transfer = next((each for each in self.transfers if each.sip == uuid_), None)
        if transfer is None:
            return _json(400, {"type": "SIP", "error": True, "message": f"Cannot fetch unitSIP with UUID {uuid_}"})
        return _json(200, self._unit(transfer, "SIP", transfer.sip_status) | {"uuid": uuid_})

    def _unit(self, transfer: Transfer, kind: str, status: str) -> dict[str, Any]:
        name = f"{transfer.name}.zip" if transfer.kind == "zipped bag" and kind == "transfer" else transfer.name
        return {"type": kind, "status": status, "name": name, "microservice": "Verify \x1b[1mtransfer", "message": "ok"}

    def completed(self, _: Asked) -> Reply:
        return _json(200, {"results": [each.uuid for each in self.transfers if each.status == "COMPLETE"]})

    def unapproved(self, _: Asked) -> Reply:
        waiting = [each for each in self.transfers if each.status == "USER_INPUT"]
        return _json(200, {"results": [{"type": "x", "directory": each.name, "uuid": each.uuid} for each in waiting]})

    def waiting(self, _: Asked) -> Reply:
        return _json(200, {"results": []})

    # Storage service

    def location(self, _: Asked, uuid_: str) -> Reply:
        if uuid_ != LOCATION:
            return Reply(404)
        return _json(200, {"uuid": LOCATION, "purpose": "TS", "path": self.there, "enabled": True})

    def package(self, _: Asked, uuid_: str) -> Reply:
        transfer = next((each for each in self.transfers if each.sip == uuid_ and each.aip_status), None)
        if transfer is None:
            return Reply(404)
        return _json(200, {"uuid": uuid_, "status": transfer.aip_status, "size": transfer.octets + 1000})

    def fixity(self, _: Asked, uuid_: str) -> Reply:
        transfer = next(each for each in self.transfers if each.sip == uuid_)
        changed = [{"path": "data/objects/letter.txt", "message": "sha256 validation failed"}]
        failures = {"missing": [], "changed": [] if transfer.whole else changed, "untracked": []}
        said = "" if transfer.whole else "invalid bag"
        return _json(200, {"success": transfer.whole, "message": said, "failures": {"files": failures}})


_UUID = r"([0-9a-f-]{36})"
_DASHBOARD: list[tuple[str, Callable[..., Reply]]] = [
    (r"POST /api/v2beta/package/?", ArchivematicaLike.start),
    (r"GET /api/processing-configuration/?", ArchivematicaLike.configured),
    (rf"GET /api/transfer/status/{_UUID}/?", ArchivematicaLike.transfer_status),
    (rf"GET /api/ingest/status/{_UUID}/?", ArchivematicaLike.ingest_status),
    (r"GET /api/transfer/completed/?", ArchivematicaLike.completed),
    (r"GET /api/transfer/unapproved/?", ArchivematicaLike.unapproved),
    (r"GET /api/ingest/waiting/?", ArchivematicaLike.waiting),
]
_STORAGE: list[tuple[str, Callable[..., Reply]]] = [
    (rf"GET /api/v2/location/{_UUID}/", ArchivematicaLike.location),
    (rf"GET /api/v2/file/{_UUID}/", ArchivematicaLike.package),
    (rf"GET /api/v2/file/{_UUID}/check_fixity/", ArchivematicaLike.fixity),
]


def _has_rubbish(place: Path) -> bool:
    return zipfile.is_zipfile(place) and any(".DS_Store" in name for name in zipfile.ZipFile(place).namelist())


def _json(status: int, document: object) -> Reply:
    return Reply(status, json.dumps(document).encode(), {"Content-Type": "application/json"})
