"""What parent and worker say to each other: one JSON document a line, and one small shared page.

JSON and not pickle: the worker has read hostile files, so nothing that comes back may be able to run code.  The page
tells which probe is at work on which file since when, without a system call a probe.

The parent asks ``{"jobs": [[number, file, path, [probe to skip, …]], …]}``.  The worker says ``{"hello": …}`` when it
is ready, then, in the order of the jobs, ``{"done": [[number, what it found], …], "tired": …}``, where *tired* means
that it asks to be replaced.
"""

from __future__ import annotations

import json
import mmap
import struct
from collections.abc import Mapping
from typing import Any

from preserve.model import (
    Agent,
    Embedded,
    Format,
    Identification,
    LanguageShare,
    Outcome,
    Passage,
    ProbeRun,
    Problem,
    Severity,
)

Message = Mapping[str, Any]
IDLE = -1

_to_json = json.JSONEncoder(ensure_ascii=True, separators=(",", ":")).encode


def line(message: Message) -> bytes:
    """*message* as one line.  Only ASCII, so that names which are not UTF-8 survive as lone surrogates."""
    return _to_json(message).encode("ascii") + b"\n"


def to_message(found: Identification, known: Mapping[str, Agent]) -> list[Any]:
    """*found* without its path as plain JSON values, in the order of their fields.

    Of a run whose tool is among the *known*, by the name of the probe, the tool is left out.
    """
    return [
        found.mime,
        found.charset,
        [[form.name, form.version, form.registry, form.key, form.basis] for form in found.formats],
        [[language.tag, language.share, language.reliable] for language in found.languages],
        [[item.field, item.value, item.method, item.lang] for item in found.embedded],
        [_run(run, known) for run in found.runs],
        [[p.code, p.severity, p.path, p.message, p.clause, p.hint] for p in found.problems],
        [[passage.tag, passage.share, passage.letters, passage.text] for passage in found.passages],
    ]


def _run(run: ProbeRun, known: Mapping[str, Agent]) -> list[str]:
    values = [run.probe, run.outcome.value, run.note]
    agent = run.agent
    return values if known.get(run.probe) == agent else [*values, agent.name, agent.version, agent.kind]


def from_message(path: str, values: Any, known: Mapping[str, Agent]) -> Identification:
    """What ``to_message`` wrote about *path*.  ``ValueError``, ``TypeError`` or ``KeyError`` if it is nothing such."""
    mime, charset, formats, languages, embedded, runs, problems, passages = values
    return Identification(
        path,
        str(mime),
        str(charset),
        tuple(Format(*map(str, item)) for item in formats),
        tuple(LanguageShare(str(tag), float(share), bool(reliable)) for tag, share, reliable in languages),
        tuple(Embedded(*map(str, item)) for item in embedded),
        tuple(
            ProbeRun(probe, Agent(*agent) if agent else known[probe], _OUTCOMES[outcome], note)
            for probe, outcome, note, *agent in (map(str, item) for item in runs)
        ),
        tuple(
            Problem(str(code), Severity(severity), str(path), str(message), str(clause), str(hint))
            for code, severity, path, message, clause, hint in problems
        ),
        tuple(Passage(str(tag), float(share), int(letters), str(text)) for tag, share, letters, text in passages),
    )


_OUTCOMES = {outcome.value: outcome for outcome in Outcome}


class Page:
    """The shared page.  The worker writes, the parent reads; neither ever waits for the other.

    The order of the accesses makes a torn read harmless: the worker sets the time before the probe, the parent reads
    them the other way round, so that an old time is never taken for a new probe's.
    """

    _WORK = struct.Struct("ii")
    _SINCE = struct.Struct("d")
    _JOB = struct.Struct("q")
    OCTETS = 24

    def __init__(self, fd: int) -> None:
        self._map = mmap.mmap(fd, self.OCTETS)

    def take(self, job: int) -> None:
        """The file with this number is on the desk from now on."""
        self._JOB.pack_into(self._map, 16, job)

    def begin(self, probe: int, now: float, *, loading: bool = False) -> None:
        """The probe with this number starts now; *loading* asks for patience, because a library is being loaded."""
        self._SINCE.pack_into(self._map, 8, now)
        self._WORK.pack_into(self._map, 0, probe, loading)

    def read(self) -> tuple[int, bool, float]:
        """The probe's number or ``IDLE``, whether it is loading, and since when."""
        probe, loading = self._WORK.unpack_from(self._map, 0)
        (since,) = self._SINCE.unpack_from(self._map, 8)
        return probe, bool(loading), since

    def job(self) -> int:
        """The number of the file on the desk.  To be trusted only when the worker is dead."""
        (number,) = self._JOB.unpack_from(self._map, 16)
        return int(number)

    def close(self) -> None:
        """Let go of the memory."""
        self._map.close()
