"""Packages to rows and back; pure.

Rows are tuples as the tables store them (see ``types``).  They go past SQLAlchemy's own conversion, cell by cell, of
each value: lists and rebuilds have hundreds of thousands of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from preserve.catalog.types import Undecodable, escape, time_of, time_text, unescape
from preserve.errors import CatalogError
from preserve.model import Package, PinnedDigest, TextPrint
from preserve.storage.names import shown

_LARGEST = 2**63 - 1
_UUID = re.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_few_texts = lru_cache(maxsize=256)(unescape)  # the same few names of manifests and algorithms in every package

Row = tuple[Any, ...]


def _whole(stored: object) -> int:
    if type(stored) is not int:
        raise Undecodable(f"{stored!r} is not a whole number")
    return stored


def _if_any(convert: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: None if value is None else convert(value)


COLUMNS: Mapping[str, tuple[str, Callable[[Any], Any], Callable[[Any], Any]]] = {
    "id": ("id", escape, unescape),
    "name": ("name", escape, unescape),
    "transfer": ("transfer", escape, unescape),
    "title": ("title", escape, unescape),
    "title_stands_in": ("title_stands_in", bool, bool),
    "sealed": ("sealed", time_text, time_of),
    "bag_version": ("bag_version", escape, unescape),
    "files": ("files", int, _whole),
    "bytes": ("bytes", int, _whole),
    "external_identifier": ("external_identifier", escape, unescape),
    "bag_group": ("group", escape, unescape),
    "last_read_ok": ("last_read_ok", _if_any(time_text), _if_any(time_of)),
    "last_read_bad": ("last_read_bad", _if_any(time_text), _if_any(time_of)),
    "text": ("text", escape, unescape),
}
"""Column → field of ``Package``, how it is stored, how it is read; in the order of the fields."""

PIN_COLUMNS = ("package_id", "path", "algorithm", "value", "position")

_PINNED_AT = 9  # where ``pinned`` stands among the fields
_READ = tuple(read for _, _, read in COLUMNS.values())
_STORE = tuple((field, store) for field, store, _ in COLUMNS.values())
_ITSELF = [field for field, *_ in COLUMNS.values() if field not in ("sealed", "last_read_ok", "last_read_bad")]


def package_row(package: Package) -> Row:
    """The row of *package*.  ``CatalogError`` names a value that no catalogue can hold."""
    if complaint := _complaint(package):
        raise CatalogError(
            f"The package {shown(package.name)!r} cannot be catalogued: {complaint}.",
            hint="Check the package with: preserve validate",
        )
    return tuple(store(getattr(package, field)) for field, store in _STORE)


def _complaint(package: Package) -> str:
    if not is_canonical_uuid(package.id):
        return f"its id {shown(package.id)!r} is not a UUID in lower-case letters"
    if not package.name or "/" in package.name:
        return "its name is not the name of a folder"
    if not (0 <= package.files <= _LARGEST and 0 <= package.bytes <= _LARGEST):
        return "its number of files or bytes is out of range"
    for what, moment in (
        ("sealing time", package.sealed),
        ("last good reading", package.last_read_ok),
        ("last bad reading", package.last_read_bad),
    ):
        if moment is not None and (wrong := _wrong_with(moment)):
            return f"its {what} {wrong}"
    keys = {(pin.path, pin.algorithm) for pin in package.pinned}
    return "" if len(keys) == len(package.pinned) else "one of its pinned digests is given twice"


def _wrong_with(moment: datetime) -> str:
    if moment.tzinfo is None:
        return "does not say how far it is from UTC"
    try:
        moment.astimezone(UTC)
    except OverflowError:
        return "is out of range"
    return ""


def is_canonical_uuid(text: str) -> bool:
    """Whether *text* is a UUID as RFC 9562 §4 writes it."""
    return _UUID.fullmatch(text) is not None


def pin_rows(package: Package) -> list[Row]:
    """The rows of the pinned digests of *package*, for ``PIN_COLUMNS``."""
    return [
        (package.id, escape(pin.path), escape(pin.algorithm), escape(pin.value), position)
        for position, pin in enumerate(package.pinned)
    ]


def key_rows(package: Package) -> list[Row]:
    """The rows of the keys by which the text of *package* is found; none where it has none that we understand."""
    found = TextPrint.of(package.text) if package.text else None
    return [(key, package.id) for key in {found.key, *found.sketch}] if found else []


def package_of(row: Sequence[Any], pins: Iterable[PinnedDigest]) -> Package:
    """The package of a *row* of ``COLUMNS``.  ``Undecodable`` if it holds what ``package_row`` never gives."""
    values = [read(cell) for read, cell in zip(_READ, row, strict=True)]
    values.insert(_PINNED_AT, tuple(pins))  # by position, because ls makes thousands of these
    return Package(*values)


def pin_of(path: object, algorithm: object, value: object) -> PinnedDigest:
    """The pinned digest of three cells.  ``Undecodable`` as ``package_of``."""
    return PinnedDigest(_few_texts(path), _few_texts(algorithm), unescape(value))


Plain = tuple[object, ...]


def plain(package: Package) -> Plain:
    """What *package* is, as plain values; the order of pinned digests does not count, nor when it was read."""
    pins = tuple(sorted((pin.path, pin.algorithm, pin.value) for pin in package.pinned))
    return (*(getattr(package, field) for field in _ITSELF), time_text(package.sealed), pins)


def with_readings(package: Package) -> Plain:
    """All that the catalogue holds about *package*, as plain values: ``plain``, and when it was read."""
    readings = (package.last_read_ok, package.last_read_bad)
    return (*plain(package), *(moment and time_text(moment) for moment in readings))
