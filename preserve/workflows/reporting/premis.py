"""All histories of an archive as one PREMIS document, streamed: packages first, then what happened to each."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from preserve.errors import CatalogError
from preserve.history import file as history
from preserve.model import Package
from preserve.premis.story import PackageName, Told, archive_chunks
from preserve.workflows.archive import Archive


def chunks(archive: Archive, now: datetime) -> Iterator[bytes]:
    """The document, of the packages that were sealed by *now*.  Each history is read when its turn comes.

    A history that cannot be read tells nothing here; the report names it.
    """
    objects = (PackageName(package.id, package.name, package.transfer) for package in _packages(archive, now))
    events = ((package.id, _told(archive, package)) for package in _packages(archive, now))
    return archive_chunks(objects, events, now)


def _packages(archive: Archive, now: datetime) -> Iterator[Package]:
    return (package for package in archive.catalog.packages(with_pins=False) if package.sealed <= now)


def _told(archive: Archive, package: Package) -> Iterator[Told]:
    try:
        past = history.read(archive.history_of(package.name), package_id=package.id)
    except CatalogError:
        return
    seen: set[str] = set()
    for entry in past.entries:
        if entry.id not in seen and entry.package == f"urn:uuid:{package.id}":  # identifiers are unique in PREMIS
            seen.add(entry.id)
            yield Told(entry.id, entry.event)
