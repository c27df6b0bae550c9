"""The central directory of a zip: found, bounded and parsed strictly (APPNOTE 6.3).  Pure but for reading positions.

Where the directory and the header before each member could tell two programs two things, that is a finding.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from preserve.bag.serialized import rules
from preserve.bag.serialized.container import BLOCK, Broken, Container, guarded
from preserve.bag.serialized.members import Kind
from preserve.bag.serialized.zip_fields import ZIP64, decode_name, extra_fields, kind_of, unicode_path

LOCAL = b"PK\x03\x04"
_CENTRAL = b"PK\x01\x02"
_END = b"PK\x05\x06"
_END64 = b"PK\x06\x06"
_LOCATOR64 = b"PK\x06\x07"

_END_FORMAT = struct.Struct("<4s4H2LH")
_END64_FORMAT = struct.Struct("<4sQ2H2L4Q")
_LOCATOR64_FORMAT = struct.Struct("<4sLQL")
_CENTRAL_FORMAT = struct.Struct("<4s6H3L5H2L")
_LOCAL_FORMAT = struct.Struct("<4s5H3L2H")

_MASK16, _MASK32 = 0xFFFF, 0xFFFFFFFF
_ENCRYPTED = 0x1 | 0x40 | 0x2000
_DESCRIPTOR = 0x8
_PATCH = 0x20
_UTF8 = 0x800
_AES = 99
LATEST = 63
"""The latest version of the format, times ten: no program can be asked for more (APPNOTE 4.4.3)."""


@dataclass(frozen=True, slots=True)
class Directory:
    """Where the central directory is; *shift* is what stands before the zip and its offsets do not know of."""

    offset: int
    size: int
    count: int
    shift: int
    trailing: bool


@dataclass(frozen=True, slots=True)
class ZipEntry:
    """A member as the central directory has it.  *start* is the position of its own header in the file."""

    raw_name: bytes
    name: str
    guessed: bool
    two_names: bool
    flags: int
    method: int
    crc: int
    compressed: int
    size: int
    start: int
    kind: Kind
    needs: int
    """The version of the format that a program must know, times ten."""

    @property
    def is_patch(self) -> bool:
        """Whether it is no file, but what changes another one into it."""
        return bool(self.flags & _PATCH)

    @property
    def encrypted(self) -> bool:
        """Whether a password is needed."""
        return bool(self.flags & _ENCRYPTED) or self.method == _AES

    @property
    def described_later(self) -> bool:
        """Whether sizes and checksum stand after the content, too."""
        return bool(self.flags & _DESCRIPTOR)


def find(container: Container) -> Directory:
    """The central directory.  ``Broken`` if there is none: the end of the archive is missing."""
    tail_start = max(0, container.size - _END_FORMAT.size - _MASK16)
    tail = container.at(tail_start, container.size - tail_start)
    position = tail.rfind(_END)
    exact = position
    while exact >= 0 and not _ends_here(tail, exact):
        exact = tail.rfind(_END, 0, exact + 3)
    trailing = exact < 0
    position = position if trailing else exact
    if position < 0 or len(tail) - position < _END_FORMAT.size:
        raise Broken(rules.TRUNCATED, "The zip has no directory at its end: it was cut off.")
    end = tail_start + position
    _, disk, first_disk, here, count, size, offset, _ = _END_FORMAT.unpack_from(tail, position)
    if disk not in (0, _MASK16) or first_disk not in (0, _MASK16) or here != count:
        raise Broken(rules.DAMAGED, "The zip is one part of several; it must be whole.")
    before = end
    if found := _find64(container, end):
        before, count64, size64, offset64 = found
        for small, large, mask in ((count, count64, _MASK16), (size, size64, _MASK32), (offset, offset64, _MASK32)):
            if small not in (large, mask):
                raise Broken(rules.DAMAGED, "The two directory ends of the zip contradict each other.")
        count, size, offset = count64, size64, offset64
    shift = before - size - offset
    if shift < 0:
        raise Broken(rules.DAMAGED, "The directory of the zip is not where it should be.")
    return Directory(offset + shift, size, count, shift, trailing)


def _ends_here(tail: bytes, position: int) -> bool:
    if len(tail) - position < _END_FORMAT.size:
        return False
    comment: int = _END_FORMAT.unpack_from(tail, position)[-1]
    return position + _END_FORMAT.size + comment == len(tail)


def _find64(container: Container, end: int) -> tuple[int, int, int, int] | None:
    """Position, count, size and offset of the zip64 directory end that stands before *end*, if there is one."""
    at = end - _LOCATOR64_FORMAT.size
    block = container.at(at, _LOCATOR64_FORMAT.size) if at >= 0 else b""
    if not block.startswith(_LOCATOR64):
        return None
    # A prefix shifts all offsets, so the record is looked for where it must stand, not where the locator says.
    position = at - _END64_FORMAT.size
    record = container.at(position, _END64_FORMAT.size) if position >= 0 else b""
    if not record.startswith(_END64) or len(record) < _END64_FORMAT.size:
        raise Broken(rules.DAMAGED, "The zip64 directory end is damaged.")
    _, length, _, _, _, _, here, count, size, offset = _END64_FORMAT.unpack(record)
    if length != _END64_FORMAT.size - 12 or here != count:
        raise Broken(rules.DAMAGED, "The zip64 directory end is damaged.")
    return position, count, size, offset


def entries(container: Container, directory: Directory) -> Iterator[ZipEntry]:
    """Every entry of the central directory, in its order, in flat memory.  ``Broken`` where it is malformed."""
    position, end = directory.offset, directory.offset + directory.size
    buffer, used, count = b"", 0, 0
    while position < end:
        ahead = len(buffer) - used
        if ahead < 4 * _MASK16 and position + ahead < end:  # no entry is longer
            buffer = container.at(position, min(max(BLOCK, 8 * _MASK16), end - position))
            used = 0
        with guarded("The directory of the zip"):
            entry, length = _entry(buffer, used, directory.shift)
        used += length
        position += length
        count += 1
        yield entry
    if position != end or count != directory.count:
        raise Broken(rules.DAMAGED, f"The directory of the zip lists {count:,} members and counts {directory.count:,}.")


def _entry(buffer: bytes, at: int, shift: int) -> tuple[ZipEntry, int]:
    fields = _CENTRAL_FORMAT.unpack_from(buffer, at)
    mark, made_by, needs, flags, method, _, _, crc, compressed, size, n, x, c, disk, _, outside, start = fields
    first = at + _CENTRAL_FORMAT.size
    total = _CENTRAL_FORMAT.size + n + x + c
    if mark != _CENTRAL or at + total > len(buffer):
        raise ValueError("an entry is malformed")
    raw_name = buffer[first : first + n]
    extra = extra_fields(buffer[first + n : first + n + x])
    size, compressed, start, disk = _widened(extra, (size, compressed, start), disk)
    if disk:
        raise ValueError("an entry is on another disk")
    name, guessed = decode_name(raw_name, bool(flags & _UTF8), extra)
    kind = kind_of(raw_name, made_by >> 8, outside)
    two_names = unicode_path(raw_name, extra) not in (None, name)
    sizes = (crc, compressed, size, start + shift)
    return ZipEntry(raw_name, name, guessed, two_names, flags, method, *sizes, kind, needs & 0xFF), total


def _widened(extra: dict[int, bytes], values: tuple[int, int, int], disk: int) -> tuple[int, int, int, int]:
    """Size, compressed size and offset from the zip64 field, for those that are masked (APPNOTE 4.5.3)."""
    data = extra.get(ZIP64, b"")
    wide = []
    for value in values:
        if value == _MASK32 and data:
            (value,) = struct.unpack_from("<Q", data)  # noqa: PLW2901  the wide value takes its place
            data = data[8:]
        wide.append(value)
    if disk == _MASK16 and data:
        (disk,) = struct.unpack_from("<L", data)
    return wide[0], wide[1], wide[2], disk


def content_start(container: Container, entry: ZipEntry) -> tuple[int, str]:
    """Where the content of *entry* begins, and in what its own header disagrees with the directory, or "".

    ``Broken`` if there is no header.
    """
    head = container.at(entry.start, _LOCAL_FORMAT.size)
    if len(head) < _LOCAL_FORMAT.size or not head.startswith(LOCAL):
        raise Broken(rules.MEMBER_DAMAGED, "has no header where the directory says it is")
    _, _, flags, method, _, _, crc, compressed, size, n, x = _LOCAL_FORMAT.unpack(head)
    rest = container.at(entry.start + _LOCAL_FORMAT.size, n + x)
    if len(rest) < n + x:
        raise Broken(rules.MEMBER_DAMAGED, "has a header that is cut off")
    with guarded("A member's header"):
        extra = extra_fields(rest[n:])
        size, compressed, _, _ = _widened(extra, (size, compressed, 0), 0)
        name, _ = decode_name(rest[:n], bool(flags & _UTF8), extra)
    disagreements = {
        "name": rest[:n] != entry.raw_name or name != entry.name or unicode_path(rest[:n], extra) not in (None, name),
        "encryption or encoding": (flags ^ entry.flags) & (_ENCRYPTED | _UTF8),
        "compression": method != entry.method,
        "size": (size, compressed, crc) != (entry.size, entry.compressed, entry.crc)
        and not (entry.described_later and not (size or compressed or crc)),
    }
    wrong = [what for what, differs in disagreements.items() if differs]
    return entry.start + _LOCAL_FORMAT.size + n + x, " and ".join(wrong)
