"""What was written into histories and the catalogue does not know yet: noted before, so that it is never forgotten.

A check stands in the history first, then in the catalogue.  Between the two a run may be killed, or the disk be full;
and a failure of which the catalogue never hears is one of which nobody hears.  So the packages are named beforehand in
a small file that always has its room on the disk, and whoever comes next reads their histories again.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from preserve.config import Config
from preserve.errors import CatalogError, Locked
from preserve.history import file as history
from preserve.model import Copy, Package
from preserve.storage import durable, locks
from preserve.workflows.archive import Archive
from preserve.workflows.recorded import known_readings, readings_told

_NAME = "pending"
_ROOM = 16_384
_ALL = "*"
"""Stands for all packages, where they are too many to be named."""


@contextmanager
def announced(config: Config, ids: Iterable[str]) -> Iterator[Callable[[], None]]:
    """Note that the histories of the packages *ids* are about to be written.

    What is given is to be called once the catalogue knows of it; without that they stay noted.  ``Locked`` if another
    run does not come to an end with the same.
    """
    place = config.workroom / _NAME
    with ExitStack() as stack:
        try:
            _make(place)
            fd = stack.enter_context(locks.held(place))
        except OSError:  # where not even this can be written, nothing else can
            yield lambda: None
            return
        before = _read(fd)
        known: list[bool] = []
        with suppress(OSError):
            _write(fd, {*before, *ids}, sync=True)
        yield lambda: known.append(True)
        if known:
            with suppress(OSError):
                _write(fd, before, sync=False)


def is_behind(config: Config) -> bool:
    """Whether there is something that the catalogue does not know, and nobody is just about to tell it."""
    place = config.workroom / _NAME
    with suppress(OSError):
        fd = locks.try_hold(place) if place.exists() else None
        if fd is not None:
            try:
                return bool(_read(fd))
            finally:
                os.close(fd)
    return False


def catch_up(archive: Archive) -> None:
    """Let the catalogue know what dead runs could not tell it.  Costs nothing where there is nothing.

    ``CatalogError`` if it cannot be written.
    """
    place = archive.config.workroom / _NAME
    try:
        _make(place)
        fd = locks.try_hold(place)
    except OSError:
        return
    if fd is None:
        return  # somebody is at work
    try:
        found = _read(fd)
        if not found:
            return
        for package in _packages(archive, found):
            _tell(archive, package)
        with suppress(OSError):
            _write(fd, set(), sync=False)
    finally:
        os.close(fd)


def _packages(archive: Archive, ids: set[str]) -> Iterator[Package]:
    if _ALL in ids:
        yield from archive.catalog.packages()
        return
    for package_id in sorted(ids):
        package = archive.catalog.get(package_id)
        if package is not None:
            yield package


def _tell(archive: Archive, package: Package) -> None:
    """Let the catalogue know what the history of *package* tells, unless that is in doubt: that is told elsewhere."""
    with suppress(CatalogError, Locked):
        past = history.read(archive.history_of(package.name), package_id=package.id)
        if past.broken or not past.entries:
            return
    told, known = readings_told(past), known_readings(archive, package)
    for location in known.keys() - told.keys():
        archive.catalog.remove_copy(package.id, location)
    for location, story in told.items():
        if location and location not in known:
            archive.catalog.put_copies([Copy(package, location, story.made, *story.readings)])
        elif known[location] != story.readings:
            archive.catalog.record_readings(package.id, *story.readings, location=location)


def _make(place: Path) -> None:
    """Make the file, with room for what may have to be written when the disk is full."""
    if not os.path.lexists(place):
        with suppress(FileExistsError):
            durable.write_new(place, b" " * _ROOM, sync=True)


def _read(fd: int) -> set[str]:
    os.lseek(fd, 0, os.SEEK_SET)
    return set(os.read(fd, _ROOM).decode("ascii", "replace").split())


def _write(fd: int, ids: set[str], *, sync: bool) -> None:
    text = "\n".join(sorted(ids)).encode()
    if len(text) > _ROOM:
        text = _ALL.encode()
    os.lseek(fd, 0, os.SEEK_SET)
    durable.write_all(fd, text.ljust(_ROOM))
    if sync:
        os.fsync(fd)
