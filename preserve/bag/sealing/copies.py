"""A copy of a package that is a folder: in the package store, or in a location."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from preserve.bag.folders.reader import Place, Reader
from preserve.bag.folders.sharing import reader_of
from preserve.bag.folders.source import FolderSource
from preserve.bag.sealing.errors import store_error
from preserve.storage import digests, durable, links
from preserve.storage.crew import Crew

_LARGEST_TAG_FILE = 1 << 30


@dataclass(frozen=True, slots=True)
class FolderCopy:
    """The ``CopyFiles`` in one folder: that very one, also if another takes its name meanwhile."""

    where: str
    folder: Place

    @classmethod
    def at(cls, place: Path, where: str) -> FolderCopy | None:
        """The copy at *place*; None if there is no folder that can be opened.  A link there is not followed."""
        if place.is_symlink():
            return None
        try:
            with closing(Reader(place)) as reader:
                return cls(where, reader.place)
        except OSError:
            return None

    def read(self, path: str) -> bytes:
        """See ``CopyFiles``."""
        with closing(FolderSource(Path(self.folder.path))) as source:
            return source.read(path, _LARGEST_TAG_FILE)

    def measure(self, paths: Iterable[str], algorithms: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
        """See ``CopyFiles``."""
        with Crew() as crew, closing(FolderSource(Path(self.folder.path), crew)) as source:
            for measured in source.measure(list(paths), algorithms):
                if measured.failure is None:
                    yield measured.path, tuple(digest.value for digest in measured.digests)

    def fetch(
        self, path: str, target: str, algorithms: tuple[str, ...], tell: Callable[[int], object]
    ) -> tuple[int, tuple[str, ...]]:
        """See ``CopyFiles``.  The copy has the modification time of the file."""
        fd = reader_of(self.folder).opened(path)
        try:
            try:
                out = os.open(target, durable.NEW_FILE, 0o644)
            except OSError as error:
                raise store_error(error, target) from error
            try:
                octets, found = digests.of_descriptor(fd, algorithms, partial(_write, out, target, tell))
                seen = os.fstat(fd)
                os.utime(out, ns=(seen.st_mtime_ns, seen.st_mtime_ns))
            finally:
                os.close(out)
        finally:
            os.close(fd)
        return octets, tuple(digest.value for digest in found)

    def share(self, path: str, target: str) -> bool:
        """See ``CopyFiles``."""
        try:
            return links.share(os.path.join(self.folder.path, path), target)
        except OSError as error:
            raise store_error(error, target) from error


def _write(out: int, target: str, tell: Callable[[int], object], block: memoryview) -> None:
    try:
        durable.write_all(out, block)
    except OSError as error:
        raise store_error(error, target) from error
    tell(len(block))
