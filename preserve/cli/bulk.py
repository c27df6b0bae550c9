"""``preserve describe`` for many packages: a table is written, or brought back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass, fields
from functools import partial, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from preserve.cli.describing import described_json, leaves_a_choice
from preserve.cli.options import SomePath, agent_of, archive
from preserve.cli.output import Output, one_line, tell_problems
from preserve.cli.progress import for_terminal
from preserve.cli.target import Target
from preserve.errors import DescriptionError, ProblemsFound, UsageError
from preserve.model import Severity
from preserve.storage.crew import Crew
from preserve.storage.handover import refuse_existing
from preserve.storage.names import shown
from preserve.storage.sizes import plural

if TYPE_CHECKING:
    from preserve.workflows.archive import Archive
    from preserve.workflows.reviewing.bulk import Plan
    from preserve.workflows.reviewing.changing import Described
    from preserve.workflows.reviewing.wishes import Wish

Command = TypeVar("Command", bound=Callable[..., Any])

_OPTIONS = (
    click.option(
        "--export", type=SomePath(path_type=Path), metavar="FILE", help="Write a table of all packages, to fill it in."
    ),
    click.option("--all", "everywhere", is_flag=True, help="Make the same change in all packages."),
    click.option("--csv", type=SomePath(path_type=Path), metavar="FILE", help="Take over a table that was filled in."),
    click.option("--partial", is_flag=True, help="With --csv: take over the right rows, though others are wrong."),
    click.option("--dry-run", is_flag=True, help="With --csv or --all: only say what would come of it."),
)


def about_many(function: Command) -> Command:
    """Add the options about all packages; the command gets them as one ``many``."""

    @wraps(function)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        return function(*args, many=Many(*(kwargs.pop(each.name) for each in fields(Many))), **kwargs)

    wrapped: Any = wrapper
    for option in reversed(_OPTIONS):
        wrapped = option(wrapped)
    return wrapped  # type: ignore[no-any-return]  # the wrapped command, with these options


@dataclass(frozen=True, slots=True)
class Many:
    """What a person wants with all packages; nothing, if it is false."""

    everywhere: bool
    export: Path | None
    csv: Path | None
    partial: bool
    dry_run: bool

    def __bool__(self) -> bool:
        return bool(self.everywhere or self.export or self.csv or self.partial or self.dry_run)

    def run(self, wish: Wish | None, agent: str, output: Output) -> int:
        """Write the table or take it over, or let *wish* come true everywhere; returns the exit status."""
        if (wish is None) is self.everywhere or sum(map(bool, (self.everywhere, self.export, self.csv))) > 1:
            raise UsageError("--all goes with a change, such as --accept title.", hint="See preserve describe --help.")
        if wish is not None:
            return self._everywhere(wish, agent, output)
        if self.export and (self.csv or self.partial or self.dry_run or agent):
            raise UsageError("--export goes with no other option.", hint="Write the table first, then bring it back.")
        if self.export:
            return _export(self.export, output)
        if self.csv is None:
            raise UsageError("--partial and --dry-run are about a table or --all.", hint="Name it with --csv FILE.")
        return self._take_over(self.csv, agent, output)

    def _take_over(self, place: Path, agent: str, output: Output) -> int:
        from preserve.workflows.ingesting.arriving import read_table  # noqa: PLC0415  --help must stay fast
        from preserve.workflows.reviewing.bulk import carry_out, plan  # noqa: PLC0415
        from preserve.workflows.reviewing.changing import Described  # noqa: PLC0415
        from preserve.workflows.reviewing.revising import Desk  # noqa: PLC0415
        from preserve.workflows.states import tidy  # noqa: PLC0415

        data = read_table(place, "--csv")
        progress = for_terminal(quiet=output.quiet or output.as_json)
        with archive(writing=not self.dry_run) as home, ExitStack() as stack:
            if not self.dry_run:
                tell_problems(output, tidy(home))
            desk = Desk(home.config, agent_of(home, agent), place.name, home.clock.now())
            crew = stack.enter_context(Crew())
            wanted = plan(home, desk, data, progress, crew)
            amiss = tell_problems(output, wanted.problems)
            if not wanted.usable or (amiss and not self.partial):
                raise _refused(wanted, place)
            if self.dry_run:
                would = (Described(each.package, wanted.changes[each.package.id]) for each in wanted.wanted)
                _tell_all(home, would, output, would=True)
                return ProblemsFound.exit_code if amiss else 0
            doubt = _tell_all(home, carry_out(home, desk, wanted, progress, crew), output, noted=True)
        return ProblemsFound.exit_code if amiss or doubt else 0

    def _everywhere(self, wish: Wish, agent: str, output: Output) -> int:
        from preserve.workflows.reviewing.wishes import carry_out_everywhere  # noqa: PLC0415
        from preserve.workflows.states import tidy  # noqa: PLC0415

        progress = for_terminal(quiet=output.quiet or output.as_json)
        with archive(writing=not self.dry_run) as home, Crew() as crew:
            if not self.dry_run:
                tell_problems(output, tidy(home))
            who = agent_of(home, agent)
            done = carry_out_everywhere(home, wish, who, progress, crew, dry_run=self.dry_run)
            return ProblemsFound.exit_code if _tell_all(home, done, output, would=self.dry_run) else 0


def _tell_all(
    home: Archive, found: Iterable[Described], output: Output, *, would: bool = False, noted: bool = False
) -> bool:
    """Tell what became of many descriptions, or *would*; whether anything is left for a person to look at.

    What is worth a note was told already if it is *noted*.
    """
    counts: Counter[str] = Counter()
    choices = 0
    for done in found:
        status = "refused" if done.refused else "changed" if done.changes else "unchanged"
        counts[status] += 1
        choices += leaves_a_choice(done)
        if (done.changes or done.problems) and not would:
            output.message("described", described_json(home, done))
        if would and done.changes:
            output.line(one_line(done.package.name))
            output.lines(f"    {one_line(change)}" for change in done.changes)
        for problem in done.problems if done.refused or not noted else ():
            word = "REFUSED" if done.refused else "note   "
            output.line(f"{word}  {one_line(done.package.name)}: {one_line(problem.message)}")
    changed = plural(counts["changed"], "description")
    words = [f"{changed} {'would be changed' if would else 'changed'}", f"{counts['unchanged']:,} as they were"]
    output.line(", ".join(words + [f"{counts['refused']:,} refused"] * bool(counts["refused"])) + ".")
    return bool(counts["refused"] or choices)


def _refused(wanted: Plan, place: Path) -> DescriptionError:
    wrong = sum(problem.severity is Severity.ERROR for problem in wanted.problems)
    things = "One thing is" if wrong == 1 else f"{wrong:,} things are"
    hint = "Correct what is named above, and bring the table again"
    partial = ", or add --partial to take over the rows that are right." if wanted.usable and wanted.wanted else "."
    return DescriptionError(f"{things} wrong with {shown(place.name)}, and nothing was written.", hint=hint + partial)


def _export(place: Path, output: Output) -> int:
    from preserve.cli.exporting.table import write_table  # noqa: PLC0415
    from preserve.workflows.reviewing.bulk import export_table  # noqa: PLC0415

    refuse_existing(place)
    progress = for_terminal(quiet=output.quiet or output.as_json)
    target = Target("csv", "text/csv", place, output)
    return write_table(target, partial(export_table, progress=progress), tell=True)
