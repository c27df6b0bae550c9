"""``preserve init``."""

from __future__ import annotations

import os
from pathlib import Path

import click

from preserve.cli.options import SomePath, common
from preserve.cli.output import Output, with_path
from preserve.config import load
from preserve.storage import names


@click.command(name="init")
@click.argument("directory", default=".", type=SomePath(path_type=Path))
@click.option("--new-store", is_flag=True, help="The store that this archive had is gone for good: begin a new one.")
@common
def command(directory: Path, new_store: bool, output: Output) -> None:
    """Make a new archive home in DIRECTORY (this folder by default).

    Makes incoming/, packages/ and a preserve.toml in which every setting stands as a comment. What is there
    already is left as it is.
    """
    from preserve.workflows.init import init  # noqa: PLC0415  --help must stay fast

    home, made = init(directory.absolute())
    if new_store:
        _forget(home)
    output.message("archive", {**with_path("home", str(home)), "made": list(made)})
    output.line(f"The archive's home is {names.shown(str(home))}.")
    for name in made:
        output.line(f"  made {name}")
    if not output.quiet:
        output.line("Put documents into incoming/, then: preserve check, preserve ingest")


def _forget(home: Path) -> None:
    from preserve.workflows.identity import forget_packages  # noqa: PLC0415

    forget_packages(load(home, environment=os.environ))
