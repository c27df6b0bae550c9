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
from preserve.describe.record.terms import ELEMENTS, ORDER, name_of
from preserve.describe.record.values import legible
from preserve.describe.supplied.cells import as_cell, protected
from preserve.model import Package, Statement
from preserve.storage.names import shown
from preserve.storage.times import rfc3339

LEAD = ("filename", "id", "sealed", "files", "bytes")
"""The columns before the terms.  A row for a file of the package has only the first."""

PROPOSED = "proposed."
"""What the term of a column begins with whose values nobody has confirmed."""

Key = tuple[str, str]
"""A term and a language: what a column is about."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its first cells, and what is said with which term in which language."""

    lead: tuple[str, ...]
    said: tuple[tuple[Key, str], ...]


@dataclass(slots=True)
class Columns:
    """Which columns a table needs so that each of its rows fits: as many of a kind as one row has values of it.

    *lead* are the titles of the columns before those.
    """

    lead: tuple[str, ...] = LEAD
    _most: dict[Key, int] = field(default_factory=dict)

    def widen(self, row: Row) -> None:
        """Make room for *row*."""
        for key, number in Counter(key for key, _ in row.said).items():
            self._most[key] = max(number, self._most.get(key, 0))

    def offer(self, term: str) -> None:
        """Have a column for *term*, though no row says anything with it."""
        if not any(key[0] == term for key in self._most):
            self._most[term, ""] = 1

    def lines(self, rows: Iterable[Row]) -> Iterator[bytes]:
        """The table in UTF-8 (RFC 4180), line by line; every row must have been made room for."""
        keys = sorted(self._most, key=_place)
        titles = [_title(key) for key in keys for _ in range(self._most[key])]
        yield _line(map(_plain, [*self.lead, *titles]))
        for row in rows:
            cells = [*map(_plain, row.lead), *[""] * (len(self.lead) - len(row.lead))]
            for key in keys:
                values = [legible(value) for other, value in row.said if other == key]
                cells += [*map(as_cell, values), *[""] * (self._most[key] - len(values))]
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


def _said(statements: Iterable[Statement], notes: Notes) -> tuple[tuple[Key, str], ...]:
    said = []
    for statement in statements:
        if statement.scheme not in TOLD_BY_FORM:
            notes.scheme_left_out(statement)
        said.append(((statement.term, statement.lang), statement.value))
    return tuple(said)


def _place(key: Key) -> tuple[bool, int, Key]:
    """Where the column stands: in the order of a record, what is only proposed at the end."""
    term = key[0].removeprefix(PROPOSED)
    return term != key[0], ORDER.get(term, len(ORDER)), key


def _title(key: Key) -> str:
    """``dc.title``, ``dcterms.created``, ``dc.title[ar]``: what our own reader of tables and others understand."""
    term, lang = key
    if term.startswith(PROPOSED):
        return PROPOSED + _title((term.removeprefix(PROPOSED), lang))
    name = name_of(term)
    prefix = "dc" if name in ELEMENTS else "dcterms"
    return f"{prefix}.{name}" + (f"[{lang}]" if lang else "")


def _plain(text: str) -> str:
    """A name or heading as a cell: no value, so bars in it stand for themselves."""
    return protected(legible(text))


def _line(cells: Iterable[str]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerow(cells)
    return text.getvalue().encode()
