"""A table for a spreadsheet, with Archivematica's headings: a column for each term and language, repeated as needed.

No cell can be taken for a formula: what begins like one has an apostrophe before it, as spreadsheets write it.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from preserve.describe.crosswalks.subject import TOLD_BY_FORM, Notes, Subject
from preserve.describe.formulas import protected
from preserve.describe.terms import ELEMENTS, ORDER, name_of
from preserve.describe.values import legible
from preserve.model import Package, Statement
from preserve.storage.names import shown
from preserve.storage.times import rfc3339

LEAD = ("filename", "id", "sealed", "files", "bytes")
"""The columns before the terms.  A row for a file of the package has only the first."""

_Key = tuple[str, str]
"""A term and a language: what a column is about."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its first cells, and what is said with which term in which language."""

    lead: tuple[str, ...]
    said: tuple[tuple[_Key, str], ...]


@dataclass(slots=True)
class Columns:
    """Which columns a table needs so that each of its rows fits: as many of a kind as one row has values of it."""

    _most: dict[_Key, int] = field(default_factory=dict)

    def widen(self, row: Row) -> None:
        """Make room for *row*."""
        for key, number in Counter(key for key, _ in row.said).items():
            self._most[key] = max(number, self._most.get(key, 0))

    def lines(self, rows: Iterable[Row]) -> Iterator[bytes]:
        """The table in UTF-8 (RFC 4180), line by line; every row must have been made room for."""
        keys = sorted(self._most, key=lambda key: (ORDER.get(key[0], len(ORDER)), key))
        titles = [_title(key) for key in keys for _ in range(self._most[key])]
        yield _line([*LEAD, *titles])
        for row in rows:
            cells = [*row.lead, *[""] * (len(LEAD) - len(row.lead))]
            for key in keys:
                values = [value for other, value in row.said if other == key]
                cells += [*values, *[""] * (self._most[key] - len(values))]
            yield _line(cells)


def table(subject: Subject, notes: Notes) -> bytes:
    """The package as a row, then a row for each of its files that something is said about."""
    files: dict[str, list[Statement]] = {}
    for statement in subject.record.statements:
        if statement.about and statement.value.strip():
            files.setdefault(statement.about, []).append(statement)
    rows = [whole_row(subject, notes)]
    rows += [Row((shown(path),), _said(files[path], notes)) for path in sorted(files)]
    columns = Columns()
    for row in rows:
        columns.widen(row)
    return b"".join(columns.lines(rows))


def whole_row(subject: Subject, notes: Notes) -> Row:
    """The package as a row."""
    return Row(lead_of(subject.package), _said(subject.whole, notes))


def lead_of(package: Package) -> tuple[str, ...]:
    """The first cells of a package's row."""
    return (
        shown(package.name),
        f"urn:uuid:{package.id}",
        rfc3339(package.sealed),
        str(package.files),
        str(package.bytes),
    )


def _said(statements: Iterable[Statement], notes: Notes) -> tuple[tuple[_Key, str], ...]:
    said = []
    for statement in statements:
        if statement.scheme not in TOLD_BY_FORM:
            notes.scheme_left_out(statement)
        said.append(((statement.term, statement.lang), statement.value))
    return tuple(said)


def _title(key: _Key) -> str:
    """``dc.title``, ``dcterms.created``, ``dc.title[ar]``: what our own reader of tables and others understand."""
    term, lang = key
    name = name_of(term)
    prefix = "dc" if name in ELEMENTS else "dcterms"
    return f"{prefix}.{name}" + (f"[{lang}]" if lang else "")


def _line(cells: Iterable[str]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerow(protected(legible(cell)) for cell in cells)
    return text.getvalue().encode()
