"""Which copies of packages are due to be read again.  See ``Catalog.due``; ``docs/decisions/0007-what-is-due.md``.

A copy whose latest reading found damage stays due until it is mended, but stands in the queue by the time of its latest
reading, as if that had been a good one: were it always at the head, a few damaged packages would keep a short nightly
check from ever reading the others.  ``fixity.choosing`` has the same order in plain values, and simulates it.

Every question is asked for each interval by itself: then each is one range of an index, and costs no more where there
are more packages.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, FromClause, and_, case, func, literal, not_, or_, select

from preserve.catalog.queries import Condition, chunks, select_packages
from preserve.catalog.tables import copies, packages
from preserve.model import Copy, Package

_PORTION = 1000


class Band(NamedTuple):
    """Copies that are to be read again after the same *interval*: who fulfil its conditions, and no earlier band's.

    None is no condition; sizes are octets of payload, exclusive; the package store is the location "".
    """

    interval: timedelta
    collection: str | None = None
    larger_than: int | None = None
    smaller_than: int | None = None
    location: str | None = None

    def condition(self) -> Condition:
        """What it asks of a package."""
        asked: list[Condition] = []
        if self.collection is not None:
            asked.append(packages.c.bag_group == self.collection)
        if self.larger_than is not None:
            asked.append(packages.c.bytes > self.larger_than)
        if self.smaller_than is not None:
            asked.append(packages.c.bytes < self.smaller_than)
        return and_(*asked) if asked else literal(value=True)


class Owed(NamedTuple):
    """How much is due: *copies* of packages, and *bytes* of payload in them."""

    copies: int = 0
    bytes: int = 0


@dataclass(frozen=True, slots=True)
class Queue:
    """What a question about due copies is asked with.

    *until*: due is what must be read by then.  *before*: what was found bad is due if it was last read before that;
    without it, whenever it was.  *locations* are asked as well as the package store.
    """

    now: datetime
    bands: Sequence[Band]
    until: datetime
    before: datetime | None = None
    locations: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """Where copies of one location are listed, and in which columns."""

    name: str
    table: FromClause
    ok: ColumnElement[Any]
    bad: ColumnElement[Any]
    first: ColumnElement[Any]
    condition: Condition

    def never(self) -> Condition:
        """Nobody has read it."""
        return and_(self.bad.is_(None), self.ok.is_(None))

    def in_future(self, now: datetime) -> Condition:
        """A clock was wrong: such a reading proves nothing."""
        return and_(self.bad.is_(None), self.ok > now)

    def long_ago(self, now: datetime, last: datetime) -> Condition:
        """It was read at *last* or before."""
        return and_(self.bad.is_(None), self.ok <= min(now, last))

    def found_bad(self, before: datetime | None) -> Condition:
        """Damage was found that is not mended, and it was not read since *before*."""
        if before is None:
            return self.bad.is_not(None)
        return and_(self.bad.is_not(None), self.bad < before, or_(self.ok.is_(None), self.ok < before))

    def latest(self) -> ColumnElement[Any]:
        """When it was last read, well or not."""
        return case((self.ok > self.bad, self.ok), else_=self.bad)


_STORE = Place("", packages, packages.c.last_read_ok, packages.c.last_read_bad, packages.c.sealed, literal(value=True))


def place_of(location: str) -> Place:
    """Where the copies in *location* are listed."""
    if not location:
        return _STORE
    joined = copies.join(packages, packages.c.id == copies.c.package_id)
    here = copies.c.location == location
    return Place(location, joined, copies.c.last_read_ok, copies.c.last_read_bad, copies.c.made, here)


def due(connection: Connection, queue: Queue, limit: int) -> list[Copy]:
    """The first *limit* of those that are due, in their order."""
    found: list[tuple[tuple[int, datetime, datetime, str], Copy]] = []
    for place in map(place_of, ("", *queue.locations)):
        for band, members in members_of(place, queue.bands):
            found += _first(connection, place, queue, band, members, limit)
    found.sort(key=lambda ranked: ranked[0])
    return [copy for _, copy in found[:limit]]


def owed(connection: Connection, queue: Queue) -> Owed:
    """How much is due."""
    count = size = 0
    for place in map(place_of, ("", *queue.locations)):
        for band, members in members_of(place, queue.bands):
            for condition, _ in _ways(place, queue, band):
                sums = select(func.count(), func.coalesce(func.sum(packages.c.bytes), 0)).select_from(place.table)
                some = connection.execute(sums.where(members, condition)).one()
                count, size = count + int(some[0]), size + int(some[1])
    return Owed(count, size)


def found_bad(connection: Connection, limit: int) -> list[Package]:
    """The first *limit* of the packages whose copy in the package store was found bad and is not mended."""
    order = (packages.c.last_read_bad, packages.c.sealed)
    return select_packages(connection, packages.c.last_read_bad.is_not(None), order=order, limit=limit)


def members_of(place: Place, bands: Sequence[Band]) -> Iterator[tuple[Band, Condition]]:
    """The bands that a copy in *place* can belong to, with what makes it belong to that and to none before."""
    before: list[Condition] = []
    for band in bands:
        if band.location in (None, place.name):
            own = band.condition()
            yield band, and_(place.condition, own, *(not_(other) for other in before))
            before.append(own)


def _ways(place: Place, queue: Queue, band: Band) -> Iterator[tuple[Condition, tuple[ColumnElement[Any], ...]]]:
    """The four ways to be due, in the order of their ranks, each with the order within."""
    yield place.never(), (place.ok, place.first)
    yield place.in_future(queue.now), (place.ok, place.first)
    yield place.long_ago(queue.now, _minus(queue.until, band.interval)), (place.ok, place.first)
    yield place.found_bad(queue.before), (place.latest(), place.first)


def _first(
    connection: Connection, place: Place, queue: Queue, band: Band, members: Condition, limit: int
) -> list[tuple[tuple[int, datetime, datetime, str], Copy]]:
    found = []
    for way, (condition, order) in enumerate(_ways(place, queue, band)):
        columns = (packages.c.id, place.ok, place.bad, place.first)
        asked = select(*columns).select_from(place.table).where(members, condition).order_by(*order).limit(limit)
        for copy in _copies(connection, place, connection.execute(asked).all()):
            found.append((_rank(way, copy, band), copy))  # noqa: PERF401  two lines that can be read
    return found


def _rank(way: int, copy: Copy, band: Band) -> tuple[int, datetime, datetime, str]:
    """Who was never read comes first, by age; then who was read in the future; then all others by their turns.

    A turn is the latest reading, good or bad, plus the interval: what was found bad gives way to what is overdue.
    """
    ok, bad, first = copy.last_read_ok, copy.last_read_bad, copy.made
    if way == 0:
        since = first
    elif way == 1:
        since = ok or first
    elif way == 2:
        since = (ok or first) + band.interval
    else:
        since = _plus(max(moment for moment in (ok, bad) if moment), band.interval)
    return min(way, 2), since, first, copy.package.id


def _copies(connection: Connection, place: Place, rows: Sequence[Any]) -> Iterator[Copy]:
    for chunk in chunks(rows, _PORTION):
        known = {one.id: one for one in select_packages(connection, packages.c.id.in_([row[0] for row in chunk]))}
        for package_id, ok, bad, first in chunk:
            yield Copy(known[package_id], place.name, first, ok, bad)


def _minus(moment: datetime, interval: timedelta) -> datetime:
    try:
        return moment - interval
    except OverflowError:
        return datetime.min.replace(tzinfo=moment.tzinfo)


def _plus(moment: datetime, interval: timedelta) -> datetime:
    try:
        return moment + interval
    except OverflowError:
        return datetime.max.replace(tzinfo=moment.tzinfo)
