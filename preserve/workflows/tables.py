"""Metadata tables over a whole run: each is parsed once, and the rows that nobody claimed are told at the end."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from preserve.describe.match import Files, Matched, Scope, rows_left_over, statements_for
from preserve.describe.read_csv import Table, read_metadata_csv
from preserve.model import Companion, Problem, Transfer, TransferKind
from preserve.storage import names


class Tables:
    """The tables of one run.  Tables inside a transfer are about it alone; those beside are shared by several."""

    def __init__(self) -> None:
        self._parsed: dict[tuple[str, bytes], Table] = {}
        self._claims: dict[tuple[str, bytes], list[Matched]] = defaultdict(list)
        self._all_seen = True

    def match(self, transfer: Transfer, companion: Companion, data: bytes) -> Matched:
        """What the table *data* says about *transfer*, and what is wrong with the table itself."""
        table = self._parse(companion.path, data)
        if transfer.kind is TransferKind.BUNDLE and transfer.brought(companion):
            matched = _match_part(table, transfer, companion)
        elif transfer.brought(companion):
            matched = statements_for(table, _files(transfer, companion.base))
        else:
            matched = statements_for(table, _files(transfer, companion.base), Scope.SHARED)
            self._claims[companion.path, data].append(matched)
        return Matched(matched.statements, (*table.problems, *matched.problems), matched.rows)

    def _parse(self, path: str, data: bytes) -> Table:
        if (path, data) not in self._parsed:
            self._parsed[path, data] = read_metadata_csv(data, path)
        return self._parsed[path, data]

    def unread(self) -> None:
        """A transfer was refused before its rows could be matched: what is left over is not known any more."""
        self._all_seen = False

    def left_over(self) -> tuple[Problem, ...]:
        """The rows of shared tables that none of the transfers of this run claimed."""
        if not self._all_seen:
            return ()
        return tuple(
            problem for key, claims in self._claims.items() for problem in rows_left_over(self._parsed[key], claims)
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
