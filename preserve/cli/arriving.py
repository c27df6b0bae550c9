"""What ``check`` and ``ingest`` have in common: which transfers are meant, and what is said about all of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import wraps
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


@dataclass(frozen=True, slots=True)
class Meant:
    """Which transfers a person means, and what is said about all of them."""

    paths: tuple[Path, ...]
    as_one: bool
    each_file: bool
    metadata: Path | None
    pairs: tuple[str, ...]


def arriving(function: Command) -> Command:
    """Add the arguments and options that choose and describe transfers; the command gets them as one ``meant``."""

    @wraps(function)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        meant = Meant(*(kwargs.pop(each.name) for each in fields(Meant)))
        if meant.as_one and meant.each_file:
            raise UsageError("--as-one and --each-file exclude each other.", hint="Choose one of them.")
        return function(*args, meant=meant, **kwargs)

    wrapped: Any = wrapper
    for option in reversed(_OPTIONS):
        wrapped = option(wrapped)
    kind = SomePath(path_type=Path)
    return click.argument("paths", nargs=-1, type=kind, metavar="[PATH]...")(wrapped)  # type: ignore[no-any-return]
