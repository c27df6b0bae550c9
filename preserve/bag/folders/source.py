"""A bag that is a folder on disk, listed and read without ever leaving it (RFC 8493 §5.1)."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from preserve.bag import rules
from preserve.bag.folders import sharing
from preserve.bag.folders.reader import Read, Reader, regular_size
from preserve.bag.sittings.manner import AT_ONCE, Manner
from preserve.bag.sittings.reading import resumed
from preserve.bag.source import Entry, EntryKind, Measured
from preserve.errors import BagError, NotABag
from preserve.model import Digest, Problem
from preserve.storage import digests
from preserve.storage.crew import Crew
from preserve.storage.names import shown


class FolderSource:
    """A ``BagSource`` over a folder, read by *crew* in this *manner*.  The folder may be reached through a link."""

    serialization = ""

    def __init__(self, root: Path, crew: Crew | None = None, manner: Manner = AT_ONCE) -> None:
        self.reader = Reader(root)
        self.reader.watch = manner.watch
        self.reader.at_leisure = manner.pace is not None
        self.crew = crew or Crew(1)
        self.manner = manner
        self._root = root
        self._problems: list[Problem] = []

    @property
    def name(self) -> str:
        """The name of the folder, whatever link led to it."""
        return self._root.resolve().name

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
        return b"".join(self.blocks(path, limit))

    def blocks(self, path: str, limit: int) -> Iterator[bytes]:
        """A tag file, block by block; errors as ``read``."""
        fd = self.reader.opened(path)
        try:
            size, read = regular_size(fd), 0
            while size <= limit and (block := os.read(fd, digests.BLOCK)):
                if self.reader.watch:
                    self.reader.watch(len(block))
                yield block
                read += len(block)
                size = max(size, read)  # it may grow
            if size > limit:
                raise BagError(f"{shown(path)} is longer than {limit:,} octets.")
        finally:
            os.close(fd)

    def measure(self, paths: Iterable[str], algorithms: tuple[str, ...]) -> Iterator[Measured]:
        """Read the files side by side; the order of the answers is free."""

        def read_files(waiting: list[str]) -> Iterator[Read]:
            return sharing.read_files(self.reader, waiting, algorithms, self.crew, expected=len(waiting))

        for read in resumed(self.manner.sitting, self.reader, paths, algorithms, read_files):
            yield measured(read, algorithms)

    def close(self) -> None:
        """Close the folder's descriptors."""
        self.reader.close()

    def _scan(self, folder: str) -> list[Entry]:
        found: list[Entry] = []
        try:
            with os.scandir(self.reader.enter(folder)) as listing:
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


def measured(read: Read, algorithms: tuple[str, ...]) -> Measured:
    """What was read, in the words of the judge."""
    if read.failure:
        text = f"{shown(read.path)} cannot be read: {read.failure}."
        return Measured(read.path, 0, failure=rules.UNREADABLE.at(read.path, text))
    return Measured(read.path, read.size, tuple(map(Digest, algorithms, read.values)))


def open_folder(root: Path, crew: Crew | None = None, manner: Manner = AT_ONCE) -> FolderSource:
    """The bag at *root*, to be read in this *manner*.  ``NotABag`` if the folder cannot be opened at all."""
    try:
        return FolderSource(root, crew, manner)
    except OSError as error:
        raise NotABag(
            f"{shown(str(root))} cannot be opened: {os.strerror(error.errno or 0)}.",
            hint="Check the path and the permissions.",
        ) from error
