"""The worker: a process of its own in which all probes run, so that no file can take the ingest down.

It is started by ``process.py`` as ``python -I -c …`` with three descriptors.  It never reads the terminal, never
writes to it, ignores Ctrl-C, has a bound on its memory, and ends when its parent ends, even in the middle of a probe.
"""

from __future__ import annotations

import contextlib
import fcntl
import importlib
import json
import os
import resource
import select
import signal
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from preserve.identify import wire
from preserve.identify.probes import NAMES
from preserve.identify.reading import NotAFile, Options, Reading, ran
from preserve.model import Agent, Identification, Outcome, ProbeRun
from preserve.ports import Probe

MEMORY = 2 * 1024**3
"""Bytes of private memory that the worker may have (RLIMIT_DATA).

The address space is no measure: Go, inside siegfried, reserves more than a gigabyte of it and uses little.
"""


def main(talk_fd: int, lifeline_fd: int, page_fd: int) -> None:
    """Serve until the parent hangs up.  The first request says which probes are wanted."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())  # whatever the parent holds back
    _die_with_the_parent(lifeline_fd)
    _limit()
    talk = os.fdopen(talk_fd, "rb")
    page = wire.Page(page_fd)
    wanted = json.loads(talk.readline())
    bench = Bench(page, Options(wanted["clamav"], wanted["timeout"]))
    hello = [bench.load(number, spec, wanted["off"]) for number, spec in enumerate(wanted["probes"])]
    page.begin(wire.IDLE, 0.0)
    _say(talk_fd, {"hello": hello})
    known = {name: Agent(tool, version) for _, name, tool, version in hello}
    for request in iter(talk.readline, b""):
        for answer in _answers(bench, page, json.loads(request)["jobs"], known):
            _say(talk_fd, answer)
            if answer["tired"]:
                return


def _answers(bench: Bench, page: wire.Page, jobs: list[Any], known: dict[str, Agent]) -> Iterator[dict[str, Any]]:
    """What was found, at once for all jobs if they are quickly done, so that the parent wakes up once for many."""
    done: list[Any] = []
    last = time.monotonic()
    for number, name, path, skip in jobs:
        page.take(number)
        file = Path(os.fsdecode(name.encode("utf-8", "surrogateescape")))
        done.append((number, wire.to_message(bench.identify(file, path, frozenset(skip)), known)))
        now = time.monotonic()
        if bench.tired or now - last > _SILENCE or number == jobs[-1][0]:
            yield {"done": done, "tired": bench.tired}
            done, last = [], now


def _say(fd: int, message: dict[str, Any]) -> None:
    data = memoryview(wire.line(message))
    while data:
        data = data[os.write(fd, data) :]


def _die_with_the_parent(lifeline_fd: int) -> None:
    """Have the kernel kill this process (SIGIO) when the other end of the lifeline closes.

    A thread that waits would not do: a hanging library may hold the interpreter.  Nor would a parent-death signal,
    which is sent when the *thread* ends that started this process.
    """
    signal.signal(signal.SIGIO, signal.SIG_DFL)
    fcntl.fcntl(lifeline_fd, fcntl.F_SETOWN, os.getpid())
    flags = fcntl.fcntl(lifeline_fd, fcntl.F_GETFL)
    fcntl.fcntl(lifeline_fd, fcntl.F_SETFL, flags | os.O_ASYNC | os.O_NONBLOCK)
    poll = select.poll()
    poll.register(lifeline_fd)
    if poll.poll(0):  # it closed before we listened
        os._exit(0)


def _limit() -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    bound = MEMORY if hard == resource.RLIM_INFINITY else min(MEMORY, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (bound, hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a crash leaves no file behind
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("500", "ascii")  # rather the worker than the ingest


_SILENCE = 0.05
"""Seconds after which the parent is told what is done already."""


@dataclass(frozen=True, slots=True)
class _Seat:
    """A probe that was asked for; *probe* is None if it cannot be used, and *reason* says why."""

    spec: str
    probe: Probe | None
    agent: Agent
    reason: str = ""
    outcome: Outcome = Outcome.NOT_DONE

    @property
    def name(self) -> str:
        return self.probe.name if self.probe else self.spec


class Bench:
    """All probes, and the file before them."""

    def __init__(self, page: wire.Page, options: Options) -> None:
        self._page = page
        self._now = wire.IDLE
        self._seats: list[_Seat] = []
        self._reading = Reading(options, self._patience)
        self.tired = False

    @contextlib.contextmanager
    def _patience(self) -> Iterator[None]:
        self._page.begin(self._now, time.monotonic(), loading=True)
        try:
            yield
        finally:
            self._page.begin(self._now, time.monotonic())

    def load(self, number: int, spec: str, off: dict[str, str]) -> list[str]:
        """Make the probe *spec* ready.  Returns spec, name, and name and version of its agent."""
        self._now = number
        self._page.begin(number, time.monotonic(), loading=True)
        seat = _Seat(spec, None, Agent(spec), off[spec], Outcome.FAIL) if spec in off else _seat(spec, self._reading)
        self._seats.append(seat)
        return [spec, seat.name, seat.agent.name, seat.agent.version]

    def identify(self, file: Path, path: str, skip: frozenset[str]) -> Identification:
        """Run all probes but those in *skip*.  A run is recorded for each of the others, whatever happens."""
        self.tired = False
        found = Identification(path)
        try:
            self._reading.open(file, path, skip)
        except NotAFile as error:
            seats = [seat for seat in self._seats if seat.spec not in skip]
            return replace(found, runs=tuple(ProbeRun(s.name, s.agent, Outcome.FAIL, str(error)) for s in seats))
        try:
            for number, seat in enumerate(self._seats):
                if seat.spec not in skip:
                    self._now = number
                    self._page.begin(number, time.monotonic())
                    found = self._run(seat, file, found)
        finally:
            self._page.begin(wire.IDLE, 0.0)
            self._reading.close()
        return found

    def _run(self, seat: _Seat, file: Path, found: Identification) -> Identification:
        if seat.probe is None:
            return replace(found, runs=(*found.runs, ProbeRun(seat.spec, seat.agent, seat.outcome, seat.reason)))
        try:
            return seat.probe.probe(file, found)
        except MemoryError:
            self.tired = True  # what is left of the memory is not worth trusting
            return ran(found, seat.probe, Outcome.FAIL, "the tool ran out of memory")
        except Exception as error:  # noqa: BLE001  a probe must not take the ingest down, whatever it meets
            return ran(found, seat.probe, Outcome.FAIL, f"the tool failed: {type(error).__name__}: {error}")


def _seat(spec: str, reading: Reading) -> _Seat:
    module, _, name = NAMES.get(spec, spec).partition(":")
    try:
        probe: Probe = getattr(importlib.import_module(module), name)(reading)
    except ImportError as error:
        return _Seat(spec, None, Agent(spec), f"the library is not installed ({error})"[:300])
    except Exception as error:  # noqa: BLE001  as above: the other probes go on
        reason = f"the tool could not be started: {type(error).__name__}: {error}"[:300]
        return _Seat(spec, None, Agent(spec), reason, Outcome.FAIL)
    return _Seat(spec, probe, probe.agent)


def bootstrap() -> None:
    """Entry of the process: the descriptors' numbers are the arguments.  Anything printed goes nowhere."""
    main(*map(int, sys.argv[1:4]))
