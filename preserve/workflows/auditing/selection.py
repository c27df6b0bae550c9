"""Which copies an audit reads, in which order."""

from __future__ import annotations

import hashlib
import heapq
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import chain
from math import ceil

from preserve.catalog.due import Queue
from preserve.errors import UsageError
from preserve.fixity.choosing import Share
from preserve.fixity.intervals import STORE, from_config
from preserve.model import Copy, Package
from preserve.workflows.archive import Archive
from preserve.workflows.auditing.queue import queue
from preserve.workflows.auditing.runs import read_runs
from preserve.workflows.auditing.wanted import Wanted
from preserve.workflows.looking import find
from preserve.workflows.scheduling.tonight import reading_order, share_tonight

_PORTION = 2_000


@dataclass(slots=True)
class Selection:
    """The copies that a run which began at *now* reads; *reached* are the locations that are there, "" is the store.

    *pressing* are the names of packages that are due whenever they were read: gone from the store, or never recorded.
    """

    archive: Archive
    wanted: Wanted
    now: datetime
    reached: frozenset[str]
    pressing: Sequence[str] = ()
    _seen: set[tuple[str, str]] = field(default_factory=set)

    def copies(self) -> Iterator[Copy]:
        """Each of them once, the most overdue first.  Drawn from as the work goes on; so it may take long."""
        for copy in chain(self._pressing(), self._chosen()):
            key = copy.package.id, copy.location
            if copy.location in self.reached and key not in self._seen:
                self._seen.add(key)
                yield copy

    def expected(self) -> tuple[int, int]:
        """About how many copies and octets that will be, for a person who waits."""
        wanted = self.wanted
        if wanted.names:
            return 0, 0
        if wanted.chosen == "due":
            owed = self.archive.catalog.owed(self._queue())
            return owed.copies, owed.bytes
        totals = self.archive.catalog.totals()
        part = wanted.sample or 1
        return ceil(totals.packages * part), ceil(totals.bytes * part)

    def left(self) -> int:
        """How many copies are due that this run has not read."""
        return self.archive.catalog.owed(self._queue(before=self.now)).copies

    def _pressing(self) -> Iterator[Copy]:
        for name in self.pressing:
            package = self.archive.catalog.by_name(name)
            if package is not None and package.last_read_bad is None:
                yield _copies(self.archive, package)[0]

    def _chosen(self) -> Iterator[Copy]:
        if self.wanted.names:
            return self._named()
        if self.wanted.sample is not None:
            return self._sample()
        if self.wanted.everything:
            return self._walk(lambda limit: self.archive.catalog.due(self._queue(every=True), limit=limit))
        return self._due()

    def _due(self) -> Iterator[Copy]:
        catalog, intervals = self.archive.catalog, from_config(self.archive.config)
        share = Share()
        if self.wanted.spread:
            asked = self._queue()
            planned = (one for one in catalog.planned(asked.bands, asked.locations) if one.location in self.reached)
            share = share_tonight(planned, read_runs(self.archive.config), self.now)
        due = self._walk(lambda limit: catalog.due(self._queue(), limit=limit))
        later = self._walk(lambda limit: catalog.due(self._queue(until=self._far()), limit=limit))
        ahead = (copy for copy in later if copy.last_read_bad is None)  # what was found bad is due already
        return reading_order(due, ahead, intervals, self.now, share)

    def _far(self) -> datetime:
        return self.now + from_config(self.archive.config).longest + timedelta(days=1)

    def _queue(self, *, before: datetime | None = None, until: datetime | None = None, every: bool = False) -> Queue:
        asked = queue(self.archive.config, self.now, before=before, until=until)
        places = tuple(name for name in asked.locations if name in self.reached)
        if every:  # whatever its interval
            asked = replace(asked, bands=[band._replace(interval=timedelta(0)) for band in asked.bands])
        return replace(asked, locations=places)

    def _walk(self, ask: Callable[[int], Sequence[Copy]]) -> Iterator[Copy]:
        """All that *ask* answers, in portions: what was read in between is not answered again, or was seen."""
        told: set[tuple[str, str]] = set()
        again = 0
        while True:
            found = ask(_PORTION + again)
            fresh = [copy for copy in found if (copy.package.id, copy.location) not in told]
            again = len(found) - len(fresh)
            if not fresh:
                return
            for copy in fresh:
                told.add((copy.package.id, copy.location))
                yield copy

    def _named(self) -> Iterator[Copy]:
        for text in self.wanted.names:
            found = _copies(self.archive, find(self.archive, text))
            here = [copy for copy in found if self._wants(copy.location)]
            if not here:
                raise UsageError(
                    f"There is no copy of {text} in the location {self.wanted.location}.",
                    hint="See its copies with: preserve show",
                )
            yield from here

    def _wants(self, location: str) -> bool:
        return self.wanted.location is None or location == at(self.wanted.location)

    def _sample(self) -> Iterator[Copy]:
        """A part of all copies, the same for everybody who has the seed: those whose hash with it is smallest."""
        every = [copy for copy in self._keys() if self._wants(copy[1])]
        count = ceil(len(every) * (self.wanted.sample or 1))
        for _, package_id, location in heapq.nsmallest(count, (self._drawn(*key) for key in every)):
            package = self.archive.catalog.get(package_id)
            yield from (copy for copy in _copies(self.archive, package) if copy.location == location)

    def _keys(self) -> Iterator[tuple[str, str]]:
        for package in self.archive.catalog.packages(with_pins=False):
            yield package.id, ""
        for copy in self.archive.catalog.copies():
            yield copy.package.id, copy.location

    def _drawn(self, package_id: str, location: str) -> tuple[bytes, str, str]:
        ticket = f"{self.wanted.seed}\n{package_id}\n{location}".encode()
        return hashlib.sha256(ticket).digest(), package_id, location


def at(location: str) -> str:
    """What a person calls *location* is called in records: the package store has no name there."""
    return "" if location == STORE else location


def _copies(archive: Archive, package: Package | None) -> tuple[Copy, ...]:
    """All copies of *package*, that in the package store first."""
    if package is None:
        return ()
    own = Copy(package, "", package.sealed, package.last_read_ok, package.last_read_bad)
    configured = archive.config.named("locations")
    return (own, *(copy for copy in archive.catalog.copies_of(package.id) if copy.location in configured))
