"""Reads small files of the producer: lists and tables.  Bounded, never through a link, never waiting for a pipe."""

from __future__ import annotations

import csv
import io
import os
import stat
from pathlib import Path

from preserve.model import Problem
from preserve.storage.durable import READ_FILE
from preserve.transfer import checksums, rules
from preserve.transfer.hazards import said
from preserve.transfer.walk import special, unreadable

LONGEST_LIST = 512 * 1024 * 1024
"""Octets of the largest list that is read: some four million lines."""

LONGEST_GUESS = 16 * 1024 * 1024
"""Octets of the largest file that is read only to find out whether it is a list."""


def octets(file: Path, path: str, limit: int) -> bytes | Problem:
    """The bytes of *file*, or why it was not read; it is called *path* in the message."""
    try:
        fd = os.open(file, READ_FILE)
    except OSError as error:
        return unreadable(path, error)
    try:
        state = os.fstat(fd)
        if not stat.S_ISREG(state.st_mode):
            return special(path, state.st_mode)
        if state.st_size > limit:
            return rules.LIST_TOO_LARGE.at(
                path,
                f"{said(path)} was not read as a list: it is {state.st_size:,} bytes long, at most {limit:,} are read.",
            )
        with open(fd, "rb", closefd=False) as stream:
            return stream.read(limit)
    except OSError as error:
        return unreadable(path, error)
    finally:
        os.close(fd)


def checksum_list(file: Path, path: str) -> checksums.ChecksumList | Problem | None:
    """The checksum list at *file*; None if it is none, whatever its name; a Problem if it could not be read."""
    name = path.rpartition("/")[2]
    if not checksums.may_be_list(name):
        return None
    limit = LONGEST_LIST if checksums.is_list_by_name(name) else LONGEST_GUESS
    data = octets(file, path, limit)
    if isinstance(data, Problem):
        return data
    found = checksums.parse(path, data)
    if not checksums.reads_like_list(found):
        return None
    if found.endless:
        what = f"more than {checksums.MOST_ODD:,} of its lines are no checksums, or it has more than"
        text = f"{said(path)} was not read as a list: {what} {checksums.MOST_LINES:,} lines."
        return rules.LIST_TOO_LARGE.at(path, text)
    return found


def table_names(file: Path) -> tuple[str, ...]:
    """The file names in the first or ``filename`` column of a metadata.csv; none if it is no such table."""
    data = octets(file, file.name, LONGEST_GUESS)
    return () if isinstance(data, Problem) else names_in_table(data)


def names_in_table(data: bytes) -> tuple[str, ...]:
    """The values of the column ``filename``, in order.  Pure; whatever the bytes are, it does not raise."""
    text = checksums.decode(data)
    header = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=header.count)
    found: list[str] = []
    column = -1
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            if column < 0:
                titles = [title.strip().lower() for title in row]
                if "filename" not in titles:
                    return ()
                column = titles.index("filename")
            elif len(row) > column and row[column].strip():
                found.append(row[column])
    except csv.Error:
        pass  # describe says what is wrong with the table; here the rows before it count
    return tuple(found)
