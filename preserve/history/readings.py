"""What events say of readings: when a copy of a package was last read whole, and what was found.  Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple, TypeAlias

from preserve.model import Event, Outcome

_CHECKS = ("val", "fix")
_MENDING = "rep"
_REMOVAL = "del"


class Readings(NamedTuple):
    """When every byte was last read and found right (*ok*), and when damage was last found that is not mended (*bad*).

    *ok* is None if there was no such reading, *bad* if no damage is open.
    """

    ok: datetime | None = None
    bad: datetime | None = None


Known: TypeAlias = Mapping[str, Readings]
"""What is known from elsewhere of the last readings of each copy, by location; "" is the package store."""


class Standing(NamedTuple):
    """How a copy stands after some of its events: its last *readings*, and whether it *was_mended* since the damage."""

    readings: Readings = Readings()
    was_mended: bool = False

    def mended(self) -> Standing:
        """After a replication to its place."""
        return self._replace(was_mended=True)

    def good(self, time: datetime) -> Standing:
        """After a whole reading that found it right: that ends damage only where it was mended before."""
        return self._replace(readings=Readings(time, None if self.was_mended else self.readings.bad))

    def bad(self, time: datetime) -> Standing:
        """After a reading that found damage."""
        return Standing(Readings(self.readings.ok, time))


class CopyStory(NamedTuple):
    """What a history tells of one copy outside the package store: when it was *made*, and its last readings."""

    made: datetime
    readings: Readings


def last_readings(events: Iterable[Event], location: str = "") -> Readings:
    """The last readings of the copy in *location* among *events*, which are those of one package, in order.

    A success counts only where it is about the package as a whole; one damaged file is damage of the whole.  What was
    not done, or ended with a warning, proves nothing either way.

    What was found bad stays bad until it was mended (a replication to that place) and then read and found right: a
    disk that fails today and answers tomorrow has not mended anything.
    """
    now = Standing()
    for event in events:
        if event.location != location:
            continue
        if event.type == _MENDING and event.outcome is Outcome.SUCCESS:
            now = now.mended()
        elif _is_good(event):
            now = now.good(event.time)
        elif _is_bad(event):
            now = now.bad(event.time)
    return now.readings


def copies_told(events: Iterable[Event]) -> dict[str, CopyStory]:
    """The copies in other locations that *events* of one package tell of, by location; not those that were removed."""
    events = tuple(events)
    made: dict[str, datetime] = {}
    for event in events:
        if event.location and event.outcome is Outcome.SUCCESS:
            if event.type == _MENDING:
                made.setdefault(event.location, event.time)
            elif event.type == _REMOVAL:
                made.pop(event.location, None)
    return {location: CopyStory(time, last_readings(events, location)) for location, time in made.items()}


def lost_readings(events: Iterable[Event], known: Known) -> tuple[datetime, ...]:
    """The times of those *known* readings that are not among *events*, though they once were."""
    checks = tuple(events)
    lost: list[datetime] = []
    for location, readings in known.items():
        here = [event for event in checks if event.location == location]
        good = {event.time for event in here if _is_good(event)}
        bad = {event.time for event in here if _is_bad(event)}
        lost += (time for time, times in ((readings.ok, good), (readings.bad, bad)) if time and time not in times)
    return tuple(lost)


def _is_good(event: Event) -> bool:
    return event.type in _CHECKS and event.outcome is Outcome.SUCCESS and not event.objects


def _is_bad(event: Event) -> bool:
    return event.type in _CHECKS and event.outcome is Outcome.FAIL
