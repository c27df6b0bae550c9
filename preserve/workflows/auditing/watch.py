"""How far a run may go, and how fast."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from preserve.bag.sittings.manner import Manner
from preserve.ports import Progress
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
        self._counted: _Counted | None = None
        self.stopped = ""
        self.pace: Pace | None = None
        if limits.rate is not None:
            step_back()
            self.pace = Pace(limits.rate)

    def begin(self, octets: int) -> None:
        """A package of so many octets is about to be read to its end."""
        self._begun += octets

    @property
    def read(self) -> int:
        """How many octets were read, or are about to be."""
        return self._begun + (self._counted.read if self._counted else 0)

    @property
    def so_far(self) -> int:
        """How much of the package with the latest sitting is known, by this and by earlier ones."""
        return self._counted.told if self._counted else 0

    def is_over(self) -> bool:
        """Whether no more package is to be begun: the time is over, or as much as is allowed was read or begun."""
        self._close_count()
        return self._is_late(self._begun)

    def counting(self, progress: Progress, sitting: Sitting | None) -> Progress:
        """*progress*, which also counts what is read of a package with a *sitting*, as it is read."""
        if sitting is None:
            return progress
        self._counted = _Counted(progress, sitting)
        return self._counted

    def manner(self, sitting: Sitting | None) -> Manner:
        """How to read a package that is read alone: one that has a *sitting* can be left in the middle."""
        pace = self.pace.take if self.pace else None
        return Manner(sitting=sitting, pace=pace, stop=self._is_to_be_left if sitting else None)

    def _is_to_be_left(self) -> bool:
        """Not before something was read to its end: a file that takes longer than a night would never be read."""
        read = self._counted.read if self._counted else 0
        return read > 0 and self._is_late(self._begun + read)

    def _is_late(self, octets: int) -> bool:
        if self._end is not None and time.monotonic() >= self._end:
            self.stopped = "max-duration"
        elif self._limits.octets is not None and octets >= self._limits.octets:
            self.stopped = "max-bytes"
        return bool(self.stopped)

    def _close_count(self) -> None:
        if self._counted:
            self._begun += self._counted.read
            self._counted = None


@dataclass(slots=True)
class _Counted:
    """A progress that knows how much was read, but for what earlier *sitting*s had read."""

    progress: Progress
    sitting: Sitting
    told: int = 0

    @property
    def read(self) -> int:
        return max(0, self.told - self.sitting.taken.octets)

    def start(self, what: str, files: int, octets: int) -> None:
        self.progress.start(what, files, octets)

    def advance(self, files: int, octets: int) -> None:
        self.told += octets
        self.progress.advance(files, octets)

    def finish(self) -> None:
        self.progress.finish()
