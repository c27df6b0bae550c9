"""From what arrived and what people said to the description that goes into the package."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from preserve.config import Config
from preserve.describe.record.compose import Facts, compose, default_statements
from preserve.describe.record.read_xml import aimed_at, check_oai_dc, check_record, read_dc
from preserve.describe.record.write_xml import dc_xml, oai_dc_xml
from preserve.describe.supplied.read_toml import read_toml
from preserve.model import (
    Companion,
    CompanionKind,
    Identification,
    Problem,
    Record,
    Severity,
    Statement,
    StoredFile,
    Transfer,
)
from preserve.storage import names
from preserve.workflows.ingesting.arriving import Said
from preserve.workflows.ingesting.tables import Tables


@dataclass(frozen=True, slots=True)
class Supplied:
    """What people said about one transfer, and what is wrong with how they said it."""

    statements: tuple[Statement, ...]
    problems: tuple[Problem, ...]


def supplied(transfer: Transfer, companions: Iterable[tuple[Companion, bytes]], said: Said, tables: Tables) -> Supplied:
    """Read the metadata that came with *transfer* and what was said on the command line."""
    statements: list[Statement] = list(said.statements)
    problems: list[Problem] = []
    for companion, data in (*companions, *_said_table(said)):
        if companion.kind in (CompanionKind.DUBLIN_CORE, CompanionKind.METADATA_TOML):
            read = read_dc if companion.kind is CompanionKind.DUBLIN_CORE else read_toml
            found, wrong = read(data, companion.path)
            for about in companion.about or ("",):
                statements += aimed_at(found, _place(about)) if about else found
            problems += wrong
        elif companion.kind is CompanionKind.METADATA_CSV:
            matched = tables.match(transfer, companion, data)
            statements += matched.statements
            problems += matched.problems
    return Supplied(tuple(statements), tuple(problems))


def _place(about: str) -> str:
    """The place in the bag of a file, or of a folder, which ends in a slash."""
    folder = about.endswith("/")
    return names.payload_path(about.rstrip("/")) + ("/" if folder else "")


def _said_table(said: Said) -> list[tuple[Companion, bytes]]:
    if not said.table_name:
        return []
    return [(Companion(CompanionKind.METADATA_CSV, said.table_name, Path(said.table_name)), said.table)]


def describe(
    config: Config,
    package_id: str,
    transfer: Transfer,
    stored: Sequence[StoredFile],
    identifications: Sequence[Identification],
    statements: tuple[Statement, ...],
) -> tuple[Record, tuple[Problem, ...]]:
    """The record of the package, and what the XSDs and the rules of our profile find in it."""
    facts = Facts(package_id, transfer.name, stored, identifications, statements, default_statements(config))
    record, problems = compose(facts)
    # Warnings were told with the row or line that they are about, when what people said was read.
    errors = (found for found in check_record(dc_xml(record)) if found.severity is Severity.ERROR)
    found = dict.fromkeys((*problems, *untold(errors, problems), *check_oai_dc(oai_dc_xml(record))))
    return record, tuple(found)


def untold(found: Iterable[Problem], told: Iterable[Problem]) -> Iterator[Problem]:
    """What is *found* in the lines of a description and was not *told* with the place that it came from."""
    known = {(problem.code, problem.message.rpartition(": ")[2]) for problem in told}
    return (problem for problem in found if (problem.code, problem.message.rpartition(": ")[2]) not in known)
