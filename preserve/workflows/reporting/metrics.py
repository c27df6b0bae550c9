"""The state of an archive for Prometheus, in its text format (version 0.0.4).  Pure.

Times are seconds since 1970, sizes are bytes, and what is told of a thing that never happened is left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TypeAlias

from preserve import __version__
from preserve.workflows.results import StatusReport

Sample: TypeAlias = tuple[dict[str, str], float]
"""Labels and a value."""


def text(status: StatusReport) -> str:
    """Everything that ``status`` tells in numbers."""
    return "".join(
        f"# HELP {name} {about}\n# TYPE {name} gauge\n{_lines(name, values)}" for name, about, values in _all(status)
    )


def _all(status: StatusReport) -> Iterator[tuple[str, str, Sequence[Sample]]]:
    promise, last = status.promise, status.last_audit
    yield "preserve_build_info", "The version of preserve.", [({"version": __version__}, 1)]
    yield "preserve_packages", "Packages in the archive.", _one(status.packages)
    yield "preserve_files", "Documents in all packages.", _one(status.files)
    yield "preserve_payload_bytes", "Size of the documents in all packages.", _one(status.bytes)
    yield (
        "preserve_copies",
        "Copies of packages that are checked, those in the package store included.",
        _one(promise.copies),
    )
    yield "preserve_copies_due", "Copies that are to be read again.", _one(status.due)
    yield "preserve_copies_beyond_promise", "Copies not read whole and found good in time.", _one(promise.broken)
    yield "preserve_promise_holds", "1 if every copy was read whole and found good in time.", _one(promise.holds)
    yield "preserve_transfers_waiting", "Transfers in incoming that have no package yet.", _one(status.waiting)
    yield "preserve_problems", "Problems that need a person.", _problems(status)
    if last is not None:
        ended, length = last.ended.timestamp(), (last.ended - last.started).total_seconds()
        outcomes = {"good": last.good, "failed": last.failed, "unreachable": last.unreachable}
        yield "preserve_last_audit_timestamp_seconds", "When the last audit ended.", _one(ended)
        yield "preserve_last_audit_duration_seconds", "How long the last audit took.", _one(length)
        yield "preserve_last_audit_read_bytes", "What the last audit read.", _one(last.bytes)
        yield "preserve_last_audit_left", "Copies that were due and that the last audit did not reach.", _one(last.left)
        samples = [({"outcome": outcome}, float(count)) for outcome, count in outcomes.items()]
        yield "preserve_last_audit_copies", "Copies in the last audit, by outcome.", samples
    yield "preserve_status_timestamp_seconds", "When all this was found out.", _one(status.made.timestamp())


def _one(value: float) -> Sequence[Sample]:
    return [({}, value)]


def _problems(status: StatusReport) -> Sequence[Sample]:
    counts = Counter((problem.code, str(problem.severity)) for problem in status.problems)
    return [({"code": code, "severity": severity}, count) for (code, severity), count in sorted(counts.items())]


def _lines(name: str, values: Sequence[Sample]) -> str:
    return "".join(f"{name}{_labels(labels)} {_number(value)}\n" for labels, value in values)


def _labels(labels: dict[str, str]) -> str:
    return "{" + ",".join(f'{key}="{_escaped(value)}"' for key, value in labels.items()) + "}" if labels else ""


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"')


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(float(value))
