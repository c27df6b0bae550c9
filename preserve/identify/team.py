"""The workers together: jobs wait, are sent to whoever has time, and are done in any order."""

from __future__ import annotations

import os
import select
from collections import deque
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from preserve.identify.keeper import BATCH, Job, Keeper, WorkerTired
from preserve.identify.process import WorkerDied
from preserve.identify.roster import Roster
from preserve.model import Agent, Identification, Outcome

_PAYS = 4 * BATCH
"""So many files must wait for it to pay to start another worker."""


class Team:
    """Up to *most* workers with the probes *specs*.  Used by one thread at a time."""

    def __init__(self, specs: tuple[str, ...], clamav: str, timeout: float, most: int) -> None:
        self._roster = Roster(specs)
        self._keepers = [Keeper(self._roster, clamav, timeout) for _ in range(most)]
        self._at_work = 1
        self._last = 0
        self._waiting: deque[Job] = deque()
        self._done: dict[int, Identification] = {}

    def start(self) -> None:
        """Have the first worker started, without waiting until it is ready."""
        self._keepers[0].worker()

    def close(self) -> None:
        """End all workers, and forget everything that was asked."""
        for keeper in self._keepers:
            keeper.drop(gently=True)
        self._at_work = 1
        self._waiting.clear()
        self._done.clear()

    def agents(self) -> tuple[Agent, ...]:
        """The tools, as far as a worker could tell."""
        first = self._keepers[0]
        while first.worker() is not None and not first.greeted:
            self._listen(wait=True)
        return self._roster.agents()

    def submit(self, file: Path, path: str) -> int:
        """Have *file* looked at, in time.  Returns the number to ask for its result by."""
        self._last += 1
        whole = file if file.is_absolute() else Path.cwd() / file
        self._waiting.append(Job(self._last, os.fsencode(whole).decode("utf-8", "surrogateescape"), path))
        return self._last

    def has(self, number: int) -> bool:
        """Whether the result is there."""
        return number in self._done

    def go_on(self) -> None:
        """See to it that the workers are at work, without waiting for any."""
        if len(self._waiting) % BATCH == 0:  # once for each batch is often enough
            self._hand_out()
            self._listen(wait=False)

    def result(self, number: int) -> Identification:
        """The result for the file that was given this *number*, when it is there."""
        try:
            while number not in self._done:
                self._hand_out()
                if number not in self._done:
                    self._listen(wait=True)
        except BaseException:  # such as Ctrl-C: half an answer may have been read
            self._call_back(self._keepers)
            self.forget((number,))
            raise
        return self._done.pop(number)

    def forget(self, numbers: Iterable[int]) -> None:
        """Nobody waits for these any more."""
        unwanted = frozenset(numbers)
        if unwanted:
            self._call_back([each for each in self._keepers if any(job.number in unwanted for job in each.sent)])
            self._waiting = deque(job for job in self._waiting if job.number not in unwanted)
            for number in unwanted:
                self._done.pop(number, None)

    # --- waiting → sent → done ------------------------------------------------------------------------------

    def _hand_out(self) -> None:
        self._call_back([each for each in self._keepers if each.is_lost])
        for keeper in sorted(self._keepers[: self._at_work], key=lambda each: len(each.sent)):
            keeper.send_from(self._waiting)
        if len(self._waiting) >= _PAYS and self._at_work < len(self._keepers):
            self._at_work += 1
            self._keepers[self._at_work - 1].send_from(self._waiting)
        if self._roster.broken:
            self._give_up()

    def _listen(self, *, wait: bool) -> None:
        """Take in what workers have said; with *wait*, until one has, or a clock must be looked at."""
        busy = {worker.fileno(): each for each in self._keepers if each.expects and (worker := each.worker())}
        poll = select.poll()
        for descriptor in busy:
            poll.register(descriptor, select.POLLIN)
        seconds = min((each.patience() for each in busy.values()), default=0.0) if wait else 0.0
        spoke = {descriptor for descriptor, _ in poll.poll(seconds * 1000)}
        for descriptor, keeper in busy.items():
            self._take(keeper, spoke=descriptor in spoke)

    def _take(self, keeper: Keeper, *, spoke: bool) -> None:
        try:
            if spoke:
                for job, found in keeper.heard():
                    self._done[job.number] = self._complete(job, found)
            else:
                keeper.check_the_clock()
        except WorkerDied as death:
            keeper.bury(death)
            self._call_back([keeper])
        except WorkerTired:
            self._call_back([keeper])

    def _call_back(self, keepers: Iterable[Keeper]) -> None:
        """End these workers; what they had not answered waits for others, in its place."""
        owed = [job for keeper in keepers for job in keeper.drop()]
        self._waiting.extendleft(sorted(owed, key=lambda job: -job.number))

    # --- results --------------------------------------------------------------------------------------------

    def _complete(self, job: Job, found: Identification) -> Identification:
        """*found* with its runs in the order of the probes, and those that the worker could not record."""
        recorded = {run.probe: run for run in found.runs}
        runs = []
        for spec in self._roster.specs:
            name = self._roster.name(spec)
            if name in recorded and spec not in job.failed:
                self._roster.prospered(spec)
                runs.append(recorded[name])
            else:
                runs.append(job.failed.get(spec) or self._roster.left_out(spec))
        return replace(found, runs=tuple(runs))

    def _give_up(self) -> None:
        """There is no worker and there will be none: every probe is recorded as not done."""
        self._call_back(self._keepers)
        roster = self._roster
        for job in self._waiting:
            runs = (job.failed.get(spec) or roster.run(spec, Outcome.NOT_DONE, roster.broken) for spec in roster.specs)
            self._done[job.number] = Identification(job.path, runs=tuple(runs))
        self._waiting.clear()
