"""Sending what was prepared, and telling what came of it.  Only ``Sender`` talks to the far end."""

from __future__ import annotations

import threading
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from preserve.deposit import rules
from preserve.deposit.journal import reading
from preserve.deposit.journal.lines import Opening
from preserve.deposit.journal.reading import Entry
from preserve.deposit.journal.writing import Journal
from preserve.errors import ConfigError, DepositRefused, DescriptionError, NoRoom, PreserveError, TargetUnreachable
from preserve.model import Package, Problem, Severity
from preserve.model.deposits import Stage
from preserve.ports.depositing import Consignment, DepositTarget
from preserve.storage import names
from preserve.workflows.archive import Archive, SystemClock
from preserve.workflows.depositing.deciding import Going, dated_note
from preserve.workflows.depositing.driving import Driven, Patience, drive
from preserve.workflows.depositing.journal import new_folder, receipts_of
from preserve.workflows.depositing.recording import record
from preserve.workflows.depositing.results import Deposited, Order, Outcome
from preserve.workflows.depositing.sharing import SharedProgress

_STATUS = {
    Stage.SENT: Outcome.SENT,
    Stage.ACCEPTED: Outcome.ACCEPTED,
    Stage.STORED: Outcome.STORED,
    Stage.VERIFIED: Outcome.VERIFIED,
    Stage.REFUSED: Outcome.REFUSED,
    Stage.UNKNOWN: Outcome.UNKNOWN,
    Stage.SENDING: Outcome.UNKNOWN,
}
_KINDS: dict[str, type[PreserveError]] = {rules.FAR_FULL.code: NoRoom, DescriptionError.code: DescriptionError}
"""What a plan's error of this code is called; any other is a refusal."""
_LOOK_AT = frozenset([Outcome.UNKNOWN, Outcome.REFUSED, Outcome.FAILED])


@dataclass(frozen=True, slots=True)
class Work:
    """A package that may go: *what* is to be sent, and what was *decided* of it.

    *held* keeps other runs from depositing the same, until it is concluded.
    """

    store: Path
    package: Package
    what: Consignment
    decided: Going
    held: ExitStack

    @property
    def entry(self) -> Entry | None:
        """The journal to go on with, None to begin a new one."""
        return self.decided.entry


@dataclass(frozen=True, slots=True)
class Done:
    """What the far end made of *work*; the journal's *folder*, None if it was never begun."""

    work: Work
    seconds: float
    folder: Path | None = None
    driven: Driven | None = None
    problems: tuple[Problem, ...] = ()
    error: PreserveError | None = None


class Sender:
    """Sends from any number of threads; each has a target of its own, which lasts as long as nothing goes wrong."""

    def __init__(self, order: Order, progress: SharedProgress) -> None:
        self._order = order
        self._progress = progress
        self._mine = threading.local()
        self._all: list[DepositTarget] = []
        self._held = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        with self._held:
            for target in self._all:
                target.close()

    def send(self, work: Work) -> Done:
        """Take *work* as far as it goes.  ``StoreUnwritable`` if its journal cannot be written."""
        began = time.monotonic()
        self._held.callback(work.held.close)
        try:
            return self._send(work, began)
        except (DepositRefused, TargetUnreachable, ConfigError, DescriptionError) as error:
            return Done(work, time.monotonic() - began, error=self._clean(error))

    def _send(self, work: Work, began: float) -> Done:
        order, problems = self._order, tuple[Problem, ...]()
        target = self._target()
        if work.entry is None or work.entry.story.stage is Stage.PLANNED:
            problems = target.plan(work.what)
            if wrong := [problem for problem in problems if problem.severity is Severity.ERROR]:
                refused = _KINDS.get(wrong[0].code, DepositRefused)(wrong[0].message, hint=wrong[0].hint)
                return Done(work, time.monotonic() - began, problems=problems, error=refused)
        if work.decided.lost and not target.promises.askable:
            return Done(work, time.monotonic() - began, problems=problems, error=_lost(work, order))
        if order.dry_run:
            return Done(work, time.monotonic() - began, problems=problems)
        with self._journal(work) as journal:
            if order.arrived:
                who = next((agent.name for agent in reversed(order.agents)), "somebody")
                journal.step(Stage.STORED, where=order.arrived, note=f"{who} looked, and says that it is there.")
            self._progress.start(f"Sending {work.what.label}", work.what.files, work.what.octets)
            driven = drive(target, work.what, journal, Patience(wait=_wait(order)), self._progress.aside())
        self._progress.finish()
        if driven.error is not None:
            self._drop(target)
        found = driven.verification.problems if driven.verification else ()
        error = self._clean(driven.error) if driven.error else None
        return Done(work, time.monotonic() - began, journal.folder, driven, (*problems, *found), error)

    def _journal(self, work: Work) -> Journal:
        clock, scrub = SystemClock(), self._order.target.scrubber.octets
        if work.entry is not None:
            return Journal.resume(work.entry, clock, scrub)
        what, target = work.what, self._order.target
        folder = new_folder(work.store, work.package.name, target.name, clock.now())
        opening = Opening(
            folder.name,
            f"urn:uuid:{work.package.id}",
            work.package.name,
            what.label,
            what.key,
            what.state,
            what.form,
            target.name,
            target.kind.name,
            target.place,
            what.files,
            what.octets,
            self._order.profile,
            self._order.tags,
            tuple(agent.name for agent in self._order.agents),
            work.decided.embargo,
        )
        return Journal.begin(folder, opening, clock, scrub)

    def _target(self) -> DepositTarget:
        target: DepositTarget | None = getattr(self._mine, "target", None)
        if target is None:
            target = self._mine.target = self._order.target.open()
            self._all.append(target)
        return target

    def _drop(self, target: DepositTarget) -> None:
        """The next deposit gets a new connection: what went wrong may have been this one's."""
        target.close()
        self._all.remove(target)
        self._mine.target = None

    def _clean(self, error: PreserveError) -> PreserveError:
        return self._order.target.scrubber.of_error(error)


def _wait(order: Order) -> float | None:
    """``Order.wait`` as ``Patience`` counts it."""
    return None if order.wait == 0 else order.wait or 0.0


def _lost(work: Work, order: Order) -> DepositRefused:
    name = names.shown(work.package.name)
    return DepositRefused(
        f"{name} may be at {order.target.name} already: its history tells of a deposit there, whose journal is gone.",
        hint=f"Bring the folder {name}{names.DEPOSITS} back from a backup, or look for it there; if it is not: --again",
    )


def conclude(archive: Archive, order: Order, done: Done) -> Deposited:
    """Write what came of it into the package's history, and tell it.  ``StoreUnwritable`` or ``Locked``."""
    with done.work.held:
        return _concluded(archive, order, done)


def _concluded(archive: Archive, order: Order, done: Done) -> Deposited:
    work = done.work
    entry = reading.read(done.folder) if done.folder else work.entry
    if order.dry_run and entry is not None and done.error is None:
        return _told(work, order, _STATUS.get(entry.story.stage, Outcome.PLANNED), done, entry=None)
    if entry is None or order.dry_run:
        status = Outcome.PLANNED if done.error is None else Outcome.REFUSED
        if done.error is not None and not isinstance(done.error, DepositRefused):
            status = Outcome.FAILED
        return _told(work, order, status, done, entry=None)
    record(archive, work.package, entry, order.agents)
    good = done.driven is None or done.driven.verification is None or done.driven.verification.good
    status = _STATUS.get(entry.story.stage, Outcome.FAILED) if good else Outcome.FAILED
    if done.error is not None and entry.story.stage in (Stage.VERIFIED, Stage.PLANNED):
        status = Outcome.FAILED  # what was verified once could not be asked this time
    return _told(work, order, status, done, entry)


def _foreseen(work: Work) -> str:
    """What a dry run says of a deposit that was begun before."""
    if work.entry is None:
        return ""
    story = work.entry.story
    return f"It was begun and is {story.stage}: the far end would be asked first, and get nothing twice."


def _told(work: Work, order: Order, status: Outcome, done: Done, entry: Entry | None) -> Deposited:
    story = entry.story if entry else None
    is_news = entry is not None and (work.entry is None or entry.story.lines > work.entry.story.lines)
    note = (story.note if is_news else dated_note(entry)) if entry and story else _foreseen(work)
    return Deposited(
        work.package,
        order.target.name,
        status,
        story.opening.deposit if story else "",
        story.stage if story else None,
        story.where if story else "",
        note,
        work.what.files,
        work.what.octets,
        done.seconds,
        receipts_of(entry) if entry else None,
        done.problems,
        done.error,
        needs_a_person=status in _LOOK_AT or done.error is not None,
    )


def failed(package: Package, order: Order, error: PreserveError) -> Deposited:
    """That *package* did not even leave, because of *error*."""
    problem = Problem.of(error)
    return Deposited(package, order.target.name, Outcome.FAILED, problems=(problem,), error=error, needs_a_person=True)
