"""How far a run may go, and how fast."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from preserve.bag.sittings.manner import Manner
from preserve.storage.pace import Pace, step_back
from preserve.workflows.auditing.wanted import Limits

if TYPE_CHECKING:
    from preserve.bag.sittings.sitting import Sitting


class Watch:
    """Knows what was read so far.  A run that must keep a pace steps back behind whoever else uses the machine."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._end = None if limits.duration is None else time.monotonic() + limits.duration.total_seconds()
        self._begun = 0
        self._read = 0
        self.stopped = ""
        self.pace: Pace | None = None
        if limits.rate is not None:
            step_back()
            self.pace = Pace(limits.rate)

    def begin(self, octets: int) -> None:
        """A package of so many octets is about to be read."""
        self._begun += octets

    def is_over(self) -> bool:
        """Whether no more package is to be begun: the time is over, or as much as is allowed was read or begun."""
        if self._end is not None and time.monotonic() >= self._end:
            self.stopped = "max-duration"
        elif self._limits.octets is not None and self._begun >= self._limits.octets:
            self.stopped = "max-bytes"
        return bool(self.stopped)

    def manner(self, sitting: Sitting | None) -> Manner:
        """How to read a package that is read alone: one that has a *sitting* can be left in the middle."""
        pace = self.pace.take if self.pace else None
        return Manner(sitting=sitting, pace=pace, stop=self._is_late if sitting else None)

    def _is_late(self) -> bool:
        if self._end is not None and time.monotonic() >= self._end:
            self.stopped = "max-duration"
        return bool(self.stopped)
