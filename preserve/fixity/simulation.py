"""Years of nights in seconds: a made-up archive, a clock that is turned by hand, and the very policy of the audit.

Pure: all chance comes from the seed of the ``World``.  What is read each night is chosen by ``choosing``; only what a
catalogue keeps, the queue and sums of octets by day, is kept here in its stead.
"""

from __future__ import annotations

import random
from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from operator import itemgetter

from preserve.fixity.choosing import NIGHT, Load, Past, Queued, Share, choose, past_of, share_of, turn, weight_of
from preserve.model import AuditRun

FIRST = datetime(2030, 1, 1, 2, tzinfo=UTC)
"""The first night."""

Choosing = Callable[[Iterable[Queued], Iterable[Queued], datetime, Share], Iterator[Queued]]
"""As ``choosing.choose``: the tests put worse ones in its place, to see that those are found out."""

Sharing = Callable[[Iterable[Load], Past, datetime], Share]
"""As ``choosing.share_of``."""

_TURN = itemgetter(0, 1)


@dataclass(frozen=True, slots=True)
class World:
    """An archive and its machine.

    *arrivals*: on the day before a night, so many packages are sealed; *daily* are on each other day.  Their
    sizes are spread evenly over the orders of magnitude from *smallest* to *largest*, in octets, and each has one of
    *intervals*.  *down* is the part of the nights on which no run takes place; these come in rows of *row* on average.
    The machine reads *speed* octets a second for *hours* a night, and each package takes *opening* seconds besides;
    in the nights from *slow* on, up to its end, it has only the part *slowness* of its speed.  So many of the
    first packages are *damaged*, on some night of the first year, and mended *mended* nights later.
    """

    nights: int = 730
    arrivals: tuple[tuple[int, int], ...] = ((0, 5000), (200, 2000), (430, 1546))
    daily: int = 2
    smallest: float = 1e6
    largest: float = 1e11
    intervals: tuple[timedelta, ...] = (timedelta(days=90),)
    down: float = 0.2
    row: float = 2.5
    speed: float = 150e6
    opening: float = 0.05
    hours: float = 4.0
    slow: range = range(0)
    slowness: float = 1.0
    damaged: int = 5
    mended: int = 100
    seed: int = 1


@dataclass(slots=True)
class Story:
    """What happened, night by night and package by package.

    *octets*: what each night with a run read.  *overdue*: how many copies were due and unread at the end of it.
    *late*: by how much a reading of a package came after its turn, at worst, up to the last night; zero if it never
    did.  *found*: the packages that were found bad, with the time from their mending to the good reading.
    """

    octets: dict[int, int] = field(default_factory=dict)
    overdue: dict[int, int] = field(default_factory=dict)
    late: dict[str, timedelta] = field(default_factory=dict)
    readings: dict[str, int] = field(default_factory=dict)
    found: dict[str, timedelta | None] = field(default_factory=dict)

    @property
    def latest(self) -> timedelta:
        """The worst of all packages."""
        return max(self.late.values(), default=timedelta(0))

    def levelness(self, nights: range) -> float:
        """The heaviest night but one in a hundred, as a multiple of the mean night; only *nights* with a run count."""
        loads = sorted(self.octets[night] for night in nights if night in self.octets)
        return loads[int(len(loads) * 0.99)] / (sum(loads) / len(loads))


class Queue:
    """What a catalogue would know of the copies: those that wait, by turn, and those found bad."""

    def __init__(self) -> None:
        self.waiting: list[tuple[datetime, str, Queued]] = []
        self.bad: list[Queued] = []
        self._days: dict[tuple[datetime, timedelta], int] = {}

    def put(self, copy: Queued, now: datetime) -> None:
        """Add a copy, which was read *now* or earlier."""
        place = turn(copy, now)
        if copy.bad is None:
            insort(self.waiting, (place, copy.id, copy), key=_TURN)
            self._weigh(copy, copy.weight)
        else:
            self.bad.append(copy)

    def take(self, copy: Queued, now: datetime) -> None:
        """Take a copy out."""
        if copy.bad is None:
            del self.waiting[bisect_left(self.waiting, (turn(copy, now), copy.id), key=_TURN)]
            self._weigh(copy, -copy.weight)
        else:
            self.bad.remove(copy)

    def loads(self) -> Iterator[Load]:
        """What waits, summed up by the day of its latest reading, as a catalogue would do it."""
        return (Load(day, interval, weight) for (day, interval), weight in self._days.items() if weight)

    def due(self, now: datetime) -> list[Queued]:
        """What is due, by turn."""
        waiting = [copy for _, _, copy in self.waiting[: self.overdue(now)]]
        return sorted((*waiting, *self.bad), key=lambda copy: turn(copy, now))

    def ahead(self, now: datetime) -> Iterator[Queued]:
        """What is not due yet, by turn."""
        return (copy for _, _, copy in islice(self.waiting, self.overdue(now), None))

    def overdue(self, now: datetime) -> int:
        """How many of those that wait are due."""
        return bisect_left(self.waiting, (now, "~"), key=_TURN)

    def _weigh(self, copy: Queued, weight: int) -> None:
        key = ((copy.good or FIRST).replace(hour=0, minute=0, second=0), copy.interval)
        self._days[key] = self._days.get(key, 0) + weight


class Simulation:
    """One world, run through once."""

    def __init__(self, world: World, choosing: Choosing, sharing: Sharing) -> None:
        self.world, self.choosing, self.sharing = world, choosing, sharing
        self.story = Story()
        self.queue = Queue()
        self.runs: list[AuditRun] = []
        self._begun: dict[str, float] = {}  # seconds already spent on a copy by a run that ended within it
        self._damage: dict[str, datetime] = {}
        self._chance = random.Random(world.seed)  # noqa: S311  chance that can be repeated is the point
        self._is_down = False

    def run(self) -> Story:
        """Turn the clock, night by night."""
        for night in range(self.world.nights):
            now = FIRST + night * NIGHT
            self._arrive(night, now)
            if self._happens():
                self._audit(night, now)
        end = FIRST + self.world.nights * NIGHT
        for place, name, _ in self.queue.waiting:
            self.story.late[name] = max(self.story.late.get(name, timedelta(0)), end - place)
        return self.story

    def _arrive(self, night: int, now: datetime) -> None:
        world, chance = self.world, self._chance
        for _ in range(dict(world.arrivals).get(night, world.daily)):
            name = f"{len(self.story.readings):06}"
            size = int(world.smallest * (world.largest / world.smallest) ** chance.random())
            sealed = now - timedelta(hours=chance.randrange(4, 16))
            self.queue.put(Queued(name, "", weight_of(size), chance.choice(world.intervals), sealed), now)
            self.story.readings[name] = 0
            if len(self._damage) < world.damaged:
                self._damage[name] = FIRST + chance.randrange(365) * NIGHT

    def _happens(self) -> bool:
        """Whether the timer calls tonight; a night without a run is likely to be followed by another."""
        down, row = self.world.down, self.world.row
        chance = 1 - 1 / row if self._is_down else down / row / (1 - down)
        self._is_down = self._chance.random() < chance
        return not self._is_down

    def _audit(self, night: int, now: datetime) -> None:
        world, queue = self.world, self.queue
        speed = world.speed * (world.slowness if night in world.slow else 1)
        share = self.sharing(queue.loads(), past_of(self.runs[-100:], now), now)
        read: list[tuple[Queued, datetime]] = []
        spent, octets = 0.0, 0
        for copy in self.choosing(queue.due(now), queue.ahead(now), now, share):
            cost = copy.weight / speed + world.opening - self._begun.get(copy.id, 0)
            if spent + cost > world.hours * 3600:
                begun = world.hours * 3600 - spent
                self._begun[copy.id] = self._begun.get(copy.id, 0) + begun
                octets += int(begun * speed)
                break
            spent += cost
            octets += int((cost - world.opening) * speed)
            self._begun.pop(copy.id, None)
            read.append((copy, now + timedelta(seconds=int(spent))))
        for copy, time in read:
            self._record(copy, time)
        self.story.octets[night] = octets
        self.story.overdue[night] = queue.overdue(now)
        self.runs.append(AuditRun(started=now, ended=now, chosen="due", packages=len(read)))

    def _record(self, copy: Queued, time: datetime) -> None:
        story, damaged = self.story, self._damage.get(copy.id)
        late = max(timedelta(0), time - turn(copy, time))
        story.late[copy.id] = max(story.late.get(copy.id, timedelta(0)), late)
        story.readings[copy.id] += 1
        self.queue.take(copy, time)
        if damaged is not None and damaged <= time < damaged + self.world.mended * NIGHT:
            story.found.setdefault(copy.id, None)
            self.queue.put(replace(copy, bad=time), time)
            return
        if copy.bad is not None and damaged is not None:
            story.found[copy.id] = time - (damaged + self.world.mended * NIGHT)
        self.queue.put(replace(copy, good=time, bad=None), time)


def simulate(world: World, *, choosing: Choosing = choose, sharing: Sharing = share_of) -> Story:
    """What happens in *world*; the same each time for the same world."""
    return Simulation(world, choosing, sharing).run()
