"""What the messages say: plain words for a person, and the same as JSON for programs.  Pure.

Names come from outside: every control character in them is shown as an escape, so that none can begin a new line or a
new header.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from preserve.model import Problem
from preserve.model.audits import Audited, AuditRun
from preserve.storage.names import shown
from preserve.storage.sizes import octets, plural
from preserve.workflows.alerting.message import Message
from preserve.workflows.reporting.parts_json import run_json
from preserve.workflows.reporting.promise import Promise

MOST = 20
"""So many packages, and so many files of each, are named in a message; of the others only the number."""

_LONGEST_SUBJECT = 160
_CUT_SHORT = {
    "max-duration": "It stopped at its limit of time (--max-duration)",
    "max-bytes": "It stopped at its limit of bytes (--max-bytes)",
    "interrupted": "It was interrupted",
}


def failed(archive: str, audited: Audited, now: datetime, identifier: str) -> Message:
    """The first copy that failed in a run."""
    lines = [
        "A package is not as it was sealed.",
        "",
        *_failed_copy(audited),
        "",
        "The check goes on. If more packages fail, they stand in the message at its end, not in one message each.",
        f"See all that is wrong, and what to do: preserve audit {_words(audited)}",
        f"If there is a good copy elsewhere: preserve repair {_words(audited)}",
    ]
    facts = {"failures": [_failure_json(audited)]}
    subject = f"A package FAILED its check: {_at(audited)}"
    return Message("failed", archive, _subject(archive, subject), _text(lines), now, identifier, facts)


def unreachable(archive: str, where: str, problem: Problem, now: datetime, identifier: str) -> Message:
    """Storage that is not there."""
    place = shown(where)
    lines = [
        f"Storage cannot be reached: {place}",
        "",
        _clean(problem.message),
        *([_clean(problem.hint)] if problem.hint else []),
        "",
        "Nothing was found out about the packages there. They count neither as good nor as damaged, and stay due.",
    ]
    facts = {"where": _clean(where), "message": _clean(problem.message)}
    subject = _subject(archive, f"Storage cannot be reached: {place}")
    return Message("unreachable", archive, subject, _text(lines), now, identifier, facts)


def finished(
    archive: str,
    run: AuditRun,
    failures: Sequence[Audited],
    unreached: Sequence[str],
    promise: Promise | None,
    now: datetime,
    identifier: str,
) -> Message:
    """How a run went; *failures* are the first that failed in it, *unreached* the places that were not there."""
    lines = [*_run(run)]
    if failures:
        lines += ["", f"Not as they were sealed ({run.failed:,}):"]
        for audited in failures:
            lines += ["", *_failed_copy(audited)]
        if run.failed > len(failures):
            lines += ["", f"… and {run.failed - len(failures):,} more."]
    if unreached:
        lines += ["", "Could not be reached:", *(f"  {shown(place)}" for place in unreached)]
    if promise is not None:
        lines += ["", promise.sentence, *(f"  {breach.sentence}" for breach in promise.breaches[:MOST])]
        if promise.broken > len(promise.breaches[:MOST]):
            lines.append(f"  … and {promise.broken - len(promise.breaches[:MOST]):,} more.")
    lines += ["", "How the archive is: preserve status", "The whole proof: preserve report"]
    facts = {
        "run": run_json(run),
        "failures": [_failure_json(each) for each in failures],
        "unreached": [_clean(place) for place in unreached],
        **({} if promise is None else {"promise": {"holds": promise.holds, "broken": promise.broken}}),
    }
    subject = _subject(archive, _outcome(run, promise))
    return Message("finished", archive, subject, _text(lines), now, identifier, facts)


def _outcome(run: AuditRun, promise: Promise | None) -> str:
    """The outcome of a run at a glance, the worst first."""
    broken = promise is not None and not promise.holds
    parts = []
    if run.failed:
        parts.append(f"{plural(run.failed, 'package')} FAILED")
    if run.unrecorded:
        parts.append(f"{plural(run.unrecorded, 'result')} could NOT BE RECORDED")
    if run.unreachable:
        parts.append(f"{run.unreachable:,} not reached")
    if broken:
        parts.append("the promise is BROKEN")
    if run.stopped == "interrupted":
        parts.append("interrupted")
    checked = f"{plural(run.packages, 'package')} checked"
    if parts:
        return f"{', '.join(parts)} ({checked})"
    return f"All well: {checked}" + (", the promise holds" if promise is not None else "")


def _run(run: AuditRun) -> Iterator[str]:
    size = f"{plural(run.packages, 'package')}, {plural(run.files, 'file')}, {octets(run.bytes)}"
    yield f"Checked from {_moment(run.started)} to {_moment(run.ended)}: {size}."
    yield f"Good: {run.good:,}. Failed: {run.failed:,}. Not reached: {run.unreachable:,}."
    if run.unrecorded:
        yield f"Could not be recorded: {run.unrecorded:,}. A history is damaged, or the disk cannot be written."
    if run.stopped or run.left:
        why = _CUT_SHORT.get(run.stopped, "It ended")
        yield f"{why}; {plural(run.left, 'package')} that {'is' if run.left == 1 else 'are'} due too will come next."


def _failed_copy(audited: Audited) -> Iterator[str]:
    yield f"  {_at(audited)}"
    yield f"  urn:uuid:{_clean(audited.id)}"
    for failure in audited.failures[:MOST]:
        moved = f", now {shown(failure.moved_to)}" if failure.moved_to else ""
        yield f"    {failure.kind}: {shown(failure.path) or 'the package as a whole'}{moved}"
    if len(audited.failures) > MOST:
        yield f"    … and {plural(len(audited.failures) - MOST, 'more file')}"
    if not audited.failures:
        for problem in audited.problems[:MOST]:
            yield f"    {_clean(problem.message)}"


def _failure_json(audited: Audited) -> dict[str, Any]:
    return {
        "id": audited.id,
        "name": _clean(audited.name),
        "location": _clean(audited.location),
        "count": len(audited.failures),
        "files": [{"path": _clean(each.path), "class": str(each.kind)} for each in audited.failures[:MOST]],
    }


def _words(audited: Audited) -> str:
    """The copy, as it is named to a command."""
    return shown(audited.name) + (f" --location {shown(audited.location)}" if audited.location else "")


def _at(audited: Audited) -> str:
    where = f" (copy in {shown(audited.location)})" if audited.location else ""
    return f"{shown(audited.name)}{where}"


def _subject(archive: str, text: str) -> str:
    line = f"[{shown(archive) or 'preserve'}] {text}"
    return line if len(line) <= _LONGEST_SUBJECT else line[: _LONGEST_SUBJECT - 1] + "…"


def _text(lines: Iterable[str]) -> str:
    return "\n".join(lines) + "\n"


def _moment(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M UTC")


def _clean(text: str) -> str:
    return shown(" ".join(text.splitlines()))
