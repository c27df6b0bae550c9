"""Tar headers: 512 octets and the records of pax and GNU, parsed strictly.  Pure; ``Broken`` for what is no header.

Formats: V7, ustar (POSIX.1-1988), pax (POSIX.1-2001), GNU.  Where two programs could read a header in two ways, the
member is named as ambiguous rather than read in one of them.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass, field

from preserve.bag.serialized import rules
from preserve.bag.serialized.container import Broken
from preserve.bag.serialized.members import Kind

BLOCK = 512
MAX_EXTENSION = 1024 * 1024
"""No honest name or pax header is longer."""

_OCTAL = re.compile(rb" *([0-7]*) *")
_PAX_LENGTH = re.compile(rb"([1-9][0-9]{0,8}) ")
_LARGEST_OCTAL = 8**11 - 1
_LARGEST = 2**63 - 1

FILES = frozenset([b"0", b"\0", b"7"])
_KINDS = {b"1": Kind.LINK, b"2": Kind.LINK, b"5": Kind.FOLDER, b"S": Kind.SPARSE}
EXTENSIONS = frozenset([b"x", b"X", b"g", b"L", b"K"])


@dataclass(frozen=True, slots=True)
class Header:
    """One header block: *type* is the type flag, *name* as written, *size* of what follows in octets."""

    type: bytes
    name: bytes
    size: int
    continued: bool
    """Whether more blocks of a GNU sparse map follow."""


@dataclass(slots=True)
class Extension:
    """What pax and GNU headers say about the member that follows them."""

    name: bytes | None = None
    size: int | None = None
    sparse: bool = False
    lost: bool = False
    """Whether a header was too large to be read, so that the name of the member is not known."""
    doubts: list[str] = field(default_factory=list)
    present: bool = False

    def set_name(self, name: bytes) -> None:
        """Take a name; a second, different one is a doubt."""
        if self.name is not None and self.name != name:
            self.doubts.append("two headers give it different names")
        self.name = name

    def set_size(self, size: int) -> None:
        """Take a size; a second, different one is a doubt."""
        if self.size is not None and self.size != size:
            self.doubts.append("two headers give it different sizes")
        self.size = size


def number(field_: bytes, what: str) -> int:
    """A numeric field: octal, or GNU's base 256."""
    if field_[0] == 0x80:
        value = int.from_bytes(field_[1:], "big")
        if value <= _LARGEST:
            return value
    elif match := _OCTAL.fullmatch(field_.partition(b"\0")[0]):
        return int(match.group(1) or b"0", 8)
    raise Broken(rules.DAMAGED, f"A tar header has a {what} that is no number.")


def looks_like_header(block: bytes) -> bool:
    """Whether *block* is a tar header with a right checksum."""
    try:
        return any(block) and parse(block).size >= 0
    except Broken:
        return False


def _checksum(block: bytes, *, signed: bool = False) -> int:
    """The sum of all octets, those of the checksum itself taken as blanks; some old programs summed signed ones."""
    rest = block[:148] + b" " * 8 + block[156:]
    # The lower half of an Adler-32 is one more than the sum modulo 65,521, which 256 octets do not reach.
    total = (zlib.adler32(rest[:256]) & 0xFFFF) + (zlib.adler32(rest[256:]) & 0xFFFF) - 2
    return total - (256 * sum(octet > 127 for octet in rest) if signed else 0)


def parse(block: bytes) -> Header:
    """The header in *block*, which is 512 octets long and not all zeros."""
    if len(block) != BLOCK:
        raise Broken(rules.TRUNCATED, "The archive ends in the middle of a header: it was cut off.")
    stored = number(block[148:156], "checksum")
    if stored != _checksum(block) and stored != _checksum(block, signed=True):
        raise Broken(rules.DAMAGED, "A tar header has a wrong checksum: the archive is damaged from there on.")
    name = block[:100].partition(b"\0")[0]
    if block[257:263] == b"ustar\0" and (prefix := block[345:500].partition(b"\0")[0]):
        name = prefix + b"/" + name
    kind = block[156:157]
    return Header(kind, name, number(block[124:136], "size"), kind == b"S" and block[482:483] not in (b"\0", b"0"))


def kind_of(header: Header, name: bytes) -> Kind:
    """What the member is.  A V7 folder is a file whose name ends in a slash."""
    if header.type in FILES:
        return Kind.FOLDER if header.type == b"\0" and name.endswith(b"/") else Kind.FILE
    return _KINDS.get(header.type, Kind.SPECIAL)


def pax_records(data: bytes) -> list[tuple[bytes, bytes]]:
    """The keyword and value of every record of a pax header."""
    records = []
    position = 0
    while position < len(data):
        match = _PAX_LENGTH.match(data, position)
        end = position + int(match.group(1)) if match else 0
        record = data[match.end() : end] if match else b""
        if not match or end > len(data) or not record.endswith(b"\n") or b"=" not in record:
            raise Broken(rules.DAMAGED, "A pax header of the archive is malformed.")
        key, _, value = record[:-1].partition(b"=")
        records.append((key, value))
        position = end
    return records


def take_pax(extension: Extension, data: bytes) -> None:
    """What a pax header says about the next member."""
    for key, value in pax_records(data):
        if key == b"path":
            extension.set_name(value)
        elif key == b"size":
            if not re.fullmatch(rb"[0-9]{1,19}", value) or int(value) > _LARGEST:
                raise Broken(rules.DAMAGED, "A pax header of the archive gives a size that is no number.")
            extension.set_size(int(value))
        elif key.startswith(b"GNU.sparse."):
            extension.sparse = True


def take_global(data: bytes) -> str:
    """What is wrong with a global pax header, or "".  One that names or sizes every member is no honest one."""
    for key, _ in pax_records(data):
        if key in (b"path", b"size", b"linkpath") or key.startswith(b"GNU.sparse."):
            return f"A global header of the archive sets the {key.decode('ascii', 'replace')} of every member."
    return ""


def size_of(header: Header, extension: Extension) -> int:
    """How many octets of content follow; where header and pax record disagree without need, that is a doubt."""
    if extension.size is None:
        return header.size
    if header.size != extension.size and header.size and extension.size <= _LARGEST_OCTAL:
        extension.doubts.append("its two headers give it different sizes")
    return extension.size
