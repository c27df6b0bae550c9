"""The audit: copies are read whole, judged, and what was found is recorded before anybody hears of it."""

from __future__ import annotations

import os
import secrets
import time
import uuid
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

from preserve.bag.sealing.errors import store_errors
from preserve.errors import BagError, CatalogError, Locked, StoreUnwritable
from preserve.model import Audited, AuditRun, Begun, Problem, Verdict
from preserve.ports import Progress
from preserve.storage import locks
from preserve.workflows import rules
from preserve.workflows.agreement import found_amiss
from preserve.workflows.alerting.alerts import Alerts
from preserve.workflows.archive import Archive
from preserve.workflows.auditing.record import Recorder
from preserve.workflows.auditing.runs import append_run
from preserve.workflows.auditing.selection import Selection, at
from preserve.workflows.auditing.subject import Stores
from preserve.workflows.auditing.wanted import Limits, Wanted
from preserve.workflows.auditing.watch import Watch
from preserve.workflows.auditing.witnesses import Witnesses
from preserve.workflows.auditing.work import Work
from preserve.workflows.ours import Ours
from preserve.workflows.record import put_in_order
from preserve.workflows.reporting.standing import promise_of


@dataclass(slots=True)
class Audit:
    """One run.  Draw ``run``; afterwards ``summary`` says what it was, ``problems`` what went wrong beside it.

    *begun* are the copies that it had to leave in the middle.
    """

    archive: Archive
    wanted: Wanted
    limits: Limits
    progress: Progress
    alerts: Alerts
    problems: list[Problem] = field(default_factory=list)
    summary: AuditRun | None = None
    begun: list[Begun] = field(default_factory=list)
    _counts: dict[Verdict, int] = field(default_factory=lambda: dict.fromkeys(Verdict, 0))
    _files: int = 0
    _octets: int = 0
    _away: int = 0
    _unrecorded: int = 0
    _expected: tuple[int, int] = (0, 0)

    def run(self) -> Iterator[Audited]:
        """Each copy as soon as what was found of it is on disk.

        ``Locked`` if another audit runs; with packages named it may, for each result is written by itself.
        ``UnknownPackage``.  ``StoreUnwritable`` if results cannot be recorded: the run ends then.
        """
        if self.wanted.names:
            yield from self._run()
            return
        lock = self.archive.config.workroom / "audit.lock"
        with store_errors(self.archive.store):
            held = locks.try_hold(lock)
        if held is None:
            raise Locked(
                "Another audit of this archive is running.", hint="Wait for it, or name the packages to be checked."
            )
        try:
            yield from self._run()
        finally:
            os.close(held)

    def _run(self) -> Iterator[Audited]:
        started, clock = self.archive.clock.now(), time.monotonic()
        watch = Watch(self.limits)
        stores = Stores(self.archive)
        selection = Selection(self.archive, self.wanted, started, self._reached(stores), self._pressing())
        recorder = Recorder(self.archive, str(uuid.uuid4()), Witnesses(self.archive, stores.reachable()))
        work = Work(self, stores, recorder, selection, watch, Ours(self.archive))
        stopped = "interrupted"
        try:
            self._expected = selection.expected()
            self.show_progress()
            for audited in work.all():
                self._count(audited)
                yield audited
            stopped = watch.stopped
        finally:
            self.progress.finish()
            for audited in recorder.flush():
                self._count(audited)
            self._end(selection, watch, started, time.monotonic() - clock, stopped)
        if recorder.unwritable:
            raise recorder.unwritable

    def _pressing(self) -> tuple[str, ...]:
        """The packages that are gone from the store, or could not be recorded; what else is wrong is told at the end.

        What a run that died has left is put in order first, so that no package is passed over in silence.
        """
        if self.wanted.names or self.wanted.sample is not None:
            return ()
        found = (*put_in_order(self.archive), *found_amiss(self.archive))
        gone = tuple(problem.path for problem in found if problem.code == rules.PACKAGE_MISSING.code)
        self.problems += dict.fromkeys(one for one in found if one.code != rules.PACKAGE_MISSING.code)
        return (*gone, *(package.name for package, _ in self.archive.catalog.doubts()))

    def _reached(self, stores: Stores) -> frozenset[str]:
        """The places to read in that are there; somebody hears of the others."""
        asked = ["", *self.archive.config.named("locations")]
        if self.wanted.location is not None:
            asked = [at(self.wanted.location)]
        return frozenset(place for place in asked if not self.is_away(stores, place))

    def is_away(self, stores: Stores, place: str) -> bool:
        """Whether *place* cannot be reached; told once."""
        problem = stores.away(place)
        if problem is None:
            return False
        if problem not in self.problems:
            self.problems.append(problem)
            self.alerts.unreachable(place or str(self.archive.store), problem)
            self._away += 1
        return True

    def show_progress(self) -> None:
        """Tell how much is left to do."""
        self.progress.start("Checking packages", self.copies_left, max(0, self._expected[1] - self._octets))

    @property
    def copies_left(self) -> int:
        """About how many copies are still to be read."""
        return max(0, self._expected[0] - sum(self._counts.values()))

    def _count(self, audited: Audited) -> None:
        self._counts[audited.outcome] += 1
        if audited.outcome is not Verdict.UNREACHABLE:
            self._files += audited.files
            self._octets += audited.bytes
        if audited.outcome is Verdict.FAIL:
            self.alerts.failed(audited)
        self._unrecorded += any(problem.code == rules.NOT_RECORDED.code for problem in audited.problems)

    def _end(self, selection: Selection, watch: Watch, started: datetime, seconds: float, stopped: str) -> None:
        left, promise = 0, None
        with suppress(CatalogError, BagError):
            left, promise = selection.left(), promise_of(self.archive)
        self.summary = run = AuditRun(
            started=started,
            ended=max(started, self.archive.clock.now()),
            chosen=self.wanted.chosen,
            seed=self.wanted.seed,
            packages=self._counts[Verdict.SUCCESS] + self._counts[Verdict.FAIL],
            files=self._files,
            bytes=watch.read,
            seconds=round(seconds, 3),
            good=self._counts[Verdict.SUCCESS],
            failed=self._counts[Verdict.FAIL],
            unreachable=self._counts[Verdict.UNREACHABLE] + self._away,
            unrecorded=self._unrecorded,
            left=left,
            stopped=stopped,
        )
        try:
            append_run(self.archive.config, run)
        except StoreUnwritable as error:
            self.problems.append(Problem.of(error))
        self.problems.extend(self.alerts.finished(run, promise))


def new_seed() -> str:
    """Chance, to be written down."""
    return secrets.token_hex(8)
