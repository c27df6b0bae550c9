"""Which transfers a person means, and what the person says about all of them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from preserve.describe.set_values import set_statements
from preserve.errors import DescriptionError, TransferError
from preserve.model import Statement
from preserve.storage import names
from preserve.transfer.arrival import Arrivals
from preserve.transfer.each import each_file
from preserve.transfer.incoming import arrivals, as_one, named_each


@dataclass(frozen=True, slots=True)
class Said:
    """What a person says of all transfers of a run: statements, and a table with a row for each that it is about."""

    statements: tuple[Statement, ...] = ()
    table_name: str = ""
    table: bytes = b""


def told(metadata: Path | None, pairs: Sequence[str]) -> Said:
    """Understand ``--set`` and ``--metadata``.  ``DescriptionError`` for what cannot be understood or read."""
    statements = set_statements(pairs)
    if metadata is None:
        return Said(statements)
    try:
        return Said(statements, metadata.name, metadata.read_bytes())
    except OSError as error:
        raise DescriptionError(
            f"The table {names.shown(str(metadata))} cannot be read: {(error.strerror or str(error)).lower()}.",
            hint="Check the path after --metadata.",
        ) from error


def choose(incoming: Path, paths: Sequence[Path], *, one: bool = False, every_file: bool = False) -> Arrivals:
    """The transfers meant by *paths*, or by ``incoming/`` if there are none (or it is the one named).

    Each entry of ``incoming/`` is a transfer, and each path that is named is one.  *one* makes a single transfer of
    all of it, *every_file* one of every file.  ``TransferError`` if there is no incoming folder to look into.
    """
    default = not paths or [os.path.abspath(path) for path in paths] == [os.path.abspath(incoming)]
    if default and not incoming.is_dir():
        raise TransferError(
            f"There is no folder {names.shown(str(incoming))} for transfers to arrive in.",
            hint="Make it with preserve init, or name the files and folders to ingest.",
        )
    found = arrivals(incoming) if default else Arrivals(named_each(paths))
    if one and found.transfers:
        return replace(found, transfers=(as_one([each.root for each in found.transfers]),))
    if every_file:
        return replace(found, transfers=each_file([each.root for each in found.transfers]))
    return found
