"""The numbers, added up copy by copy and never kept copy by copy.  Pure: the time is given.

What was in a past month follows from the histories alone, so that a report made later says the same of it, as long as
the intervals in the configuration stay: these are today's.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from preserve.history.readings import Readings
from preserve.model import Agent
from preserve.workflows.reporting import months
from preserve.workflows.reporting.facts import CopyFacts, PackageFacts, Sort
from preserve.workflows.reporting.promise import Breach, Reason

MOST = 50
"""So many copies that break the promise are named first."""
NEAR = 25
"""So many copies are named that are to be read next."""


@dataclass(slots=True)
class Month:
    """One month: what was there at its end (for the present month: now), and what happened in it.

    *within* counts the copies whose last good reading was at most their interval ago, *kept* those that keep the
    promise: interval and slack, and no failure open.  *oldest* is the earliest last good reading among all copies;
    *unread* of them had none.
    """

    number: int
    copies: int = 0
    within: int = 0
    kept: int = 0
    failed: int = 0
    unread: int = 0
    oldest: datetime | None = None
    good: int = 0
    bad: int = 0
    repairs: int = 0
    read: int = 0
    packages: int = 0
    bytes: int = 0

    @property
    def name(self) -> str:
        """``2026-11``."""
        return months.name_of(self.number)

    @property
    def share(self) -> float | None:
        """Which share of the copies kept the promise; None where there were none."""
        return self.kept / self.copies if self.copies else None


@dataclass(frozen=True, slots=True)
class Near:
    """A copy that is to be read again by *due*, and *late* at the latest, or the promise breaks."""

    due: datetime
    id: str
    name: str
    location: str
    late: datetime


@dataclass(frozen=True, slots=True)
class Figures:
    """All numbers.  *by_copies* tells how many packages have so many copies, *locations* how many copies lie where."""

    packages: int
    files: int
    bytes: int
    copies: int
    months: tuple[Month, ...]
    broken: int
    reasons: Mapping[Reason, int]
    breaches: tuple[Breach, ...]
    near: tuple[Near, ...]
    by_copies: Mapping[int, int]
    locations: Mapping[str, int]
    intervals: Mapping[timedelta, int]
    agents: Mapping[Agent, int]
    first: datetime | None
    oldest: datetime | None
    checks: int


@dataclass(slots=True)
class Ledger:
    """Takes one package after the other; ``finished`` gives the numbers."""

    now: datetime
    slack: timedelta
    _months: dict[int, Month] = field(default_factory=dict)
    _packages: int = 0
    _files: int = 0
    _bytes: int = 0
    _copies: int = 0
    _checks: int = 0
    _first: datetime | None = None
    _reasons: Counter[Reason] = field(default_factory=Counter)
    _breaches: list[tuple[datetime, str, str, Breach]] = field(default_factory=list)
    _near: list[tuple[float, str, str, Near]] = field(default_factory=list)
    _by_copies: Counter[int] = field(default_factory=Counter)
    _locations: Counter[str] = field(default_factory=Counter)
    _intervals: Counter[timedelta] = field(default_factory=Counter)
    _agents: Counter[Agent] = field(default_factory=Counter)

    def take(self, package: PackageFacts) -> None:
        """Add one package with its copies, the first of which is that in the package store."""
        here = package.copies[0]
        self._packages += 1
        self._files += here.files
        self._bytes += here.bytes
        self._first = min(self._first or here.sealed, here.sealed)
        self._by_copies[sum(copy.is_there for copy in package.copies)] += 1
        self._agents.update(package.agents)
        born = self._month(months.month_of(min(here.sealed, self.now)))
        born.packages += 1
        born.bytes += here.bytes
        for copy in package.copies:
            self._take_copy(copy)

    def _take_copy(self, copy: CopyFacts) -> None:
        self._take_checks(copy)
        self._take_months(copy)
        if not copy.is_there:
            return
        self._copies += 1
        self._locations[copy.location] += 1
        self._intervals[copy.interval] += 1
        if breach := copy.breach(self.now, self.slack):
            self._reasons[breach.reason] += 1
            self._keep_breach(breach)
        elif due := copy.due:
            near = Near(due, copy.id, copy.name, copy.location, due + self.slack)
            entry = (-due.timestamp(), copy.name, copy.location, near)
            (heapq.heappush if len(self._near) < NEAR else heapq.heappushpop)(self._near, entry)

    def _keep_breach(self, breach: Breach) -> None:
        self._breaches.append((breach.since or self.now, breach.name, breach.location, breach))
        if len(self._breaches) > 4 * MOST:  # sorted now and then, so that it is cheap even where all is broken
            self._breaches.sort(key=lambda entry: entry[:3])
            del self._breaches[MOST:]

    def _take_checks(self, copy: CopyFacts) -> None:
        damaged = False
        for mark in copy.marks:
            month = self._month(months.month_of(mark.placed))
            if mark.sort is Sort.GOOD:
                month.good += 1
            elif mark.sort is Sort.BAD:
                month.bad += 1
            elif mark.sort is Sort.MENDED and damaged:  # else it was a copy that was made
                month.repairs += 1
            damaged = mark.sort is Sort.BAD or (damaged and mark.sort is Sort.GOOD)
            if mark.sort in (Sort.GOOD, Sort.BAD):
                month.read += copy.bytes
                self._checks += 1

    def _take_months(self, copy: CopyFacts) -> None:
        """What was known of *copy* at the end of each month since it was made."""
        states = list(copy.states())
        at, state, there = 0, Readings(), True
        for number in range(months.month_of(min(copy.made, self.now)), months.month_of(self.now) + 1):
            end = min(months.end_of(number), self.now)
            while at < len(states) and (states[at][0] < end or states[at][0] == end == self.now):
                _, state, there = states[at]
                at += 1
            if there:
                self._count(self._month(number), copy, state, end)

    def _count(self, month: Month, copy: CopyFacts, state: Readings, end: datetime) -> None:
        month.copies += 1
        if state.bad is not None:
            month.failed += 1
        if state.ok is None:
            month.unread += 1
            return
        month.oldest = min(month.oldest or state.ok, state.ok)
        if state.bad is None and state.ok <= end:
            month.within += state.ok > end - copy.interval
            month.kept += state.ok > end - copy.interval - self.slack

    def _month(self, number: int) -> Month:
        month = self._months.get(number)
        if month is None:
            month = self._months[number] = Month(number)
        return month

    def finished(self) -> Figures:
        """The numbers of all that was taken; *packages* and *bytes* of each month are what there was at its end."""
        found = self._all_months()
        self._breaches.sort(key=lambda entry: entry[:3])
        near = tuple(entry[-1] for entry in sorted(self._near, key=lambda entry: (-entry[0], *entry[1:3])))
        return Figures(
            packages=self._packages,
            files=self._files,
            bytes=self._bytes,
            copies=self._copies,
            months=found,
            broken=self._reasons.total(),
            reasons=dict(self._reasons),
            breaches=tuple(entry[-1] for entry in self._breaches[:MOST]),
            near=near,
            by_copies=dict(sorted(self._by_copies.items())),
            locations=dict(sorted(self._locations.items())),
            intervals=dict(sorted(self._intervals.items())),
            agents=dict(sorted(self._agents.items(), key=lambda pair: (pair[0].name, pair[0].version))),
            first=self._first,
            oldest=found[-1].oldest if found else None,
            checks=self._checks,
        )

    def _all_months(self) -> tuple[Month, ...]:
        """Every month from the first to now, also those in which nothing happened."""
        if not self._months:
            return ()
        packages = size = 0
        found = []
        for number in range(min(self._months), months.month_of(self.now) + 1):
            month = self._month(number)
            packages, size = packages + month.packages, size + month.bytes
            month.packages, month.bytes = packages, size
            found.append(month)
        return tuple(found)
