"""From what arrived and what people said to the description that goes into the package."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from preserve.config import Config
from preserve.describe.compose import Facts, compose, default_statements
from preserve.describe.read_xml import aimed_at, check_oai_dc, check_record, read_dc
from preserve.describe.write_xml import dc_xml, oai_dc_xml
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
from preserve.workflows.arriving import Said
from preserve.workflows.tables import Tables


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
        if companion.kind is CompanionKind.DUBLIN_CORE:
            found, wrong = read_dc(data, companion.path)
            for about in companion.about or ("",):
                statements += aimed_at(found, names.payload_path(about)) if about else found
            problems += wrong
        elif companion.kind is CompanionKind.METADATA_CSV:
            matched = tables.match(transfer, companion, data)
            statements += matched.statements
            problems += matched.problems
    return Supplied(tuple(statements), tuple(problems))


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
    return record, tuple(dict.fromkeys((*problems, *errors, *check_oai_dc(oai_dc_xml(record)))))
