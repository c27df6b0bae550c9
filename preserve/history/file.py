"""``<name>.history.jsonl`` on disk: appended to under a lock, synced, never rewritten.

A symbolic link at its place is never followed.  What a power cut left of a last line is removed by the next append,
which also records that, with the removed bytes; anything else that is wrong stops appending (``HistoryBroken``).
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple, Self

from preserve.errors import CatalogError, HistoryBroken, StoreUnwritable
from preserve.history import rules
from preserve.history.chain import History, judge
from preserve.history.entry import GENESIS, TYPES, NewEntry, entry_id, package_urn
from preserve.history.readings import Known, lost_readings
from preserve.history.writing import Writing, write_together
from preserve.model import Event, PinnedDigest
from preserve.storage import durable, locks
from preserve.storage.names import shown
from preserve.storage.times import rfc3339

SUFFIX = ".history.jsonl"
AT_ONCE = 200
"""So many histories are open at the same time; most systems allow a process some 1,000 files."""

_LONGEST_LINE = 256 * 1024 * 1024


class Addition(NamedTuple):
    """What is to be added to the history at *path*, which is that of the package *package_id*.

    *known* is what is known from elsewhere of what stands in it, if only that there is a history, and *pinned* a state
    of the package that it told of.
    """

    path: Path
    package_id: str
    entries: Sequence[NewEntry | Event]
    known: Known | None = None
    pinned: Sequence[PinnedDigest] = ()


def path_of(store: Path, package_name: str) -> Path:
    """Where the history of the package called *package_name* stands in *store*."""
    return store / (package_name + SUFFIX)


def append(
    path: Path,
    package_id: str,
    entries: Sequence[NewEntry | Event],
    *,
    known: Known | None = None,
    pinned: Sequence[PinnedDigest] = (),
    wait: float = 60.0,
) -> str:
    """Write *entries* down at the end of the history at *path* and return its head.

    When this returns, they are on disk.  Entries that are there already (by id) are not written again, so work that
    was interrupted can simply be repeated.  After a failed write no entry was added.  Several processes may append at
    once; each waits up to *wait* seconds (``Locked``).

    *known* and *pinned* are as in ``Addition``.  With *known* it is never begun here: ``HistoryBroken`` if
    it is missing, has no entry, or does not hold these readings, or this state, any more.

    ``HistoryBroken`` if the file is no unbroken chain or no regular file: nothing is appended.  ``StoreUnwritable`` if
    the disk is full, read-only or refuses to sync.  ``ValueError`` if *package_id* is no UUID, an event's type is no
    word, or its time has no zone.
    """
    return append_all([Addition(path, package_id, entries, known, pinned)], wait=wait)[0]


def append_all(
    additions: Iterable[Addition | tuple[Path, str, Sequence[NewEntry | Event]]],
    *,
    wait: float = 60.0,
    torn: Callable[[Path], object] = lambda _: None,
) -> tuple[str, ...]:
    """Add to many histories in one folder, each as ``append`` promises, with few syncs; their heads, in order.

    It goes in portions of ``AT_ONCE`` histories.  All of a portion are judged before one is written; where one fails,
    none of its portion has a new entry.  The portions before are on disk then, and a repeated call writes the rest.
    *torn* hears of each whose last line was torn, and was set aside.

    ``ValueError`` also if they are not all in one folder, or one is named twice; nothing is written then.
    """
    news = [_New.of(Addition(*each)) for each in additions]
    paths = {new.path for new in news}
    if len(paths) < len(news) or len({path.parent for path in paths}) > 1:
        raise ValueError("histories that are written together lie in one folder, and each is named once")
    for new in news:
        _refuse_what_is_no_file(new.path)
        if new.to.known is not None and not os.path.lexists(new.path):
            _refuse_lost(History((), ()), new.to)  # before the lock, which would make the file
    heads: dict[Path, str] = {new.path: _head_if_any(new.path) for new in news if not new.entries}
    due = sorted((each for each in news if each.entries), key=lambda each: each.path)  # all runs lock in the same order
    for start in range(0, len(due), AT_ONCE):
        heads |= _append_portion(due[start : start + AT_ONCE], wait, torn)
    return tuple(heads[new.path] for new in news)


class _New(NamedTuple):
    """An addition whose entries have their ids and may be written."""

    path: Path
    package: str
    entries: list[NewEntry]
    to: Addition

    @classmethod
    def of(cls, addition: Addition) -> Self:
        package = package_urn(addition.package_id)
        return cls(addition.path, package, _checked(addition.entries, package), addition)


def read(path: Path, *, package_id: str = "", seen_head: str = "", settled: bool = False) -> History:
    """What the history at *path* says, and everything that is wrong with it; see ``chain.judge``.

    *settled*: whoever is writing into it is waited for, so that nothing is read that may be undone (``Locked``).

    Never raises for content, nor for a missing file: these are Problems.  ``CatalogError`` if it cannot be looked at.
    """
    package = package_urn(package_id) if package_id else ""
    try:
        with durable.opened(path, durable.READ_FILE) as fd:
            if stat.S_ISREG(os.fstat(fd).st_mode):
                if settled:
                    locks.shared(fd, path)
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


def _head_if_any(path: Path) -> str:
    return head(path) if path.exists() else GENESIS


def _checked(entries: Sequence[NewEntry | Event], package: str) -> list[NewEntry]:
    """*entries* with their ids.  ``ValueError`` for what cannot be written, before anything is."""
    news = [each if isinstance(each, NewEntry) else NewEntry(each) for each in entries]
    for each in news:
        if each.event.type not in TYPES:
            raise ValueError(f"{each.event.type!r} is no event type")
        rfc3339(each.event.time)
    return [replace(each, id=entry_id(each, package)) for each in news]


def _append_portion(news: Sequence[_New], wait: float, torn: Callable[[Path], object]) -> dict[Path, str]:
    folder, at = news[0].path.parent, news[0].path
    writings: dict[Path, Writing] = {}
    try:
        with ExitStack() as held:
            for new in news:
                at = new.path
                fd = held.enter_context(locks.held(at, wait=wait))
                history = judge(_lines(fd), name=at.name, package=new.package)
                _refuse_broken(history, at)
                if new.to.known is not None:
                    _refuse_lost(history, new.to)
                writings[at] = Writing.of(fd, history, new.package, new.entries)
            write_together(list(writings.values()), folder)
            for path, writing in writings.items():
                if writing.data and writing.history.torn:
                    torn(path)
    except OSError as error:
        which = f"history {shown(str(at))}" if len(writings) < len(news) or len(news) == 1 else "histories"
        raise StoreUnwritable(
            f"The {which} cannot be written: {error.strerror or error}.",
            hint="Make room or repair the disk, then run the command again; nothing is half written.",
        ) from error
    return {path: writing.head for path, writing in writings.items()}


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


def _refuse_lost(history: History, addition: Addition) -> None:
    path = addition.path
    if not history.entries:
        raise HistoryBroken(
            f"The history {shown(str(path))} is missing or empty. Only sealing begins one; nothing was written to it.",
            hint=rules.MISSING.hint,
        )
    lost = lost_readings(history.events, addition.known or {})
    if lost or history.lacks(addition.pinned):
        what = f"check of {rfc3339(lost[0])}" if lost else "last change of the package"
        raise HistoryBroken(
            f"The history {shown(str(path))} lost its end: it no longer holds the {what}; nothing was written to it.",
            hint=rules.SHORTER.hint,
        )


def _lines(fd: int) -> Iterator[bytes]:
    """The lines of an open file.  One without end is cut, and so becomes a finding, not a full memory."""
    if not os.fstat(fd).st_size:
        return
    with os.fdopen(os.dup(fd), "rb") as stream:
        stream.seek(0)
        while line := stream.readline(_LONGEST_LINE):
            yield line
