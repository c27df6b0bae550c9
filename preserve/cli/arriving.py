"""What ``check`` and ``ingest`` have in common: which transfers are meant, and what is said about all of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from preserve.cli.options import SomePath
from preserve.errors import UsageError

Command = TypeVar("Command", bound=Callable[..., Any])

_OPTIONS = (
    click.option("--as-one", is_flag=True, help="Package everything that is named, or all of incoming/, as one."),
    click.option("--each-file", is_flag=True, help="Package every single file, also inside folders, by itself."),
    click.option(
        "--metadata",
        type=SomePath(path_type=Path, dir_okay=False),
        metavar="FILE.csv",
        help="A table of descriptions, with Archivematica's columns: filename, dc.title …",
    ),
    click.option(
        "--set",
        "pairs",
        multiple=True,
        metavar="TERM=VALUE",
        help="Say something about every package, e.g. --set dcterms:title='Letters' or --set title@ar=رسائل.",
    ),
)


def arriving(function: Command) -> Command:
    """Add the arguments and options that choose and describe transfers."""
    for option in reversed(_OPTIONS):
        function = option(function)
    kind = SomePath(path_type=Path)
    return click.argument("paths", nargs=-1, type=kind, metavar="[PATH]...")(function)


def must_agree(*, as_one: bool, each_file: bool) -> None:
    """``UsageError`` if both are asked for."""
    if as_one and each_file:
        raise UsageError("--as-one and --each-file exclude each other.", hint="Choose one of them.")
