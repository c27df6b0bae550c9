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

from preserve.bag.many import Question, validate_many
from preserve.bag.sealing.staging import store_errors
from preserve.bag.validate import validate
from preserve.errors import BagError, CatalogError, Locked, StoreUnwritable
from preserve.model import Audited, AuditRun, Copy, Problem, ValidationReport, Verdict
from preserve.ports import Progress
from preserve.storage import locks
from preserve.storage.crew import Crew
from preserve.workflows.alerting.alerts import Alerts
from preserve.workflows.archive import Archive
from preserve.workflows.auditing.large import Large, is_large
from preserve.workflows.auditing.record import Finding, Recorder
from preserve.workflows.auditing.runs import append_run
from preserve.workflows.auditing.selection import Selection, at
from preserve.workflows.auditing.subject import Stores, Subject, unread, verdict
from preserve.workflows.auditing.wanted import Limits, Wanted
from preserve.workflows.auditing.watch import Watch
from preserve.workflows.ours import Ours
from preserve.workflows.reporting.standing import promise_of

_PORTION = 512
"""So many small packages are handed to the readers at once; in between it is seen whether to go on."""


@dataclass(slots=True)
class Audit:
    """One run.  Draw ``run``; afterwards ``summary`` says what it was, ``problems`` what went wrong beside it."""

    archive: Archive
    wanted: Wanted
    limits: Limits
    progress: Progress
    alerts: Alerts
    problems: list[Problem] = field(default_factory=list)
    summary: AuditRun | None = None
    _counts: dict[Verdict, int] = field(default_factory=lambda: dict.fromkeys(Verdict, 0))
    _files: int = 0
    _octets: int = 0
    _away: int = 0
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
        stores, recorder = Stores(self.archive), Recorder(self.archive, str(uuid.uuid4()))
        selection = Selection(self.archive, self.wanted, started, self._reached(stores))
        reading = _Reading(self, stores, recorder, selection, watch, Ours(self.archive))
        stopped = "interrupted"
        try:
            self._expected = selection.expected()
            self.show_progress()
            for audited in reading.all():
                self._count(audited)
                yield audited
            stopped = watch.stopped
        finally:
            self.progress.finish()
            for audited in recorder.flush():
                self._count(audited)
            self._end(selection, started, time.monotonic() - clock, stopped)
        if recorder.unwritable:
            raise recorder.unwritable

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
        copies, octets = self._expected
        done = sum(self._counts.values())
        self.progress.start("Checking packages", max(0, copies - done), max(0, octets - self._octets))

    def _count(self, audited: Audited) -> None:
        self._counts[audited.outcome] += 1
        if audited.outcome is not Verdict.UNREACHABLE:
            self._files += audited.files
            self._octets += audited.bytes
        if audited.outcome is Verdict.FAIL:
            self.alerts.failed(audited)

    def _end(self, selection: Selection, started: datetime, seconds: float, stopped: str) -> None:
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
            bytes=self._octets,
            seconds=round(seconds, 3),
            good=self._counts[Verdict.SUCCESS],
            failed=self._counts[Verdict.FAIL],
            unreachable=self._counts[Verdict.UNREACHABLE] + self._away,
            left=left,
            stopped=stopped,
        )
        try:
            append_run(self.archive.config, run)
        except StoreUnwritable as error:
            self.problems.append(Problem.of(error))
        self.problems.extend(self.alerts.finished(run, promise))


@dataclass(slots=True)
class _Reading:
    """The work itself."""

    audit: Audit
    stores: Stores
    recorder: Recorder
    selection: Selection
    watch: Watch
    ours: Ours

    def all(self) -> Iterator[Audited]:
        """Every copy that is wanted, until it is time to stop."""
        large = Large(self.audit.archive.config, self.audit.archive.clock)
        with Crew() as crew:
            for portion in self._portions():
                if len(portion) == 1 and (self.watch.pace or is_large(portion[0])):
                    yield from self._alone(portion[0], crew, large)
                else:
                    yield from self._side_by_side(portion, crew)
                if self.recorder.unwritable:
                    return
            yield from self._told(self.recorder.flush())

    def _portions(self) -> Iterator[list[Subject]]:
        """Small packages many at once; what is large, or must keep a pace, alone.  In their order."""
        some: list[Subject] = []
        for copy in self.selection.copies():
            if self.watch.is_over():
                break
            self.watch.begin(copy.package.bytes)
            subject = self.stores.subject(copy)
            if self.watch.pace or is_large(subject):
                if some:
                    yield some
                    some = []
                yield [subject]
                continue
            some.append(subject)
            if len(some) >= _PORTION:
                yield some
                some = []
        if some:
            yield some

    def _side_by_side(self, portion: list[Subject], crew: Crew) -> Iterator[Audited]:
        questions = (Question(n, str(one.place), one.options) for n, one in enumerate(portion))
        for number, found in validate_many(questions, len(portion), crew, self.audit.progress):
            yield from self._found(portion[number], found, self.audit.archive.clock.now())

    def _alone(self, subject: Subject, crew: Crew, large: Large) -> Iterator[Audited]:
        with large.sitting(subject) as sitting:
            manner = self.watch.manner(sitting)
            began = self.audit.archive.clock.now()
            try:
                found: ValidationReport | BagError = validate(
                    subject.place, options=subject.options, progress=self.audit.progress, crew=crew, manner=manner
                )
            except BagError as error:
                found = error
            except large.unfinished:
                return
            self.audit.show_progress()
            remark = sitting.story() if sitting else ""
            since = (sitting.taken.since if sitting else None) or began
            yield from self._found(subject, found, since, remark)
            yield from self._told(self.recorder.flush())
            if sitting and not self.recorder.unwritable:
                sitting.end()

    def _found(
        self, subject: Subject, found: ValidationReport | BagError, when: datetime, remark: str = ""
    ) -> Iterator[Audited]:
        if subject.copy.location not in self.selection.reached:
            return  # it went away while others were read; nothing is known
        subject, found = self._as_it_is_now(subject, found)
        if isinstance(found, BagError):
            audited = unread(self.stores, subject, found)
        else:
            audited = verdict(self.ours, self.stores, subject, found)
        if audited.outcome is Verdict.UNREACHABLE and self.audit.is_away(self.stores, subject.copy.location):
            self.selection.reached -= {subject.copy.location}
            yield from self._told(self.recorder.flush())
        yield from self._told(self.recorder.take(Finding(subject, audited, when, self._said(remark))))

    def _as_it_is_now(
        self, subject: Subject, found: ValidationReport | BagError
    ) -> tuple[Subject, ValidationReport | BagError]:
        """Judged anew, if the package got another state while it was read: then what was found means nothing."""
        while not isinstance(found, BagError) and found.errors:
            package = self.ours.changed_meanwhile(subject.copy.package)
            now = subject.copy if package is None else _renewed(subject.copy, self.audit.archive)
            fresh = self.stores.subject(now)
            if fresh.options.pinned == subject.options.pinned:
                break
            subject = fresh
            try:
                found = validate(subject.place, options=subject.options)
            except BagError as error:
                found = error
        return subject, found

    def _said(self, remark: str) -> str:
        wanted = self.audit.wanted
        drawn = f"one of a sample (seed {wanted.seed})" if wanted.sample is not None else ""
        return "; ".join(part for part in (remark, drawn) if part)

    def _told(self, recorded: list[Audited]) -> Iterator[Audited]:
        yield from recorded


def _renewed(copy: Copy, archive: Archive) -> Copy:
    """*copy* of the package as it is now."""
    package = archive.catalog.get(copy.package.id) or copy.package
    return Copy(package, copy.location, copy.made, copy.last_read_ok, copy.last_read_bad)


def new_seed() -> str:
    """Chance, to be written down."""
    return secrets.token_hex(8)
