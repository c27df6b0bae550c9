"""``<name>.history.jsonl`` on disk: appended to under a lock, synced, never rewritten.

A symbolic link at its place is never followed.  What a power cut left of a last line is removed by the next append,
which also records that, with the removed bytes; anything else that is wrong stops appending (``HistoryBroken``).
"""

from __future__ import annotations

import base64
import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

from preserve.errors import CatalogError, HistoryBroken, StoreUnwritable
from preserve.history import rules
from preserve.history.chain import History, extend, judge
from preserve.history.entry import GENESIS, NOTE, TYPES, NewEntry, encode, entry_id, package_urn
from preserve.model import Agent, Event, Outcome
from preserve.storage import durable, locks
from preserve.storage.names import shown

SUFFIX = ".history.jsonl"
_LONGEST_LINE = 256 * 1024 * 1024
_TORN_SHOWN = 4096


def path_of(store: Path, package_name: str) -> Path:
    """Where the history of the package called *package_name* stands in *store*."""
    return store / (package_name + SUFFIX)


def append(path: Path, package_id: str, entries: Sequence[NewEntry | Event], *, wait: float = 60.0) -> str:
    """Write *entries* down at the end of the history at *path* and return its head.

    When this returns, they are on disk.  Entries that are there already (by id) are not written again, so work that
    was interrupted can simply be repeated.  After a failed write no entry was added.  Several processes may append at
    once; each waits up to *wait* seconds (``Locked``).

    ``HistoryBroken`` if the file is no unbroken chain or no regular file: nothing is appended.  ``StoreUnwritable`` if
    the disk is full, read-only or refuses to sync.  ``ValueError`` if *package_id* is no UUID, an event's type is no
    word, or its time has no zone.
    """
    package = package_urn(package_id)
    news = [each if isinstance(each, NewEntry) else NewEntry(each) for each in entries]
    for each in news:
        if each.event.type not in TYPES:
            raise ValueError(f"{each.event.type!r} is no event type")
        encode(each, seq=1, package=package, previous=GENESIS)  # refuses what cannot be written before anything is
    _refuse_what_is_no_file(path)
    if not news:
        return head(path) if path.exists() else GENESIS
    try:
        with locks.held(path, wait=wait), durable.opened(path, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW) as fd:
            return _append_locked(fd, path, package, news)
    except OSError as error:
        raise StoreUnwritable(
            f"The history {shown(str(path))} cannot be written: {error.strerror or error}.",
            hint="Make room or repair the disk, then run the command again; nothing is half written.",
        ) from error


def read(path: Path, *, package_id: str = "", seen_head: str = "") -> History:
    """What the history at *path* says, and everything that is wrong with it; see ``chain.judge``.

    Never raises for content, nor for a missing file: these are Problems.  ``CatalogError`` if it cannot be looked at.
    """
    package = package_urn(package_id) if package_id else ""
    try:
        with durable.opened(path, durable.READ_FILE) as fd:
            if stat.S_ISREG(os.fstat(fd).st_mode):
                return judge(_lines(fd), name=path.name, package=package, seen_head=seen_head)
    except FileNotFoundError:
        missing = f"There is no history of this package: {shown(path.name)} is missing."
        return History((), (rules.MISSING.at(path.name, missing),))
    except OSError as error:
        if _is_regular(path):
            raise CatalogError(
                f"The history {shown(str(path))} cannot be read: {error.strerror or error}.",
                hint="Check the disk and the permissions, then try again.",
            ) from error
    strange = f"{shown(path.name)} is not a regular file and was not looked into."
    return History((), (rules.NOT_A_FILE.at(path.name, strange),))


def head(path: Path) -> str:
    """The hash of the last whole line of an unbroken history, "" if it has no lines yet.

    ``HistoryBroken`` if it is missing or not an unbroken chain: its head would prove nothing.
    """
    history = read(path)
    _refuse_broken(history, path)
    return history.head


def _is_regular(path: Path) -> bool:
    """Whether a regular file is there; also true where that cannot be known, and opening it will say why."""
    try:
        return stat.S_ISREG(os.lstat(path).st_mode)
    except OSError:
        return True


def _refuse_what_is_no_file(path: Path) -> None:
    if not _is_regular(path):
        raise HistoryBroken(
            f"{shown(str(path))} is not a regular file; nothing was written to it.", hint=rules.NOT_A_FILE.hint
        )


def _refuse_broken(history: History, path: Path) -> None:
    if history.broken:
        first = next(problem for problem in history.problems if problem.severity == "error")
        raise HistoryBroken(f"The history {shown(str(path))} is broken: {first.message}", hint=first.hint)


def _append_locked(fd: int, path: Path, package: str, news: Sequence[NewEntry]) -> str:
    history = judge(_lines(fd), name=path.name, package=package)
    _refuse_broken(history, path)
    known = {entry.id for entry in history.entries}
    if any(entry_id(each, package) not in known for each in news):
        news = (*_repair_note(history, news), *news)
        data, new_head = extend(history, package, news)
        _write(fd, history, data)
    else:
        new_head = history.head
        os.fsync(fd)  # who wrote these entries may have died before they were synced
    if new_head == history.head or not history.entries:
        durable.sync_folder(path.parent)
    return new_head


def _repair_note(history: History, news: Sequence[NewEntry]) -> tuple[NewEntry, ...]:
    if not history.torn:
        return ()
    start = base64.b64encode(history.torn[:_TORN_SHOWN]).decode("ascii")
    what = "They are" if len(history.torn) <= _TORN_SHOWN else f"The first {_TORN_SHOWN:,} are"
    event = Event(
        type=NOTE,
        time=news[0].event.time,
        outcome=Outcome.WARNING,
        agents=(Agent("preserve"),),
        detail="Repair of this history after an interrupted write.",
        note=f"An entry that was never finished was removed: {len(history.torn):,} bytes. {what}, in base64: {start}",
    )
    return (NewEntry(event),)


def _write(fd: int, history: History, data: bytes) -> None:
    """Put *data* after the whole lines, over what is torn; on any failure leave only the whole lines."""
    try:
        os.lseek(fd, history.whole, os.SEEK_SET)
        durable.write_all(fd, data)
        if len(history.torn) > len(data):
            os.ftruncate(fd, history.whole + len(data))
        os.fsync(fd)
    except BaseException:
        os.ftruncate(fd, history.whole)
        raise


def _lines(fd: int) -> Iterator[bytes]:
    """The lines of an open file.  One without end is cut, and so becomes a finding, not a full memory."""
    with os.fdopen(os.dup(fd), "rb") as stream:
        stream.seek(0)
        while line := stream.readline(_LONGEST_LINE):
            yield line
