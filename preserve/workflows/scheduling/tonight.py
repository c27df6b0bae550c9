"""What a nightly run reads in this archive: the policy of ``fixity.choosing``, put to its catalogue."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from preserve.catalog.planned import Planned
from preserve.fixity.choosing import Load, Queued, Share, choose, is_due, past_of, share_of, weight_of
from preserve.fixity.intervals import Intervals
from preserve.model import AuditRun, Copy


@dataclass(frozen=True, slots=True)
class Waiting(Queued):
    """A copy in the queue, and which one it is."""

    copy: Copy | None = None


def reading_order(
    due: Iterable[Copy], ahead: Iterable[Copy], intervals: Intervals, now: datetime, share: Share
) -> Iterator[Copy]:
    """The copies that a run which began *now* reads, each once, in their order; ``choosing.choose`` says which.

    *due* are those due now, *ahead* all that will be later, both as ``Catalog.due`` orders them, and drawn from no
    further than needed.  What *ahead* still has of *due*, or has again because it was read meanwhile, is no load of
    its own.
    """
    at_first = (_waiting(copy, intervals) for copy in due)
    later = (one for one in (_waiting(copy, intervals) for copy in ahead) if not is_due(one, now))
    return (one.copy for one in choose(at_first, later, now, share) if one.copy is not None)


def share_tonight(planned: Iterable[Planned], runs: Sequence[AuditRun], now: datetime) -> Share:
    """How much a run that begins *now* reads, due or not, so that all nights are alike.

    *planned*: what ``Catalog.planned`` says of the package store and of all locations that can be reached.
    """
    return share_of(loads(planned), past_of(runs, now), now)


def loads(planned: Iterable[Planned]) -> Iterator[Load]:
    """*planned* as the policy takes it: without what is known to be bad."""
    return (Load(one.day, one.interval, weight_of(one.bytes, one.packages)) for one in planned if not one.bad)


def _waiting(copy: Copy, intervals: Intervals) -> Waiting:
    package = copy.package
    return Waiting(
        package.id,
        copy.location,
        weight_of(package.bytes),
        intervals.of(package.group, package.bytes, copy.location),
        copy.last_read_ok,
        copy.last_read_bad,
        copy,
    )
