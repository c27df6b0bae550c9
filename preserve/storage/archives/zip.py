"""A zip: every member stored as it is, its checksum before it, so that it can be read while it arrives (APPNOTE 6.3).

The same members always give the same octets: there is nothing in it of times, users or permissions.
"""

from __future__ import annotations

import struct
import zlib
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from preserve.errors import BagError
from preserve.storage import names
from preserve.storage.archives.layout import MOMENT, Member, Part, content, in_a_row, made

_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_END64 = struct.Struct("<4sQ2H2L4Q")
_LOCATOR64 = struct.Struct("<4sLQL")

_MASK16, _MASK32 = 0xFFFF, 0xFFFFFFFF
_PLAIN, _ZIP64 = 20, 45
"""What a reader must know of the format, times ten: folders in names, and wide fields."""
_UNIX = 3 << 8
_UTF8 = 0x800
_DATE = (MOMENT[0] - 1980) << 9 | MOMENT[1] << 5 | MOMENT[2]
_FILE = 0o100644 << 16


def crc_of(member: Member) -> int:
    """The CRC-32 of *member*, which is read for it."""
    crc = 0
    for block in member.blocks():
        crc = zlib.crc32(block, crc)
    return crc


class Zip:
    """The zip of *members*, in their order.  Only where each of them begins is kept, and what they are read from.

    The CRC-32 of a member must stand before it: *crc* finds it, just before the member is read once more, and then
    still from memory, as a rule.  It is asked once for each member.
    """

    def __init__(self, members: Sequence[Member], crc: Callable[[Member], int] = crc_of) -> None:
        """``BagError`` if a name cannot stand in a zip."""
        self._members = members
        self._crc = crc
        self._crcs = array("q", [-1]) * len(members)
        self._starts, self._entries = array("Q"), array("Q")
        position = 0
        for member in members:
            self._starts.append(position)
            position += _LOCAL.size + len(_name(member)) + len(_wide(member)) + member.size
        self._directory = position
        for number, member in enumerate(members):
            self._entries.append(position)
            position += _CENTRAL.size + len(_name(member)) + len(_widened(member, self._starts[number]))
        self._end = position
        self.size = position + len(self._ending())

    def blocks(self, start: int = 0) -> Iterator[bytes]:
        """Its octets from *start*, in blocks of at most 1 MiB.  Raises what reading a member raises."""
        if start >= self.size:
            return iter(())
        if start < self._directory:
            first = bisect_right(self._starts, start) - 1
            return in_a_row(self._parts(first), start - self._starts[first])
        if start < self._end:
            first = bisect_right(self._entries, start) - 1
            return in_a_row(self._listing(first), start - self._entries[first])
        return in_a_row((made(self._ending()),), start - self._end)

    def _parts(self, first: int) -> Iterator[Part]:
        for number in range(first, len(self._members)):
            member = self._members[number]
            yield Part(_LOCAL.size + len(_name(member)) + len(_wide(member)), partial(self._head, number))
            yield content(member)
        yield from self._listing(0)

    def _listing(self, first: int) -> Iterator[Part]:
        for number in range(first, len(self._members)):
            yield made(self._entry(number))
        yield made(self._ending())

    def _head(self, number: int, start: int) -> Iterator[bytes]:
        """The header before a member, made only when it is wanted: the member must be read for it."""
        yield self._local(number)[start:]

    def _checked(self, number: int) -> int:
        if self._crcs[number] < 0:
            self._crcs[number] = self._crc(self._members[number])
        return self._crcs[number]

    def _local(self, number: int) -> bytes:
        member = self._members[number]
        name, extra = _name(member), _wide(member)
        size = min(member.size, _MASK32)
        fields = (_needs(extra), _flags(name), 0, 0, _DATE, self._checked(number), size, size)
        return _LOCAL.pack(b"PK\x03\x04", *fields, len(name), len(extra)) + name + extra

    def _entry(self, number: int) -> bytes:
        member, start = self._members[number], self._starts[number]
        name, extra = _name(member), _widened(member, start)
        size, needs = min(member.size, _MASK32), _needs(extra)
        fields = (_UNIX | needs, needs, _flags(name), 0, 0, _DATE, self._checked(number), size, size)
        lengths = (len(name), len(extra), 0, 0, 0)
        return _CENTRAL.pack(b"PK\x01\x02", *fields, *lengths, _FILE, min(start, _MASK32)) + name + extra

    def _ending(self) -> bytes:
        """What stands after the directory; in the wide form only where the narrow one cannot hold it."""
        count, size, start = len(self._members), self._end - self._directory, self._directory
        wide = b""
        if count >= _MASK16 or size >= _MASK32 or start >= _MASK32:
            rest = _END64.size - 12
            fields = (_UNIX | _ZIP64, _ZIP64, 0, 0, count, count, size, start)
            wide = _END64.pack(b"PK\x06\x06", rest, *fields) + _LOCATOR64.pack(b"PK\x06\x07", 0, self._end, 1)
        few = min(count, _MASK16)
        return wide + _END.pack(b"PK\x05\x06", 0, 0, few, few, min(size, _MASK32), min(start, _MASK32), 0)


def _name(member: Member) -> bytes:
    name = names.raw(member.path)
    if not names.is_utf8(member.path) or len(name) > _MASK16:
        raise BagError(
            f"The name {names.shown(member.path[:200])} cannot stand in a zip.", hint="Use a tar, which holds any name."
        )
    return name


def _flags(name: bytes) -> int:
    return 0 if name.isascii() else _UTF8


def _needs(extra: bytes) -> int:
    return _ZIP64 if extra else _PLAIN


def _wide(member: Member) -> bytes:
    """The field with both sizes for a member that is too large for the header before it."""
    return struct.pack("<2H2Q", 1, 16, member.size, member.size) if member.size >= _MASK32 else b""


def _widened(member: Member, start: int) -> bytes:
    """The field with what is too large for the entry in the directory."""
    values = (member.size, member.size) * (member.size >= _MASK32) + (start,) * (start >= _MASK32)
    return struct.pack(f"<2H{len(values)}Q", 1, 8 * len(values), *values) if values else b""
