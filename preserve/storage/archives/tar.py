"""A tar: POSIX ustar, with pax headers for what that cannot hold (IEEE Std 1003.1, pax).

The same members always give the same octets: there is nothing in it of times, users or permissions.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from calendar import timegm
from collections.abc import Iterator, Sequence

from preserve.storage import names
from preserve.storage.archives.layout import MOMENT, Member, Part, content, in_a_row, made

BLOCK = 512
_RECORD = 20 * BLOCK
_NAME, _PREFIX = 100, 155
_LARGEST = 8**11 - 1

_FILE, _PAX = b"0", b"x"
_MODE = 0o644
_TIME = timegm((*MOMENT, 0, 0, 0))


class Tar:
    """The tar of *members*, in their order.  Only where each of them begins is kept, and what they are read from."""

    def __init__(self, members: Sequence[Member]) -> None:
        self._members = members
        self._starts = array("Q")
        position = 0
        for member in members:
            self._starts.append(position)
            position += _header_size(member.path, member.size) + _whole(member.size)
        self._end = position
        self.size = -(-(position + 2 * BLOCK) // _RECORD) * _RECORD

    def blocks(self, start: int = 0) -> Iterator[bytes]:
        """Its octets from *start*, in blocks of at most 1 MiB.  Raises what reading a member raises."""
        if start >= self.size:
            return iter(())
        first = max(bisect_right(self._starts, start) - 1, 0)
        before = self._starts[first] if self._starts else 0
        return in_a_row(self._parts(first), start - before)

    def _parts(self, first: int) -> Iterator[Part]:
        for number in range(first, len(self._members)):
            member = self._members[number]
            yield made(header(member.path, member.size))
            yield content(member)
            if padding := _whole(member.size) - member.size:
                yield made(bytes(padding))
        yield made(bytes(self.size - self._end))


def header(path: str, size: int) -> bytes:
    """All that stands in a tar before the content of the file *path*."""
    split, records = _fields(path, size)
    before = _extended(records) if records else b""
    return before + _block(*split, _FILE, size if size <= _LARGEST else 0)


def _header_size(path: str, size: int) -> int:
    """How many octets ``header`` has."""
    _, records = _fields(path, size)
    return BLOCK + (BLOCK + _whole(len(records)) if records else 0)


def _fields(path: str, size: int) -> tuple[tuple[bytes, bytes], bytes]:
    """Prefix and name of the plain header, and the pax records for what that cannot hold."""
    name = names.raw(path)
    split = _split(name) if name.isascii() or not names.is_utf8(path) else None
    records = b""
    if split is None:  # bytes that are no text stand in a pax record as they are, as GNU tar writes them
        records += _record(b"path", name)
        split = b"", name[:_NAME]
    if size > _LARGEST:
        records += _record(b"size", str(size).encode())
    return split, records


def _extended(records: bytes) -> bytes:
    return _block(b"", b"././@PaxHeader", _PAX, len(records)) + records.ljust(_whole(len(records)), b"\0")


def _record(key: bytes, value: bytes) -> bytes:
    """One record of a pax header; the length at its beginning counts itself."""
    rest = len(key) + len(value) + 3
    length = rest + len(str(rest))
    if rest + len(str(length)) != length:
        length = rest + len(str(length))
    return b"%d %s=%s\n" % (length, key, value)


def _split(name: bytes) -> tuple[bytes, bytes] | None:
    """*name* as prefix and name, None if it is too long for them."""
    if len(name) <= _NAME:
        return b"", name
    cut = name.rfind(b"/", 0, min(_PREFIX + 1, len(name) - 1))
    return (name[:cut], name[cut + 1 :]) if cut > 0 and len(name) - cut - 1 <= _NAME else None


def _block(prefix: bytes, name: bytes, kind: bytes, size: int) -> bytes:
    before = b"%-100s%07o\0%07o\0%07o\0%011o\0%011o\0" % (b"", _MODE, 0, 0, size, _TIME)
    before = name.ljust(_NAME, b"\0") + before[_NAME:]
    after = (
        kind + bytes(100) + b"ustar\x0000" + bytes(64) + b"%07o\0%07o\0" % (0, 0) + prefix.ljust(_PREFIX + 12, b"\0")
    )
    checksum = sum(before) + sum(after) + 8 * ord(" ")
    return before + b"%06o\0 " % checksum + after


def _whole(size: int) -> int:
    """*size*, rounded up to whole blocks."""
    return -(-size // BLOCK) * BLOCK
