"""What events say of readings: when all of a package was last read, and what was found.  Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from preserve.model import Event, Outcome

_CHECKS = ("val", "fix")


class Readings(NamedTuple):
    """When every byte was last read and found right (*ok*), and when the latest reading found damage (*bad*).

    *ok* is None if there was no such reading, *bad* if the latest one found no damage.
    """

    ok: datetime | None = None
    bad: datetime | None = None


def last_readings(events: Iterable[Event]) -> Readings:
    """The last readings among *events*, which are those of one package, in order.

    A success counts only where it is about the package as a whole; one damaged file is damage of the whole.  What was
    not done, or ended with a warning, proves nothing either way.
    """
    found = Readings()
    for event in events:
        if event.type not in _CHECKS:
            continue
        if event.outcome is Outcome.SUCCESS and not event.objects:
            found = Readings(ok=event.time)
        elif event.outcome is Outcome.FAIL:
            found = Readings(found.ok, bad=event.time)
    return found


def lost_readings(events: Iterable[Event], known: Readings) -> tuple[datetime, ...]:
    """The times of those *known* readings that are not among *events*, though they once were."""
    checks = [event for event in events if event.type in _CHECKS]
    good = {event.time for event in checks if event.outcome is Outcome.SUCCESS and not event.objects}
    bad = {event.time for event in checks if event.outcome is Outcome.FAIL}
    return tuple(time for time, times in ((known.ok, good), (known.bad, bad)) if time is not None and time not in times)
