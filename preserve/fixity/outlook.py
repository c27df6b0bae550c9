"""The nights to come: the policy of ``choosing``, carried on into the future with sums instead of packages.  Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from heapq import heapify, heappop, heappush
from typing import Final

from preserve.fixity.choosing import NIGHT, Load, Past, Share, share_of, weight_of
from preserve.fixity.forecast import Amount, Speed

_NEVER: Final = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Portion:
    """Copies in one *location* with one *interval* that were last read at one time; None: never."""

    location: str
    interval: timedelta
    read: datetime | None
    amount: Amount

    @property
    def turn(self) -> datetime:
        """When it is due."""
        return _NEVER if self.read is None else self.read + self.interval

    @property
    def weight(self) -> float:
        """What reading it costs, as the policy counts it."""
        return weight_of(0, 1) * self.amount.packages + self.amount.bytes


@dataclass(frozen=True, slots=True)
class Night:
    """What a run at *time* reads, in portions; *overdue* copies are left when its hours are over."""

    time: datetime
    read: tuple[Portion, ...]
    overdue: float


def nights(
    portions: Iterable[Portion],
    past: Past,
    first: datetime,
    *,
    hours: timedelta | None = None,
    speed: Speed | None = None,
) -> Iterator[Night]:
    """What each run reads, one a night from *first* on, for ever.  Runs end after *hours*, if the *speed* is known."""
    queue = [(portion.turn, number, portion) for number, portion in enumerate(portions)]
    heapify(queue)
    time, number = first, len(queue)
    while True:
        loads = (Load(portion.read, portion.interval, int(portion.weight)) for _, _, portion in queue)
        share = share_of(loads, past, time)
        seconds = hours.total_seconds() if hours is not None and speed is not None else float("inf")
        read = list(_one_night(queue, time, share, seconds, speed))
        yield Night(time, tuple(read), sum(one.amount.packages for place, _, one in queue if place <= time))
        for one in _merged(read, time):
            heappush(queue, (one.turn, number, one))
            number += 1
        past = replace(past, idle=1.0 if read else past.idle + 1)
        time += NIGHT


def _one_night(
    queue: list[tuple[datetime, int, Portion]], now: datetime, share: Share, seconds: float, speed: Speed | None
) -> Iterator[Portion]:
    """Take from *queue* what is read *now*; of the last portion, perhaps only some packages."""
    taken = 0.0
    while queue:
        place, number, portion = queue[0]
        count = round(portion.amount.packages)
        whole = count if place <= now else min(count, _room(share, taken, portion.weight / count))
        if speed is not None and (needs := speed.seconds(portion.amount) / count) > 0:
            most = int(min(count, seconds / needs + 1e-9))
            whole = min(whole, most or (0 if taken else 1))  # what takes longer than a night goes on in the next
        if whole <= 0:
            return
        heappop(queue)
        chosen = replace(portion, amount=portion.amount.part(whole / count))
        taken += chosen.weight
        seconds -= speed.seconds(chosen.amount) if speed is not None else 0
        yield chosen
        if whole < count:
            heappush(queue, (place, number, replace(portion, amount=portion.amount.part(1 - whole / count))))
            return


def _room(share: Share, taken: float, weight: float) -> int:
    """How many packages of *weight* ``Share.has_room`` lets in, one after the other."""
    first = 1 if not taken and weight <= max(share.octets, share.alone) else 0
    return max(first, int((share.octets - taken) / weight + 0.5)) if taken or first else 0


def _merged(read: Iterable[Portion], time: datetime) -> Iterator[Portion]:
    """What was read in one night, as one portion for each location and interval."""
    sums: dict[tuple[str, timedelta], Amount] = {}
    for one in read:
        key = (one.location, one.interval)
        sums[key] = sums.get(key, Amount()) + one.amount
    return (Portion(location, interval, time, amount) for (location, interval), amount in sums.items())
