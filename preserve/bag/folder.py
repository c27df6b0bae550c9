"""A bag that is a folder on disk, read without ever leaving it (RFC 8493 §5.1).

Every folder is opened by its own name below its parent's descriptor and never through a link, so that neither a
hostile path nor a folder swapped for a link while we read leads outside.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from preserve.bag import rules
from preserve.bag.source import Entry, EntryKind, Measured
from preserve.errors import BagError, NotABag
from preserve.model import Problem
from preserve.storage import digests
from preserve.storage.durable import READ_FILE
from preserve.storage.names import shown

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC | os.O_NOFOLLOW


class FolderSource:
    """A ``BagSource`` over a folder.  The folder itself may be reached through a link; nothing in it is."""

    serialization = ""

    def __init__(self, root: Path) -> None:
        self.name = root.resolve().name
        self._root = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        self._near: tuple[str, int] = ("", self._root)
        self._problems: list[Problem] = []

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Folders and entries that could not be looked at."""
        return tuple(self._problems)

    def entries(self) -> Iterator[Entry]:
        """Every entry, folder by folder; links and special files are named and left alone."""
        waiting = [""]
        while waiting:
            folder = waiting.pop()
            found = self._scan(folder)
            yield from found
            waiting.extend(entry.path for entry in reversed(found) if entry.kind is EntryKind.FOLDER)

    def read(self, path: str, limit: int) -> bytes:
        """A tag file, whole."""
        with self._opened(path) as fd:
            parts, size = [], 0
            while block := os.read(fd, digests.BLOCK):
                size += len(block)
                if size > limit:
                    raise BagError(f"{shown(path)} is longer than {limit:,} octets.")
                parts.append(block)
        return b"".join(parts)

    def measure(self, paths: Iterable[str], algorithms: tuple[str, ...]) -> Iterator[Measured]:
        """Read the files one after the other.  This is the seam for parallel workers: answers may come in any order."""
        for path in paths:
            yield self._measure(path, algorithms)

    def close(self) -> None:
        """Close the folder's descriptors."""
        if self._root >= 0:
            self._leave()
            os.close(self._root)
            self._near, self._root = ("", -1), -1

    def _measure(self, path: str, algorithms: tuple[str, ...]) -> Measured:
        try:
            with self._opened(path) as fd:
                size, found = digests.of_descriptor(fd, algorithms)
        except OSError as error:
            reason = os.strerror(error.errno) if error.errno else str(error)
            return Measured(path, 0, failure=rules.UNREADABLE.at(path, f"{shown(path)} cannot be read: {reason}."))
        return Measured(path, size, found)

    def _scan(self, folder: str) -> list[Entry]:
        found: list[Entry] = []
        try:
            fd = self._enter(folder)
            with os.scandir(fd) as listing:
                for item in listing:  # sorted afterwards, because what the listing gives keeps ten times the memory
                    path = f"{folder}/{item.name}" if folder else item.name
                    found.append(self._entry(item, path))
        except OSError as error:
            where = shown(folder) or "the bag's folder"
            self._problems.append(
                rules.FOLDER_UNREADABLE.at(folder, f"{where} cannot be listed: {os.strerror(error.errno or 0)}.")
            )
        found.sort(key=lambda entry: entry.path)
        return found

    def _entry(self, item: os.DirEntry[str], path: str) -> Entry:
        try:
            found = item.stat(follow_symlinks=False)
        except OSError as error:  # it vanished, or the disk fails: the judge must hear of it
            self._problems.append(
                rules.FOLDER_UNREADABLE.at(path, f"{shown(path)} cannot be looked at: {os.strerror(error.errno or 0)}.")
            )
            return Entry(path, EntryKind.OTHER)
        if stat.S_ISREG(found.st_mode):
            return Entry(path, EntryKind.FILE, found.st_size)
        if stat.S_ISDIR(found.st_mode):
            return Entry(path, EntryKind.FOLDER)
        return Entry(path, EntryKind.LINK if stat.S_ISLNK(found.st_mode) else EntryKind.OTHER)

    @contextmanager
    def _opened(self, path: str) -> Iterator[int]:
        """A descriptor on the regular file *path*.  ``OSError`` if it is anything else."""
        folder, _, name = path.rpartition("/")
        fd = os.open(name, READ_FILE, dir_fd=self._enter(folder))
        try:
            if not stat.S_ISREG(os.fstat(fd).st_mode):
                raise OSError(errno.EINVAL, "not a regular file", path)
            yield fd
        finally:
            os.close(fd)

    def _enter(self, folder: str) -> int:
        """A descriptor on *folder*, kept for the next call, because files come folder by folder."""
        near, fd = self._near
        if folder == near:
            return fd
        if not folder:
            self._leave()
        elif near and folder.startswith(f"{near}/"):  # deeper from here, or a deep tree would cost its square
            self._near = (folder, self._descend(fd, folder[len(near) + 1 :]))
            os.close(fd)
        else:
            self._leave()
            self._near = (folder, self._descend(self._root, folder))
        return self._near[1]

    @staticmethod
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

    def _leave(self) -> None:
        _, fd = self._near
        self._near = ("", self._root)
        if fd != self._root:
            os.close(fd)


def open_folder(root: Path) -> FolderSource:
    """The bag at *root*.  ``NotABag`` if the folder cannot be opened at all."""
    try:
        return FolderSource(root)
    except OSError as error:
        raise NotABag(
            f"{shown(str(root))} cannot be opened: {os.strerror(error.errno or 0)}.",
            hint="Check the path and the permissions.",
        ) from error
