"""``preserve export``."""

from __future__ import annotations

from pathlib import Path
from tempfile import gettempdir

import click

from preserve.cli.options import SomePath, archive, common, complete_package
from preserve.cli.output import Output, clean
from preserve.cli.target import Target
from preserve.describe.crosswalks.targets import TABLE, TARGETS
from preserve.errors import UsageError
from preserve.storage.handover import refuse_existing


@click.command(name="export")
@click.argument("package_id", required=False, metavar="[ID]", shell_complete=complete_package)
@click.option("--as", "form", required=True, type=click.Choice(tuple(TARGETS)), help="The form to write.")
@click.option(
    "--output", "place", type=SomePath(path_type=Path), metavar="FILE", help="Write to this new file; never overwrites."
)
@click.option(
    "--organization", "organizations", multiple=True, metavar="NAME", help="This name is no person's. May be repeated."
)
@common
def command(
    package_id: str | None, form: str, place: Path | None, organizations: tuple[str, ...], output: Output
) -> int:
    """Write the description of a package in the form that another system reads.

    ID is a package's name, its UUID, the beginning of its UUID, or its path. Without one, --as csv writes a table of
    the whole archive, a row for each package.

    What the form demands and nobody has said is named, and nothing is written; what it cannot carry is told on
    standard error.
    """
    if package_id is None and form != TABLE:
        raise UsageError("No package was named.", hint=f"Only --as {TABLE} exports the whole archive.")
    if package_id is None and output.as_json and place is None:
        raise UsageError("A table of the whole archive does not fit into one JSON document.", hint="Add: --output FILE")
    if place is not None:
        refuse_existing(place)
    target = Target(form, TARGETS[form].media_type, place, output)
    if package_id is None:
        return _all(target)
    from preserve.workflows.export import export  # noqa: PLC0415  --help must stay fast

    with archive() as home:
        done = export(home, package_id, form, organizations)
    about = {"packages": 1, "id": done.package.id, "name": clean(done.package.name)}
    return target.take([done.data], about, done.problems)


def _all(target: Target) -> int:
    from preserve.describe.crosswalks.table import Row  # noqa: PLC0415
    from preserve.storage.spool import Spool  # noqa: PLC0415
    from preserve.workflows.export import export_all  # noqa: PLC0415

    try:
        with archive() as home, Spool[Row](Path(gettempdir())) as rows:
            table = export_all(home, rows)
            return target.take(table.lines, {"packages": table.packages}, table.problems)
    except OSError as error:  # all that is read or written elsewhere has its own words
        reason = (error.strerror or str(error)).lower()
        raise UsageError(
            f"The rows of the table cannot be set aside: {reason}.",
            hint="Make room, or set TMPDIR to a folder that has.",
        ) from error
