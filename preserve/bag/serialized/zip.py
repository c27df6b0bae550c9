"""Reading a zip: its directory first, then any member, each octet once."""

from __future__ import annotations

import bz2
import lzma
import struct
import zlib
from collections.abc import Iterator
from dataclasses import replace

from preserve.bag.serialized import directory, rules
from preserve.bag.serialized.container import BLOCK, MEMORY, Broken, Container, check_ratio, guarded
from preserve.bag.serialized.directory import ZipEntry
from preserve.bag.serialized.members import Found, Kind, Members
from preserve.bag.serialized.streams import Decoder, Inflater
from preserve.storage.names import shown

_STORED, _DEFLATED, _BZIP2, _LZMA = 0, 8, 12, 14
_METHODS = frozenset([_STORED, _DEFLATED, _BZIP2, _LZMA])
_LZMA_HEAD = 9
_DESCRIPTORS = (12, 16, 20, 24)
"""How long what stands between a member's content and the next header may be."""


def scan(container: Container, members: Members[ZipEntry]) -> None:
    """Index a zip from its directory, and hold every member's own header against it."""
    there = directory.find(container)
    if there.trailing:
        members.blame(rules.TRAILING_DATA, "Something follows the end of the zip.")
    if there.shift:
        members.blame(rules.HIDDEN_DATA, f"{there.shift:,} octets stand before the beginning of the zip.")
    extents: list[tuple[int, int, tuple[int, ...], str]] = []
    for entry in directory.entries(container, there):
        name = _accepted(members, entry)
        try:
            start, disagreement = directory.content_start(container, entry)
        except Broken as broken:
            members.refuse(broken.rule, entry.name, broken.message)
            continue
        end = start + entry.compressed
        extents.append((entry.start, end, _DESCRIPTORS if entry.described_later else (0,), entry.name))
        if disagreement:
            text = f"was not read; its header and the directory disagree about its {disagreement}"
            members.refuse(rules.MEMBER_AMBIGUOUS, entry.name, text)
        elif name and end <= there.offset:
            members.add(name, Found(entry.size, replace(entry, start=start)))
    _judge_extents(container, members, extents, there)


def _accepted(members: Members[ZipEntry], entry: ZipEntry) -> str:
    """The plain name if the member may be read, else ""; what is wrong with it by itself becomes a finding."""
    if "\0" in entry.name:
        members.refuse(rules.MEMBER_UNSAFE, entry.name, "was refused; it contains a NUL character")
        return ""
    name = members.accepts(entry.name, entry.kind)
    if entry.guessed:
        members.refuse(rules.MEMBER_ENCODING, entry.name, "has a name whose encoding the archive does not tell")
    if entry.two_names:
        members.refuse(rules.MEMBER_AMBIGUOUS, entry.name, "was not read; the directory gives it two names")
        return ""
    if entry.kind is Kind.FOLDER and entry.size:
        members.refuse(rules.MEMBER_AMBIGUOUS, entry.name, "is a folder and claims to have content")
    if entry.encrypted:
        members.refuse(rules.MEMBER_ENCRYPTED, entry.name, "is encrypted")
        return ""
    if why := _unusual(entry):
        members.refuse(rules.MEMBER_METHOD, entry.name, why)
        return ""
    return name


def _unusual(entry: ZipEntry) -> str:
    """Why programs could not unpack *entry* as the file that it is, or ""."""
    if entry.needs > directory.LATEST:
        return f"asks for version {entry.needs // 10}.{entry.needs % 10} of the zip format, and there is none"
    if entry.is_patch:
        return "is a change to a file and not a file"
    return "" if entry.method in _METHODS else f"is compressed by method {entry.method}, unknown here"


def _judge_extents(
    container: Container,
    members: Members[ZipEntry],
    extents: list[tuple[int, int, tuple[int, ...], str]],
    there: directory.Directory,
) -> None:
    """No two members may share octets, and nothing may hide between them."""
    extents.sort()
    position = there.shift
    allowed: tuple[int, ...] = (0,)
    for start, end, descriptors, name in [*extents, (there.offset, there.offset, (0,), "")]:
        gap = start - position
        if gap < 0:
            where = shown(name) or "The directory of the zip"
            members.problems.append(
                rules.MEMBER_OVERLAPS.at(name, f"{where} shares octets with another part of the archive.")
            )
        elif gap not in allowed and not _is_blank(container, position, start):
            members.blame(rules.HIDDEN_DATA, f"{gap:,} octets at {position:,} belong to no member of the zip.")
        position = max(position, end)
        allowed = descriptors


def _is_blank(container: Container, position: int, end: int) -> bool:
    """Whether there are only zeros from *position* to *end*."""
    return not any(block.strip(b"\0") for block in _raw(container, position, end))


def blocks(container: Container, found: Found[ZipEntry]) -> Iterator[bytes]:
    """The content of a member, with its length and CRC-32 verified.  ``Broken`` if either is wrong."""
    entry = found.where
    size = crc = 0
    for block in _expanded(container, entry):
        size += len(block)
        crc = zlib.crc32(block, crc)
        if size > entry.size:
            break
        check_ratio(size, entry.compressed, "The member")
        yield block
    if size != entry.size:
        more = "more" if size > entry.size else "less"
        raise Broken(rules.MEMBER_DAMAGED, f"it holds {more} than the {entry.size:,} octets that the zip declares")
    if crc != entry.crc:
        raise Broken(rules.MEMBER_DAMAGED, "its CRC-32 is not the one that the zip declares")


def _raw(container: Container, position: int, end: int) -> Iterator[bytes]:
    while position < end:
        block = container.at(position, min(BLOCK, end - position))
        if not block:
            raise Broken(rules.MEMBER_DAMAGED, "it is cut off")
        position += len(block)
        yield block


def _expanded(container: Container, entry: ZipEntry) -> Iterator[bytes]:
    end = entry.start + entry.compressed
    if entry.method == _STORED:
        yield from _raw(container, entry.start, end)
        return
    decoder, start = _decoder(container, entry)
    source = _raw(container, start, end)
    while not decoder.eof:
        data = next(source, b"") if decoder.needs_input else b""
        ended = not data and decoder.needs_input
        with guarded("it"):
            block = decoder.decompress(data, BLOCK)
        if block:
            yield block
        elif ended and entry.method == _LZMA:
            return  # raw LZMA may have no end marker; the declared length decides
        elif ended:
            raise Broken(rules.MEMBER_DAMAGED, "its compressed data ends too early")
    if decoder.unused_data or next(source, b""):
        raise Broken(rules.MEMBER_DAMAGED, "something follows its compressed data")


def _decoder(container: Container, entry: ZipEntry) -> tuple[Decoder, int]:
    if entry.method == _DEFLATED:
        return Inflater(-15), entry.start
    if entry.method == _BZIP2:
        return bz2.BZ2Decompressor(), entry.start
    return _lzma_decoder(container.at(entry.start, min(_LZMA_HEAD, entry.compressed))), entry.start + _LZMA_HEAD


def _lzma_decoder(head: bytes) -> Decoder:
    """A decoder for the four octets and the properties that begin an LZMA member (APPNOTE 5.8.8)."""
    with guarded("it"):
        length, packed, dictionary = struct.unpack("<2xHBL", head)
        if length != 5 or packed >= 225 or dictionary > MEMORY:
            raise ValueError("its LZMA properties are not usable")
        lc, rest = packed % 9, packed // 9
        filters = [
            {"id": lzma.FILTER_LZMA1, "dict_size": max(dictionary, 4096), "lc": lc, "lp": rest % 5, "pb": rest // 5}
        ]
        return lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=filters)
