"""What is due in an archive, in the words of its catalogue."""

from __future__ import annotations

from datetime import datetime, timedelta

from preserve.catalog.due import Band, Queue
from preserve.config import Config
from preserve.fixity.intervals import from_config
from preserve.storage import times

_NONE = timedelta(0)


def bands(config: Config, late: timedelta = _NONE) -> tuple[Band, ...]:
    """The intervals of *config*, the first that fits counts; each is longer by *late*."""
    intervals = from_config(config)
    rules = [
        Band(rule.interval + late, rule.collection, rule.larger_than, rule.smaller_than, rule.location)
        for rule in intervals.rules
    ]
    places = [Band(interval + late, location=name) for name, interval in intervals.locations.items()]
    return (*rules, *places, Band(intervals.default + late))


def queue(
    config: Config,
    now: datetime,
    *,
    late: timedelta = _NONE,
    until: datetime | None = None,
    before: datetime | None = None,
) -> Queue:
    """What is due *now*, or what will be *until* then, in the package store and all locations.

    *late*: only what is overdue by so much.  *before*: of what was found bad, only what was not read since then.
    """
    return Queue(now, bands(config, late), until or now, before, tuple(config.named("locations")))


def slack(config: Config) -> timedelta:
    """How late a check may be before the promise is broken."""
    return times.interval(config.text("fixity.slack"))
