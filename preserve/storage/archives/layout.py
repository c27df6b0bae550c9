"""What all archives have in common: octets in a row, made part by part, from wherever one likes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple, Protocol

from preserve.errors import BagError
from preserve.storage.names import shown

MOMENT = (1980, 1, 1)
"""The date of every member: the earliest that a zip can hold, and GNU tar finds 1970 implausible."""

LARGEST_BLOCK = 1024 * 1024
_WORTH_SENDING = 256 * 1024


class Member(Protocol):
    """A file to be put into an archive.  Folders are there because files are in them, and need none of their own."""

    @property
    def path(self) -> str:
        """Its name in the archive, with ``/``; bytes that are not UTF-8 are surrogates."""
        ...

    @property
    def size(self) -> int:
        """Its octets, exactly."""
        ...

    def blocks(self, start: int = 0) -> Iterator[bytes]:
        """Its octets from *start*, the same whenever it is read, in blocks of at most 1 MiB."""
        ...


class Part(NamedTuple):
    """So many octets of an archive; *blocks* gives them, from where one wants."""

    size: int
    blocks: Callable[[int], Iterator[bytes]]


def made(data: bytes) -> Part:
    """A part that is at hand."""
    return Part(len(data), lambda start: iter((data[start:],)))


def content(member: Member) -> Part:
    """What is in *member*, and exactly as much as it said: anything else would shift all that follows."""
    return Part(member.size, lambda start: _exactly(member, start))


def _exactly(member: Member, start: int) -> Iterator[bytes]:
    left = member.size - start
    for block in member.blocks(start):
        left -= len(block)
        if left < 0:
            break
        yield block
    if left:
        raise BagError(
            f"{shown(member.path)} has not {member.size:,} octets any more: it changed while it was read.",
            hint="Validate the package.",
        )


def in_a_row(parts: Iterable[Part], start: int) -> Iterator[bytes]:
    """The octets of *parts* from *start*; what lies before is not read."""
    return gathered(_pieces(parts, start))


def _pieces(parts: Iterable[Part], start: int) -> Iterator[bytes]:
    for size, blocks in parts:
        if start and start >= size:
            start -= size
            continue
        yield from blocks(start)  # an empty file is looked at as well: it may not be empty any more
        start = 0


def gathered(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same octets in blocks that are worth a call, none above ``LARGEST_BLOCK``."""
    waiting: list[bytes] = []
    octets = 0
    for piece in pieces:
        if waiting and octets + len(piece) > LARGEST_BLOCK:
            yield b"".join(waiting)
            waiting, octets = [], 0
        waiting.append(piece)
        octets += len(piece)
        if octets >= _WORTH_SENDING:
            yield b"".join(waiting) if len(waiting) > 1 else piece
            waiting, octets = [], 0
    if octets:
        yield b"".join(waiting)
