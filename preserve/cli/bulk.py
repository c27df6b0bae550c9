"""``preserve describe`` for many packages: a table is written, or brought back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, fields
from functools import wraps
from pathlib import Path
from tempfile import gettempdir
from typing import TYPE_CHECKING, Any, TypeVar

import click

from preserve.cli.describing import described_json
from preserve.cli.options import SomePath, agent_of, archive
from preserve.cli.output import Output, one_line, problem_json, tell_problems, with_path
from preserve.cli.progress import for_terminal
from preserve.errors import DescriptionError, ProblemsFound, UsageError
from preserve.model import Severity
from preserve.storage.crew import Crew
from preserve.storage.handover import new_file, refuse_existing
from preserve.storage.names import shown
from preserve.storage.sizes import plural

if TYPE_CHECKING:
    from preserve.workflows.bulk import Plan
    from preserve.workflows.changing import Described

Command = TypeVar("Command", bound=Callable[..., Any])

_OPTIONS = (
    click.option(
        "--export", type=SomePath(path_type=Path), metavar="FILE", help="Write a table of all packages, to fill it in."
    ),
    click.option("--csv", type=SomePath(path_type=Path), metavar="FILE", help="Take over a table that was filled in."),
    click.option("--partial", is_flag=True, help="With --csv: take over the right rows, though others are wrong."),
    click.option("--dry-run", is_flag=True, help="With --csv: only say what is wrong with the table."),
)


def tables(function: Command) -> Command:
    """Add the options about tables; the command gets them as one ``many``."""

    @wraps(function)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        return function(*args, many=Tables(*(kwargs.pop(each.name) for each in fields(Tables))), **kwargs)

    wrapped: Any = wrapper
    for option in reversed(_OPTIONS):
        wrapped = option(wrapped)
    return wrapped  # type: ignore[no-any-return]  # the wrapped command, with these options


@dataclass(frozen=True, slots=True)
class Tables:
    """What a person wants with a table; nothing, if it is false."""

    export: Path | None
    csv: Path | None
    partial: bool
    dry_run: bool

    def __bool__(self) -> bool:
        return bool(self.export or self.csv or self.partial or self.dry_run)

    def run(self, agent: str, output: Output) -> int:
        """Write the table, or take it over; returns the exit status."""
        if self.export and (self.csv or self.partial or self.dry_run or agent):
            raise UsageError("--export goes with no other option.", hint="Write the table first, then bring it back.")
        if self.export:
            return _export(self.export, output)
        if self.csv is None:
            raise UsageError("--partial and --dry-run are about a table.", hint="Name it with --csv FILE.")
        return self._take_over(self.csv, agent, output)

    def _take_over(self, place: Path, agent: str, output: Output) -> int:
        from preserve.workflows.arriving import read_table  # noqa: PLC0415  --help must stay fast
        from preserve.workflows.bulk import carry_out, plan  # noqa: PLC0415
        from preserve.workflows.revising import Desk  # noqa: PLC0415
        from preserve.workflows.states import settle  # noqa: PLC0415

        data = read_table(place, "--csv")
        progress = for_terminal(quiet=output.quiet or output.as_json)
        with archive(writing=not self.dry_run) as home, ExitStack() as stack:
            if not self.dry_run:
                home.workroom.sweep()
                tell_problems(output, settle(home))
            desk = Desk(home.config, agent_of(home, agent), place.name, home.clock.now())
            crew = stack.enter_context(Crew())
            wanted = plan(home, desk, data, progress, crew)
            amiss = tell_problems(output, wanted.problems)
            if not wanted.usable or (amiss and not self.partial):
                raise _refused(wanted, place)
            if self.dry_run:
                output.line(f"{plural(len(wanted.wanted), 'package')} would be described by {shown(place.name)}.")
                return ProblemsFound.exit_code if amiss else 0
            counts: Counter[str] = Counter()
            for done in carry_out(home, desk, wanted, progress, crew):
                if done.changes or done.refused:
                    output.message("described", described_json(home, done))
                counts["refused" if done.refused else "changed" if done.changes else "unchanged"] += 1
                _tell_refusal(done, output)
        words = [f"{plural(counts['changed'], 'description')} changed", f"{counts['unchanged']:,} as they were"]
        output.line(", ".join(words + [f"{counts['refused']:,} refused"] * bool(counts["refused"])) + ".")
        return ProblemsFound.exit_code if amiss or counts["refused"] else 0


def _tell_refusal(done: Described, output: Output) -> None:
    if not output.as_json:
        for problem in done.problems:
            output.line(f"REFUSED  {one_line(done.package.name)}: {one_line(problem.message)}")


def _refused(wanted: Plan, place: Path) -> DescriptionError:
    wrong = sum(problem.severity is Severity.ERROR for problem in wanted.problems)
    things = "One thing is" if wrong == 1 else f"{wrong:,} things are"
    hint = "Correct what is named above, and bring the table again"
    partial = ", or add --partial to take over the rows that are right." if wanted.usable and wanted.wanted else "."
    return DescriptionError(f"{things} wrong with {shown(place.name)}, and nothing was written.", hint=hint + partial)


def _export(place: Path, output: Output) -> int:
    from preserve.describe.crosswalks.table import Row  # noqa: PLC0415
    from preserve.storage.spool import Spool  # noqa: PLC0415
    from preserve.workflows.bulk import export_table  # noqa: PLC0415

    refuse_existing(place)
    octets = 0
    progress = for_terminal(quiet=output.quiet or output.as_json)
    try:
        with archive() as home, Spool[Row](Path(gettempdir())) as rows:
            table = export_table(home, rows, progress)
            with new_file(place) as stream:
                for line in table.lines:
                    octets += stream.write(line)
    except OSError as error:  # all that is read or written elsewhere has its own words
        reason = (error.strerror or str(error)).lower()
        raise UsageError(
            f"The rows of the table cannot be set aside: {reason}.",
            hint="Make room, or set TMPDIR to a folder that has.",
        ) from error
    if output.as_json:
        told = {"bytes": octets, "problems": [problem_json(problem) for problem in table.problems]}
        what = {"as": "csv", "media_type": "text/csv", "packages": table.packages}
        output.message("export", {**what, **with_path("path", str(place)), **told})
    else:
        output.line(f"{plural(table.packages, 'package')} stand in {shown(str(place))}.")
        tell_problems(output, table.problems)
    return ProblemsFound.exit_code if table.problems else 0
