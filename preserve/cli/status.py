"""``preserve status``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from preserve.cli.options import SomePath, archive, common
from preserve.cli.output import Output, problem_json, problem_lines, with_path
from preserve.errors import ProblemsFound
from preserve.storage.sizes import octets, plural
from preserve.storage.times import rfc3339

if TYPE_CHECKING:
    from preserve.workflows.results import StatusReport


@click.command(name="status")
@click.option(
    "--prometheus",
    "place",
    type=SomePath(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write the numbers to this file too, for Prometheus; what is there is replaced in one step.",
)
@common
def command(place: Path | None, output: Output) -> int:
    """Say how the archive is: whether the promise holds, how much there is, what waits, and what needs a person.

    The promise: every package was read whole and found good within its interval, or it is on this list. Ends with
    status 3 where the promise is broken, where no audit ran for long (fixity.silence), and where anything else needs a
    person.
    """
    from preserve.workflows.condition import status  # noqa: PLC0415  --help must stay fast

    with archive() as home:
        found = status(home)
    if place is not None:
        from preserve.storage.handover import replace_file  # noqa: PLC0415
        from preserve.workflows.reporting.metrics import text  # noqa: PLC0415

        replace_file(place, text(found).encode())
    output.message("status", _json(found))
    _tell(found, output)
    return ProblemsFound.exit_code if found.needs_a_person else 0


def _json(found: StatusReport) -> dict[str, Any]:
    from preserve.workflows.reporting.parts_json import promise_json, run_json  # noqa: PLC0415

    return {
        **with_path("home", str(found.home)),
        "packages": found.packages,
        "files": found.files,
        "bytes": found.bytes,
        "waiting": found.waiting,
        "titles_missing": found.titles_missing,
        "due": found.due,
        "interval": found.interval,
        "promise": promise_json(found.promise),
        "last_audit": run_json(found.last_audit) if found.last_audit else None,
        "problems": [problem_json(problem) for problem in found.problems],
    }


def _tell(found: StatusReport, output: Output) -> None:
    output.line(found.promise.sentence)
    for breach in found.promise.breaches:
        output.line(f"  {breach.sentence}")
    if found.promise.broken > len(found.promise.breaches):
        more = found.promise.broken - len(found.promise.breaches)
        output.line(f"  … and {more:,} more; the whole list: preserve report --csv FILE")
    output.line(f"{plural(found.packages, 'package')}, {plural(found.files, 'file')}, {octets(found.bytes)}.")
    output.line(
        f"{plural(found.waiting, 'transfer')} in incoming/ to ingest."
        if found.waiting
        else "Nothing of a new name waits in incoming/."
    )
    if found.titles_missing:
        output.line(f"{plural(found.titles_missing, 'package')} without a title given by a person.")
    if found.due:
        alone = found.promise.copies == found.packages
        what = plural(found.due, "package") if alone else "1 copy" if found.due == 1 else f"{found.due:,} copies"
        are = "is" if found.due == 1 else "are"
        output.line(f"{what} {are} due to be read again (fixity.interval is {found.interval}).")
    if found.last_audit:
        output.line(f"The last audit ended on {rfc3339(found.last_audit.ended)}.")
    for line in problem_lines(found.problems, indent=""):
        output.line(line)
