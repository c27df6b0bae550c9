"""The facts: every package of the catalogue with what its history tells, one after the other.

A history that is missing, broken or cannot be read proves nothing, is told, and stops nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from preserve.errors import CatalogError
from preserve.fixity.intervals import Intervals, from_config
from preserve.history import file as history
from preserve.history import rules as history_rules
from preserve.history.chain import History
from preserve.history.readings import Readings, last_readings
from preserve.model import Agent, Event, Outcome, Package, Problem, Severity
from preserve.ports import Progress
from preserve.storage import names
from preserve.workflows import rules as house_rules
from preserve.workflows.agreement import found_amiss
from preserve.workflows.archive import Archive
from preserve.workflows.beginning import shorter
from preserve.workflows.reporting.facts import CopyFacts, PackageFacts, marks_of
from preserve.workflows.reporting.places import not_named

MOST = 500
"""So many problems are named; of the others only the number is told."""


@dataclass(slots=True)
class Gathering:
    """Reads all histories, once.  Afterwards *problems* holds the first of what was wrong, *amiss* how much was."""

    archive: Archive
    now: datetime
    problems: list[Problem] = field(default_factory=list)
    amiss: int = 0
    unlooked: Counter[str] = field(default_factory=Counter)
    failed_there: Counter[str] = field(default_factory=Counter)

    def packages(self, progress: Progress) -> Iterator[PackageFacts]:
        """All packages, by time of sealing; memory does not grow with their number.  ``CatalogError``."""
        intervals = from_config(self.archive.config)
        places = tuple(self.archive.config.named("locations"))
        progress.start("Reading the histories", self.archive.catalog.count(), 0)
        for package in self.archive.catalog.packages():
            yield self._facts(package, intervals, places)
            progress.advance(1, 0)
        progress.finish()
        for problem in found_amiss(self.archive):
            if problem.code != history_rules.MISSING.code:  # told already, package by package
                self._tell(problem)
        for place, count in sorted(self.unlooked.items()):
            self._tell(not_named(place, count, self.failed_there[place]))

    def _facts(self, package: Package, intervals: Intervals, places: tuple[str, ...]) -> PackageFacts:
        """All copies of *package*; where its history proves nothing, those that the catalogue knows, unproven."""
        past = self._history(package)
        events: tuple[Event, ...] = ()
        if past is None:
            elsewhere = {one.location: one.made for one in self.archive.catalog.copies_of(package.id)}
        else:
            events, elsewhere = past.events, _elsewhere(past.events)
            self._compare(package, last_readings(events))
        proven = past is not None
        found = [self._copy(package, events, "", intervals, proven=proven)]
        for place, made in elsewhere.items():
            copy = replace(self._copy(package, events, place, intervals, proven=proven), made=made)
            if place in places:
                found.append(copy)
            elif copy.is_there:
                self.unlooked[place] += 1
                self.failed_there[place] += copy.readings.bad is not None
        return PackageFacts(tuple(found), software_of(events))

    def _history(self, package: Package) -> History | None:
        """What the history of *package* tells; None if that proves nothing."""
        try:
            past = self._read(package)
            if past.torn:  # somebody may have been writing its last line just now
                past = self._read(package)
        except CatalogError as error:
            self._tell(Problem(error.code, Severity.ERROR, package.name, error.message, "", error.hint))
            return None
        for problem in past.problems:
            self._tell(problem)
        if past.broken:
            return None
        if lost := shorter(self.archive, past, package, package.name):
            self._tell(lost)
            return None
        return past

    def _read(self, package: Package) -> History:
        return history.read(self.archive.history_of(package.name), package_id=package.id)

    def _copy(
        self, package: Package, events: tuple[Event, ...], place: str, intervals: Intervals, *, proven: bool
    ) -> CopyFacts:
        return CopyFacts(
            id=package.id,
            name=package.name,
            title=package.title,
            location=place,
            sealed=package.sealed,
            made=package.sealed,
            files=package.files,
            bytes=package.bytes,
            interval=intervals.of(package.group, package.bytes, place),
            marks=marks_of(events, place, self.now),
            proven=proven,
        )

    def _compare(self, package: Package, found: Readings) -> None:
        """Tell it if the catalogue knows less than the history: then ``status`` was asked of the wrong witness."""
        if found == Readings(package.last_read_ok, package.last_read_bad):
            return
        known = self.archive.catalog.get(package.id)  # a check may have ended since the list was begun
        if known is None or found == Readings(known.last_read_ok, known.last_read_bad):
            return
        past = self._read(package)
        if last_readings(past.events) != Readings(known.last_read_ok, known.last_read_bad):
            text = f"The catalogue does not know the last checks of the package {names.shown(package.name)}."
            self._tell(house_rules.CATALOG_BEHIND.at(package.name, text))

    def _tell(self, problem: Problem) -> None:
        self.amiss += 1
        if len(self.problems) < MOST:
            self.problems.append(problem)


def _elsewhere(events: tuple[Event, ...]) -> dict[str, datetime]:
    """The locations that a copy was ever made in, and when the first time."""
    found: dict[str, datetime] = {}
    for event in events:
        if event.location and event.type == "rep" and event.outcome is Outcome.SUCCESS:
            found.setdefault(event.location, event.time)
    return found


def software_of(events: tuple[Event, ...]) -> frozenset[Agent]:
    """The programs that wrote *events*."""
    return frozenset(agent for event in events for agent in event.agents if agent.kind == "software")
