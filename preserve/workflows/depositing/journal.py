"""The journals of the deposits of a package, where they lie, and which of them a new run goes on with."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from preserve.deposit.journal import reading
from preserve.deposit.journal.reading import RECEIPTS, Entry
from preserve.errors import CatalogError, Locked, StoreUnwritable
from preserve.storage import locks, names
from preserve.workflows.archive import Archive
from preserve.workflows.depositing.stages import NOTHING_CAME


def deposits_of(archive: Archive, package: str) -> tuple[Entry, ...]:
    """All deposits of the package called *package*, the oldest first.  ``CatalogError`` if they cannot be read."""
    folder = reading.folder_of(archive.store, package)
    _refuse_link(folder)
    try:
        return reading.deposits_in(folder)
    except OSError as error:
        raise CatalogError(
            f"The deposits of {names.shown(package)} cannot be read: {(error.strerror or str(error)).lower()}.",
            hint=f"Check the disk and the permissions of {names.shown(str(folder))}.",
        ) from error


def _refuse_link(folder: Path) -> None:
    if folder.is_symlink():
        raise CatalogError(
            f"{names.shown(str(folder))} is a link, and is not followed.",
            hint="Put the folder itself there, with the journals and receipts of the deposits.",
        )


def latest(entries: Iterable[Entry], target: str, key: str) -> Entry | None:
    """The deposit at *target* of the state that *key* names that counts: the last of which the far end may have any."""
    found = [one for one in entries if (one.story.opening.target, one.story.opening.key) == (target, key)]
    came = [one for one in found if one.story.stage not in NOTHING_CAME]
    return next(reversed(came or found), None)


def new_folder(store: Path, package: str, target: str, now: datetime) -> Path:
    """Where a new deposit's journal is to be.  The names at one target count up: a clock may be wrong for a while.

    Only whoever is ``alone`` may ask.
    """
    folder = reading.folder_of(store, package)
    found = (re.fullmatch(rf"{re.escape(target)}-(\d+)-\d{{8}}T\d{{6}}Z", name) for name in os.listdir(folder))
    number = 1 + max((int(each[1]) for each in found if each), default=0)
    return folder / f"{target}-{number:04d}-{now:%Y%m%dT%H%M%SZ}"


def receipts_of(entry: Entry) -> Path:
    """Where the far end's answers are kept."""
    return entry.folder / RECEIPTS


@contextmanager
def alone(store: Path, package: str, target: str) -> Iterator[None]:
    """No other run deposits *package* at *target* meanwhile.  ``Locked`` if one does; ``StoreUnwritable``."""
    folder = reading.folder_of(store, package)
    _refuse_link(folder)
    try:
        folder.mkdir(exist_ok=True)
        fd = locks.try_hold(folder / f".{target}.lock")
    except OSError as error:
        raise StoreUnwritable(
            f"The folder {names.shown(str(folder))} cannot be written: {(error.strerror or str(error)).lower()}.",
            hint="Make room or repair the disk, then run the command again; nothing was sent.",
        ) from error
    if fd is None:
        raise Locked(
            f"Another run is depositing {names.shown(package)} at {target}.",
            hint="Wait until it has finished, then run the command again.",
        )
    try:
        yield
    finally:
        os.close(fd)
