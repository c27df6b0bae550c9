"""Whether the store and the catalogue agree.

To know it, both have to be listed from end to end.  Where nothing can have changed since they were last found to agree,
they still do: a folder's own times change with every entry that is added, taken away or renamed, and the catalogue's
file with every transaction.  So what both were like at that moment is noted in the workroom, and compared first.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from preserve.errors import Locked, StoreUnwritable
from preserve.history import rules as history_rules
from preserve.history.file import SUFFIX
from preserve.model import Problem
from preserve.storage import durable, names
from preserve.workflows import rules
from preserve.workflows.archive import Archive
from preserve.workflows.places import entries_in

_NOTE = "agreed"
_SETTLED = 2.0
"""Seconds after which the next change is sure to get another time, even from a file system that tells no fractions."""

_FOLDER, _HISTORY, _DEPOSITS = 1, 2, 4


def found_amiss(archive: Archive) -> tuple[Problem, ...]:
    """What ``disagreements`` finds; for nothing, where nothing has changed since it last found nothing.

    A package that a run is publishing is for moments in the one and not in the other.  So whatever is found is looked
    at again when no run publishes; where nobody may wait for that, in a store that cannot be written, it stands.
    """
    before = _state(archive)
    note = archive.config.workroom / _NOTE
    if before and _read(note)[0] == before:
        return ()
    present = _listed(archive.store)
    found = tuple(_disagreements(archive, present))
    if found:
        with suppress(StoreUnwritable, Locked), archive.workroom.locked():
            present = _listed(archive.store)
            found = tuple(_disagreements(archive, present))
    if not found and before and _state(archive) == before:
        _write(note, [before, *_with_deposits(present)])
    return found


def deposited(archive: Archive) -> list[str]:
    """The names of the packages beside which there are deposits, sorted.  ``BagError`` if the store cannot be read."""
    now, (state, *noted) = _state(archive), _read(archive.config.workroom / _NOTE)
    return noted if now and state == now else _with_deposits(_listed(archive.store))


def _with_deposits(present: Mapping[str, int]) -> list[str]:
    return sorted(name for name, there in present.items() if there & _DEPOSITS)


def disagreements(archive: Archive) -> Iterator[Problem]:
    """Where the store and the catalogue do not agree, and where a history is gone.  No package is opened.

    ``BagError`` if the store cannot be read.
    """
    return _disagreements(archive, _listed(archive.store))


def _disagreements(archive: Archive, listed: Mapping[str, int]) -> Iterator[Problem]:
    present = dict(listed)
    for name in archive.catalog.names():
        there = present.pop(name, 0)
        if not there & _FOLDER:
            yield rules.PACKAGE_MISSING.at(
                name, f"The package {names.shown(name)} is in the catalogue but not in the store."
            )
        elif not there & _HISTORY:
            yield history_missing(name)
    for name in sorted(name for name, there in present.items() if there & (_FOLDER | _HISTORY) == _HISTORY):
        yield rules.HISTORY_ALONE.at(name, f"There is a history of the package {names.shown(name)}, but no package.")
    for name in sorted(name for name, there in present.items() if there & _FOLDER):
        yield rules.PACKAGE_NOT_RECORDED.at(
            name, f"The folder {names.shown(name)} is in the store but not in the catalogue."
        )


def history_missing(name: str) -> Problem:
    """That nothing is recorded about the package called *name*."""
    return history_rules.MISSING.at(name, f"The history of the package {names.shown(name)} is not there.")


def packages_in(store: Path) -> Iterator[tuple[str, bool]]:
    """The names of the folders in *store*, sorted, and whether each has its history.  ``BagError`` as above."""
    yield from ((name, bool(there & _HISTORY)) for name, there in sorted(_listed(store).items()) if there & _FOLDER)


def _listed(store: Path) -> dict[str, int]:
    """Of which packages the folder, the history, or the folder of deposits lies in *store*."""
    present: dict[str, int] = {}
    for entry in entries_in(store, deposits=True):
        if entry.name.endswith(names.DEPOSITS):
            name = entry.name.removesuffix(names.DEPOSITS)
            present[name] = present.get(name, 0) | _DEPOSITS
        elif entry.is_dir(follow_symlinks=False):
            present[entry.name] = present.get(entry.name, 0) | _FOLDER
        elif entry.name.endswith(SUFFIX) and entry.is_file(follow_symlinks=False):
            name = entry.name.removesuffix(SUFFIX)
            present[name] = present.get(name, 0) | _HISTORY
    return present


def _state(archive: Archive) -> str:
    """What tells of any change of the store's listing or of the catalogue; "" where nothing does, or not yet."""
    file = archive.catalog.file
    if file is None:
        return ""
    try:
        seen = [os.stat(path) for path in (archive.store, file)]
    except OSError:
        return ""
    if max(one.st_ctime for one in seen) > time.time() - _SETTLED:
        return ""
    return " ".join(f"{one.st_dev}:{one.st_ino}:{one.st_size}:{one.st_mtime_ns}:{one.st_ctime_ns}" for one in seen)


def _read(note: Path) -> list[str]:
    """The state that was noted, and the names of the packages that had deposits then."""
    try:
        found: Any = json.loads(note.read_text("ascii"))
    except (OSError, ValueError, RecursionError):
        return [""]
    good = isinstance(found, list) and found and all(isinstance(text, str) for text in found)
    return found if good else [""]


def _write(note: Path, noted: list[str]) -> None:
    with suppress(OSError):  # a store that is read-only is compared each time
        for left in note.parent.glob(f"{_NOTE}.*"):  # by one that was killed; one who is at work does without
            left.unlink()
        new = note.with_name(f"{_NOTE}.{os.getpid()}")
        durable.write_new(new, json.dumps(noted).encode("ascii"))
        os.replace(new, note)
