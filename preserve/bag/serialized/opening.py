"""Bags in one file: tar, tar.gz, tar.bz2, tar.xz and zip, recognised by their content (RFC 8493 §4).

Nothing is unpacked to disk and no archive inside the archive is opened.  Members that a program could be led astray
by are findings and are never read: see ``rules``.  A damaged archive gives findings, not exceptions.

The headers are parsed here and not by ``tarfile`` and ``zipfile``, because those are made to open what can be opened:
they take a torn tar for a whole one, read name headers of any size into memory, cut names at a NUL, let the last of
two members win, and never look at a zip's local headers.  The decompressors are the standard library's.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Generic, TypeVar

from preserve.bag.serialized import rules, sharing
from preserve.bag.serialized import tar as serialized_tar
from preserve.bag.serialized import zip as serialized_zip
from preserve.bag.serialized.container import Broken, Container
from preserve.bag.serialized.headers import BLOCK as TAR_BLOCK
from preserve.bag.serialized.headers import looks_like_header
from preserve.bag.serialized.members import Found, Members, judge_file_name, stem_of
from preserve.bag.serialized.stream_bag import StreamBag
from preserve.bag.serialized.streams import MAGIC, ExpandedStream, exactly
from preserve.bag.source import BagSource, Entry, Measured
from preserve.errors import BagError, NotABag
from preserve.model import Digest, Problem
from preserve.storage.crew import MUCH, Crew
from preserve.storage.names import shown

_COMPRESSED = {"gzip": "application/gzip", "bzip2": "application/x-bzip2", "xz": "application/x-xz"}
_ZIP_MARKS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")

Where = TypeVar("Where")


def open_serialized(path: Path, crew: Crew | None = None) -> BagSource:
    """The bag in the archive file *path*, whose members are read by *crew*, if they can be read in any order.

    ``NotABag`` if it is not a tar, plain or compressed by gzip, bzip2 or xz, and not a zip; ``BagError`` if the file
    cannot be opened.  Whatever is wrong with the archive itself is in ``problems`` of the answer.
    """
    container = Container(path)
    try:
        return _recognise(container, crew or Crew(1))
    except BaseException as error:
        container.close()
        if isinstance(error, Broken):
            raise BagError(error.message, hint="Check the disk, then validate again.") from error
        raise


def _recognise(container: Container, crew: Crew) -> BagSource:
    head = container.at(0, TAR_BLOCK)
    if _is_tar(head):
        return IndexedBag(container, "application/tar", serialized_tar.scan, serialized_tar.blocks, crew)
    if head.startswith(_ZIP_MARKS):
        return IndexedBag(container, "application/zip", serialized_zip.scan, serialized_zip.blocks, crew)
    for compression, magic in MAGIC.items():
        if head.startswith(magic) and _holds_tar(container, compression):
            return StreamBag(container, compression, _COMPRESSED[compression])
    raise NotABag(
        f"{shown(str(container.path))} is neither a folder nor an archive that can hold a bag.",
        hint="Known are tar, tar.gz, tar.bz2, tar.xz and zip.",
    )


def _is_tar(head: bytes) -> bool:
    """A tar by its mark, so that a damaged one is recognised too, or by the checksum of its first header."""
    return head[257:262] == b"ustar" or looks_like_header(head)


def _holds_tar(container: Container, compression: str) -> bool:
    """Whether it expands to a tar.  What is too damaged to tell is taken for one, and found damaged later."""
    try:
        return _is_tar(exactly(ExpandedStream(container, compression), TAR_BLOCK))
    except Broken:
        return True


class IndexedBag(Generic[Where]):
    """A ``BagSource`` over an archive whose members can be read in any order."""

    def __init__(
        self,
        container: Container,
        serialization: str,
        scan: Callable[[Container, Members[Where]], None],
        blocks: Callable[[Container, Found[Where]], Iterator[bytes]],
        crew: Crew,
    ) -> None:
        self.serialization = serialization
        self._container = container
        self._blocks = blocks
        self._crew = crew
        self._members: Members[Where] = Members()
        try:
            scan(container, self._members)
        except Broken as broken:
            self._members.blame(broken.rule, broken.message)
        self._members.settle()
        self._members.problems += judge_file_name(container.path.name, self._members.base, serialization)

    @property
    def name(self) -> str:
        """The name of the base folder; without one, that of the archive."""
        return self._members.base or stem_of(self._container.path.name)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with the archive itself."""
        return tuple(self._members.problems)

    def entries(self) -> Iterator[Entry]:
        """Every file in the base folder that may be read, and the folders that the archive names."""
        return self._members.entries()

    def read(self, path: str, limit: int) -> bytes:
        """A tag file, whole.  ``OSError`` if it is damaged; the findings say how."""
        found = self._members.find(path)
        if found is None:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)
        if found.size > limit:
            raise BagError(f"{shown(path)} is longer than {limit:,} octets.")
        try:
            return b"".join(self._blocks(self._container, found))
        except Broken as broken:
            self._members.problems.append(sharing.failure(path, broken))
            raise OSError(errno.EIO, os.strerror(errno.EIO), path) from broken

    def measure(self, paths: Iterable[str], algorithms: tuple[str, ...]) -> Iterator[Measured]:
        """Read each file once, side by side where that is worth it; the order of the answers is free."""
        there: list[tuple[str, Found[Where]]] = []
        for path in paths:
            if (found := self._members.find(path)) is not None:
                there.append((path, found))
            else:
                gone = sharing.failure(path, Broken(rules.MEMBER_DAMAGED, "the archive does not hold it"))
                yield Measured(path, 0, failure=gone)
        for path, size, values, problem in self._read(there, algorithms):
            yield Measured(path, size, tuple(map(Digest, algorithms, values)), problem)

    def _read(self, members: list[tuple[str, Found[Where]]], algorithms: tuple[str, ...]) -> Iterator[sharing.Told]:
        octets = sum(found.size for _, found in members)
        self._crew.expect(octets)
        if self._crew.alone or octets < MUCH:
            return (sharing.read_member(self._container, self._blocks, *one, algorithms) for one in members)
        return sharing.shared(self._crew, sharing.portions(self._container, self._blocks, members, algorithms))

    def close(self) -> None:
        """Let go of the archive file."""
        self._container.close()
