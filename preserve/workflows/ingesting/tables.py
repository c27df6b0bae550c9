"""Metadata tables over a whole run: each is parsed once, and the rows that nobody claimed are told at the end."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from preserve.describe.supplied.match import Files, Matched, Scope, rows_left_over, statements_for
from preserve.describe.supplied.read_csv import Table, read_metadata_csv
from preserve.model import Companion, Problem, Transfer, TransferKind
from preserve.storage import names

_Key: TypeAlias = tuple[str, str]
"""What a table is known by: its path, and a digest of its bytes."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """What one process found out about shared tables: those it parsed, and the rows that transfers claimed."""

    parsed: Mapping[_Key, Table]
    claims: Mapping[_Key, frozenset[int]]
    all_seen: bool


class Tables:
    """The tables of one run.  Tables inside a transfer are about it alone; those beside are shared by several."""

    def __init__(self) -> None:
        self._parsed: dict[_Key, Table] = {}
        self._shared: dict[_Key, Table] = {}
        self._handed_on: set[_Key] = set()
        self._claims: dict[_Key, set[int]] = defaultdict(set)
        self._all_seen = True

    def match(self, transfer: Transfer, companion: Companion, data: bytes) -> Matched:
        """What the table *data* says about *transfer*, and what is wrong with the table itself."""
        key = (companion.path, hashlib.sha256(data).hexdigest())
        table = self._parse(key, data)
        if transfer.kind is TransferKind.BUNDLE and transfer.brought(companion):
            matched = _match_part(table, transfer, companion)
        elif transfer.brought(companion):
            matched = statements_for(table, _files(transfer, companion.base))
        else:
            matched = statements_for(table, _files(transfer, companion.base), Scope.SHARED)
            self._shared[key] = table
            self._claims[key] |= matched.rows
        return Matched(matched.statements, (*table.problems, *matched.problems), matched.rows)

    def _parse(self, key: _Key, data: bytes) -> Table:
        if key not in self._parsed:
            self._parsed[key] = read_metadata_csv(data, key[0])
        return self._parsed[key]

    def unread(self) -> None:
        """A transfer was refused before its rows could be matched: what is left over is not known any more."""
        self._all_seen = False

    def gathered(self) -> Gathered:
        """What is new here since this was asked last, for the Tables of another process to ``add``."""
        news = {key: table for key, table in self._shared.items() if key not in self._handed_on}
        self._handed_on.update(news)
        found = Gathered(news, {key: frozenset(rows) for key, rows in self._claims.items()}, self._all_seen)
        self._claims.clear()
        return found

    def add(self, found: Gathered) -> None:
        """Take in what another process found out."""
        self._shared.update(found.parsed)
        for key, rows in found.claims.items():
            self._claims[key] |= rows
        self._all_seen &= found.all_seen

    def left_over(self) -> tuple[Problem, ...]:
        """The rows of shared tables that none of the transfers of this run claimed."""
        if not self._all_seen:
            return ()
        return tuple(
            problem
            for key, rows in self._claims.items()
            for problem in rows_left_over(self._shared[key], [Matched((), (), frozenset(rows))])
        )


def _files(transfer: Transfer, base: str) -> Files:
    return Files(transfer.name, {base + file.path: names.payload_path(file.path) for file in transfer.files})


def _match_part(table: Table, transfer: Transfer, companion: Companion) -> Matched:
    """A table inside one part of a bundle names files of that part, and its row for the whole is about the part."""
    part = companion.path.partition("/")[0]
    own = {file.path.removeprefix(f"{part}/"): file.path for file in transfer.files if file.path.startswith(f"{part}/")}
    matched = statements_for(table, Files(part, {name: names.payload_path(path) for name, path in own.items()}))
    about_part = names.payload_path(part) + "/"
    statements = tuple(s if s.about else replace(s, about=about_part) for s in matched.statements)
    return Matched(statements, matched.problems, matched.rows)
