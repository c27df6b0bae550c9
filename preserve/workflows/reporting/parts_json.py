"""How a run, the promise and what breaks it are written as JSON, in whatever message they stand.  Pure."""

from __future__ import annotations

from typing import Any

from preserve.model import AuditRun
from preserve.storage import names
from preserve.storage.times import rfc3339
from preserve.workflows.reporting.promise import Breach, Promise


def run_json(run: AuditRun) -> dict[str, Any]:
    """A run, as JSON has it."""
    return {
        "started": rfc3339(run.started),
        "ended": rfc3339(run.ended),
        "chosen": run.chosen,
        "seed": run.seed,
        "packages": run.packages,
        "files": run.files,
        "bytes": run.bytes,
        "seconds": round(run.seconds, 3),
        "good": run.good,
        "failed": run.failed,
        "unreachable": run.unreachable,
        "unrecorded": run.unrecorded,
        "left": run.left,
        "stopped": run.stopped,
    }


def promise_json(promise: Promise) -> dict[str, Any]:
    """How the promise stands, with the first that break it."""
    return {
        "holds": promise.holds,
        "sentence": promise.sentence,
        "packages": promise.packages,
        "copies": promise.copies,
        "broken": promise.broken,
        "interval": promise.interval,
        "slack": promise.slack,
        "breaches": [breach_json(breach) for breach in promise.breaches],
    }


def breach_json(breach: Breach) -> dict[str, Any]:
    """One copy that breaks the promise."""
    return {
        "id": breach.id,
        **name_json("name", breach.name),
        "location": breach.location,
        "reason": str(breach.reason),
        "last_good": rfc3339(breach.last_good) if breach.last_good else None,
        "since": rfc3339(breach.since) if breach.since else None,
    }


def name_json(key: str, name: str) -> dict[str, str]:
    """A name as legal text, and its exact bytes where it is not UTF-8."""
    if names.is_utf8(name):
        return {key: name}
    return {key: names.shown(name), f"{key}_b64": names.b64(name)}
