"""A bag in a compressed tar: one pass over it finds the members and computes what will be asked for.

A compressed tar can only be read from its beginning.  So while it is read for the first time, the files that
RFC 8493 defines are kept in memory, and every other file is hashed with the algorithms of the manifests that came
before it; if none did, with those that bags commonly use.  A further pass is made only for what is missing then.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from preserve.bag import manifests
from preserve.bag.serialized import rules
from preserve.bag.serialized import tar as serialized_tar
from preserve.bag.serialized.container import Broken, Container
from preserve.bag.serialized.members import Found, Members, inner, judge_file_name, stem_of
from preserve.bag.serialized.streams import ExpandedStream
from preserve.bag.serialized.tar import Member, TarReader
from preserve.bag.source import Entry, Measured
from preserve.errors import BagError
from preserve.model import Digest, Problem
from preserve.storage import digests
from preserve.storage.digests import Hasher
from preserve.storage.names import shown

COMMON = ("md5", "sha1", "sha256", "sha512")
KEPT_EACH = 64 * 1024 * 1024
KEPT_IN_ALL = 256 * 1024 * 1024
"""What does not fit is read again when it is asked for."""

Answer = TypeVar("Answer")

_TEXTS = frozenset(["bagit.txt", "bag-info.txt", "package-info.txt", "fetch.txt"])


@dataclass(frozen=True, slots=True)
class Known:
    """What the first pass learned of a file: its content, or digests of *algorithms* end to end."""

    kept: bytes | None = None
    algorithms: tuple[str, ...] = ()
    values: bytes = b""

    def digests(self, wanted: tuple[str, ...]) -> tuple[Digest, ...] | None:
        """The digests that are wanted, or None if another pass is needed."""
        if self.kept is not None:
            return digests.of_bytes(self.kept, wanted)
        if not set(wanted) <= set(self.algorithms):
            return None
        values = {}
        position = 0
        for name in self.algorithms:
            length = digests.hex_length(name) // 2
            values[name] = self.values[position : position + length].hex()
            position += length
        return tuple(Digest(name, values[name]) for name in wanted)


class StreamBag:
    """A ``BagSource`` over a compressed tar."""

    def __init__(self, container: Container, compression: str, serialization: str) -> None:
        self.serialization = serialization
        self._container = container
        self._compression = compression
        self._members: Members[Known] = Members()
        self._scanned = False
        self._in_memory = 0
        self._algorithms: dict[str, None] = {}
        self._has_manifest = False

    @property
    def name(self) -> str:
        """The name of the base folder; without one, that of the archive."""
        self._scan()
        return self._members.base or stem_of(self._container.path.name)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with the archive itself."""
        self._scan()
        return tuple(self._members.problems)

    def entries(self) -> Iterator[Entry]:
        """Every file in the base folder that may be read, and the folders that the archive names."""
        self._scan()
        return self._members.entries()

    def _scan(self) -> None:
        if self._scanned:
            return
        self._scanned = True
        stream = ExpandedStream(self._container, self._compression)
        reader = TarReader(stream)
        try:
            for member in reader.members():
                if name := serialized_tar.take(self._members, member):
                    known = self._learn(name, member, reader)
                    self._members.add(name, Found(member.size, known))
        except Broken as broken:
            self._members.blame(broken.rule, broken.message)
        for rule, text in reader.flaws:
            self._members.blame(rule, text)
        if stream.trailing:
            self._members.blame(rules.TRAILING_DATA, f"Something follows the {self._compression} data.")
        self._members.settle()
        self._members.problems += judge_file_name(self._container.path.name, self._members.base, self.serialization)

    def _learn(self, name: str, member: Member, reader: TarReader) -> Known:
        """Keep or hash the content that *reader* stands before."""
        path = inner(name) or name
        manifest = manifests.kind_of(path)
        if manifest and digests.is_known(manifest.algorithm):
            self._algorithms[manifest.algorithm] = None
            self._has_manifest = self._has_manifest or not manifest.is_tag
        fits = member.size <= KEPT_EACH and self._in_memory + member.size <= KEPT_IN_ALL
        if (manifest or path in _TEXTS) and fits:
            self._in_memory += member.size
            return Known(kept=b"".join(reader.content()))
        names = tuple(self._algorithms) if self._has_manifest else COMMON
        hasher = Hasher(names)
        for block in reader.content():
            hasher.update(block)
        return Known(None, names, b"".join(bytes.fromhex(found.value) for found in hasher.digests()))

    def read(self, path: str, limit: int) -> bytes:
        """A tag file, whole: from memory, or by another pass if it was not kept."""
        self._scan()
        found = self._members.find(path)
        if found is None:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)
        if found.size > limit:
            raise BagError(f"{shown(path)} is longer than {limit:,} octets.")
        if found.where.kept is not None:
            return found.where.kept
        content = next(self._again({path}, lambda _, blocks: b"".join(blocks)), None)
        if content is None:
            raise OSError(errno.EIO, os.strerror(errno.EIO), path)
        return content

    def measure(self, paths: Iterable[str], algorithms: tuple[str, ...]) -> Iterator[Measured]:
        """Sizes and digests from the first pass; from another one where algorithms were missing then."""
        self._scan()
        missing = set()
        for path in paths:
            found = self._members.find(path)
            if found is None:
                yield _gone(path)
            elif (known := found.where.digests(algorithms)) is None:
                missing.add(path)
            else:
                yield Measured(path, found.size, known)
        if not missing:
            return

        def measured(path: str, blocks: Iterator[bytes]) -> Measured:
            hasher = Hasher(algorithms)
            for block in blocks:
                hasher.update(block)
            return Measured(path, hasher.octets, hasher.digests())

        for answer in self._again(missing, measured):
            missing.discard(answer.path)
            yield answer
        yield from (_gone(path) for path in sorted(missing))

    def _again(self, paths: set[str], use: Callable[[str, Iterator[bytes]], Answer]) -> Iterator[Answer]:
        """One more pass, in which *use* gets the content of each of the *paths*; it ends where the archive breaks."""
        wanted = {self._members.full(path): path for path in paths}
        seen: Members[None] = Members()  # refuses what the first pass refused
        reader = TarReader(ExpandedStream(self._container, self._compression))
        try:
            for member in reader.members():
                name = serialized_tar.take(seen, member)
                if name:
                    seen.add(name, Found(member.size, None))
                if name in wanted:
                    yield use(wanted.pop(name), reader.content())
                if not wanted:
                    return
        except Broken:
            return  # the first pass has reported it, or the answers that are missing will

    def close(self) -> None:
        """Let go of the archive file."""
        self._container.close()


def _gone(path: str) -> Measured:
    text = f"{shown(path)} cannot be read from the archive."
    return Measured(path, 0, failure=rules.MEMBER_DAMAGED.at(path, text))
