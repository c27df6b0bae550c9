"""The promise: every package was read whole and found good within its interval, or it is on this list.  Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from preserve.storage import names
from preserve.storage.sizes import plural


class Reason(StrEnum):
    """Why a copy is on the list."""

    FAILED = "failed"
    NEVER_READ = "never-read"
    OVERDUE = "overdue"
    FUTURE = "read-in-the-future"
    UNPROVEN = "unproven"


_WORDS = {
    Reason.FAILED: "failed its last check",
    Reason.NEVER_READ: "was never read and found good",
    Reason.OVERDUE: "was not read within its interval",
    Reason.FUTURE: "was read in the future: a clock was wrong",
    Reason.UNPROVEN: "has a history that is broken or missing, and so proves nothing",
}


@dataclass(frozen=True, slots=True)
class Breach:
    """One copy that breaks the promise; *location* is "" in the package store.

    *last_good* is when it was last read and found good, *since* when the promise broke for it; None if not known.
    """

    id: str
    name: str
    location: str
    reason: Reason
    last_good: datetime | None = None
    since: datetime | None = None

    @property
    def sentence(self) -> str:
        """Which copy it is, and why it is here, for a person."""
        where = f", in the location {names.shown(self.location)}," if self.location else ""
        last = f"; last found good on {self.last_good.date()}" if self.last_good else ""
        return f"{names.shown(self.name)}{where} {_WORDS[self.reason]}{last}."


@dataclass(frozen=True, slots=True)
class Promise:
    """How the promise stands: of so many *packages* with so many *copies* in all, *broken* copies break it.

    *breaches* are the first of them, the longest broken first; *interval* and *slack* are as the settings say them,
    and *ruled* tells whether some copies have intervals of their own.
    """

    packages: int
    copies: int
    broken: int
    interval: str
    slack: str
    breaches: tuple[Breach, ...] = ()
    ruled: bool = False

    @property
    def holds(self) -> bool:
        """Whether no copy breaks it."""
        return not self.broken

    @property
    def sentence(self) -> str:
        """The promise in one line, with its counts."""
        within = f"within {self.span}"
        if not self.packages:
            return "There is no package yet, and so nothing that could break the promise."
        what, each = f"{self.copies:,} copies", "copy"
        if self.copies == self.packages:
            what, each = plural(self.packages, "package"), "package"
        if self.holds:
            begin = f"The promise holds: the only {each}" if self.copies == 1 else f"The promise holds: all {what}"
            return f"{begin} {'was' if self.copies == 1 else 'were'} read whole and found good {within}."
        were = "was" if self.broken == 1 else "were"
        return f"The promise is broken: {self.broken:,} of {what} {were} not read whole and found good {within}."

    @property
    def span(self) -> str:
        """The interval and the slack, in words."""
        interval = "its interval" if self.ruled else self.interval
        return f"{interval} (and {self.slack} of slack)"


def reason_for(
    ok: datetime | None, bad: datetime | None, now: datetime, interval: timedelta, slack: timedelta
) -> Reason | None:
    """Why a copy with these last readings breaks the promise at *now*; None if it keeps it."""
    if bad is not None:
        return Reason.FAILED
    if ok is None:
        return Reason.NEVER_READ
    if ok > now:
        return Reason.FUTURE
    return Reason.OVERDUE if ok <= now - interval - slack else None
