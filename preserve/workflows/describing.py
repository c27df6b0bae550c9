"""From what arrived and what people said to the description that goes into the package."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from preserve.config import Config
from preserve.describe.compose import Facts, compose, default_statements
from preserve.describe.judge import judge_record
from preserve.describe.match import Files, Scope, statements_for
from preserve.describe.propose import propose
from preserve.describe.read_csv import read_metadata_csv
from preserve.describe.read_xml import aimed_at, read_dc
from preserve.model import (
    Companion,
    CompanionKind,
    Identification,
    Problem,
    Proposal,
    Record,
    Statement,
    StoredFile,
    Transfer,
)
from preserve.storage import names
from preserve.workflows.arriving import Said

_PROPOSE_FROM = 1024 * 1024
"""Titles, names and dates are looked for in the first MiB of a file."""


@dataclass(frozen=True, slots=True)
class Supplied:
    """What people said about one transfer, and what is wrong with how they said it."""

    statements: tuple[Statement, ...]
    problems: tuple[Problem, ...]


def supplied(transfer: Transfer, companions: Iterable[tuple[Companion, bytes]], said: Said) -> Supplied:
    """Read the metadata that came with *transfer* and what was said on the command line."""
    files = Files(names.shown(transfer.name), {file.path: _bag_path(file.path) for file in transfer.files})
    statements: list[Statement] = list(said.statements)
    problems: list[Problem] = []
    for companion, data in companions:
        if companion.kind is CompanionKind.DUBLIN_CORE:
            found, wrong = read_dc(data, companion.path)
            for about in companion.about or ("",):
                statements += aimed_at(found, _bag_path(about)) if about else found
            problems += wrong
        elif companion.kind is CompanionKind.METADATA_CSV:
            beside = not companion.source.is_relative_to(transfer.root)
            _take_table(data, companion, files, beside, statements, problems)
    if said.table_name:
        whole = Companion(CompanionKind.METADATA_CSV, said.table_name, Path(said.table_name))
        _take_table(said.table, whole, files, True, statements, problems)
    return Supplied(tuple(statements), tuple(problems))


def _bag_path(path: str) -> str:
    return f"data/{names.bag_name(path)}"


def _take_table(
    data: bytes,
    companion: Companion,
    files: Files,
    beside: bool,
    statements: list[Statement],
    problems: list[Problem],
) -> None:
    table = read_metadata_csv(data, companion.path)
    if companion.base:
        files = Files(files.transfer_name, {f"{companion.base}{path}": to for path, to in files.paths.items()})
    found = statements_for(table, files, Scope.SHARED if beside else Scope.TRANSFER)
    statements += found.statements
    problems += (*table.problems, *found.problems)


def describe(
    config: Config,
    package_id: str,
    transfer: Transfer,
    stored: Sequence[StoredFile],
    identifications: Sequence[Identification],
    statements: tuple[Statement, ...],
) -> tuple[Record, tuple[Problem, ...]]:
    """The record of the package, judged by the rules of our profile."""
    facts = Facts(
        package_id, transfer.name, tuple(stored), tuple(identifications), statements, default_statements(config)
    )
    record, problems = compose(facts)
    return record, (*problems, *judge_record(record))


def proposals(bag: Path, transfer: Transfer, identifications: Iterable[Identification]) -> tuple[Proposal, ...]:
    """What programs derive from the staged documents; none of it reaches the record by itself.

    Tables and checksum lists of the producer are about the documents and are none themselves.
    """
    lists = {_bag_path(companion.path) for companion in transfer.companions}
    found: list[Proposal] = []
    for identification in identifications:
        if identification.path not in lists:
            with (bag / identification.path).open("rb") as stream:
                found += propose(identification.path, stream.read(_PROPOSE_FROM), identification)
    return tuple(found)
