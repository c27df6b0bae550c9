"""``preserve audit``."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

import click

from preserve.cli.auditing import OPEN, sum_up, tell
from preserve.cli.options import archive, common, complete_package, configuration
from preserve.cli.output import Output
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
from preserve.model import AuditRun, Problem, Severity
from preserve.storage import times
from preserve.storage.sizes import read_rate, read_size

if TYPE_CHECKING:
    from preserve.workflows.alerting.alerts import Alerts
    from preserve.workflows.auditing.wanted import Limits, Wanted

Value = TypeVar("Value")


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
                tell(output, audited)
                lost += any(problem.code in OPEN for problem in audited.problems)
            summary, problems, begun = run.summary, run.course.problems, run.course.begun
    except StoreUnreachable as error:
        return _unreachable(output, alerts, config, error)
    except (StoreUnwritable, CatalogError) as error:
        if not isinstance(error, UnknownPackage) and (run is None or run.summary is None):  # no run has told of it
            sum_up(output, *_nothing_done(alerts, config, error))
        raise
    assert summary is not None  # noqa: S101  a run that came to its end has one
    sum_up(output, summary, problems, begun, several=bool(config.named("locations")))
    bad = (
        summary.failed or summary.unreachable or lost or any(problem.severity is Severity.ERROR for problem in problems)
    )
    return ProblemsFound.exit_code if bad else 0


def _unreachable(output: Output, alerts: Alerts, config: Config, error: StoreUnreachable) -> int:
    """The package store is away, and with it the catalogue, or what it speaks of: one alert, and nothing else."""
    sum_up(output, *_nothing_done(alerts, config, error))
    return ProblemsFound.exit_code


def _nothing_done(alerts: Alerts, config: Config, error: PreserveError) -> tuple[AuditRun, list[Problem]]:
    """A run that could not begin, of which somebody hears; and what is to be told of it here."""
    from preserve.workflows.archive import SystemClock  # noqa: PLC0415

    problem, now = Problem.of(error), SystemClock().now()
    alerts.unreachable(str(config.packages), problem)
    nothing = AuditRun(now, now, "due", unreachable=1)
    return nothing, [problem, *alerts.finished(nothing)]


def _value(option: str, text: str | None, read: Callable[[str], Value]) -> Value | None:
    try:
        return None if text is None else read(text)
    except ValueError as error:
        raise UsageError(f"{option}: {error}.") from error


def _refuse_unknown(location: str | None) -> None:
    known = ("packages", *configuration().named("locations"))
    if location is not None and location not in known:
        raise UsageError(f"There is no location {location!r}.", hint=f"There are: {', '.join(known)}.")
