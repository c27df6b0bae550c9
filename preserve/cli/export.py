"""``preserve export``."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from preserve.cli.options import SomePath, archive, common, complete_package
from preserve.cli.output import Output, clean, problem_json, tell_problems, with_path
from preserve.describe.crosswalks.targets import TARGETS
from preserve.storage.handover import new_file, refuse_existing


@click.command(name="export")
@click.argument("package_id", metavar="ID", shell_complete=complete_package)
@click.option("--as", "form", required=True, type=click.Choice(tuple(TARGETS)), help="The form to write.")
@click.option(
    "--output", "place", type=SomePath(path_type=Path), metavar="FILE", help="Write to this new file; never overwrites."
)
@click.option(
    "--organization", "organizations", multiple=True, metavar="NAME", help="This name is no person's. May be repeated."
)
@common
def command(package_id: str, form: str, place: Path | None, organizations: tuple[str, ...], output: Output) -> None:
    """Write the description of a package in the form that another system reads.

    ID is a package's name, its UUID, the beginning of its UUID, or its path.
    What the form demands and nobody has said is named, and nothing is written; what it cannot carry is told on
    standard error.
    """
    from preserve.workflows.export import export  # noqa: PLC0415  --help must stay fast

    if place is not None:
        refuse_existing(place)
    with archive() as home:
        done = export(home, package_id, form, organizations)
    if place is not None:
        with new_file(place) as stream:
            stream.write(done.data)
    text = done.data.decode()
    told = {"path": ""} if place is None else with_path("path", str(place))
    content = {
        "as": form,
        "media_type": TARGETS[form].media_type,
        "packages": 1,
        "id": done.package.id,
        "name": clean(done.package.name),
        **told,
        "bytes": len(done.data),
        "problems": [problem_json(problem) for problem in done.problems],
    }
    if output.as_json:
        output.message("export", content if place else {**content, "content": text})
        return
    if place is None:
        sys.stdout.write(text)
    tell_problems(output, done.problems)
