"""A table of metadata (``metadata.csv``, Archivematica's conventions) → rows of values, with all that is wrong.

Which rows describe what is decided in ``match``.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from preserve.describe.record import rules
from preserve.describe.record.settle import settle
from preserve.describe.record.value_rules import TYPE_SEVERAL
from preserve.describe.supplied.cells import parts_of, values_in
from preserve.describe.supplied.csv_columns import Column, columns_of, is_name, name_column
from preserve.describe.supplied.csv_report import MOST, Report
from preserve.describe.supplied.decode import Decoded, decode
from preserve.describe.supplied.spoilt import judge_part
from preserve.model import Problem, Severity, Statement
from preserve.storage.names import shown

MAX_TABLE_BYTES = 64 * 1024 * 1024
"""A larger table is refused unread."""

MOST_CELLS = 2_000_000
"""What a table may hold: a million described files.  Each cell takes hundreds of bytes of memory."""

_SEPARATORS = ",;\t"


@dataclass(frozen=True, slots=True)
class Row:
    """One row: *number* as a spreadsheet counts, *name* as written; its *statements* are not about a file yet.

    *id* is what stands in the column ``id`` of a table that we exported.
    """

    number: int
    name: str
    statements: tuple[Statement, ...]
    id: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table as it was read.  Any error in *problems* means that it must be corrected before it is used.

    *faulty* are the numbers of the rows with errors of their own.
    """

    source: str
    encoding: str
    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]
    faulty: frozenset[int] = frozenset()


def read_metadata_csv(data: bytes, source: str) -> Table:
    """The rows of a metadata table, and everything that is wrong with it, with row and column.

    Accepted are Unicode with or without a byte order mark, and what older programs write (see ``decode``); commas,
    semicolons or tabs; any line ends.  Cells are plain text: nothing is calculated; white space around them, and the
    apostrophe with which a spreadsheet marks what is no formula, are removed.  ``||`` separates several values.
    Never raises for content.
    """
    problems: list[Problem] = []
    if len(data) > MAX_TABLE_BYTES:
        text = f"{shown(source)} is {len(data):,} bytes long; a table may have at most {MAX_TABLE_BYTES:,}."
        return Table(source, "", (), (rules.TABLE_UNREADABLE.at(source, text),))
    decoded = decode(data)
    if decoded is None:
        text = f"{shown(source)} is neither UTF-8 nor in any encoding that could be recognised."
        return Table(source, "", (), (rules.TABLE_UNREADABLE.at(source, text),))
    if decoded.assumed:
        text = f"{shown(source)} is not UTF-8; it was read as {decoded.encoding}, which it probably is."
        problems.append(rules.TABLE_ENCODING.at(source, text))
    report = Report(source)
    rows = _rows(_records(decoded, source, problems), report, problems)
    if len(problems) > MOST:  # the worst must not be what is cut off
        problems.sort(key=lambda problem: problem.severity is not Severity.ERROR)
    return Table(source, decoded.encoding, rows, tuple(problems[:MOST]), frozenset(report.faulty))


def _records(decoded: Decoded, source: str, problems: list[Problem]) -> Iterator[tuple[int, list[str]]]:
    """The non-blank records with their row numbers; reading stops where quotation marks do not match."""
    text = decoded.text
    first, _, rest = text.partition("\n")
    number = 0
    if first.strip().lower().startswith("sep=") and len(first.strip()) == 5:  # Excel's hint to itself
        separator, text, number = first.strip()[4], rest, 1
    else:
        separator = _separator(text)
    left = MOST_CELLS
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for cells in reader:
            number += 1
            left -= len(cells)
            if left < 0:
                text = f"{shown(source)} has more than {MOST_CELLS:,} cells. Split it into several tables."
                problems.append(rules.TABLE_UNREADABLE.at(source, text))
                return
            if any(cell.strip() for cell in cells):
                yield number, cells
    except csv.Error as error:
        row = f"Row {number + 1} (line {reader.line_num}) of {shown(source)}"
        what = _complaint(str(error))
        problems.append(rules.TABLE_UNREADABLE.at(source, f"{row} cannot be read: {what}."))


def _complaint(message: str) -> str:
    if "field larger" in message:
        return "a cell is longer than 131,072 characters, so a quotation mark is probably not closed"
    if "end of data" in message:
        return "a quotation mark is opened and never closed"
    if "expected after" in message:
        return "there is text right after a closing quotation mark; a quotation mark in a cell is written twice"
    return message


def _separator(text: str) -> str:
    """The separator of the heading row: the one that names a known first column, else the most frequent one."""
    head = text.lstrip("\r\n").partition("\n")[0][:100_000]
    for separator in _SEPARATORS:
        first = head.partition(separator)
        if first[1] and is_name(first[0].strip(' \t"')):
            return separator
    return max(_SEPARATORS, key=head.count)


def _rows(records: Iterator[tuple[int, list[str]]], report: Report, problems: list[Problem]) -> tuple[Row, ...]:
    source, before = report.source, len(problems)
    _, titles = next(records, (0, []))
    if not titles:
        if len(problems) == before:
            problems.append(rules.TABLE_NO_FILENAME.at(source, f"{shown(source)} is empty."))
        return ()
    while titles and not titles[-1].strip():
        titles = titles[:-1]
    place = name_column(titles, source, problems)
    if place is None:
        return ()
    columns = columns_of(titles, place, source, problems)
    ids = next((column.number - 1 for column in columns if column.title.lower() == "id"), -1)
    rows = []
    for number, cells in records:
        _judge_length(number, cells, columns, report)
        name = cells[place] if place < len(cells) else ""
        statements = tuple(_statements(number, cells, columns, report, source))
        if "\0" in name:
            report.add(rules.CELL_NUL, number, f"column {place + 1}", "The cell contains a NUL character.")
        elif name.strip():
            rows.append(Row(number, name, statements, cells[ids].strip() if 0 <= ids < len(cells) else ""))
        elif statements:
            report.add(rules.ROW_WITHOUT_NAME, number, "", f"has metadata, but no file name in column {place + 1}.")
    problems += report.problems()
    return tuple(rows)


def _judge_length(number: int, cells: Sequence[str], columns: Sequence[Column], report: Report) -> None:
    if len(cells) < len(columns):
        report.add(rules.ROW_SHORT, number, "", f"has {len(cells)} cells instead of {len(columns)}.")
    for extra, cell in enumerate(cells[len(columns) :], len(columns) + 1):
        if cell.strip():
            report.add(rules.ROW_LONG, number, "", f"has a value in column {extra}, beyond the last heading.")
            return


def _statements(
    number: int, cells: Sequence[str], columns: Sequence[Column], report: Report, source: str
) -> Iterator[Statement]:
    types = set()
    for column, cell in zip(columns, cells, strict=False):
        written = cell.strip()
        if column.term and cell:
            for rule, text in chain.from_iterable(judge_part(column.term, part) for part in parts_of(cell)):
                report.add(rule, number, column.shown, text)
        if not written:
            continue
        if not column.title:
            report.add(rules.COLUMN_UNNAMED, number, column.shown, "The column has a value and no heading.")
        elif column.term and "\0" in written:
            report.add(rules.CELL_NUL, number, column.shown, "The cell contains a NUL character.")
        elif column.term:
            for value in values_in(written):
                statement, findings = settle(Statement(column.term, value, column.lang, origin=source))
                for rule, text in findings:
                    report.add(rule, number, column.shown, text)
                if column.term == "dcterms:type":
                    types.add(statement.value)
                yield statement
    if len(types) > 1:
        report.add(TYPE_SEVERAL, number, "", f"gives {len(types)} types: {', '.join(map(shown, sorted(types)))}.")
