"""Ask the archive in the working folder through the library: ``answers.py QUESTION`` prints the seconds it takes.

The archive is opened for each answer; the interpreter and the libraries are there already.  The median of ten counts.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

import preserve
from preserve.config import load
from preserve.workflows.archive import opened
from preserve.workflows.auditing.queue import queue

_HOME = Path()
_NOW = datetime(2020, 4, 9, 23, 59, tzinfo=UTC)
"""Ninety-nine days and some hours after the first package of ``archives.py`` was sealed: just a tenth of all is due."""


def status() -> object:
    """How the archive is, where nothing has changed since somebody asked."""
    return preserve.status(_HOME)


def touched() -> None:
    """Something has changed in the store."""
    os.utime(_HOME / "packages")


def due() -> object:
    """The five hundred packages that wait longest for a check, of the tenth that is due."""
    with opened(load(_HOME.absolute(), environment={})) as archive:
        found = archive.catalog.due(queue(archive.config, _NOW), limit=500)
    if len(found) != min(500, archive_size() // 10):
        raise SystemExit(f"{len(found)} packages are due")
    return found


def archive_size() -> int:
    """How many packages ``archives.py`` made here."""
    return int(Path("count").read_text())


def nothing() -> None:
    """No change."""


QUESTIONS: dict[str, tuple[Callable[[], object], Callable[[], None]]] = {
    "status": (status, nothing),
    "status-after-a-change": (status, touched),
    "due": (due, nothing),
}
"""Question → how to answer it, and what happens before each answer."""


def seconds(answer: Callable[[], object], before: Callable[[], None]) -> float:
    """How long one answer takes."""
    before()
    began = time.perf_counter()
    answer()
    return time.perf_counter() - began


if __name__ == "__main__":
    asked = QUESTIONS[sys.argv[1]]
    seconds(*asked)
    print(median(seconds(*asked) for _ in range(10)))
