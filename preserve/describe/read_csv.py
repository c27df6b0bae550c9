"""A table of metadata (``metadata.csv``, Archivematica's conventions) → rows of values, with all that is wrong.

Which rows describe what is decided in ``match``.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from preserve.describe import rules
from preserve.describe.decode import Decoded, decode
from preserve.describe.settle import settle
from preserve.describe.terms import heading, nearest
from preserve.describe.values import is_language_tag
from preserve.model import Problem, Severity, Statement
from preserve.storage.names import shown

MAX_TABLE_BYTES = 64 * 1024 * 1024
"""A larger table is refused unread."""

MOST_CELLS = 2_000_000
"""What a table may hold: a million described files.  Each cell takes hundreds of bytes of memory."""

_NAME_HEADINGS = ("filename", "file", "path", "file_name", "file name", "filepath", "file path", "file_path")
_SEPARATORS = ",;\t"
_MOST_PROBLEMS = 1000
"""What is wrong a thousand times in one table is wrong once."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: *number* as a spreadsheet counts, *name* as written; its *statements* are not about a file yet."""

    number: int
    name: str
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table as it was read.  Any error in *problems* means that it must be corrected before it is used."""

    source: str
    encoding: str
    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class _Column:
    """Column *number*, from 1: its *term* ("" if it has none) and its language."""

    number: int
    title: str
    term: str
    lang: str


def read_metadata_csv(data: bytes, source: str) -> Table:
    """The rows of a metadata table, and everything that is wrong with it, with row and column.

    Accepted are UTF-8 with or without a byte order mark, UTF-16, Windows-1252 and -1256; commas, semicolons or tabs;
    any line ends.  Cells are plain text: nothing is calculated, and only white space around them is removed.
    Never raises for content.
    """
    problems: list[Problem] = []
    if len(data) > MAX_TABLE_BYTES:
        text = f"{shown(source)} is {len(data):,} bytes long; a table may have at most {MAX_TABLE_BYTES:,}."
        return Table(source, "", (), (rules.TABLE_UNREADABLE.at(source, text),))
    decoded = decode(data)
    if decoded is None:
        text = f"{shown(source)} is in an encoding that could not be recognised."
        return Table(source, "", (), (rules.TABLE_UNREADABLE.at(source, text),))
    if decoded.assumed:
        text = f"{shown(source)} is not UTF-8; it was read as {decoded.encoding}."
        problems.append(rules.TABLE_ENCODING.at(source, text))
    rows = _rows(_records(decoded, source, problems), source, problems)
    if len(problems) > _MOST_PROBLEMS:  # the worst must not be what is cut off
        problems.sort(key=lambda problem: problem.severity is not Severity.ERROR)
    return Table(source, decoded.encoding, rows, tuple(problems[:_MOST_PROBLEMS]))


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
        if first[1] and _is_name(first[0].strip(' \t"')):
            return separator
    return max(_SEPARATORS, key=head.count)


def _is_name(title: str) -> bool:
    return title.strip().lower() in _NAME_HEADINGS


def _rows(records: Iterator[tuple[int, list[str]]], source: str, problems: list[Problem]) -> tuple[Row, ...]:
    before = len(problems)
    heading_number, titles = next(records, (0, []))
    if not titles:
        if len(problems) == before:
            problems.append(rules.TABLE_NO_FILENAME.at(source, f"{shown(source)} is empty."))
        return ()
    while titles and not titles[-1].strip():
        titles = titles[:-1]
    place = _name_column(titles, source, problems)
    if place is None:
        return ()
    columns = [_column(number, title, source, problems) for number, title in enumerate(titles, 1)]
    columns[place] = replace(columns[place], term="")
    unknown = [c for c in columns if not c.term and c.title and c.number != place + 1]
    problems.extend(_unknown(column, heading_number, source) for column in unknown[:_MOST_PROBLEMS])
    rows = []
    for number, cells in records:
        _judge_length(number, cells, columns, source, problems)
        name = cells[place] if place < len(cells) else ""
        statements = tuple(_statements(number, cells, columns, source, problems))
        if "\0" in name:
            problems.append(_nul(number, place + 1, source))
        elif name.strip():
            rows.append(Row(number, name, statements))
        elif statements:
            text = f"Row {number} of {shown(source)} has metadata, but no file name in column {place + 1}."
            problems.append(rules.ROW_WITHOUT_NAME.at(source, text))
    return tuple(rows)


def _name_column(titles: Sequence[str], source: str, problems: list[Problem]) -> int | None:
    names = [title.strip().lower() for title in titles]
    place = next((names.index(name) for name in _NAME_HEADINGS if name in names), None)
    if place is None:
        text = f"{shown(source)} has no column 'filename'; its first column is '{shown(titles[0].strip()[:60])}'."
        problems.append(rules.TABLE_NO_FILENAME.at(source, text))
    elif place != 0 or names[place] != "filename":
        text = f"{shown(source)}: the file names were taken from column {place + 1}, '{shown(titles[place].strip())}'."
        problems.append(rules.TABLE_FILENAME_UNUSUAL.at(source, text))
    return place


def _column(number: int, title: str, source: str, problems: list[Problem]) -> _Column:
    written = title.strip()
    found = heading(written)
    lang = found.lang.replace("_", "-")
    if not found.term or not lang or is_language_tag(lang):
        return _Column(number, written, found.term, lang)
    # Settled here once, so that a wrong tag is not reported for each row.
    settled, findings = settle(Statement(found.term, "x", lang))
    where = f"Column {number} of {shown(source)}, '{shown(written[:60])}': "
    problems.extend(
        rule.at(source, where + text) for rule, text in findings if rule in (rules.LANG_CORRECTED, rules.LANG_DROPPED)
    )
    return _Column(number, written, found.term, settled.lang)


def _unknown(column: _Column, row: int, source: str) -> Problem:
    close = nearest(column.title)
    where = f"Column {column.number} of {shown(source)} (row {row})"
    text = f"{where}, '{shown(column.title[:60])}', is not a Dublin Core term"
    return rules.COLUMN_UNKNOWN.at(source, text + (f"; did you mean {close}?" if close else "."))


def _judge_length(
    number: int, cells: Sequence[str], columns: Sequence[_Column], source: str, problems: list[Problem]
) -> None:
    if len(cells) < len(columns):
        text = f"Row {number} of {shown(source)} has {len(cells)} cells instead of {len(columns)}."
        problems.append(rules.ROW_SHORT.at(source, text))
    for extra, cell in enumerate(cells[len(columns) :], len(columns) + 1):
        if cell.strip():
            text = f"Row {number} of {shown(source)} has a value in column {extra}, beyond the last heading."
            problems.append(rules.ROW_LONG.at(source, text))
            return


def _statements(
    number: int, cells: Sequence[str], columns: Sequence[_Column], source: str, problems: list[Problem]
) -> Iterator[Statement]:
    for column, cell in zip(columns, cells, strict=False):
        value = cell.strip()
        if not value:
            continue
        if not column.title:
            text = f"Row {number} of {shown(source)} has a value in column {column.number}, which has no heading."
            problems.append(rules.COLUMN_UNNAMED.at(source, text))
        elif column.term and "\0" in value:
            problems.append(_nul(number, column.number, source))
        elif column.term:
            statement, findings = settle(Statement(column.term, value, column.lang, origin=source))
            where = f"Row {number}, column {column.number} of {shown(source)}: "
            problems.extend(rule.at(source, where + text) for rule, text in findings)
            yield statement


def _nul(row: int, column: int, source: str) -> Problem:
    return rules.CELL_NUL.at(source, f"Row {row}, column {column} of {shown(source)} contains a NUL character.")
