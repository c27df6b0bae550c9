"""What the fields of a zip member mean: its name, its kind, its extra fields (APPNOTE 6.3, Info-ZIP).  Pure."""

from __future__ import annotations

import binascii
import stat
import struct

from preserve.bag.serialized.members import Kind

ZIP64 = 0x0001
_UNICODE_PATH = 0x7075
_UNIX = 3
_DOS_FOLDER = 0x10


def extra_fields(data: bytes) -> dict[int, bytes]:
    """The extra fields by their ids.  ``ValueError`` if one is there twice; a torn tail is padding, as others read."""
    fields: dict[int, bytes] = {}
    position = 0
    while position + 4 <= len(data):
        key, length = struct.unpack_from("<2H", data, position)
        if position + 4 + length > len(data):
            break
        if key in fields and key in (ZIP64, _UNICODE_PATH):
            raise ValueError("an extra field is there twice")
        fields[key] = data[position + 4 : position + 4 + length]
        position += 4 + length
    return fields


def decode_name(raw: bytes, utf8: bool, extra: dict[int, bytes]) -> tuple[str, bool]:
    """The name, and whether its encoding had to be guessed.

    Flag bit 11 says UTF-8; Info-ZIP's Unicode path field does if it belongs to this name.  Without either it is
    code page 437 by the letter of APPNOTE; many programs write UTF-8 all the same, and that is told by its form.
    """
    if utf8 or raw.isascii():
        return raw.decode("utf-8", "surrogateescape"), False
    if (name := unicode_path(raw, extra)) is not None:
        return name, False
    try:
        return raw.decode("utf-8"), True
    except UnicodeDecodeError:
        return raw.decode("cp437"), True


def unicode_path(raw: bytes, extra: dict[int, bytes]) -> str | None:
    """The name in Info-ZIP's Unicode path field, if there is one and it was made for this name."""
    field = extra.get(_UNICODE_PATH, b"")
    if len(field) > 5 and field[0] == 1 and struct.unpack_from("<L", field, 1)[0] == binascii.crc32(raw):
        return field[5:].decode("utf-8", "surrogateescape")
    return None


def kind_of(raw_name: bytes, system: int, outside: int) -> Kind:
    """What a member is, by its name and by the attributes that *system* gave it."""
    mode = outside >> 16 if system == _UNIX else 0
    if stat.S_ISLNK(mode):
        return Kind.LINK
    if stat.S_IFMT(mode) and not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        return Kind.SPECIAL
    folder = stat.S_ISDIR(mode) or (not stat.S_IFMT(mode) and bool(outside & _DOS_FOLDER))
    return Kind.FOLDER if raw_name.endswith(b"/") or folder else Kind.FILE
