"""The proof as a table for a spreadsheet: one line for each copy.  Pure.  No cell is a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from preserve.describe.supplied.cells import protected
from preserve.storage.names import shown
from preserve.storage.times import rfc3339
from preserve.workflows.reporting.facts import CopyRow
from preserve.workflows.reporting.report import Report

HEADS = ("package", "id", "title", "location", "sealed", "copied", "documents", "bytes", "interval_days",
         "last_found_good", "to_be_read_by", "failure_open_since", "promise")  # fmt: skip


def lines(report: Report, *, only_exceptions: bool = False) -> Iterator[bytes]:
    """The table, line by line, as RFC 4180 has it, in UTF-8 with the mark that spreadsheets look for."""
    yield b"\xef\xbb\xbf" + _line(HEADS)
    for row in report.copies:
        if row.reason or not only_exceptions:
            yield _line(_cells(row))


def _cells(row: CopyRow) -> tuple[str, ...]:
    moments = (row.ok, row.due, row.bad)
    ok, due, bad = ("" if moment is None else rfc3339(moment) for moment in moments)
    title = shown(" ".join(row.title.split()))
    return (
        protected(shown(row.name)),
        f"urn:uuid:{row.id}",
        protected(title),
        protected(shown(row.location)),
        rfc3339(row.sealed),
        rfc3339(row.made),
        str(row.files),
        str(row.bytes),
        f"{row.interval.total_seconds() / 86400:g}",
        ok,
        due,
        bad,
        str(row.reason) if row.reason else "kept",
    )


def _line(cells: tuple[str, ...]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerow(cells)
    return text.getvalue().encode()
