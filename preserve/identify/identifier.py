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
from preserve.identify.probes import NAMES
from preserve.identify.process import Worker, WorkerDied
from preserve.model import Agent, Identification, Outcome, ProbeRun

_WINDOW = 16
"""Files that are sent ahead, so that the worker never waits for us."""

_PIPE = 32 * 1024
"""Bytes that are sent ahead: less than a pipe holds, so that the two never wait for each other."""

_ENOUGH = 10
"""A probe that failed so many files in a row is not asked again: the next million files need not wait for it."""


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
    """

    def __init__(self, *, timeout: float = 30.0, clamav: str = "", probes: tuple[str, ...] | None = None) -> None:
        self._specs = tuple(NAMES) if probes is None else probes
        unknown = [spec for spec in self._specs if spec not in NAMES and ":" not in spec]
        if unknown or timeout <= 0:
            raise ValueError(f"there is no probe {unknown[0]!r}" if unknown else "the timeout must be above zero")
        self._timeout = timeout
        self._clamav = clamav
        self._lock = threading.RLock()
        self._worker: Worker | None = None
        self._labels: dict[str, tuple[str, Agent]] = {spec: (spec, Agent(spec)) for spec in self._specs}
        self._off: dict[str, str] = {}
        self._row: dict[str, int] = {}
        self._broken = ""
        self._barren = 0
        self._next = 0
        self._waiting: deque[_Job] = deque()
        self._sent: deque[_Job] = deque()
        self._done: dict[int, Identification] = {}

    def __enter__(self) -> Self:
        with self._lock:
            self._started(greet=False)
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """End the worker.  Results that nobody fetched are lost.  The Identifier may be used again."""
        with self._lock:
            self._drop_worker()
            self._waiting.clear()
            self._done.clear()

    def agents(self) -> tuple[Agent, ...]:
        """The tools with their versions, one for each probe, in the order in which they run."""
        with self._lock:
            while self._started() is None and not self._broken:
                pass
            return tuple(dict.fromkeys(agent for _, agent in self._labels.values()))

    def identify(self, file: Path, path: str) -> Identification:
        """What *file* is.  *path* is its real name in the package (``data/letter.txt``).

        Never raises for what is in the file, or if there is none: the ``runs`` of the result say how it went.
        """
        with self._lock:
            number = self._submit(file, path)
            return self._result(number)

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
                self._forget(numbers)

    # --- the queue ------------------------------------------------------------------------------------------

    def _submit(self, file: Path, path: str) -> int:
        self._next += 1
        absolute = os.fsencode(Path.cwd() / file).decode("utf-8", "surrogateescape")
        self._waiting.append(_Job(self._next, absolute, path))
        self._pump()
        return self._next

    def _forget(self, numbers: deque[int]) -> None:
        gone = set(numbers)
        self._waiting = deque(job for job in self._waiting if job.number not in gone)
        for number in gone:
            self._done.pop(number, None)
        if any(job.number in gone for job in self._sent):
            self._drop_worker()

    def _result(self, number: int) -> Identification:
        try:
            while number not in self._done:
                self._pump()
                if number not in self._done:
                    self._take_one()
            return self._done.pop(number)
        except BaseException:  # such as Ctrl-C: half an answer may have been read
            self._drop_worker()
            raise

    def _pump(self) -> None:
        """Send what may be sent ahead."""
        while self._waiting:
            worker = self._started()
            if worker is None:
                if self._broken:
                    self._give_up()
                return
            ahead = sum(job.octets for job in self._sent)
            if self._sent and (len(self._sent) >= _WINDOW or ahead >= _PIPE - 2 * len(self._waiting[0].file)):
                return
            job = self._waiting.popleft()
            self._sent.append(job)
            try:
                skip = [spec for spec in self._specs if spec in job.failed or self._is_hopeless(spec)]
                job.octets = worker.send({"seq": job.number, "file": job.file, "path": job.path, "skip": skip})
            except OSError:
                return  # it is gone; the next look at its answers says why

    def _take_one(self) -> None:
        if self._worker is None or not self._sent:
            return
        try:
            answer = self._worker.receive()
            found = wire.from_message(answer["found"])
            if answer["seq"] != self._sent[0].number:
                raise WorkerDied(wire.IDLE, "the tool answered out of turn")
        except WorkerDied as death:
            self._bury(death)
        except (KeyError, TypeError, ValueError):
            self._bury(WorkerDied(wire.IDLE, "the tool answered nonsense"))
        else:
            self._barren = 0
            self._finish(self._sent.popleft(), found)
            if answer.get("tired"):
                self._drop_worker()

    # --- the worker -----------------------------------------------------------------------------------------

    def _started(self, *, greet: bool = True) -> Worker | None:
        """The worker, ready; None if it could not be made ready just now (look at ``_broken``)."""
        if self._worker is None and not self._broken:
            try:
                self._worker = Worker(self._specs, self._off, self._clamav, self._timeout)
                self._greeted = False
            except OSError as error:
                self._broken = f"the process for the tools could not be started: {error.strerror or error}"
        if self._worker is not None and greet and not self._greeted:
            try:
                for spec, name, tool, version in self._worker.receive()["hello"]:
                    self._labels[spec] = (name, Agent(tool, version))
                self._greeted = True
            except WorkerDied as death:
                self._bury_at_start(death)
            except (KeyError, TypeError, ValueError):
                self._bury_at_start(WorkerDied(wire.IDLE, "it does not speak"))
        return self._worker

    def _drop_worker(self) -> None:
        """End the worker; what it had not answered waits for the next one."""
        if self._worker is not None:
            self._worker.kill()
            self._worker = None
        self._waiting.extendleft(reversed(self._sent))
        self._sent.clear()

    def _bury_at_start(self, death: WorkerDied) -> None:
        self._drop_worker()
        if death.probe != wire.IDLE and self._specs[death.probe] not in self._off:
            self._off[self._specs[death.probe]] = f"{death.reason} when it was started"
        else:
            self._broken = f"the process for the tools could not be started: {death.reason}"

    def _bury(self, death: WorkerDied) -> None:
        """The worker died over the first file that was sent: note it for the probe at work, and try again."""
        job = self._sent[0]
        self._drop_worker()
        if death.probe == wire.IDLE:
            self._barren += 1
            if self._barren >= 3:  # it dies between files: no probe to blame, and no use in trying for ever
                self._broken = f"the process for the tools ended again and again: {death.reason}"
            return
        spec = self._specs[death.probe]
        name, agent = self._labels[spec]
        job.failed[spec] = ProbeRun(name, agent, Outcome.FAIL, death.reason)
        self._row[spec] = self._row.get(spec, 0) + 1

    def _is_hopeless(self, spec: str) -> bool:
        return self._row.get(spec, 0) >= _ENOUGH

    # --- results --------------------------------------------------------------------------------------------

    def _finish(self, job: _Job, found: Identification) -> None:
        """Put the runs in the order of the probes, with those that the worker could not record."""
        recorded = {run.probe: run for run in found.runs}
        runs = []
        for spec, (name, agent) in self._labels.items():
            if spec in job.failed:
                runs.append(job.failed[spec])
            elif name in recorded:
                runs.append(recorded[name])
                self._row.pop(spec, None)
            else:
                note = f"left out, because it failed on {_ENOUGH} files in a row"
                runs.append(ProbeRun(name, agent, Outcome.NOT_DONE, note))
        self._done[job.number] = replace(found, path=job.path, runs=tuple(runs))

    def _give_up(self) -> None:
        while self._waiting:
            job = self._waiting.popleft()
            runs = [
                job.failed.get(spec) or ProbeRun(name, agent, Outcome.NOT_DONE, self._broken)
                for spec, (name, agent) in self._labels.items()
            ]
            self._done[job.number] = Identification(job.path, runs=tuple(runs))
