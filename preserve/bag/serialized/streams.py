"""The bytes of an archive in order: plain, or expanded by gzip, bzip2 or xz, and never more than is safe."""

from __future__ import annotations

import bz2
import lzma
import zlib
from collections.abc import Callable
from typing import Protocol

from preserve.bag.serialized import rules
from preserve.bag.serialized.container import BLOCK, MEMORY, Broken, Container, check_ratio, guarded


class Stream(Protocol):
    """What the tar reader reads from."""

    def read(self, size: int) -> bytes:
        """At most *size* octets; empty only at the end."""
        ...

    def skip(self, size: int) -> int:
        """Pass over at most *size* octets.  Returns how many there were."""
        ...

    @property
    def position(self) -> int:
        """How many octets were read and skipped."""
        ...


class PlainStream:
    """The archive file itself, from its beginning."""

    def __init__(self, container: Container) -> None:
        self._container = container
        self.position = 0

    def read(self, size: int) -> bytes:
        """At most *size* octets; empty only at the end."""
        data = self._container.at(self.position, size)
        self.position += len(data)
        return data

    def skip(self, size: int) -> int:
        """Pass over at most *size* octets without reading them."""
        there = max(0, min(size, self._container.size - self.position))
        self.position += there
        return there


class Decoder(Protocol):
    """What bz2 and lzma have in common, and ``Inflater`` gives to zlib."""

    @property
    def eof(self) -> bool:
        """Whether the end of the compressed data was reached."""
        ...

    @property
    def needs_input(self) -> bool:
        """Whether more can only come from more input."""
        ...

    @property
    def unused_data(self) -> bytes:
        """What came after the end."""
        ...

    def decompress(self, data: bytes, max_length: int, /) -> bytes:
        """At most *max_length* octets more."""
        ...


class Inflater:
    """zlib with the manners of bz2 and lzma."""

    def __init__(self, wbits: int) -> None:
        self._zlib = zlib.decompressobj(wbits)
        self._full = False

    @property
    def eof(self) -> bool:
        """Whether the end of the compressed data was reached."""
        return self._zlib.eof

    @property
    def needs_input(self) -> bool:
        """Whether more can only come from more input."""
        return not self._full and not self._zlib.unconsumed_tail

    @property
    def unused_data(self) -> bytes:
        """What came after the end."""
        return self._zlib.unused_data

    def decompress(self, data: bytes, max_length: int, /) -> bytes:
        """At most *max_length* octets more."""
        expanded = self._zlib.decompress(self._zlib.unconsumed_tail + data, max_length)
        self._full = len(expanded) == max_length
        return expanded


MAGIC: dict[str, bytes] = {"gzip": b"\x1f\x8b\x08", "bzip2": b"BZh", "xz": b"\xfd7zXZ\x00"}
DECODERS: dict[str, Callable[[], Decoder]] = {
    "gzip": lambda: Inflater(31),
    "bzip2": bz2.BZ2Decompressor,
    "xz": lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=MEMORY),
}


class ExpandedStream:
    """A compressed archive file, expanded as it is read; several compressed streams in a row are one."""

    def __init__(self, container: Container, compression: str) -> None:
        self._container = container
        self._compression = compression
        self._decoder = DECODERS[compression]()
        self._input = b""
        self._consumed = 0
        self._expanded = 0
        self._block = b""
        self._used = 0
        self.position = 0
        self.trailing = False
        """Whether something follows the compressed data that is not part of it; known at the end."""

    def read(self, size: int) -> bytes:
        """At most *size* octets; empty only at the end."""
        if self._used == len(self._block) and not self._fill():
            return b""
        part = self._block[self._used : self._used + size]
        self._used += len(part)
        self.position += len(part)
        return part

    def skip(self, size: int) -> int:
        """Pass over at most *size* octets; they are expanded all the same, and their checksums verified."""
        left = size
        while left and (part := self.read(min(left, BLOCK))):
            left -= len(part)
        return size - left

    def _more(self) -> bytes:
        data = self._input or self._container.at(self._consumed, BLOCK)
        if not self._input:
            self._consumed += len(data)
        self._input = b""
        return data

    def _fill(self) -> bool:
        what = f"The {self._compression} data"
        while not self._decoder.eof or self._next_stream():
            data = self._more() if self._decoder.needs_input else b""
            if not data and self._decoder.needs_input:
                raise Broken(rules.TRUNCATED, f"{what} ends too early: the archive was cut off.")
            with guarded(what):
                self._block = self._decoder.decompress(data, BLOCK)
            self._used = 0
            self._expanded += len(self._block)
            check_ratio(self._expanded, self._consumed, what)
            if self._block:
                return True
        return False

    def _next_stream(self) -> bool:
        """Begin the compressed stream that follows this one, if there is one; zeros between them are padding."""
        if self.trailing:
            return False
        rest = self._decoder.unused_data or self._more()
        while rest and not rest.strip(b"\0"):
            rest = self._more()
        rest = rest.lstrip(b"\0")
        magic = MAGIC[self._compression]
        if rest and len(rest) < len(magic):
            rest += self._more()
        if not rest.startswith(magic):
            self.trailing = bool(rest)
            return False
        self._input = rest
        self._decoder = DECODERS[self._compression]()
        return True


def exactly(stream: Stream, size: int) -> bytes:
    """*size* octets, or fewer if the stream ends before."""
    data = stream.read(size)
    while len(data) < size and (part := stream.read(size - len(data))):
        data += part
    return data
