"""The journal of audits: one line of JSON a run, beside the catalogue.

It tells how fast packages are read here, and whether audits run at all.  What was found of each package stands in its
history: were the journal lost, the promise could still be proven.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from preserve.bag.sealing.errors import store_errors
from preserve.config import Config
from preserve.model import AuditRun
from preserve.storage import durable
from preserve.storage.times import from_rfc3339, rfc3339

_NAME = "audits.jsonl"
_LONGEST = 65_536
_TIMES = ("started", "ended")
_FIELDS = {field.name: field.type for field in fields(AuditRun)}
_PLAIN: dict[str, tuple[type, ...]] = {"str": (str,), "int": (int,), "float": (int, float)}


def journal(config: Config) -> Path:
    """Where the journal lies."""
    return config.workroom / _NAME


def append_run(config: Config, run: AuditRun) -> None:
    """Write *run* down; when this returns, it is on disk.  ``StoreUnwritable``."""
    place = journal(config)
    told = asdict(run) | {key: rfc3339(getattr(run, key)) for key in _TIMES}
    line = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
    with store_errors(config.workroom):
        fd = os.open(place, durable.ADD_FILE, 0o644)
        try:
            durable.write_all(fd, b"\n" + line if _is_torn(place) else line)
            durable.sync_files([fd], config.workroom)
        finally:
            os.close(fd)


def read_runs(config: Config) -> tuple[AuditRun, ...]:
    """All runs, in order.  A line that cannot be understood, such as one that a crash cut off, is left out."""
    found: list[AuditRun] = []
    try:
        with journal(config).open("rb") as lines:
            while line := lines.readline(_LONGEST):
                if (run := _understood(line)) is not None:
                    found.append(run)
    except OSError:
        return tuple(found)
    return tuple(found)


def _is_torn(place: Path) -> bool:
    with place.open("rb") as stream:
        size = stream.seek(0, 2)
        if not size:
            return False
        stream.seek(size - 1)
        return stream.read(1) != b"\n"


def _understood(line: bytes) -> AuditRun | None:
    try:
        told: Any = json.loads(line)
        return AuditRun(**{key: _value(key, value) for key, value in told.items() if key in _FIELDS})
    except (ValueError, TypeError, AttributeError, RecursionError):
        return None


def _value(key: str, value: Any) -> Any:
    if key in _TIMES:
        return from_rfc3339(value)
    if type(value) not in _PLAIN[str(_FIELDS[key])]:
        raise TypeError(key)
    return value
