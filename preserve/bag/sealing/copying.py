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
from preserve.errors import PreserveError
from preserve.model import Digest, SourceFile, StoredFile
from preserve.storage import digests, durable, names, sources
from preserve.storage.crew import Crew
from preserve.storage.sources import Seen

FILES = 200
OCTETS = 16 * 1024 * 1024
"""A portion is closed when it has so many files, or is so large."""


class Portion(NamedTuple):
    """Files to be copied into the bag at *base*, which ends in a slash.

    All *algorithms* are computed for each file, and *more* for some, by path.
    """

    base: str
    files: list[Seen]
    algorithms: tuple[str, ...]
    more: dict[str, tuple[str, ...]]

    def algorithms_of(self, path: str) -> tuple[str, ...]:
        """What is computed for the file *path*, each once."""
        more = self.more.get(path)
        return tuple(dict.fromkeys((*self.algorithms, *more))) if more else self.algorithms


def copy_all(
    base: str, files: Sequence[SourceFile], algorithms: tuple[str, ...], more: Mapping[str, tuple[str, ...]], crew: Crew
) -> Iterator[list[StoredFile]]:
    """Copy *files* below ``data/`` of the bag at *base*, whose folders are there; portions come as they are done.

    Errors as ``copy``.
    """
    failures: list[PreserveError] = []
    portions = takewhile(lambda _: not failures, _portions(base, files, algorithms, more))
    for portion, found in crew.work(copy_portion, portions):
        if isinstance(found, PreserveError):
            failures.append(found)  # the rest is waited for: a crew that nobody listens to is dismissed
        if failures or isinstance(found, PreserveError):
            continue
        yield [
            StoredFile(
                names.payload_path(file.path),
                file.path,
                file.size,
                file.mtime_ns,
                tuple(map(Digest, portion.algorithms_of(file.path), values)),
            )
            for file, values in zip(portion.files, found, strict=True)
        ]
    if failures:
        raise failures[0]


def copy_portion(portion: Portion) -> tuple[Portion, list[list[str]] | PreserveError]:
    """The task of a member: copy the files, and return their digests in hex, or what went wrong."""
    try:
        return portion, [
            copy(file, portion.base + names.payload_path(file.path), portion.algorithms_of(file.path))
            for file in portion.files
        ]
    except PreserveError as error:
        return portion, error


def _portions(
    base: str, files: Sequence[SourceFile], algorithms: tuple[str, ...], more: Mapping[str, tuple[str, ...]]
) -> Iterator[Portion]:
    some: list[Seen] = []
    size = 0
    for file in files:
        some.append(sources.as_seen(file))
        size += file.size
        if len(some) >= FILES or size >= OCTETS:
            yield _portion(base, some, algorithms, more)
            some, size = [], 0
    if some:
        yield _portion(base, some, algorithms, more)


def _portion(base: str, files: list[Seen], algorithms: tuple[str, ...], more: Mapping[str, tuple[str, ...]]) -> Portion:
    return Portion(base, files, algorithms, {file.path: more[file.path] for file in files if file.path in more})


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
