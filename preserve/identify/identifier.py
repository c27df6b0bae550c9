"""What each file is: the door of this step.

The probes run one after the other in a worker process.  A probe that hangs or crashes costs its own result and no
more: the worker is started afresh and the file's other probes go on.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Self

from preserve.identify import wire
from preserve.identify.keeper import Keeper
from preserve.identify.probes import NAMES
from preserve.identify.process import WorkerDied
from preserve.model import Agent, Identification, Outcome, ProbeRun

_WINDOW = 16
"""Files that are sent ahead, so that the worker never waits for us."""

_AHEAD = 32 * 1024
"""Bytes that are sent ahead: less than a socket holds, so that the two never wait for each other."""


@dataclass(slots=True)
class _Job:
    number: int
    file: str
    path: str
    octets: int = 0
    failed: dict[str, ProbeRun] = field(default_factory=dict)


class Identifier:
    """Identifies files.  A context manager; the worker starts on entering and is gone on leaving.

    *timeout* is the number of seconds that one probe may take for one file; *clamav* the address of a ClamAV daemon
    ("" for none); *probes* the names of the probes to run, all by default.  A name of the form ``module:Class`` is a
    probe of somebody else's (see ``reading.Factory``).  May be used from several threads, which then take turns.
    ``ValueError`` for a probe that does not exist, and for a timeout that is not above zero.
    """

    def __init__(self, *, timeout: float = 30.0, clamav: str = "", probes: tuple[str, ...] | None = None) -> None:
        specs = tuple(NAMES) if probes is None else tuple(dict.fromkeys(probes))
        unknown = [spec for spec in specs if spec not in NAMES and ":" not in spec]
        if unknown:
            raise ValueError(f"there is no probe {unknown[0]!r}; there are {', '.join(NAMES)}")
        if not timeout > 0:
            raise ValueError("the timeout must be above zero")
        self._keeper = Keeper(specs, clamav, timeout)
        self._lock = threading.RLock()
        self._last = 0
        self._waiting: deque[_Job] = deque()
        self._sent: deque[_Job] = deque()
        self._done: dict[int, Identification] = {}

    def __enter__(self) -> Self:
        with self._lock:
            self._keeper.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """End the worker.  Results that nobody fetched are lost.  The Identifier may be used again."""
        with self._lock:
            self._keeper.drop(gently=not self._sent)
            self._sent.clear()
            self._waiting.clear()
            self._done.clear()

    def agents(self) -> tuple[Agent, ...]:
        """The tools with their versions, one for each probe, in the order in which they run."""
        with self._lock:
            self._keeper.worker()
            return self._keeper.agents()

    def identify(self, file: Path, path: str) -> Identification:
        """What *file* is.  *path* is its real name in the package (``data/letter.txt``).

        Never raises for what is in the file, or if there is none: the ``runs`` of the result say how it went.
        """
        with self._lock:
            return self._result(self._submit(file, path))

    def identify_many(self, files: Sequence[tuple[Path, str]]) -> Iterator[Identification]:
        """What each of *files* is, in their order.  Faster than one by one; may be left unfinished."""
        numbers: deque[int] = deque()
        try:
            for file, path in files:
                with self._lock:
                    numbers.append(self._submit(file, path))
                    result = self._result(numbers.popleft()) if len(numbers) > _WINDOW else None
                if result is not None:
                    yield result
            while numbers:
                with self._lock:
                    result = self._result(numbers.popleft())
                yield result
        finally:
            with self._lock:
                self._forget(frozenset(numbers))

    # --- the queue: waiting → sent → done -------------------------------------------------------------------

    def _submit(self, file: Path, path: str) -> int:
        self._last += 1
        whole = file if file.is_absolute() else Path.cwd() / file
        self._waiting.append(_Job(self._last, os.fsencode(whole).decode("utf-8", "surrogateescape"), path))
        self._send_ahead()
        return self._last

    def _forget(self, numbers: frozenset[int]) -> None:
        """Nobody waits for these any more."""
        if any(job.number in numbers for job in self._sent):
            self._call_back()
        self._waiting = deque(job for job in self._waiting if job.number not in numbers)
        for number in numbers:
            self._done.pop(number, None)

    def _call_back(self) -> None:
        """End the worker; what it had not answered waits for the next one."""
        self._keeper.drop()
        self._waiting.extendleft(reversed(self._sent))
        self._sent.clear()

    def _result(self, number: int) -> Identification:
        try:
            while number not in self._done:
                self._send_ahead()
                if self._sent:
                    self._take_one()
            return self._done.pop(number)
        except BaseException:  # such as Ctrl-C: half an answer may have been read
            self._call_back()
            self._forget(frozenset((number,)))
            raise

    def _send_ahead(self) -> None:
        while self._waiting:
            ahead = sum(job.octets for job in self._sent)
            if self._sent and (len(self._sent) >= _WINDOW or ahead + 12 * len(self._waiting[0].file) > _AHEAD):
                return
            worker = self._keeper.worker()
            if worker is None:
                self._give_up()
                return
            job = self._waiting.popleft()
            self._sent.append(job)
            skip = [spec for spec in self._keeper.specs if spec in job.failed or self._keeper.is_hopeless(spec)]
            try:
                job.octets = worker.send({"seq": job.number, "file": job.file, "path": job.path, "skip": skip})
            except OSError:
                return  # it is gone; the next look at its answers says why

    def _take_one(self) -> None:
        worker = self._keeper.worker()
        if worker is None:
            self._call_back()
            return
        job = self._sent[0]
        try:
            answer = worker.receive()
            if answer["seq"] != job.number:
                raise ValueError
            found = wire.from_message(answer["found"])
            is_tired = bool(answer["tired"])
        except WorkerDied as death:
            self._bury(job, death)
        except (KeyError, TypeError, ValueError):
            self._bury(job, WorkerDied(wire.IDLE, "it answered nonsense"))
        else:
            self._done[job.number] = self._complete(self._sent.popleft(), found)
            if is_tired:
                self._call_back()

    def _bury(self, job: _Job, death: WorkerDied) -> None:
        self._call_back()
        if blamed := self._keeper.bury(death):
            job.failed[blamed[0]] = blamed[1]

    # --- results --------------------------------------------------------------------------------------------

    def _complete(self, job: _Job, found: Identification) -> Identification:
        """*found* with its runs in the order of the probes, and those that the worker could not record."""
        recorded = {run.probe: run for run in found.runs}
        runs = []
        for spec in self._keeper.specs:
            name = self._keeper.name(spec)
            if name in recorded and spec not in job.failed:
                self._keeper.prospered(spec)
                runs.append(recorded[name])
            else:
                runs.append(job.failed.get(spec) or self._keeper.left_out(spec))
        return replace(found, path=job.path, runs=tuple(runs))

    def _give_up(self) -> None:
        """There is no worker and there will be none: every probe is recorded as not done."""
        for job in self._waiting:
            runs = [
                job.failed.get(spec) or self._keeper.run(spec, Outcome.NOT_DONE, self._keeper.broken)
                for spec in self._keeper.specs
            ]
            self._done[job.number] = Identification(job.path, runs=tuple(runs))
        self._waiting.clear()
