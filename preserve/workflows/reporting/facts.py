"""What the report is made of: one copy of a package with all its checks, as the histories tell.  Plain values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from preserve.history.readings import Readings, Standing
from preserve.model import Agent, Event, Outcome
from preserve.workflows.reporting.promise import Breach, Reason, reason_for

_CHECKS = ("fix", "val")


class Sort(StrEnum):
    """What one event means for a copy."""

    GOOD = "good"
    BAD = "bad"
    MENDED = "mended"
    GONE = "gone"


class Mark(NamedTuple):
    """An event of one copy that counts: *what* it says in words, and how many files it names.

    *time* is what was written down, *placed* where it stands among the others: never before one that was written
    earlier, and never in the future.  The two differ only where a clock was wrong.
    """

    time: datetime
    placed: datetime
    sort: Sort
    what: str = ""
    files: int = 0


@dataclass(frozen=True, slots=True)
class CopyFacts:
    """One copy of one package.  *location* is "" in the package store; *made* is when this copy was.

    *marks* are in the order in which they were written.  *proven* is False where the history is broken or missing:
    then there are no marks, and the copy counts as never read.
    """

    id: str
    name: str
    title: str
    location: str
    sealed: datetime
    made: datetime
    files: int
    bytes: int
    interval: timedelta
    marks: tuple[Mark, ...] = ()
    proven: bool = True

    def states(self) -> Iterator[tuple[datetime, Readings, bool]]:
        """After each mark: its place in time, the last readings as of then, and whether the copy is still there."""
        now = Standing()
        for mark in self.marks:
            if mark.sort is Sort.MENDED:
                now = now.mended()
            elif mark.sort is Sort.GOOD:
                now = now.good(mark.time)
            elif mark.sort is Sort.BAD:
                now = now.bad(mark.time)
            yield mark.placed, now.readings, mark.sort is not Sort.GONE

    @property
    def readings(self) -> Readings:
        """The last readings of all."""
        found = Readings()
        for _, state, _ in self.states():
            found = state
        return found

    @property
    def is_there(self) -> bool:
        """Whether the copy was not removed."""
        return not self.marks or self.marks[-1].sort is not Sort.GONE

    @property
    def due(self) -> datetime | None:
        """When it is to be read again; None if it was never found good."""
        ok = self.readings.ok
        return None if ok is None else ok + self.interval

    def reason(self, now: datetime, slack: timedelta) -> Reason | None:
        """Why it breaks the promise at *now*; None if it keeps it."""
        if not self.proven:
            return Reason.UNPROVEN
        return reason_for(*self.readings, now, self.interval, slack)

    def breach(self, now: datetime, slack: timedelta) -> Breach | None:
        """What stands on the list of those that break the promise at *now*; None if it keeps it."""
        reason = self.reason(now, slack)
        if reason is None:
            return None
        ok, bad = self.readings
        since = bad or (ok + self.interval + slack if ok else self.made)
        return Breach(self.id, self.name, self.location, reason, ok, since)

    def row(self, now: datetime, slack: timedelta) -> CopyRow:
        """The copy as it stands *now*, without its past."""
        ok, bad = self.readings
        return CopyRow(
            id=self.id,
            name=self.name,
            title=self.title,
            location=self.location,
            sealed=self.sealed,
            made=self.made,
            files=self.files,
            bytes=self.bytes,
            interval=self.interval,
            ok=ok,
            bad=bad,
            reason=self.reason(now, slack),
        )


@dataclass(frozen=True, slots=True)
class CopyRow:
    """One copy as it stands: *ok* is its last good reading, *bad* a failure that is open.

    *reason* tells why it breaks the promise; None if it keeps it.
    """

    id: str
    name: str
    title: str
    location: str
    sealed: datetime
    made: datetime
    files: int
    bytes: int
    interval: timedelta
    ok: datetime | None
    bad: datetime | None
    reason: Reason | None

    @property
    def due(self) -> datetime | None:
        """When it is to be read again; None if it was never found good."""
        return None if self.ok is None else self.ok + self.interval


@dataclass(frozen=True, slots=True)
class PackageFacts:
    """One package with all its copies, and with what software wrote its history."""

    copies: tuple[CopyFacts, ...]
    agents: frozenset[Agent] = field(default_factory=frozenset)


def marks_of(events: Iterable[Event], location: str, now: datetime) -> tuple[Mark, ...]:
    """What *events* say of the copy in *location*, in the order in which they were written."""
    found: list[Mark] = []
    placed: datetime | None = None
    for event in events:
        if event.location == location and (sort := _sort(event)):
            placed = min(max(placed or event.time, event.time), now)
            told = sort in (Sort.BAD, Sort.MENDED)
            what = " ".join((event.note or event.detail).split()) if told else ""
            found.append(Mark(event.time, placed, sort, what, len(event.objects)))
    return tuple(found)


def _sort(event: Event) -> Sort | None:
    if event.type in _CHECKS and event.outcome is Outcome.FAIL:
        return Sort.BAD
    if event.outcome is not Outcome.SUCCESS:
        return None
    if event.type in _CHECKS:
        return None if event.objects else Sort.GOOD
    if event.type == "rep":
        return Sort.MENDED
    return Sort.GONE if event.type == "del" and event.location else None
