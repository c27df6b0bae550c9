"""How an audit is told: each copy as it is recorded, and the whole run at its end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from preserve.cli.options import configuration
from preserve.cli.output import Output, clean, problem_json, problem_lines, tell_problems, with_path
from preserve.model import Audited, AuditRun, Begun, Failure, Kind, Problem, Verdict
from preserve.storage import names, times
from preserve.storage.sizes import octets, plural

OPEN = ("result-not-recorded", "catalog-behind", "still-failed")
"""Findings about a result after which a run does not end well, though the copy may be good."""

_CONTRADICTS = "copies-contradict"

_OF_DEPOSITS = ("deposit-journal-altered", "deposit-receipt-altered", "deposit-journal-missing", "deposits-unread")

_OF_THE_RECORD = (
    *OPEN,
    *_OF_DEPOSITS,
    "history-torn",
    "copied-history-behind",
    "history-witness-disagrees",
    _CONTRADICTS,
)

_SHOWN = 50
"""So many failing files of a package are named on the screen; the history and ``--json`` have all."""

_WORDS = {
    Kind.ALTERED: "altered",
    Kind.MISSING: "missing",
    Kind.UNEXPECTED: "unexpected",
    Kind.MOVED: "moved",
    Kind.UNREADABLE: "unreadable",
    Kind.TAMPERED: "tampered with",
    Kind.DOWNGRADED: "downgraded",
}
_STOPS = {"max-duration": "the time was over", "max-bytes": "as much was read as allowed", "interrupted": "stopped"}


def tell(output: Output, audited: Audited) -> None:
    """One copy, whose result is on disk; with ``--quiet`` only if something is wrong."""
    output.message("fixity", _fixity_json(audited))
    bad = audited.outcome is not Verdict.SUCCESS
    if output.as_json or (output.quiet and not (bad or audited.problems)):
        return
    where = f" in {audited.location}" if audited.location else ""
    count = f"{plural(audited.files, 'file')}, {octets(audited.bytes)}"
    said = {Verdict.SUCCESS: f"good ({count})", Verdict.FAIL: "FAILED", Verdict.UNREACHABLE: "NOT CHECKED"}
    output.line(f"{names.shown(audited.name)}{where}: {said[audited.outcome]}")
    for failure in audited.failures[:_SHOWN]:
        output.line(f"    {_sentence(failure)}")
    if len(audited.failures) > _SHOWN:
        output.line(f"    … and {len(audited.failures) - _SHOWN:,} more; see all of them with --json")
    beside = audited.problems if audited.outcome is Verdict.UNREACHABLE else _beside(audited)
    for line in problem_lines(beside):
        output.line(line)
    if audited.outcome is Verdict.FAIL:
        unclear = any(problem.code == _CONTRADICTS for problem in audited.problems)
        mend = "" if unclear else f" Mend it: {_repair(audited)}"
        output.line(f"    → Details: preserve validate {_where(audited)}.{mend}")


def _beside(audited: Audited) -> list[Problem]:
    """What was found when the result was recorded; what was found in the package is said by the failures."""
    return [p for p in audited.problems if p.code in _OF_THE_RECORD]


def _where(audited: Audited) -> str:
    """What validate must be told to judge this very copy."""
    if not audited.location:
        return names.shown(audited.name)
    return names.shown(str(configuration().folder_of(audited.location) / audited.name))


def _repair(audited: Audited) -> str:
    return f"preserve repair {names.shown(audited.name)}" + (f" --location {audited.location}" * bool(audited.location))


def _sentence(failure: Failure) -> str:
    what = f"{names.shown(failure.path) if failure.path else 'the whole package'}: {_WORDS[failure.kind]}"
    if failure.moved_to:
        return f"{what}; its bytes are now in {names.shown(failure.moved_to)}"
    if failure.expected and failure.found:
        return f"{what}; {failure.algorithm} {failure.expected} expected, {failure.found} found"
    return what


def sum_up(
    output: Output, run: AuditRun, problems: Sequence[Problem], begun: Sequence[Begun] = (), *, several: bool = False
) -> None:
    """What the run was; with *several* copies of packages, it is copies that are counted."""
    told = asdict(run) | {"started": times.rfc3339(run.started), "ended": times.rfc3339(run.ended)}
    left = [asdict(one) | {"name": clean(one.name)} for one in begun]
    output.message("audit", told | {"begun": left, "problems": [problem_json(problem) for problem in problems]})
    if output.as_json:
        return
    if not (output.quiet and not (run.failed or run.unreachable)):
        nouns = ("copy", "copies") if several else ("package", "packages")
        for one in begun:
            output.line(f"{names.shown(one.name)}: {octets(one.bytes)} read so far; the next run goes on there.")
        if run.packages or run.unreachable or not begun:
            output.line(_result(run, nouns))
        if run.left and run.stopped:
            output.line(f"{plural(run.left, *nouns)} more due, not read: {_STOPS[run.stopped]}.")
    tell_problems(output, problems)


def _result(run: AuditRun, nouns: tuple[str, str]) -> str:
    if not (run.packages or run.unreachable):
        return "Nothing is due." if run.chosen == "due" and not run.left else "Nothing was read."
    seed = f", sample drawn with --seed {run.seed}" if run.seed else ""
    parts = [f"{run.good:,} good"]
    parts += [f"{run.failed:,} FAILED"] if run.failed else []
    parts += [f"{run.unreachable:,} could not be reached"] if run.unreachable else []
    return f"Checked {plural(run.packages, *nouns)}, {octets(run.bytes)}: {', '.join(parts)}{seed}."


def _fixity_json(audited: Audited) -> dict[str, object]:
    return {
        "id": audited.id,
        "name": clean(audited.name),
        "location": audited.location,
        "outcome": audited.outcome.value,
        "files": audited.files,
        "bytes": audited.bytes,
        "seconds": round(audited.seconds, 6),
        "failures": [_failure_json(failure) for failure in audited.failures],
        "problems": [problem_json(problem) for problem in audited.problems],
    }


def _failure_json(failure: Failure) -> dict[str, str]:
    told = {
        **with_path("path", failure.path),
        "class": failure.kind.value,
        "algorithm": failure.algorithm,
        "expected": failure.expected,
        "found": failure.found,
    }
    return told | (with_path("moved_to", failure.moved_to) if failure.moved_to else {})
