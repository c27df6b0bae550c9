"""What parent and worker say to each other: one JSON document a line, and one small shared page.

JSON and not pickle: the worker has read hostile files, so nothing that comes back may be able to run code.  The page
tells which probe is at work since when, without a system call a probe.
"""

from __future__ import annotations

import json
import mmap
import struct
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from preserve.model import (
    Agent,
    Embedded,
    Format,
    Identification,
    LanguageShare,
    Outcome,
    ProbeRun,
    Problem,
    Severity,
)

Message = Mapping[str, Any]
PAGE_BYTES = 16
IDLE = -1


def line(message: Message) -> bytes:
    """*message* as one line.  Only ASCII, so that names which are not UTF-8 survive as lone surrogates."""
    return json.dumps(message, ensure_ascii=True, separators=(",", ":")).encode("ascii") + b"\n"


def to_message(found: Identification) -> dict[str, Any]:
    """*found* as plain JSON values."""
    return asdict(found)


def from_message(values: Message) -> Identification:
    """The Identification that ``to_message`` wrote.  ``ValueError``, ``TypeError`` or ``KeyError`` if it is none."""
    return Identification(
        path=str(values["path"]),
        mime=str(values["mime"]),
        charset=str(values["charset"]),
        formats=tuple(Format(**item) for item in values["formats"]),
        languages=tuple(LanguageShare(**item) for item in values["languages"]),
        embedded=tuple(Embedded(**item) for item in values["embedded"]),
        runs=tuple(
            ProbeRun(str(item["probe"]), Agent(**item["agent"]), Outcome(item["outcome"]), str(item["note"]))
            for item in values["runs"]
        ),
        problems=tuple(Problem(**{**item, "severity": Severity(item["severity"])}) for item in values["problems"]),
    )


class Page:
    """The shared page.  The worker writes, the parent reads; neither ever waits for the other.

    The order of the accesses makes a torn read harmless: the worker sets the time before the probe, the parent reads
    them the other way round, so that an old time is never taken for a new probe's.
    """

    def __init__(self, fd: int) -> None:
        self._map = mmap.mmap(fd, PAGE_BYTES)

    def begin(self, probe: int, now: float, *, loading: bool = False) -> None:
        """The probe with this number starts now; *loading* asks for patience, because a library is being loaded."""
        struct.pack_into("d", self._map, 8, now)
        struct.pack_into("ii", self._map, 0, probe, int(loading))

    def read(self) -> tuple[int, bool, float]:
        """The probe's number or ``IDLE``, whether it is loading, and since when."""
        probe, loading = struct.unpack_from("ii", self._map, 0)
        (since,) = struct.unpack_from("d", self._map, 8)
        return probe, bool(loading), since

    def close(self) -> None:
        """Let go of the memory."""
        self._map.close()
