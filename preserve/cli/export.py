"""``preserve export``."""

from __future__ import annotations

from pathlib import Path

import click

from preserve.cli.exporting.asked import WRITERS, Asked, write
from preserve.cli.options import SomePath, common, complete_package
from preserve.cli.output import Output


@click.command(name="export")
@click.argument("package_ids", nargs=-1, metavar="[ID...]", shell_complete=complete_package)
@click.option("--as", "form", required=True, type=click.Choice(tuple(WRITERS)), help="The form to write.")
@click.option(
    "--output", "place", type=SomePath(path_type=Path), metavar="FILE", help="Write to this new file; never overwrites."
)
@click.option(
    "--organization", "organizations", multiple=True, metavar="NAME", help="This name is no person's. May be repeated."
)
@click.option("--profile", default="", metavar="NAME|FILE", help="With a bag: make one that keeps this BagIt profile.")
@click.option(
    "--tag",
    "tags",
    multiple=True,
    metavar="LABEL=VALUE",
    help="Say this in a bag, or of an item. May be repeated.",
)
@common
def command(
    package_ids: tuple[str, ...],
    form: str,
    place: Path | None,
    organizations: tuple[str, ...],
    profile: str,
    tags: tuple[str, ...],
    output: Output,
) -> int:
    """Write a package, or its description, in the form that another system reads.

    ID is a package's name, its UUID, the beginning of its UUID, or its path. Without one, --as csv writes a table of
    the whole archive, a row for each package; --as saf and --as eark write a folder with each package in one of its
    own, of the packages that are named, or of all.

    What the form demands and nobody has said is named, and nothing is written; what it cannot carry is told on
    standard error. Packages are read and never changed.
    """
    return write(Asked(package_ids, form, place, organizations, profile, tags, output))
