"""The formats of a package's documents, as its premis.xml names them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from preserve.premis.elements import OBJECT, all_of, kind_of, pairs, parts, text_of
from preserve.premis.objects import EXACT_PATH, MEDIA_TYPE
from preserve.premis.text import from_exact


class FileFormat(NamedTuple):
    """The format of one document: *name* and *version* in words, and its *key* in PRONOM, "" where it has none."""

    name: str
    version: str
    key: str
    size: int


class DocumentFormat(NamedTuple):
    """What the document at *path* in the bag is: its format, and its media type, "" where no probe told one."""

    path: str
    format: FileFormat
    media_type: str


def formats_by_path(data: bytes) -> Iterator[DocumentFormat]:
    """The format of every document in *data*, in order.

    ``UnsafeXml`` if *data* is not plain XML, ``ValueError`` if a path in base64 is none; either may come late.
    """
    for element in parts(data):
        if element.tag == OBJECT and kind_of(element) == "file":
            exact = dict(pairs(element, "significantProperties")).get(EXACT_PATH, "")
            shown = text_of(element, "storage/contentLocation/contentLocationValue")
            yield DocumentFormat(from_exact(exact) if exact else shown, _format(element), _media_type(element))


def _media_type(element: object) -> str:
    named = (
        text_of(each, "formatDesignation/formatName")
        for each in all_of(element, "objectCharacteristics/format")
        if MEDIA_TYPE in [note.text for note in all_of(each, "formatNote")]
    )
    return next(named, "")


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
