"""Reading the files of one folder with a crew: small ones in batches, each large one as a task of its own."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from preserve.bag.folders.reader import Place, Read, Reader
from preserve.storage.batches import batched
from preserve.storage.crew import MUCH, Crew, cores

BATCH = 256
"""Files of a task: enough to make sending it cheap, few enough that nobody waits long for the last one."""


_FEW = 128
"""Files that are not worth asking for help; if they are not small, they will be."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Some files to be read."""

    place: Place
    paths: tuple[str, ...]
    algorithms: tuple[str, ...]


def read_batch(batch: Batch) -> list[Read]:
    """The task of a member: read a batch."""
    return list(reader_of(batch.place).read_all(batch.paths, batch.algorithms))


def read_large(batch: Batch) -> list[Read]:
    """The task of a member: read large files."""
    reader = reader_of(batch.place)
    return [reader.read_one(path, batch.algorithms) for path in batch.paths]


class _Last:
    """The folder that this process read last, because its next task is most likely there too.

    A child knows the reader of its parent, but not its descriptors: it must not touch it.
    """

    reader: Reader | None = None
    place: Place | None = None
    process = 0


def reader_of(place: Place) -> Reader:
    """A reader of the folder at *place*, kept for the next task.  ``OSError`` if it is not there any more."""
    mine = _Last.process == os.getpid()
    if not mine or place != _Last.place or _Last.reader is None:
        if mine and _Last.reader is not None:
            _Last.reader.close()
        _Last.reader, _Last.process = None, os.getpid()
        _Last.reader = Reader.at(place)
        _Last.place = place
    return _Last.reader


def read_files(
    reader: Reader, paths: Iterable[str], algorithms: tuple[str, ...], crew: Crew, *, expected: int
) -> Iterator[Read]:
    """Each of the files once, in any order.  *expected* is about how many there are."""
    large: list[Read] = []
    for read in _read_small(reader, paths, algorithms, crew, expected):
        if is_large(read):
            large.append(read)
        else:
            yield read
    yield from read_the_large(reader, large, algorithms, crew)


def is_large(read: Read) -> bool:
    """Whether the file was left to be read by itself."""
    return not read.values and not read.failure


def batch_size(expected: int, crew: Crew) -> int:
    """How many of so many files make a good task: several tasks for each member, none of them too large."""
    return min(BATCH, max(8, expected // (8 * crew.size)))


def read_the_large(reader: Reader, large: list[Read], algorithms: tuple[str, ...], crew: Crew) -> Iterator[Read]:
    """Files left by ``Reader.read_all``: the largest first, and one that outweighs all others on all cores."""
    waiting = sorted(large, key=lambda read: read.size, reverse=True)
    left = sum(read.size for read in waiting)
    crew.expect(left)
    if left <= MUCH:
        yield from (reader.read_one(read.path, algorithms) for read in waiting)
        return
    lanes = 1 if reader.at_leisure else min(len(algorithms), cores())
    while waiting and lanes > 1 and waiting[0].size * (cores() - 1) > left - waiting[0].size:
        giant = waiting.pop(0)
        left -= giant.size
        yield reader.read_one(giant.path, algorithms, side_by_side=True)
    if crew.alone:
        yield from (reader.read_one(read.path, algorithms) for read in waiting)
        return
    place = reader.place
    tasks = (Batch(place, (read.path,), algorithms) for read in waiting)
    for answer in crew.work(read_large, tasks, again=True):
        yield from answer


def _read_small(
    reader: Reader, paths: Iterable[str], algorithms: tuple[str, ...], crew: Crew, expected: int
) -> Iterator[Read]:
    size = batch_size(expected, crew)
    if crew.alone or expected <= _FEW:
        yield from reader.read_all(paths, algorithms)
        return
    place = reader.place
    tasks = (Batch(place, batch, algorithms) for batch in batched(paths, size))
    for answer in crew.work(read_batch, tasks, again=True):
        yield from answer
