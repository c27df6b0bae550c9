"""Which deposits need a person: those that are not over, and those of which the far end has something else.

Of most deposits only the end of the journal is read: there may be as many as there are packages, and more.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from preserve.deposit.journal.reading import JOURNAL, Entry
from preserve.model import Problem
from preserve.model.deposits import Stage
from preserve.storage import durable, locks, names
from preserve.workflows import rules
from preserve.workflows.agreement import deposited
from preserve.workflows.archive import Archive
from preserve.workflows.depositing.journal import deposits_of
from preserve.workflows.depositing.recording import ALTERED
from preserve.workflows.depositing.stages import GIVEN_UP, LEFT, LOST, NOTHING_CAME

_SILENT = frozenset([Stage.STORED, Stage.VERIFIED])
"""Of these nothing is told, unless the far end has something else."""
_END = 16 * 1024
"""Octets in which the last line of a journal stands; of a longer one the whole journal is read."""


def deposits_amiss(archive: Archive) -> Iterator[Problem]:
    """What there is to look at, package by package.  ``CatalogError`` if the journals cannot be read.

    A deposit that a run is busy with is passed over.  Of several at one target those count of which nobody knows
    whether they arrived, and of the others the last, and the last that arrived.
    """
    for package in deposited(archive):
        if all(map(_is_over, _journals(archive.store / (package + names.DEPOSITS)))):
            continue
        for entry in _that_count(deposits_of(archive, package)):
            if not _is_busy(entry, entry.story.opening.target):
                yield from _amiss(package, entry)


def _that_count(entries: Iterable[Entry]) -> list[Entry]:
    """Those of *entries* at which somebody may have to look: of each target, what is lost, and the last of the rest."""
    last: dict[str, list[Entry]] = {}
    for entry in entries:
        opening = entry.story.opening
        before = last.get(opening.target, [])
        lost = [one for one in before if one.story.stage in LOST and one.story.opening.key != opening.key]
        came = [one for one in before if one.story.stage in LEFT][-1:]
        if entry.story.stage not in NOTHING_CAME:
            last[opening.target] = [*lost, entry]
        elif came and came[-1].story.opening.key == opening.key:  # it is there: whoever refused it once more has it
            last[opening.target] = [*lost, *came]
        else:
            last[opening.target] = [*lost, *came, entry]
    return [entry for _, those in sorted(last.items()) for entry in those]


def _amiss(package: str, entry: Entry) -> Iterator[Problem]:
    story, target = entry.story, names.shown(entry.story.opening.target)
    since = f"since {story.changed:%Y-%m-%d %H:%M} UTC" if story.changed else "since an unknown day"
    what = f"The deposit of {names.shown(package)} at {target}"
    if entry.problems:
        yield from entry.problems
    elif story.stage in LOST:
        yield rules.DEPOSIT_UNKNOWN.at(package, f"{what} may have arrived or not: nobody knows, {since}.")
    elif story.stage is Stage.PLANNED:
        yield rules.DEPOSIT_UNFINISHED.at(package, f"{what} was begun, and nothing of it was sent, {since}.")
    elif story.stage is Stage.REFUSED and not story.note.startswith(GIVEN_UP):
        yield rules.DEPOSIT_REFUSED.at(package, f"{what} was refused, {since}: {names.shown(story.note)}")
    elif story.stage not in (*_SILENT, Stage.REFUSED):
        yield rules.DEPOSIT_UNFINISHED.at(package, f"{what} is {story.stage}, and not known to be stored, {since}.")
    elif story.note.startswith(ALTERED):
        yield rules.DEPOSIT_ALTERED.at(package, f"{what} is not there any more as it was sent, {since}.")


def _journals(folder: Path) -> list[Path]:
    with suppress(OSError), os.scandir(folder) as entries:  # whoever reads them whole tells what is wrong
        return [folder / entry.name / JOURNAL for entry in entries if not entry.name.startswith(".")]
    return [folder]


def _is_over(journal: Path) -> bool:
    """Whether its last whole line tells of an end; False if that cannot be seen at once."""
    try:
        with durable.opened(journal, durable.READ_FILE) as fd:
            size = os.fstat(fd).st_size
            lines = os.pread(fd, _END, max(0, size - _END)).split(b"\n")
        told = json.loads(lines[-2])
        return told["stage"] in _SILENT and not told.get("note", "").startswith(ALTERED)
    except FileNotFoundError:
        return True  # nothing was begun
    except (OSError, ValueError, TypeError, LookupError, AttributeError, RecursionError):
        return False


def _is_busy(entry: Entry, target: str) -> bool:
    lock = entry.folder.parent / f".{target}.lock"
    if not os.path.lexists(lock):
        return False
    with suppress(OSError):
        fd = locks.try_hold(lock)
        if fd is None:
            return True
        os.close(fd)
    return False
