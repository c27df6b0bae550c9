"""Reading journals: what is on disk is judged line by line, and believed only as far as it holds together."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from preserve.deposit import rules
from preserve.deposit.journal.lines import Opening, Story, decode, encode, told
from preserve.model import Problem
from preserve.model.deposits import Stage
from preserve.storage import durable
from preserve.storage.names import DEPOSITS, shown

JOURNAL, RECEIPTS = "journal.jsonl", "receipts"
_LONGEST_LINE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Entry:
    """A journal on disk: the *folder* of its deposit, what it tells, and what is wrong with it."""

    folder: Path
    story: Story
    problems: tuple[Problem, ...] = ()


def folder_of(store: Path, package: str) -> Path:
    """Where the deposits of the package called *package* are kept in *store*."""
    return store / (package + DEPOSITS)


def deposits_in(folder: Path) -> tuple[Entry, ...]:
    """All deposits of which a journal was begun in *folder*, those at one target in the order in which they were begun.

    ``OSError`` if it cannot be read.
    """
    if not os.path.lexists(folder):
        return ()
    with os.scandir(folder) as entries:
        names = sorted(entry.name for entry in entries if entry.is_dir(follow_symlinks=False))
    found = (read(folder / name) for name in names if not name.startswith("."))
    return tuple(entry for entry in found if entry is not None)


def read(folder: Path) -> Entry | None:
    """The journal of the deposit in *folder*; None if none was begun: nothing was sent then.

    What stands after a line that is not as it was written is not believed.  ``OSError`` if it cannot be read.
    """
    try:
        return judge(folder, _lines(folder / JOURNAL))
    except FileNotFoundError:
        return None


def judge(folder: Path, lines: Iterable[bytes]) -> Entry | None:
    """What the *lines* of the journal of the deposit in *folder*, with their line ends, tell; None if nothing."""
    story: Story | None = None
    for data in lines:
        if not data.endswith(b"\n"):
            break  # a crash cut it off: the step that it was to tell of was not made
        try:
            story = _next(story, data[:-1])
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return Entry(folder, story or _nothing(folder), (_altered(folder),))
    return Entry(folder, story) if story else None


def receipt_problems(entry: Entry) -> Iterator[Problem]:
    """Which receipts are not there any more, or not as they were kept."""
    for receipt in entry.story.receipts:
        place = entry.folder / RECEIPTS / receipt.name
        try:
            with durable.opened(place, durable.READ_FILE) as fd, open(fd, "rb", closefd=False) as stream:
                good = hashlib.file_digest(stream, "sha256").hexdigest() == receipt.sha256
        except OSError:
            good = False
        if not good:
            text = f"The receipt {shown(receipt.name)} of the deposit {shown(entry.folder.name)} is not as it was kept."
            yield rules.RECEIPT_ALTERED.at(str(place), text)


def _next(story: Story | None, data: bytes) -> Story:
    line, seq, previous = decode(data)
    if encode(line, seq, previous) != data:
        raise ValueError("not as it was written")
    before = story
    if before is None:
        if line.opening is None or seq != 1 or previous:
            raise ValueError("not a beginning")
        before = Story(line.opening)
    elif seq != before.lines + 1 or previous != before.head or line.opening is not None:
        raise ValueError("not the line that follows")
    return told(before, line, data)


def _nothing(folder: Path) -> Story:
    """What a journal tells of which nothing is believed."""
    return Story(Opening(folder.name, "", "", "", "", 0, "", "", "", "", 0, 0), Stage.UNKNOWN)


def _altered(folder: Path) -> Problem:
    text = f"The journal of the deposit {shown(folder.name)} is not as it was written."
    return rules.JOURNAL_ALTERED.at(str(folder / JOURNAL), text)


def _lines(place: Path) -> Iterator[bytes]:
    with durable.opened(place, durable.READ_FILE) as fd:
        if not stat.S_ISREG(os.fstat(fd).st_mode):
            return
        with open(fd, "rb", closefd=False) as stream:
            while line := stream.readline(_LONGEST_LINE):
                yield line
