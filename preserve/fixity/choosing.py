"""Which copies a run reads, in which order, and how much of it ahead of time.  Pure.

There is one queue.  A copy's *turn* is the time of its latest reading, good or bad, plus its interval; the queue goes
by turn, so the most overdue is first, and every reading sends its copy behind all whose turn has come.  A copy that
never was read stands before all.  What was found bad is due before its turn, but stands where its turn puts it.

A run reads what is due; a nightly run also reads ahead, up to tonight's share, so that packages which arrived together
do not come due together.  ``docs/decisions/0018-level-nights.md`` says why, and why nothing can starve.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, TypeVar

from preserve.model import AuditRun

NIGHT: Final = timedelta(days=1)
"""So much time lies between two runs, where the timer is ours."""

AIM: Final = 0.9
"""Reading ahead aims at this part of an interval; the rest is for nights on which nothing runs."""

PACKAGE: Final = 1_000_000
"""Opening a package and its own files takes about as long as reading so many octets."""

_NEVER: Final = datetime.min.replace(tzinfo=UTC)
_WINDOW: Final = 60
_FEWEST: Final = 0.5
_WHOLE: Final = ("due", "all")  # what was asked of single packages, or of a sample, does no night's work


@dataclass(frozen=True, slots=True)
class Queued:
    """One copy of one package, as far as the queue must know it.

    *weight* is what reading it costs, in octets (``weight_of``).  *good* is when it was last read and found whole,
    *bad* when damage was last found in it that is not mended; each None if that never was.
    """

    id: str
    location: str
    weight: int
    interval: timedelta
    good: datetime | None = None
    bad: datetime | None = None


AnyQueued = TypeVar("AnyQueued", bound=Queued)


@dataclass(frozen=True, slots=True)
class Load:
    """Octets that were read last at one moment, or on one day, and are to be read again every *interval*.

    *read* is None for what was never read.  A sum over many copies does as well as one of each.
    """

    read: datetime | None
    interval: timedelta
    weight: int


@dataclass(frozen=True, slots=True)
class Past:
    """What earlier runs tell a new one.

    *available* is the part of the nights on which a run took place, *idle* how many nights ago one read anything.
    """

    available: float = 1.0
    idle: float = 1.0


@dataclass(frozen=True, slots=True)
class Share:
    """How much a run reads even if it is not due: *octets*; or *alone* for one single copy, if it is larger than that.

    What is due counts towards it, but is read in any case.
    """

    octets: int = 0
    alone: int = 0

    def has_room(self, taken: int, weight: int) -> bool:
        """Whether a copy of *weight* may be read ahead after *taken* octets: if more than half of it lies within."""
        return taken + weight // 2 <= self.octets if taken else weight <= max(self.octets, self.alone)


def weight_of(size: int, packages: int = 1) -> int:
    """What it costs to read *packages* with *size* octets of payload in all."""
    return size + packages * PACKAGE


def turn(copy: Queued, now: datetime) -> datetime:
    """The copy's place in the queue: its latest reading, good or bad, plus its interval; or the beginning of time.

    A reading that lies in the future proves nothing: a clock was wrong, and the copy counts as never read.
    """
    good, bad = copy.good, copy.bad
    if bad is None:
        return _NEVER if good is None or good > now else good + copy.interval
    return min(max(bad, good or bad), now) + copy.interval


def is_due(copy: Queued, now: datetime) -> bool:
    """Whether it is to be read *now*.  What was found bad is due until it is mended and found good."""
    return copy.bad is not None or turn(copy, now) <= now


def choose(due: Iterable[AnyQueued], ahead: Iterable[AnyQueued], now: datetime, share: Share) -> Iterator[AnyQueued]:
    """The copies that a run reads, in their order: all that are due, and ahead of their time up to *share*.

    *due* are those of which ``is_due`` holds, *ahead* the others, both in the order of their turns; both are drawn
    from no further than needed.  What is known to be bad and whose turn has not come is read last.  The run may end at
    any time: the next one begins where the queue then begins.
    """
    taken = 0
    rest = iter(due)
    known: list[AnyQueued] = []
    for copy in rest:
        if turn(copy, now) > now:
            known = [copy]
            break
        taken += copy.weight
        yield copy
    for copy in ahead:
        if not share.has_room(taken, copy.weight):
            break
        taken += copy.weight
        yield copy
    yield from known
    yield from rest


def share_of(loads: Iterable[Load], past: Past, now: datetime, *, every: timedelta = NIGHT) -> Share:
    """How much tonight's run is to read so that all nights are alike; the next runs follow *every* so often.

    *loads* are all copies that can be reached and were not found bad.  A level night reads what all of them need in
    the long run, at ``AIM`` of each interval; and at least so much that, at this pace, nothing that is known today
    comes due unread.  Nights on which no run takes place are made up for by the others.
    """
    nightly = need = due = 0.0
    ahead: list[tuple[datetime, int]] = []
    for load in loads:
        nightly += load.weight * (every / (load.interval * AIM))
        if load.read is None or load.read > now or load.read + load.interval <= now:
            due += load.weight
        else:
            ahead.append((load.read + load.interval, load.weight))
    for place, weight in sorted(ahead):
        due += weight
        need = max(need, due / ((place - now) // every + 1))
    octets = max(nightly, need) / past.available
    return Share(int(octets * min(1.0, past.idle)), int(octets * past.idle))


def past_of(runs: Sequence[AuditRun], now: datetime, *, every: timedelta = NIGHT) -> Past:
    """What *runs*, in order, tell the run that begins *now*; of the last two months, where *every* is one night.

    Where fewer than half of the nights had a run, the share is made for half: more would flood those that have one.
    """
    whole = [run for run in runs if run.started < now and run.chosen in _WHOLE]
    if not whole:
        return Past()
    ago = [round((now - run.started) / every) for run in whole]
    nights = min(_WINDOW, ago[0])
    held = len({night for night in ago if 0 < night <= nights})
    latest = next((run for run in reversed(whole) if run.packages or run.bytes), whole[0])
    return Past(
        available=max(_FEWEST, held / nights) if nights else 1.0,
        idle=(now - latest.started) / every,
    )
