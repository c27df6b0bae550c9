"""``preserve ls``."""

from __future__ import annotations

import click

from preserve.cli.options import archive, common
from preserve.cli.output import Output, one_line
from preserve.cli.rendering import package_json
from preserve.model import Package
from preserve.storage import names
from preserve.storage.sizes import octets, plural


@click.command(name="ls")
@common
def command(output: Output) -> None:
    """List the packages, oldest first."""
    with archive() as home:
        count = 0
        for package in home.catalog.packages(with_pins=False):
            count += 1
            if output.as_json:
                output.message("catalog-entry", package_json(package, home.place_of(package.name)))
            else:
                output.line(_line(package))
        if not count:
            output.line("There are no packages yet. Put documents into incoming/, then: preserve ingest")


def _line(package: Package) -> str:
    sealed = package.sealed.date().isoformat()
    size = f"{plural(package.files, 'file')}, {octets(package.bytes)}"
    return f"{sealed}  {names.shown(package.name):<50}  {size:>22}  {one_line(package.title)}"
