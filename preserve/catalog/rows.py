"""Packages to rows and back; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from preserve.catalog.types import Undecodable
from preserve.errors import CatalogError
from preserve.model import Package, PinnedDigest
from preserve.storage.names import shown

_LARGEST = 2**63 - 1

COLUMNS: Mapping[str, str] = {
    "id": "id",
    "name": "name",
    "transfer": "transfer",
    "title": "title",
    "title_stands_in": "title_stands_in",
    "sealed": "sealed",
    "bag_version": "bag_version",
    "files": "files",
    "bytes": "bytes",
    "external_identifier": "external_identifier",
    "bag_group": "group",
}
"""Column → field of ``Package``, in its order."""

_PINNED_AT = 9  # where ``pinned`` stands among the fields; by position, because ls makes thousands of these


def package_row(package: Package) -> dict[str, Any]:
    """The row of *package*.  ``CatalogError`` names a value that no catalogue can hold."""
    if complaint := _complaint(package):
        raise CatalogError(
            f"The package {shown(package.name)!r} cannot be catalogued: {complaint}.",
            hint="Check the package with: preserve validate",
        )
    return {column: getattr(package, field) for column, field in COLUMNS.items()}


def _complaint(package: Package) -> str:
    if not is_canonical_uuid(package.id):
        return f"its id {shown(package.id)!r} is not a UUID in lower-case letters"
    if not package.name or "/" in package.name:
        return "its name is not the name of a folder"
    if not (0 <= package.files <= _LARGEST and 0 <= package.bytes <= _LARGEST):
        return "its number of files or bytes is out of range"
    if package.sealed.tzinfo is None:
        return "its sealing time does not say how far it is from UTC"
    try:
        package.sealed.astimezone(UTC)
    except OverflowError:
        return "its sealing time is out of range"
    keys = {(pin.path, pin.algorithm) for pin in package.pinned}
    return "" if len(keys) == len(package.pinned) else "one of its pinned digests is given twice"


def is_canonical_uuid(text: str) -> bool:
    """Whether *text* is a UUID as RFC 9562 §4 writes it."""
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


def pin_rows(package: Package) -> list[dict[str, Any]]:
    """The rows of the pinned digests of *package*."""
    return [
        {"package_id": package.id, "path": pin.path, "algorithm": pin.algorithm, "value": pin.value, "position": n}
        for n, pin in enumerate(package.pinned)
    ]


def package_of(row: Row[Any], pins: Iterable[PinnedDigest]) -> Package:
    """The package of a *row* of the columns in ``COLUMNS``.  ``Undecodable`` if a number is none."""
    values: list[Any] = list(row)
    values.insert(_PINNED_AT, tuple(pins))
    package = Package(*values)
    if type(package.files) is not int or type(package.bytes) is not int:
        raise Undecodable(f"the number of files or bytes of {package.id} is not a number")
    return package


Plain = tuple[object, ...]


def plain(package: Package) -> Plain:
    """All that the catalogue holds about *package*, as plain values; the order of pinned digests does not count."""
    pins = tuple(sorted((pin.path, pin.algorithm, pin.value) for pin in package.pinned))
    sealed: datetime = package.sealed.astimezone(UTC)
    fields = (getattr(package, field) for field in COLUMNS.values() if field != "sealed")
    return (*fields, sealed.isoformat(), pins)
