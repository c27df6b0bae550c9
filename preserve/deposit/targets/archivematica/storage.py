"""The part of the storage service's API that is used, call by call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from preserve.deposit import rules
from preserve.deposit.http import Answer, Client
from preserve.errors import TargetUnreachable
from preserve.model import Problem
from preserve.storage.names import shown

_JSON = {"Accept": "application/json"}
_RULES = {"missing": rules.FAR_MISSING, "changed": rules.FAR_ALTERED, "untracked": rules.FAR_UNEXPECTED}
_MOST = 1000


@dataclass(frozen=True, slots=True)
class Stored:
    """A package in storage: *status* in the service's words, *size* in octets."""

    status: str
    size: int
    answer: Answer = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Location:
    """A place that the storage service knows: *purpose* ``TS`` is a transfer source."""

    purpose: str
    path: str
    enabled: bool


class Storage:
    """One storage service; *patient* is a client that waits for as long as a check of fixity may take."""

    def __init__(self, client: Client, patient: Client) -> None:
        self.client = client
        self.patient = patient

    def location(self, uuid: str) -> Location | None:
        """The location of this UUID, or None."""
        answer = self.client.call("GET", f"api/v2/location/{uuid}/", headers=_JSON, expect=(200, 404))
        if answer.status == 404:
            return None
        found = answer.document()
        return Location(_text(found.get("purpose")), _text(found.get("path")), found.get("enabled") is not False)

    def package(self, uuid: str) -> Stored | None:
        """The package of this UUID, or None."""
        answer = self.client.call("GET", f"api/v2/file/{uuid}/", headers=_JSON, expect=(200, 404))
        if answer.status == 404:
            return None
        found = answer.document()
        size = found.get("size")
        return Stored(_text(found.get("status")), size if isinstance(size, int) and size > 0 else 0, answer)

    def check(self, uuid: str) -> tuple[tuple[Problem, ...], Answer]:
        """Let the service read the package and hold it against its manifest; what was wrong with it.

        ``TargetUnreachable`` if it could not do so.
        """
        answer = self.patient.call("GET", f"api/v2/file/{uuid}/check_fixity/", headers=_JSON, safe=False)
        found = answer.document()
        said = shown(" ".join(_text(found.get("message")).split()))[:300].rstrip(".")
        if found.get("success") is True:
            return (), answer
        if found.get("success") is not False:
            raise TargetUnreachable(f"The storage service could not check the AIP: {said or 'it does not say why'}.")
        problems = tuple(_problems(found)) or (rules.FAR_ALTERED.at("", f"The AIP is not whole there: {said}."),)
        return problems, answer

    def close(self) -> None:
        """Let go of connections."""
        self.client.close()
        self.patient.close()


def _problems(found: Mapping[str, Any]) -> list[Problem]:
    failures = found.get("failures")
    files = failures.get("files") if isinstance(failures, dict) else None
    problems = []
    for kind, rule in _RULES.items():
        listed = files.get(kind) if isinstance(files, dict) else None
        for each in (listed if isinstance(listed, list) else [])[:_MOST]:
            if isinstance(each, dict):
                path = shown(_text(each.get("path"))[:1000])
                problems.append(rule.at(path, f"{path} in the AIP is {kind}, as the storage service says."))
    return problems


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
