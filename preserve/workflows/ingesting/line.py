"""The line on which transfers become packages, many at a time (``docs/decisions/0008-batches.md``).

Packages are made side by side by a crew; a batch of them is made durable with one sync, witnessed side by side,
and published together.  Batches are published in the order of the arrivals, whoever was ready first.  Nothing is
told before it is sealed and recorded.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from pathlib import Path
from types import TracebackType
from typing import Self

from preserve.bag.sealing.staging import Workroom
from preserve.errors import PreserveError
from preserve.ports import Progress, Silent
from preserve.storage.crew import Crew, MemberLost
from preserve.workflows.ingesting.bench import Made, Witnessed, forget, make, witness
from preserve.workflows.ingesting.making import Order
from preserve.workflows.ingesting.tables import Gathered, Tables
from preserve.workflows.ingesting.tools import Tools
from preserve.workflows.ingesting.tools import tools as in_use
from preserve.workflows.results import IngestResult

PACKAGES = 128
"""A batch has at most so many packages."""

OCTETS = 256 * 1024 * 1024
SECONDS = 1.0
"""A batch is closed when it is as large or as old as this, so that a person sees the work go on."""

WITNESSED_AT_ONCE = 16
"""Packages that one process reads back in one go."""


@dataclass(frozen=True, slots=True)
class Published:
    """What became of the transfers of a batch, in their order, until one met the *failure* that ends the run."""

    told: Sequence[tuple[Made, IngestResult]]
    failure: PreserveError | None = None


Relate = Callable[[Sequence[Made]], list[Made]]
"""Says of the packages of a batch, before they are made durable, what else they are related to."""

Publish = Callable[[Sequence[tuple[Made, Witnessed | None]]], Published]
"""Puts the packages of a batch into the store, in this order."""


class Step(Enum):
    """What is to be done on the line."""

    MAKE = "make"
    WITNESS = "witness"


@dataclass(frozen=True, slots=True)
class Job:
    """Several packages for the same step.  *tools* is the number of the run's tools, *files* are their sizes."""

    tools: int
    step: Step
    orders: tuple[Order, ...]
    files: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Done:
    """What came of one job."""

    job: Job
    made: tuple[Made, ...] = ()
    witnessed: tuple[Witnessed, ...] = ()
    gathered: Gathered | None = None


@dataclass(slots=True)
class _Batch:
    """Packages that are published together, in the order of their numbers."""

    made: list[Made] = field(default_factory=list)
    octets: int = 0
    since: float = 0.0
    awaited: int = 0
    witnessed: dict[int, Witnessed] = field(default_factory=dict)


_SILENT = Silent()
_ALONE = Crew(1)


def work(job: Job, progress: Progress = _SILENT, crew: Crew = _ALONE) -> Done:
    """Do one job, in whichever process this is."""
    tools = in_use(job.tools)
    if job.step is Step.WITNESS:
        forget(job.orders, crew)
        pairs = zip(job.orders, job.files, strict=True)
        return Done(job, witnessed=tuple(witness(tools, order, files, progress, crew) for order, files in pairs))
    made = tuple(make(tools, order, progress, crew) for order in job.orders)
    return Done(job, made=made, gathered=tools.tables.gathered())


class Line:
    """One run.  A context manager: whatever is not published when it is left is removed from the workbench.

    *tables* takes in what is found out in all processes; *relate* may add to what was made.  *crew* is hired before
    anything else begins: no process is forked beside the threads of a progress bar.
    """

    def __init__(
        self, workroom: Workroom, tools: Tools, crew: Crew, publish: Publish, tables: Tables, relate: Relate = list
    ) -> None:
        self._workroom = workroom
        self._tools = tools
        self._crew = crew
        self._publish = publish
        self._tables = tables
        self._relate = relate
        self._to_make: deque[Job] = deque()
        self._to_witness: deque[Job] = deque()
        self._in_hand: dict[tuple[Step, int], Job] = {}
        self._made: dict[int, Made] = {}
        self._next = 0
        self._batch = _Batch()
        self._closed: deque[_Batch] = deque()
        self._failure: PreserveError | None = None
        self._progress: Progress = _SILENT

    def __enter__(self) -> Self:
        self._tools.open(self._crew)
        self._crew.hire()
        self._workbench = self._workroom.begin()  # before the first byte of any package is written
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._crew.dismiss()  # before anything is removed: nobody may be at work there
        self._tools.close()
        self._workbench.close(self._progress)

    def place(self, package_id: str) -> Path:
        """Where the package with this id is put together."""
        return self._workbench.place(package_id)

    def run(self, portions: Iterator[Sequence[Order]], progress: Progress) -> Iterator[tuple[Made, IngestResult]]:
        """Make packages of all *portions* of orders, whose numbers count up from 0 over the whole life of this line.

        What ends the run is raised when everything before it is published: ``StoreUnwritable``, ``CatalogError``
        and ``Locked`` would meet the next transfer too.
        """
        self._progress = progress
        while True:
            progress.start("Ingesting", 0, 0)
            try:
                for done in self._crew.work(work, self._jobs(portions)):
                    progress.advance(*self._take(done))
                    yield from self._told(progress)
            except MemberLost:
                self._do_the_rest_alone()
                continue
            finally:
                progress.finish()
            yield from self._told(progress)
            if not self._closed and not self._close_batch():
                break
        if self._failure is not None:
            raise self._failure

    def run_large(self, order: Order, progress: Progress) -> Iterator[tuple[Made, IngestResult]]:
        """Make one large package here, all hands at each step, and show its *progress*.

        Nothing else may be on the line then.
        """
        self._progress = progress
        for job in self._jobs(iter([[order]])):
            try:
                self._take(work(job, progress, self._crew))
            except MemberLost:
                self._do_the_rest_alone()
            if not (self._to_witness or self._to_make):
                self._close_batch()
        yield from self._told(Silent())
        if self._failure is not None:
            raise self._failure

    def _told(self, progress: Progress) -> Iterator[tuple[Made, IngestResult]]:
        """Publish the batches that are ready, and tell their results while no bar is in the way."""
        while self._closed and not self._closed[0].awaited:
            progress.finish()
            published = self._finish(self._closed.popleft())
            yield from published.told
            if published.failure is not None:
                raise published.failure
            progress.start("Ingesting", 0, 0)

    def _jobs(self, portions: Iterator[Sequence[Order]]) -> Iterator[Job]:
        """What is to be done next: batches are finished before others are begun."""
        while job := self._next_job(portions):
            self._in_hand[job.step, job.orders[0].number] = job
            yield job

    def _next_job(self, portions: Iterator[Sequence[Order]]) -> Job | None:
        if self._to_witness:
            return self._to_witness.popleft()
        if self._failure is not None:
            return None
        if self._to_make:
            return self._to_make.popleft()
        for orders in portions:
            return Job(self._tools.number, Step.MAKE, tuple(orders))
        return None

    def _do_the_rest_alone(self) -> None:
        """A helper was lost, perhaps because a file is too much for it: what it had in hand is done here."""
        self._crew.dismiss()
        self._crew = Crew(1)
        for job in self._in_hand.values():
            if job.step is Step.MAKE:
                for order in job.orders:
                    self._workbench.clear(order.bag)
            (self._to_make if job.step is Step.MAKE else self._to_witness).append(job)
        self._in_hand.clear()

    def _take(self, done: Done) -> tuple[int, int]:
        """Note what came of a job; returns how many files and octets were packaged."""
        del self._in_hand[done.job.step, done.job.orders[0].number]
        if done.gathered is not None:
            self._tables.add(done.gathered)
        for made in done.made:
            self._made[made.order.number] = made
        if done.made:
            self._collect()
        for witnessed in done.witnessed:
            batch = next(batch for batch in self._closed if batch.made[-1].order.number >= witnessed.number)
            batch.witnessed[witnessed.number] = witnessed
            batch.awaited -= 1
        return sum(made.files for made in done.made), sum(made.bytes for made in done.made)

    def _collect(self) -> None:
        """Move what is ready, in order, into the batch."""
        while self._failure is None and (made := self._made.pop(self._next, None)) is not None:
            self._next += 1
            self._failure = made.failure
            if made.failure is None:
                self._batch.since = self._batch.since or time.monotonic()
                self._batch.made.append(made)
                self._batch.octets += made.bytes
                if len(self._batch.made) >= PACKAGES or self._batch.octets >= OCTETS:
                    self._close_batch()
        if self._batch.made and time.monotonic() - self._batch.since >= SECONDS:
            self._close_batch()

    def _close_batch(self) -> bool:
        """Make the batch durable and have it witnessed; False if there is nothing in it."""
        batch, self._batch = self._batch, _Batch()
        if not batch.made:
            return False
        batch.made = self._relate(batch.made)
        self._closed.append(batch)
        staged = [made for made in batch.made if made.is_staged]
        if staged:
            self._workbench.sync()
        batch.awaited = len(staged)
        at_once = max(1, min(WITNESSED_AT_ONCE, len(staged) // (2 * self._crew.size)))
        for start in range(0, len(staged), at_once):
            some = staged[start : start + at_once]
            orders, files = tuple(made.order for made in some), tuple(made.files for made in some)
            self._to_witness.append(Job(self._tools.number, Step.WITNESS, orders, files))
        return True

    def _finish(self, batch: _Batch) -> Published:
        """Publish a batch, as far as nothing has failed in it, and clear the workbench of it."""
        ready: list[tuple[Made, Witnessed | None]] = []
        failure: PreserveError | None = None
        for made in batch.made:
            witnessed = batch.witnessed.get(made.order.number)
            failure = witnessed.failure if witnessed else None
            if failure is not None:
                break
            ready.append((made, witnessed))
        published = self._publish(ready)
        for made in batch.made:
            self._workbench.clear(made.order.bag)
        return replace(published, failure=published.failure or failure)
