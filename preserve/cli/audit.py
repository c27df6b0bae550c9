"""``preserve audit``."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, TypeVar

import click

from preserve.cli.options import archive, common, complete_package, configuration
from preserve.cli.output import Output, clean, problem_json, problem_lines, tell_problems, with_path
from preserve.cli.progress import for_terminal
from preserve.config import Config
from preserve.errors import (
    CatalogError,
    PreserveError,
    ProblemsFound,
    StoreUnreachable,
    StoreUnwritable,
    UnknownPackage,
    UsageError,
)
from preserve.model import Audited, AuditRun, Begun, Failure, Kind, Problem, Severity, Verdict
from preserve.storage import names, times
from preserve.storage.sizes import octets, plural, read_rate, read_size

if TYPE_CHECKING:
    from preserve.workflows.alerting.alerts import Alerts
    from preserve.workflows.auditing.wanted import Limits, Wanted

Value = TypeVar("Value")

OPEN = ("result-not-recorded", "catalog-behind", "still-failed")

CONTRADICTS = "copies-contradict"

_OF_THE_RECORD = (*OPEN, "history-torn", "copied-history-behind", "history-witness-disagrees", CONTRADICTS)

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


@click.command(name="audit")
@click.argument("packages", nargs=-1, metavar="[ID]...", shell_complete=complete_package)
@click.option("--due", is_flag=True, help="What is due, the most overdue first. [default]")
@click.option("--all", "everything", is_flag=True, help="Every package and every copy, due or not.")
@click.option("--sample", metavar="PERCENT", help="A part of all, drawn by lot: 5%.")
@click.option("--seed", metavar="TEXT", default="", help="Draw the sample that this seed draws; it is recorded.")
@click.option("--spread", is_flag=True, help="Read ahead tonight's share too, so that the nights are alike.")
@click.option("--location", metavar="NAME", help="Only the copies in this location; packages is the package store.")
@click.option("--max-duration", metavar="TIME", help="Begin nothing new after so long: 90min, 4h.")
@click.option("--max-bytes", metavar="SIZE", help="Begin nothing new once so much was read: 500GB.")
@click.option("--max-rate", metavar="RATE", help="Read no faster than this, behind all other programs: 50MB/s.")
@common
def command(  # noqa: PLR0913  the options of the command
    packages: tuple[str, ...],
    *,
    due: bool,
    everything: bool,
    sample: str | None,
    seed: str,
    spread: bool,
    location: str | None,
    max_duration: str | None,
    max_bytes: str | None,
    max_rate: str | None,
    output: Output,
) -> int:
    """Check packages on schedule: read every byte and record in the history what was found.

    Reads what is due, or the packages named by ID. A result is on disk before it is told, so a run that is stopped
    goes on where it was the next time, inside a large package too. Storage that cannot be reached is one alert: of the
    packages in it nothing is said or recorded. Exit status 3 means: something failed or could not be reached.
    """
    from preserve.workflows.auditing.audit import new_seed  # noqa: PLC0415  --help must stay fast
    from preserve.workflows.auditing.wanted import Limits, Wanted, percentage  # noqa: PLC0415

    if sum((bool(packages), due, everything, sample is not None)) > 1:
        raise UsageError("ID, --due, --all and --sample do not go together.", hint="Choose one of them.")
    if spread and (packages or everything or sample is not None):
        raise UsageError("--spread goes with what is due only.", hint="Leave out one of them.")
    if seed and sample is None:
        raise UsageError("--seed is for --sample.", hint="For example: --sample 5% --seed 2026-11")
    limits = Limits(
        _value("--max-duration", max_duration, times.duration),
        _value("--max-bytes", max_bytes, read_size),
        _value("--max-rate", max_rate, read_rate),
    )
    part = _value("--sample", sample, percentage)
    wanted = Wanted(packages, everything, part, seed or (new_seed() if part else ""), spread, location)
    _refuse_unknown(location)
    return _audit(wanted, limits, output)


def _audit(wanted: Wanted, limits: Limits, output: Output) -> int:
    from preserve.workflows.alerting.alerts import Alerts  # noqa: PLC0415
    from preserve.workflows.auditing.audit import Audit  # noqa: PLC0415

    config = configuration()
    alerts = Alerts.of(config, password=os.environ.get("PRESERVE_SMTP_PASSWORD", ""))
    run: Audit | None = None
    try:
        with archive(writing=True) as home:
            run = Audit(home, wanted, limits, for_terminal(quiet=output.quiet or output.as_json), alerts)
            lost = 0
            for audited in run.run():
                _tell(output, audited)
                lost += any(problem.code in OPEN for problem in audited.problems)
            summary, problems, begun = run.summary, run.course.problems, run.course.begun
    except StoreUnreachable as error:
        return _unreachable(output, alerts, config, error)
    except (StoreUnwritable, CatalogError) as error:
        if not isinstance(error, UnknownPackage) and (run is None or run.summary is None):  # no run has told of it
            _sum_up(output, *_nothing_done(alerts, config, error))
        raise
    assert summary is not None  # noqa: S101  a run that came to its end has one
    _sum_up(output, summary, problems, begun, several=bool(config.named("locations")))
    bad = (
        summary.failed or summary.unreachable or lost or any(problem.severity is Severity.ERROR for problem in problems)
    )
    return ProblemsFound.exit_code if bad else 0


def _unreachable(output: Output, alerts: Alerts, config: Config, error: StoreUnreachable) -> int:
    """The package store is away, and with it the catalogue, or what it speaks of: one alert, and nothing else."""
    _sum_up(output, *_nothing_done(alerts, config, error))
    return ProblemsFound.exit_code


def _nothing_done(alerts: Alerts, config: Config, error: PreserveError) -> tuple[AuditRun, list[Problem]]:
    """A run that could not begin, of which somebody hears; and what is to be told of it here."""
    from preserve.workflows.archive import SystemClock  # noqa: PLC0415

    problem, now = Problem.of(error), SystemClock().now()
    alerts.unreachable(str(config.packages), problem)
    nothing = AuditRun(now, now, "due", unreachable=1)
    return nothing, [problem, *alerts.finished(nothing)]


def _tell(output: Output, audited: Audited) -> None:
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
        unclear = any(problem.code == CONTRADICTS for problem in audited.problems)
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


def _sum_up(
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


def _value(option: str, text: str | None, read: Callable[[str], Value]) -> Value | None:
    try:
        return None if text is None else read(text)
    except ValueError as error:
        raise UsageError(f"{option}: {error}.") from error


def _refuse_unknown(location: str | None) -> None:
    known = ("packages", *configuration().named("locations"))
    if location is not None and location not in known:
        raise UsageError(f"There is no location {location!r}.", hint=f"There are: {', '.join(known)}.")
