"""The audit: copies are read whole, judged, and what was found is recorded before anybody hears of it."""

from __future__ import annotations

import os
import secrets
import time
import uuid
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field

from preserve.bag.sealing.errors import store_errors
from preserve.errors import BagError, CatalogError, Locked, StoreUnwritable
from preserve.model import Audited, AuditRun, Problem
from preserve.ports import Progress
from preserve.storage import locks
from preserve.workflows import rules
from preserve.workflows.agreement import found_amiss
from preserve.workflows.alerting.alerts import Alerts
from preserve.workflows.archive import Archive
from preserve.workflows.auditing.course import Course
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
from preserve.workflows.reporting.promise import Promise
from preserve.workflows.reporting.standing import promise_of


@dataclass(slots=True)
class Audit:
    """One run.  Draw ``run``; afterwards ``summary`` says what it was, and ``course`` what went wrong beside it."""

    archive: Archive
    wanted: Wanted
    limits: Limits
    progress: Progress
    alerts: Alerts
    course: Course = field(init=False)
    summary: AuditRun | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self.course = Course(self.archive, self.wanted, self.progress, self.alerts)

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
        started, clock, course = self.archive.clock.now(), time.monotonic(), self.course
        watch, stores = Watch(self.limits), Stores(self.archive)
        selection = Selection(self.archive, self.wanted, started, self._reached(stores), self._pressing())
        recorder = Recorder(self.archive, str(uuid.uuid4()), Witnesses(self.archive, stores.reachable()))
        work = Work(course, stores, recorder, selection, watch, Ours(self.archive))
        stopped = "interrupted"
        try:
            course.expected = selection.expected()
            course.show_progress()
            for audited in work.all():
                course.count(audited)
                yield audited
            stopped = watch.stopped
        finally:
            self.progress.finish()
            for audited in recorder.flush():
                course.count(audited)
            left, promise = self._standing(selection)
            seconds = time.monotonic() - clock
            self._end(course.summary(started, seconds, read=watch.read, left=left, stopped=stopped), promise)
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
        self.course.problems += dict.fromkeys(one for one in found if one.code != rules.PACKAGE_MISSING.code)
        return (*gone, *(package.name for package, _ in self.archive.catalog.doubts()))

    def _reached(self, stores: Stores) -> frozenset[str]:
        """The places to read in that are there; somebody hears of the others."""
        asked = ["", *self.archive.config.named("locations")]
        if self.wanted.location is not None:
            asked = [at(self.wanted.location)]
        return frozenset(place for place in asked if not self.course.is_away(stores, place))

    def _standing(self, selection: Selection) -> tuple[int, Promise | None]:
        """How many copies are still due, and how the promise stands; as far as the catalogue can be asked."""
        with suppress(CatalogError, BagError):
            return selection.left(), promise_of(self.archive)
        return 0, None

    def _end(self, run: AuditRun, promise: Promise | None) -> None:
        self.summary = run
        try:
            append_run(self.archive.config, run)
        except StoreUnwritable as error:
            self.course.problems.append(Problem.of(error))
        self.course.problems.extend(self.course.deposits_unproven())
        self.course.problems.extend(self.alerts.finished(run, promise))


def new_seed() -> str:
    """Chance, to be written down."""
    return secrets.token_hex(8)
