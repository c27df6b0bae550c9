"""The schedule of an archive: what will be read when, what is late already, and whether the promise can be kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Final

from preserve.catalog.due import Owed
from preserve.catalog.planned import Planned
from preserve.fixity.choosing import NIGHT, Past, past_of
from preserve.fixity.forecast import MONTH, Amount, Need, Speed, measured, seconds_a_month
from preserve.fixity.intervals import from_config
from preserve.fixity.outlook import Night, Portion, nights
from preserve.workflows.archive import Archive
from preserve.workflows.auditing.queue import queue, slack
from preserve.workflows.auditing.runs import read_runs

FURTHEST: Final = 400
"""So many nights are told at most, however long the longest interval is."""

WEEK: Final = 7


@dataclass(frozen=True, slots=True)
class Period:
    """What is read in *location* between two moments, the second excluded; *seconds* is None if no speed is known.

    *span* is ``night`` for the next run alone, ``week`` for all of the next seven days, ``month`` for a calendar month.
    """

    span: str
    since: datetime
    until: datetime
    location: str
    amount: Amount
    seconds: float | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a month of readings takes and what there is, in seconds, at a measured *speed*.

    *available* is the part of the nights that had a run lately; *largest* is how long the largest package takes.
    """

    speed: Speed
    needs: float
    has: float
    available: float
    largest: float

    @property
    def holds(self) -> bool:
        """Whether the promise can be kept."""
        return self.needs <= self.has


@dataclass(frozen=True, slots=True)
class Plan:
    """The schedule.  *due* is what is to be read now; *broken* the part of it that is later than the slack allows.

    *damaged* copies are read by every run that has the time, until they are mended.  *hours* is how long a run may
    take.  *verdict* is None where no audit has been measured yet.
    """

    now: datetime
    first: datetime
    hours: timedelta
    due: Owed
    broken: Owed
    damaged: int
    periods: tuple[Period, ...]
    verdict: Verdict | None


def plan(archive: Archive, first: datetime, hours: timedelta) -> Plan:
    """The schedule, where runs of at most *hours* take place every night from *first* on."""
    now, config = archive.clock.now(), archive.config
    asked = queue(config, now)
    planned = archive.catalog.planned(asked.bands, asked.locations)
    runs = read_runs(config)
    past, speed = past_of(runs, now), measured(runs)
    whole = [one for one in planned if not one.bad]
    count = min(FURTHEST, max(WEEK, -(-from_config(config).longest // NIGHT)))
    ahead = (
        list(islice(nights((_portion(one, now) for one in whole), past, first, hours=hours, speed=speed), count))
        if whole
        else []
    )
    return Plan(
        now=now,
        first=first,
        hours=hours,
        due=archive.catalog.owed(asked),
        broken=archive.catalog.owed(queue(config, now, late=slack(config))),
        damaged=sum(one.packages for one in planned if one.bad),
        periods=tuple(_periods(ahead, ("", *asked.locations), speed)),
        verdict=_verdict(planned, past, speed, hours) if speed else None,
    )


def next_run(now: datetime, at: str) -> datetime:
    """The next moment at which it is *at* (``HH:MM``) by this machine's clock."""
    hour, minute = (int(part) for part in at.split(":"))
    here = now.astimezone().replace(hour=hour, minute=minute, second=0, microsecond=0)
    return (here if here > now else here + NIGHT).astimezone(UTC)


def _portion(one: Planned, now: datetime) -> Portion:
    read = one.day if one.day is not None and one.day <= now else None  # a clock was wrong
    return Portion(one.location, one.interval, read, Amount(one.packages, one.files, one.bytes))


def _verdict(planned: Iterable[Planned], past: Past, speed: Speed, hours: timedelta) -> Verdict:
    every = list(planned)
    needs = [Need(one.interval, Amount(one.packages, one.files, one.bytes)) for one in every]
    return Verdict(
        speed=speed,
        needs=seconds_a_month(needs, speed),
        has=MONTH / NIGHT * hours.total_seconds() * past.available,
        available=past.available,
        largest=speed.seconds(Amount(1, 0, max((one.largest for one in every), default=0))),
    )


def _periods(ahead: Sequence[Night], locations: Sequence[str], speed: Speed | None) -> Iterator[Period]:
    if not ahead:
        return
    months: dict[tuple[int, int], list[Night]] = {}
    for night in ahead:
        months.setdefault((night.time.year, night.time.month), []).append(night)
    spans = [("night", ahead[:1]), ("week", ahead[:WEEK]), *(("month", some) for some in months.values())]
    for span, some in spans:
        for location in locations:
            amount = sum((one.amount for night in some for one in night.read if one.location == location), Amount())
            seconds = speed.seconds(amount) if speed else None
            yield Period(span, some[0].time, some[-1].time + NIGHT, location, amount, seconds)
