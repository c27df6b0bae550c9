"""Which transfers a person means, and what the person says about all of them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from preserve.config import Config
from preserve.describe.record.set_values import set_statements
from preserve.errors import DescriptionError, TransferError
from preserve.model import Problem, Statement
from preserve.storage import names
from preserve.transfer.arrival import Arrival, Arrivals
from preserve.transfer.each import each_file, with_folders_above
from preserve.transfer.incoming import arrivals, as_one, named_each
from preserve.transfer.places import absolute
from preserve.workflows import rules
from preserve.workflows.ingesting.examine import LARGEST_METADATA, has_errors


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
    return Said(statements, metadata.name, read_table(metadata, "--metadata"))


def read_table(place: Path, option: str) -> bytes:
    """The bytes of the table that a person named after *option*.  ``DescriptionError`` if that cannot be read."""
    try:
        with place.open("rb") as stream:
            table = stream.read(LARGEST_METADATA + 1)
    except OSError as error:
        raise DescriptionError(
            f"The table {names.shown(str(place))} cannot be read: {(error.strerror or str(error)).lower()}.",
            hint=f"Check the path after {option}.",
        ) from error
    if len(table) > LARGEST_METADATA:
        raise DescriptionError(
            f"The table {names.shown(str(place))} has more than {LARGEST_METADATA:,} bytes.",
            hint=f"Check the path after {option}, or divide the table.",
        )
    return table


def choose(config: Config, paths: Sequence[Path], *, one: bool = False, every_file: bool = False) -> Arrivals:
    """The transfers meant by *paths*, or by ``incoming/`` if there are none (or it is the one named).

    Each entry of ``incoming/`` is a transfer, and each path that is named is one.  *one* makes a single transfer of
    all of it, *every_file* one of every file.  What holds the package store, or lies in it, is refused: the packages
    would be packaged while they are made, and ``--move`` would remove them.

    ``TransferError`` if there is no incoming folder, or none that can be looked into.
    """
    incoming = config.incoming
    default = not paths or [os.path.abspath(path) for path in paths] == [os.path.abspath(incoming)]
    if default and not os.path.isdir(incoming):
        raise TransferError(
            f"There is no folder {names.shown(str(incoming))} for transfers to arrive in.",
            hint="Make it with preserve init, or name the files and folders to ingest.",
        )
    found = _chosen(config, paths, default=default, one=one, every_file=every_file)
    if default:
        return found
    top = absolute(incoming)
    return replace(found, transfers=tuple(with_folders_above(each, top) for each in found.transfers))


def _chosen(config: Config, paths: Sequence[Path], *, default: bool, one: bool, every_file: bool) -> Arrivals:
    found = arrivals(config.incoming) if default else Arrivals(named_each(paths))
    if default and not found.transfers and has_errors(found.problems):  # a folder that was not read is not empty
        raise TransferError(found.problems[0].message, hint=found.problems[0].hint)
    refused = tuple(replace(each, problems=(problem,)) for each in found.transfers for problem in _store(config, each))
    if one and found.transfers:
        whole = as_one([each.root for each in found.transfers])
        problems = tuple(problem for each in refused for problem in each.problems)
        return replace(found, transfers=(replace(whole, problems=(*whole.problems, *problems)),))
    roots = {each.root for each in refused}
    chosen = tuple(each for each in found.transfers if each.root not in roots)
    if every_file:
        chosen = each_file([each.root for each in chosen])
    return replace(found, transfers=(*chosen, *refused)) if refused or every_file else found


def _store(config: Config, arrival: Arrival) -> Iterator[Problem]:
    store, root = Path(os.path.realpath(config.packages)), Path(os.path.realpath(arrival.root))
    name = names.shown(arrival.name)
    if root == store or store in root.parents:
        yield rules.STORE_IN_TRANSFER.at(arrival.name, f"{name} lies in the package store and is no transfer.")
    elif root in store.parents:
        yield rules.STORE_IN_TRANSFER.at(arrival.name, f"{name} holds the package store, {names.shown(str(store))}.")
