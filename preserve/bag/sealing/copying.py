"""Copying the files of a transfer: each is read once, for the copy and for all digests, and refused if it changes.

Many files are copied side by side by a crew.  What goes to its members and comes back are plain tuples: to copy a file
takes a tenth of a millisecond, and to tell of it must take much less.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from itertools import takewhile
from typing import NamedTuple

from preserve.bag.sealing.errors import store_error
from preserve.bag.sealing.stored import StoredFiles
from preserve.errors import PreserveError
from preserve.model import SourceFiles
from preserve.ports import Progress
from preserve.storage import digests, durable, names, sources
from preserve.storage.crew import Crew
from preserve.storage.sources import Seen

FILES = 200
OCTETS = 16 * 1024 * 1024
"""A portion is closed when it has so many files, or is so large."""


class Portion(NamedTuple):
    """Files to be copied into the bag at *base*, which ends in a slash; the first of them is number *start*.

    All *algorithms* are computed for each file, and *more* for some, by path.
    """

    base: str
    start: int
    files: list[Seen]
    algorithms: tuple[str, ...]
    more: dict[str, tuple[str, ...]]

    def algorithms_of(self, path: str) -> tuple[str, ...]:
        """What is computed for the file *path*, each once."""
        more = self.more.get(path)
        return tuple(dict.fromkeys((*self.algorithms, *more))) if more else self.algorithms


class Copied(NamedTuple):
    """What came of a portion: its size, and its digests in hex or what went wrong."""

    start: int
    octets: int
    found: list[list[str]] | PreserveError


def copy_all(
    base: str,
    files: SourceFiles,
    algorithms: tuple[str, ...],
    more: Mapping[str, tuple[str, ...]],
    crew: Crew,
    progress: Progress,
) -> StoredFiles:
    """Copy *files* below ``data/`` of the bag at *base*, whose folders are there, side by side.  Errors as ``copy``."""
    stored = StoredFiles(files, algorithms, more)
    failures: list[PreserveError] = []
    portions = takewhile(lambda _: not failures, _portions(base, files, algorithms, more))
    for copied in crew.work(copy_portion, portions):
        if isinstance(copied.found, PreserveError):
            failures.append(copied.found)  # the rest is waited for: a crew that nobody listens to is dismissed
        else:
            stored.put(copied.start, copied.found)
            progress.advance(len(copied.found), copied.octets)
    if failures:
        raise failures[0]
    return stored


def copy_portion(portion: Portion) -> Copied:
    """The task of a member."""
    octets = sum(file.size for file in portion.files)
    try:
        found = [
            copy(file, portion.base + names.payload_path(file.path), portion.algorithms_of(file.path))
            for file in portion.files
        ]
    except PreserveError as error:
        return Copied(portion.start, octets, error)
    return Copied(portion.start, octets, found)


def _portions(
    base: str, files: SourceFiles, algorithms: tuple[str, ...], more: Mapping[str, tuple[str, ...]]
) -> Iterator[Portion]:
    start = size = 0
    for end, file in enumerate(files, 1):
        size += file.size
        if end - start >= FILES or size >= OCTETS or end == len(files):
            some = [sources.as_seen(file) for file in files[start:end]]
            wanted = {file.path: more[file.path] for file in some if file.path in more}
            yield Portion(base, start, some, algorithms, wanted)
            start, size = end, 0


def copy(file: Seen, place: str, algorithms: Sequence[str]) -> list[str]:
    """Copy *file* to *place*, where nothing may be, with its modification time; its digests in hex.

    No more is read than the survey saw: a file may grow faster than it can be copied.
    ``ChangedDuringIngest`` if it is not the file that the survey saw, before or after reading; ``TransferRefused`` if
    it cannot be read; ``StoreUnwritable`` if the copy cannot be written.
    """
    with sources.opened(file.source, file.path) as fd:
        sources.must_be_unchanged(os.fstat(fd), file)
        try:
            out = os.open(place, durable.NEW_FILE, 0o644)
        except OSError as error:
            raise store_error(error, place, named_by_transfer=True) from error
        try:
            found = _copied(fd, out, file, place, algorithms)
            sources.must_be_unchanged(os.fstat(fd), file)
        finally:
            os.close(out)
    return found


def _copied(fd: int, out: int, file: Seen, place: str, algorithms: Sequence[str]) -> list[str]:
    states = [digests.new(name) for name in algorithms]
    left = file.size
    buffer = digests.own_buffer()
    while left:
        count = os.readv(fd, [buffer])
        if not 0 < count <= left:
            raise sources.changed(file.path)
        left -= count
        block = buffer[:count]
        for state in states:
            state.update(block)
        try:
            durable.write_all(out, block)
        except OSError as error:
            raise store_error(error, place) from error
    try:
        os.utime(out, ns=(file.mtime_ns, file.mtime_ns))
    except OSError as error:
        raise store_error(error, place) from error
    return [state.hexdigest() for state in states]
