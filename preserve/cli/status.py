"""``preserve status``."""

from __future__ import annotations

import click

from preserve.cli.options import archive, common
from preserve.cli.output import Output, problem_json, problem_lines, with_path
from preserve.errors import ProblemsFound
from preserve.storage.sizes import octets, plural


@click.command(name="status")
@common
def command(output: Output) -> int:
    """Say how the archive is: how much it holds, what waits, and what needs a person."""
    from preserve.workflows.condition import status  # noqa: PLC0415  --help must stay fast

    with archive() as home:
        found = status(home)
    output.message(
        "status",
        {
            **with_path("home", str(found.home)),
            "packages": found.packages,
            "files": found.files,
            "bytes": found.bytes,
            "waiting": found.waiting,
            "titles_missing": found.titles_missing,
            "due": found.due,
            "interval": found.interval,
            "problems": [problem_json(problem) for problem in found.problems],
        },
    )
    output.line(f"{plural(found.packages, 'package')}, {plural(found.files, 'file')}, {octets(found.bytes)}.")
    output.line(
        f"{plural(found.waiting, 'transfer')} in incoming/ to ingest."
        if found.waiting
        else "Nothing of a new name waits in incoming/."
    )
    if found.titles_missing:
        output.line(f"{plural(found.titles_missing, 'package')} without a title given by a person.")
    if found.due:
        are = "is" if found.due == 1 else "are"
        output.line(f"{plural(found.due, 'package')} {are} due to be read again (fixity.interval is {found.interval}).")
    elif found.packages:
        output.line(f"Every package was read within {found.interval}.")
    for line in problem_lines(found.problems, indent=""):
        output.line(line)
    return ProblemsFound.exit_code if found.problems else 0
