"""The formats of a package's documents, as its premis.xml names them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from preserve.premis.elements import OBJECT, all_of, kind_of, parts, text_of


class FileFormat(NamedTuple):
    """The format of one document: *name* and *version* in words, and its *key* in PRONOM, "" where it has none."""

    name: str
    version: str
    key: str
    size: int


def formats_in(data: bytes) -> Iterator[FileFormat]:
    """The format of every document in *data*, in order: that with a key of PRONOM, else the first that is named.

    ``UnsafeXml`` if *data* is not plain XML; it may come after some formats.
    """
    for element in parts(data):
        if element.tag == OBJECT and kind_of(element) == "file":
            yield _format(element)


def _format(element: object) -> FileFormat:
    found = [
        (
            text_of(each, "formatDesignation/formatName"),
            text_of(each, "formatDesignation/formatVersion"),
            text_of(each, "formatRegistry/formatRegistryKey"),
        )
        for each in all_of(element, "objectCharacteristics/format")
    ]
    name, version, key = next((each for each in found if each[2]), found[0] if found else ("unknown", "", ""))
    size = text_of(element, "objectCharacteristics/size")
    return FileFormat(name, version, key, int(size) if size.isdecimal() and len(size) < 20 else 0)
