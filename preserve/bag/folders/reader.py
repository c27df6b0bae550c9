"""Reading the files of one folder without ever leaving it (RFC 8493 §5.1), as fast as an interpreter can.

Every folder is opened by its own name below its parent's descriptor and never through a link, so that neither a
hostile path nor a folder swapped for a link while we read leads outside.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from preserve.bag.folders.ahead import Waits, fetch_ahead
from preserve.bag.folders.state import State, state_of
from preserve.storage import digests
from preserve.storage.durable import READ_FILE

LARGE = digests.LARGEST_BUFFER
"""Octets from which a file is a task of its own."""

_LITTLE = 4096
_GROUP = 64
"""Files that are open at the same time."""

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC | os.O_NOFOLLOW


@dataclass(frozen=True, slots=True)
class Place:
    """A folder that another process shall open: the very same one, or none."""

    path: str
    device: int
    inode: int


class Read(NamedTuple):
    """One file that was read to its end: its size and its digests in hex, in the order of the algorithms.

    *failure* says why it could not be read.  Without digests and failure it is large and was left to be read alone.
    """

    path: str
    size: int
    values: tuple[str, ...] = ()
    failure: str = ""


class Reader:
    """Reads files below *root*.  Not for two threads at once.  Close it.

    *watch* is told of the octets of each block that was read.  It may take its time, or raise and so end the reading.
    A reader *at_leisure* reads in small steps, and nothing ahead.
    """

    def __init__(self, root: Path | str) -> None:
        """``OSError`` if *root* cannot be opened.  It may itself be reached through a link; nothing in it is."""
        self.root = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        self.watch: Callable[[int], None] | None = None
        self.at_leisure = False
        self._near: tuple[str, int] = ("", self.root)
        self._path = root

    @property
    def place(self) -> Place:
        """Where to find this folder again."""
        state = os.fstat(self.root)
        return Place(os.path.abspath(self._path), state.st_dev, state.st_ino)

    @classmethod
    def at(cls, place: Place) -> Reader:
        """A reader of that very folder.  ``OSError`` if something else is there now."""
        reader = cls(place.path)
        if reader.place != place:
            reader.close()
            raise FileNotFoundError(errno.ENOENT, "the folder was replaced while it was read", place.path)
        return reader

    def opened(self, path: str) -> int:
        """A descriptor of the file *path*, which the caller closes.  ``OSError`` as the system raises it."""
        folder, _, name = path.rpartition("/")
        return os.open(name, READ_FILE, dir_fd=self.enter(folder))

    def read_all(
        self, paths: Iterable[str], algorithms: tuple[str, ...], states: list[State | None] | None = None
    ) -> Iterator[Read]:
        """Each of the files, in their order; the large ones are opened and left.

        *states* gets the state in which each was before it was read, None if it could not be opened at once.
        """
        makers = [digests.maker(name) for name in algorithms]
        buffer = digests.own_buffer(LARGE)  # nothing in it is wanted any more when a file is told
        rest, waits = iter(paths), Waits()
        while group := tuple(islice(rest, _GROUP)):
            opened = [self._opened_ahead(path) for path in group]
            try:
                if states is not None:
                    states += [None if fd is None else state_of(os.fstat(fd)) for fd in opened]
                if waits.for_disk and not self.at_leisure:
                    fetch_ahead(opened, LARGE)
                for at, path in enumerate(group):
                    ahead, opened[at] = opened[at], None
                    count = self._filled(path, ahead, buffer)
                    if isinstance(count, Read):
                        yield count
                    else:
                        block = buffer[:count]
                        values = tuple([make(block).hexdigest() for make in makers])
                        if self.watch:
                            self.watch(count)
                        yield Read(path, count, values)
            finally:
                for left in opened:
                    if left is not None:
                        os.close(left)
            waits.look()

    def _opened_ahead(self, path: str) -> int | None:
        """A descriptor; None if it cannot be had now, which is told when its turn comes."""
        try:
            return self.opened(path)
        except OSError:
            return None

    def _filled(self, path: str, ahead: int | None, buffer: memoryview) -> int | Read:
        """How many octets of the file are in the buffer now; or what is to be said instead."""
        try:
            fd = self.opened(path) if ahead is None else ahead
            try:
                count = _fill(fd, buffer)
                return Read(path, regular_size(fd)) if count == LARGE else count
            finally:
                os.close(fd)
        except OSError as error:
            return self._unreadable(path, error)

    def _unreadable(self, path: str, error: OSError) -> Read:
        return Read(path, self._size(path), failure=_reason(error))

    def read_one(self, path: str, algorithms: tuple[str, ...], *, side_by_side: bool = False) -> Read:
        """One file of any size; *side_by_side* gives each algorithm a core of its own."""
        try:
            fd = self.opened(path)
            try:
                regular_size(fd)
                measure = digests.of_descriptor_side_by_side if side_by_side else digests.of_descriptor
                size, found = measure(fd, algorithms, self._told)
            finally:
                os.close(fd)
        except OSError as error:
            return self._unreadable(path, error)
        return Read(path, size, tuple(digest.value for digest in found))

    def _told(self, block: memoryview) -> None:
        if self.watch:
            self.watch(len(block))

    def state(self, path: str) -> State | None:
        """In what state the regular file *path* is; None if there is none, or it cannot be looked at."""
        folder, _, name = path.rpartition("/")
        try:
            found = os.stat(name, dir_fd=self.enter(folder), follow_symlinks=False)
        except OSError:
            return None
        return state_of(found) if stat.S_ISREG(found.st_mode) else None

    def enter(self, folder: str) -> int:
        """A descriptor on *folder*, kept for the next call, because files come folder by folder."""
        near, fd = self._near
        if folder == near:
            return fd
        if not folder:
            self._leave()
        elif near and folder.startswith(f"{near}/"):  # deeper from here, or a deep tree would cost its square
            self._near = (folder, _descend(fd, folder[len(near) + 1 :]))
            os.close(fd)
        else:
            self._leave()
            self._near = (folder, _descend(self.root, folder))
        return self._near[1]

    def close(self) -> None:
        """Close the descriptors."""
        if self.root >= 0:
            self._leave()
            os.close(self.root)
            self._near, self.root = ("", -1), -1

    def _size(self, path: str) -> int:
        """The size of a file that cannot be read, as far as it can be known."""
        folder, _, name = path.rpartition("/")
        try:
            return os.stat(name, dir_fd=self.enter(folder), follow_symlinks=False).st_size
        except OSError:
            return 0

    def _leave(self) -> None:
        _, fd = self._near
        self._near = ("", self.root)
        if fd != self.root:
            os.close(fd)


def _fill(fd: int, buffer: memoryview) -> int:
    """Read into the buffer until it is full or the file ends; returns how many octets it holds.

    A file is at its end only when a read says so: the read before may have stopped short of a damaged sector.
    """
    count = os.readv(fd, (buffer,))
    if not count:
        regular_size(fd)  # a pipe looks like an empty file
    while count < LARGE and (more := os.read(fd, min(LARGE - count, _LITTLE))):
        buffer[count : count + len(more)] = more
        count += len(more)
    return count


def regular_size(fd: int) -> int:
    """The size of an open file.  ``OSError`` if it is anything but a regular file: a pipe, a device, a folder."""
    state = os.fstat(fd)
    if not stat.S_ISREG(state.st_mode):
        raise OSError(errno.EINVAL, "not a regular file")
    return state.st_size


def _reason(error: OSError) -> str:
    if error.errno == errno.EINVAL and error.strerror:
        return error.strerror
    return os.strerror(error.errno) if error.errno else str(error)


def _descend(start: int, folder: str) -> int:
    fd = start
    for part in folder.split("/"):
        above = fd
        try:
            fd = os.open(part, _FOLDER, dir_fd=above)
        finally:
            if above != start:
                os.close(above)
    return fd
