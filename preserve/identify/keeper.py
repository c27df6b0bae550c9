"""Keeps one worker at hand and at work: starts it, starts it again after a death, and knows what it was sent."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from preserve.identify import wire
from preserve.identify.process import Worker, WorkerDied
from preserve.identify.roster import Roster
from preserve.model import Identification, ProbeRun

BATCH = 16
"""Files that are sent at once, and answered at once."""

_AHEAD = 2 * BATCH
"""Files that a worker has before it, so that it never waits for us."""

_OCTETS_AHEAD = 32 * 1024
"""Bytes that are sent ahead: less than a socket holds, so that the two never wait for each other."""


@dataclass(slots=True)
class Job:
    """A file to be looked at, under a *number* of its own; *failed* are probes that cost a worker its life over it."""

    number: int
    file: str
    path: str
    octets: int = 0
    failed: dict[str, ProbeRun] = field(default_factory=dict)


class Keeper:
    """One worker and the jobs that it was sent.  Used by one thread at a time."""

    def __init__(self, roster: Roster, clamav: str, timeout: float) -> None:
        self._roster = roster
        self._clamav = clamav
        self._timeout = timeout
        self._worker: Worker | None = None
        self._off: dict[str, str] = {}
        self._greeted = False
        self.sent: deque[Job] = deque()

    def worker(self) -> Worker | None:
        """The worker, which may not be ready yet; None where the roster says that there is none to be had."""
        if self._worker is None and not self._roster.broken:
            self._off = dict(self._roster.off)
            try:
                self._worker = Worker(self._roster.specs, self._off, self._clamav, self._timeout)
                self._greeted = False
            except OSError as error:
                self._roster.cannot_start(error.strerror or str(error))
        return self._worker

    @property
    def is_lost(self) -> bool:
        """Whether the worker was our parent's, and this is a forked child."""
        return self._worker is not None and self._worker.has_ended

    @property
    def expects(self) -> bool:
        """Whether the worker owes an answer."""
        return self._worker is not None and (bool(self.sent) or not self._greeted)

    @property
    def greeted(self) -> bool:
        """Whether the worker has said that it is ready."""
        return self._worker is not None and self._greeted

    def send_from(self, waiting: deque[Job]) -> None:
        """Give the worker as much of *waiting* as it should have before it."""
        octets = sum(job.octets for job in self.sent)
        while waiting and len(self.sent) <= _AHEAD - BATCH and (worker := self.worker()) is not None:
            batch: list[Job] = []
            while waiting and len(batch) < BATCH:
                job = waiting[0]
                job.octets = 12 * (len(job.file) + len(job.path)) + 100  # at most: what is not ASCII is written out
                if octets + job.octets > _OCTETS_AHEAD and (batch or self.sent):
                    break
                octets += job.octets
                batch.append(waiting.popleft())
            if not batch:
                return
            self.sent.extend(batch)
            try:
                worker.send({"jobs": [[job.number, job.file, job.path, self._to_skip(job)] for job in batch]})
            except OSError:
                return  # it is gone; the next look at its answers says why

    def _to_skip(self, job: Job) -> list[str]:
        return [spec for spec in self._roster.specs if spec in job.failed or self._roster.is_hopeless(spec)]

    def heard(self) -> Iterator[tuple[Job, Identification]]:
        """What the worker has found, once its descriptor is readable.  ``WorkerDied`` where it will find no more."""
        worker = self._worker
        if worker is None:
            return
        try:
            for message in worker.heard():
                if self._greeted:
                    yield from self._done(message)
                else:
                    self._roster.greet(message["hello"])
                    self._greeted = True
        except (KeyError, TypeError, ValueError, IndexError):
            raise WorkerDied(wire.IDLE, "it answered nonsense") from None

    def _done(self, message: dict[str, Any]) -> Iterator[tuple[Job, Identification]]:
        known = self._roster.known()
        for number, values in message["done"]:
            if number != self.sent[0].number:
                raise ValueError
            found = wire.from_message(self.sent[0].path, values, known)
            yield self.sent.popleft(), found
        if message["tired"]:
            raise WorkerTired

    def patience(self) -> float:
        """Seconds after which the clock should be looked at."""
        return self._worker.patience() if self._worker is not None else 0.0

    def check_the_clock(self) -> None:
        """``WorkerDied``, after it was ended, if a probe takes too long, or nothing happens at all."""
        if self._worker is not None:
            self._worker.check_the_clock()

    def bury(self, death: WorkerDied) -> None:
        """The worker died: who is to blame is noted in the roster, and in the job that it happened to."""
        if not self._greeted:
            self._roster.died_at_start(death, self._off)
            return
        blamed = self._roster.blamed(death)
        victim = next((job for job in self.sent if job.number == death.job), None)
        if blamed and victim:
            victim.failed[blamed[0]] = blamed[1]

    def drop(self, *, gently: bool = False) -> list[Job]:
        """End the worker; with *gently* it may finish what it is doing, if that is nothing.  Returns what it owes."""
        if self._worker is not None:
            self._worker.end(gently=gently and self._greeted and not self.sent)
            self._worker = None
            self._greeted = False
        owed = list(self.sent)
        self.sent.clear()
        return owed


class WorkerTired(Exception):
    """The worker asks to be replaced."""
