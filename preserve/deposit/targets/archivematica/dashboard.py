"""The part of the dashboard's API that is used, call by call.  Every call of ``start`` makes a new transfer."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from preserve.deposit.http import Answer, Client
from preserve.storage.names import shown

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_JSON = {"Accept": "application/json"}
_MOST_LISTED = 2000
_ENDINGS = (".zip", ".7z", ".tar.gz", ".tgz", ".tar")


@dataclass(frozen=True, slots=True)
class Unit:
    """A transfer or an ingest (SIP), as the dashboard tells: *status* in its words, *job* what it does just now.

    *sip* is what a transfer became: a UUID, ``BACKLOG``, or "".
    """

    uuid: str
    status: str
    name: str = ""
    job: str = ""
    sip: str = ""
    answer: Answer | None = field(default=None, repr=False, compare=False)


class Dashboard:
    """One pipeline.  Errors are those of ``Client.call``."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def configurations(self) -> tuple[tuple[str, ...], str]:
        """The names of its processing configurations, and the version that it says it is."""
        answer = self._get("api/processing-configuration/")
        listed = answer.document().get("processing_configurations")
        if not isinstance(listed, list):
            raise answer.garbled("not a list of processing configurations")
        version = shown(answer.headers.get("x-archivematica-version", ""))[:40]
        return tuple(name for name in listed if isinstance(name, str)), version

    def start(self, name: str, kind: str, path: str, configuration: str, accession: str) -> tuple[str, Answer]:
        """Start a transfer of what lies at *path* (``location:path``); its UUID."""
        wish = {
            "name": name,
            "type": kind,
            "path": base64.b64encode(path.encode("utf-8", "surrogateescape")).decode("ascii"),
            "processing_config": configuration,
            "accession": accession,
            "auto_approve": True,
        }
        body = json.dumps(wish).encode()
        headers = {**_JSON, "Content-Type": "application/json"}
        answer = self.client.call("POST", "api/v2beta/package/", headers=headers, body=body, expect=(200, 201, 202))
        return _uuid(answer.document().get("id"), answer), answer

    def transfer(self, uuid: str) -> Unit | None:
        """How far a transfer has come; None if the dashboard cannot say, which it cannot of one that is stuck."""
        return self._status(f"api/transfer/status/{uuid}/", uuid)

    def ingest(self, uuid: str) -> Unit | None:
        """How far an ingest has come; None if the dashboard cannot say."""
        return self._status(f"api/ingest/status/{uuid}/", uuid)

    def named(self, names: frozenset[str]) -> Unit | None:
        """A transfer that goes by one of *names*, among those that wait, or are done.

        The dashboard lists none that is being processed, and none that failed.
        """
        for uuid in dict.fromkeys(self._listed(names)):
            unit = self.transfer(uuid)
            if unit and bare(unit.name) in names:
                return unit
        return None

    def _listed(self, names: frozenset[str]) -> Iterator[str]:
        for each in self._results("api/transfer/unapproved/"):
            if isinstance(each, dict) and bare(_text(each.get("directory"))) in names:
                yield _text(each.get("uuid"))
        for each in self._results("api/ingest/waiting/"):
            if isinstance(each, dict) and bare(_text(each.get("sip_name"))) in names:
                yield _text(each.get("sip_uuid"))
        yield from map(_text, self._results("api/transfer/completed/"))

    def _results(self, path: str) -> list[Any]:
        answer = self._get(path)
        listed = answer.document().get("results")
        if not isinstance(listed, list):
            raise answer.garbled("not a list of transfers")
        return listed[:_MOST_LISTED]

    def _status(self, path: str, uuid: str) -> Unit | None:
        if not _UUID.fullmatch(uuid):
            return None
        answer = self.client.call("GET", path, headers=_JSON, expect=(200, 400, 404))
        if answer.status != 200:
            return None
        found = answer.document()
        status, name, job = (_text(found.get(key)) for key in ("status", "name", "microservice"))
        sip = _text(found.get("sip_uuid"))
        sip = sip if sip == "BACKLOG" or _UUID.fullmatch(sip) else ""
        return Unit(uuid, status, name, shown(job)[:200], sip, answer)

    def _get(self, path: str) -> Answer:
        return self.client.call("GET", path, headers=_JSON)


def bare(name: str) -> str:
    """*name* without the ending of an archive: it goes when the archive is opened."""
    for ending in _ENDINGS:
        if name.endswith(ending):
            return name.removesuffix(ending)
    return name


def _uuid(value: Any, answer: Answer) -> str:
    if not isinstance(value, str) or not _UUID.fullmatch(value):
        raise answer.garbled("not the UUID of a transfer")
    return value


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
