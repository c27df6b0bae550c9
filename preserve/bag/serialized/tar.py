"""Reading a tar from its beginning to its end, member by member, in flat memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from preserve.bag.serialized import headers, rules
from preserve.bag.serialized.container import BLOCK as CHUNK
from preserve.bag.serialized.container import Broken, Container
from preserve.bag.serialized.headers import BLOCK, Extension, Header
from preserve.bag.serialized.members import Found, Kind, Members
from preserve.bag.serialized.streams import PlainStream, Stream, exactly
from preserve.model import Rule


@dataclass(frozen=True, slots=True)
class Member:
    """A member as its headers describe it.  *doubts* say why its content must not be trusted."""

    name: str
    kind: Kind
    size: int
    position: int
    doubts: tuple[tuple[Rule, str], ...] = ()


class TarReader:
    """One pass over a tar.  ``flaws`` are about the archive as a whole, final when ``members`` is exhausted."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._left = 0
        self._padding = 0
        self.flaws: list[tuple[Rule, str]] = []

    def members(self) -> Iterator[Member]:
        """Every member in order; content that was not read is passed over.  ``Broken`` where it ends too early."""
        extension = Extension()
        while (block := self._header_block()) is not None:
            header = headers.parse(block)
            if header.type in headers.EXTENSIONS:
                self._extend(header, extension)
                continue
            yield self._member(header, extension)
            extension = Extension()
            self._finish_member()
        if extension.present:
            self.flaws.append((rules.DAMAGED, "The archive ends with a header that belongs to no member."))
        self._finish()

    def content(self) -> Iterator[bytes]:
        """The content of the current member, block by block, once."""
        while self._left:
            block = self._stream.read(min(self._left, CHUNK))
            if not block:
                raise Broken(rules.TRUNCATED, "The archive ends in the middle of a file: it was cut off.")
            self._left -= len(block)
            yield block

    def _header_block(self) -> bytes | None:
        block = exactly(self._stream, BLOCK)
        if not block:
            raise Broken(rules.TRUNCATED, "The archive has no end marker: it was cut off.")
        return block if any(block) or len(block) < BLOCK else None

    def _expect(self, size: int) -> None:
        self._left = size
        self._padding = -size % BLOCK

    def _finish_member(self) -> None:
        left = self._left + self._padding
        if self._stream.skip(left) < left:
            raise Broken(rules.TRUNCATED, "The archive ends in the middle of a file: it was cut off.")
        self._left = self._padding = 0

    def _extend(self, header: Header, extension: Extension) -> None:
        """Read a header that says more about the next member (or, with ``g``, about all of them)."""
        is_global = header.type == b"g"
        extension.present = extension.present or not is_global
        self._expect(header.size)
        if header.size > headers.MAX_EXTENSION:
            text = f"A header of the archive is {header.size:,} octets long; it was not read."
            self.flaws.append((rules.HEADER_TOO_LARGE, text))
            extension.lost = extension.lost or not is_global
            self._finish_member()
            return
        data = b"".join(self.content())
        self._finish_member()
        if is_global:
            if flaw := headers.take_global(data):
                self.flaws.append((rules.MEMBER_AMBIGUOUS, flaw))
        elif header.type == b"L":
            extension.set_name(data.partition(b"\0")[0])
        elif header.type in (b"x", b"X"):
            headers.take_pax(extension, data)

    def _member(self, header: Header, extension: Extension) -> Member:
        raw = header.name if extension.name is None else extension.name
        kind = headers.kind_of(header, raw)
        size = headers.size_of(header, extension)
        doubts = [(rules.MEMBER_AMBIGUOUS, f"was not read; {doubt}") for doubt in extension.doubts]
        if extension.lost:
            doubts.append((rules.HEADER_TOO_LARGE, "was not read; its real name stands in a header of absurd size"))
        if kind is Kind.FILE and raw.endswith(b"/"):
            doubts.append((rules.MEMBER_AMBIGUOUS, "was not read; it is named like a folder and stored like a file"))
        if header.type in (b"1", b"2", b"3", b"4", b"5", b"6") and size:
            doubts.append((rules.MEMBER_AMBIGUOUS, "claims to have content, and is not a file"))
            size = 0  # as GNU tar and others do; one that takes it as content would see other members
        if header.continued:
            self._pass_sparse_map()
        self._expect(size)
        if extension.sparse:
            kind = Kind.SPARSE
        return Member(raw.decode("utf-8", "surrogateescape"), kind, size, self._stream.position, tuple(doubts))

    def _pass_sparse_map(self) -> None:
        while True:
            block = exactly(self._stream, BLOCK)
            if len(block) < BLOCK:
                raise Broken(rules.TRUNCATED, "The archive ends in the middle of a header: it was cut off.")
            if block[504:505] in (b"\0", b"0"):
                return

    def _finish(self) -> None:
        """After the end marker there may be nothing but zeros."""
        while block := self._stream.read(CHUNK):
            if block.strip(b"\0"):
                self.flaws.append((rules.TRAILING_DATA, "Something follows the end marker of the archive."))
                return


def take(members: Members[Any], member: Member) -> str:
    """The name of *member* if its content may be read, else ""; findings go to *members*."""
    for rule, doubt in member.doubts:
        members.refuse(rule, member.name, doubt)
    name = members.accepts(member.name, member.kind)
    return "" if member.doubts else name


def scan(container: Container, members: Members[int]) -> None:
    """Index an uncompressed tar: its headers are read, its contents passed over."""
    reader = TarReader(PlainStream(container))
    try:
        for member in reader.members():
            if member.kind is Kind.FILE and member.position + member.size > container.size:
                raise Broken(rules.TRUNCATED, "The archive ends in the middle of a file: it was cut off.")
            if name := take(members, member):
                members.add(name, Found(member.size, member.position))
    finally:
        for rule, text in reader.flaws:
            members.blame(rule, text)


def blocks(container: Container, found: Found[int]) -> Iterator[bytes]:
    """The content of a member of an indexed tar."""
    position, end = found.where, found.where + found.size
    while position < end:
        block = container.at(position, min(CHUNK, end - position))
        if not block:
            raise Broken(rules.TRUNCATED, "The archive ends in the middle of the file.")
        position += len(block)
        yield block
