"""All histories of an archive, as the leaves of a checkpoint; nothing is vouched for that is broken."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from preserve.errors import CatalogError, Locked
from preserve.history import file as history
from preserve.history.chain import History
from preserve.history.checkpoints import rules
from preserve.history.checkpoints.compare import differences, holds, tells_of_loss
from preserve.history.checkpoints.leaves import Leaf, Listed, prints_of
from preserve.history.entry import package_urn
from preserve.history.readings import Readings, lost_readings
from preserve.model import Copy, Package, Problem, Severity
from preserve.ports import Progress
from preserve.storage.names import shown
from preserve.storage.times import rfc3339
from preserve.workflows.archive import Archive
from preserve.workflows.checkpointing.earlier import Earlier
from preserve.workflows.places import entries_in


@dataclass(frozen=True, slots=True)
class Gathered:
    """What is vouched for, sorted by id; what is *left_out* and why, sorted by name; and what else is to be *told*."""

    listed: tuple[Listed, ...]
    left_out: tuple[Problem, ...]
    told: tuple[Problem, ...]


def histories_in(store: Path) -> tuple[str, ...]:
    """The names of the packages of which anything lies where a history would, sorted.  ``BagError``."""
    found = (entry.name for entry in entries_in(store))
    return tuple(sorted(name.removesuffix(history.SUFFIX) for name in found if name.endswith(history.SUFFIX)))


def package_id_of(past: History) -> str:
    """The id of the package whose history this is, as it says itself; "" if it says none."""
    try:
        return package_urn(past.entries[0].package).removeprefix("urn:uuid:")
    except (IndexError, ValueError):
        return ""


def gather(archive: Archive, earlier: Earlier, progress: Progress) -> Gathered:
    """Read every history in the store, while others may go on writing; each is waited for.

    What is not any more as *earlier* checkpoints saw it is left out, unless the history tells itself of a loss that a
    person accepted.

    ``BagError`` or ``CatalogError`` if the store, or the catalogue, cannot be read.
    """
    known = _known(archive)  # before the histories are read: what it knows stands in them by then
    names = histories_in(archive.store)
    gathering = _Gathering(archive, earlier)
    progress.start("Reading the histories", len(names), 0)
    for name in names:
        gathering.take(name, known.pop(name, None))
        progress.advance(1, 0)
    progress.finish()
    for name in known:  # begun before the store was listed, so its history was there, too
        gathering.leave_out(name, "the catalogue knows it, and its history is missing")
    for package_id in earlier.latest - gathering.seen:
        gathering.leave_out(earlier.listed[package_id].name, "it is gone, with its history, since the last checkpoint")
    listed = sorted(gathering.listed.values(), key=lambda one: one.leaf.id)
    left_out = {problem.path: problem for problem in reversed(gathering.left_out)}  # each once, for its first reason
    return Gathered(tuple(listed), tuple(left_out[name] for name in sorted(left_out)), tuple(gathering.told))


class _Known(NamedTuple):
    """A package as the catalogue knows it, and the last readings of each copy of it, by location."""

    package: Package
    readings: dict[str, Readings]


@dataclass(slots=True)
class _Gathering:
    archive: Archive
    earlier: Earlier
    listed: dict[str, Listed] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    told: list[Problem] = field(default_factory=list)
    left_out: list[Problem] = field(default_factory=list)

    def leave_out(self, name: str, why: str) -> None:
        text = f"The checkpoint does not vouch for the package {shown(name)}: {why.rstrip('.')}."
        self.left_out.append(rules.LEFT_OUT.at(name, text))

    def take(self, name: str, known: _Known | None) -> None:
        try:
            past = history.read(self.archive.history_of(name), settled=True)
        except (CatalogError, Locked) as error:
            self.leave_out(name, error.message)
            return
        package_id = package_id_of(past)
        self.seen.add(package_id)
        why = next(_against(past, package_id, known), "") or self._changed(name, package_id, past)
        if twin := self.listed.get(package_id):
            why = f"its history is a copy of that of {shown(twin.name)}"
        if why:
            self.leave_out(name, why)
            return
        leaf = Leaf.of(package_id, past.entries)
        self.listed[package_id] = Listed(leaf, name, prints_of(past.entries))

    def _changed(self, name: str, package_id: str, past: History) -> str:
        """Why the history is not the one that was vouched for before, "" if it is, or says itself what became of it."""
        before = self.earlier.listed.get(package_id)
        if before is None or holds(before.leaf.mark, past.entries):
            return ""
        problem = differences(before.leaf.mark, before.prints, past, name)
        if not tells_of_loss(before.prints, past):
            return problem.message
        self.told.append(rules.LOSS_SIGNED.at(name, problem.message))
        return ""


def _known(archive: Archive) -> dict[str, _Known]:
    """What the catalogue knows, by the names of the packages."""
    found = {package.id: _Known(package, {"": _readings(package)}) for package in archive.catalog.packages()}
    for copy in archive.catalog.copies():
        if copy.package.id in found:
            found[copy.package.id].readings[copy.location] = _readings(copy)
    return {each.package.name: each for each in found.values()}


def _readings(of: Package | Copy) -> Readings:
    return Readings(of.last_read_ok, of.last_read_bad)


def _against(past: History, package_id: str, known: _Known | None) -> Iterator[str]:
    """Why the history *past* is not vouched for: broken, or without something that the catalogue has *known* of it."""
    if past.broken or not past.entries:
        yield next((one.message for one in past.problems if one.severity is Severity.ERROR), "its history is empty")
    if not package_id:
        yield "its history does not say of which package it is"
    if known is None:
        return
    if package_id != known.package.id:
        yield "its history is that of another package than the catalogue knows by this name"
    if lost := lost_readings(past.events, known.readings):
        yield f"its history lost its end: it no longer holds the check of {rfc3339(lost[0])}"
    if past.lacks(known.package.pinned):
        yield "its history lost its end: it no longer holds the last change of the package"
