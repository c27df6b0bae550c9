"""The parent's end of the worker: starting it, talking to it, watching the clock, and ending it."""

from __future__ import annotations

import contextlib
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import weakref
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from preserve.identify import wire

START = 60.0
"""Seconds that loading a library may take, on a slow disk."""

_BLOCK = 64 * 1024
_LONGEST_ANSWER = 32 * 1024 * 1024
_IDLE_LOOK = 0.2
_BOOT = (
    "import json, sys; sys.path[:] = json.loads(sys.argv.pop(1)); "
    "from preserve.identify.worker import bootstrap; bootstrap()"
)


class WorkerDied(Exception):
    """The worker ended or was ended.  *probe* is the number of the probe at work, or ``wire.IDLE``."""

    def __init__(self, probe: int, reason: str) -> None:
        super().__init__(reason)
        self.probe = probe
        self.reason = reason


class Worker:
    """One worker process.  ``OSError`` if it cannot be started.  Used by one thread at a time."""

    def __init__(self, probes: Sequence[str], off: dict[str, str], clamav: str, timeout: float) -> None:
        self._timeout = timeout
        self._buffer = bytearray()
        with contextlib.ExitStack() as failed:
            page_fd = os.memfd_create("preserve-identify")
            failed.callback(os.close, page_fd)
            os.ftruncate(page_fd, wire.PAGE_BYTES)
            self._page = wire.Page(page_fd)
            self._page.begin(wire.IDLE, 0.0)
            theirs, ours = _pipes(failed)
            self._popen = _started((*theirs, page_fd))
            self._requests, self._answers, lifeline = ours
        self._end = weakref.finalize(self, _end, self._popen, [*ours])
        del lifeline
        with contextlib.suppress(OSError):  # a worker that died at once is noticed when it is asked
            self.send({"probes": list(probes), "off": off, "clamav": clamav, "timeout": timeout})

    def send(self, message: wire.Message) -> int:
        """Send a request; returns its length.  ``BrokenPipeError`` if the worker is gone."""
        data = memoryview(wire.line(message))
        length = len(data)
        while data:
            data = data[os.write(self._requests, data) :]
        return length

    def receive(self) -> dict[str, Any]:
        """The next answer.  ``WorkerDied`` if a probe took too long or the process ended."""
        poll = select.poll()
        poll.register(self._answers, select.POLLIN)
        start = 0
        while (end := self._buffer.find(b"\n", start)) < 0:
            start = len(self._buffer)
            if poll.poll(self._patience() * 1000):
                block = os.read(self._answers, _BLOCK)
                if not block or start > _LONGEST_ANSWER:
                    raise self._died()
                self._buffer += block
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 1]
        try:
            message = json.loads(line)
        except ValueError:
            raise self._died() from None
        if not isinstance(message, dict):
            raise self._died()
        return message

    def _patience(self) -> float:
        """Seconds until it is worth looking again.  ``WorkerDied`` if the probe at work has used up its time."""
        probe, loading, since = self._page.read()
        if probe == wire.IDLE:
            return _IDLE_LOOK
        allowed = max(self._timeout, START) if loading else self._timeout
        remaining = since + allowed - time.monotonic()
        if remaining > 0:
            return min(remaining, _IDLE_LOOK) + 0.001
        if select.select([self._answers], [], [], 0)[0]:  # it has answered after all
            return 0.0
        self.kill()
        raise WorkerDied(probe, f"took longer than {allowed:g} s")

    def _died(self) -> WorkerDied:
        probe, _, _ = self._page.read()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._popen.wait(5)
        code = self._popen.poll()
        self.kill()
        return WorkerDied(probe, f"the tool crashed{_how(code)}")

    def kill(self) -> None:
        """End the worker at once and clear away what it may have left.  May be called again."""
        if self._end.alive:
            self._end()
            self._page.close()


def _started(descriptors: tuple[int, int, int, int]) -> subprocess.Popen[bytes]:
    if not sys.executable:
        raise OSError("it is not known where Python is installed")
    flags = ["-I", "-X", "utf8", "-W", "ignore"]
    return subprocess.Popen(  # noqa: S603  nothing in it comes from outside
        [sys.executable, *flags, "-c", _BOOT, _search_path(), *map(str, descriptors)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        pass_fds=descriptors,
        process_group=0,  # Ctrl-C in the terminal is for us; we end the worker ourselves
    )


def _how(code: int | None) -> str:
    if code is None or code >= 0:
        return f" (exit status {code})" if code else ""
    try:
        return f" ({signal.Signals(-code).name})"
    except ValueError:
        return f" (signal {-code})"


def _pipes(failed: contextlib.ExitStack) -> tuple[tuple[int, int, int], tuple[int, int, int]]:
    """Three pipes as (the worker's ends, our ends): requests, answers, and the lifeline that only ever closes.

    The worker's ends are closed here in any case when *failed* unwinds; ours only if the start fails.
    """
    request_read, request_write = os.pipe()
    answer_read, answer_write = os.pipe()
    life_read, life_write = os.pipe()
    for fd in (request_read, answer_write, life_read):
        failed.callback(os.close, fd)
    ours = (request_write, answer_read, life_write)

    def close_ours(kind: object, *_: object) -> bool:
        if kind is not None:
            for fd in ours:
                os.close(fd)
        return False

    failed.push(close_ours)
    return (request_read, answer_write, life_read), ours


def _search_path() -> str:
    """Where the worker looks for modules: as we do, but never in the current folder, which may hold anything."""
    home = str(Path(__file__).resolve().parents[2])
    places = [place for place in sys.path if place.startswith("/")]
    return json.dumps(places if home in places else [*places, home])


def _end(popen: subprocess.Popen[bytes], descriptors: list[int]) -> None:
    for fd in descriptors:
        os.close(fd)
    if popen.poll() is None:
        popen.kill()
    popen.wait()
    shutil.rmtree(Path(tempfile.gettempdir(), f"preserve-identify-{popen.pid}"), ignore_errors=True)
