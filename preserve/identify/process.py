"""The parent's end of the worker: starting it, talking to it, watching the clock, and ending it."""

from __future__ import annotations

import contextlib
import json
import os
import select
import shutil
import signal
import socket
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

_GRACE = 2.0
_BLOCK = 64 * 1024
_LONGEST_ANSWER = 32 * 1024 * 1024
_LOOK = 0.2
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
        with contextlib.ExitStack() as ours, contextlib.ExitStack() as theirs:
            self._socket, its_socket = socket.socketpair()
            ours.callback(self._socket.close)
            theirs.callback(its_socket.close)
            its_lifeline, lifeline = os.pipe()  # nothing is ever written to it: it only closes
            ours.callback(os.close, lifeline)
            theirs.callback(os.close, its_lifeline)
            page_fd = os.memfd_create("preserve-identify")
            theirs.callback(os.close, page_fd)
            os.ftruncate(page_fd, wire.PAGE_BYTES)
            self._page = wire.Page(page_fd)
            ours.callback(self._page.close)
            self._page.begin(wire.IDLE, 0.0)
            self._popen = _started((its_socket.fileno(), its_lifeline, page_fd))
            self._end = weakref.finalize(self, _end, self._popen, ours.pop_all(), os.getpid())
        with contextlib.suppress(OSError):  # a worker that died at once is noticed when it is asked
            self.send({"probes": list(probes), "off": off, "clamav": clamav, "timeout": timeout})

    def send(self, message: wire.Message) -> int:
        """Send a request; returns its length.  ``OSError`` if the worker is gone."""
        line = wire.line(message)
        self._socket.sendall(line, socket.MSG_NOSIGNAL)
        return len(line)

    def receive(self) -> dict[str, Any]:
        """The next answer.  ``WorkerDied`` if a probe took too long or the process ended; ``ValueError`` for noise."""
        poll = select.poll()
        poll.register(self._socket, select.POLLIN)
        seen, idle_since = 0, time.monotonic()
        while (end := self._buffer.find(b"\n", seen)) < 0:
            seen = len(self._buffer)
            if poll.poll(_LOOK * 1000 if self._page.read()[0] == wire.IDLE else self._patience() * 1000):
                block = self._received()
                if not block or seen > _LONGEST_ANSWER:
                    raise self._died()
                self._buffer += block
            elif self._page.read()[0] != wire.IDLE:
                idle_since = time.monotonic()
                self._check_the_clock()
            elif time.monotonic() - idle_since > START:
                self.end()
                raise WorkerDied(wire.IDLE, f"it did nothing for {START:g} s")
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 1]
        message = json.loads(line)
        if not isinstance(message, dict):
            raise TypeError
        return message

    def _received(self) -> bytes:
        try:
            return self._socket.recv(_BLOCK)
        except OSError:  # it died with requests unread, or cannot be heard any more, which comes to the same
            return b""

    def _patience(self) -> float:
        """Seconds after which it is worth looking at the clock again."""
        _, loading, since = self._page.read()
        return max(min(since + self._allowed(loading) - time.monotonic(), _LOOK) + 0.001, 0.001)

    def _allowed(self, loading: bool) -> float:
        return max(self._timeout, START) if loading else self._timeout

    def _check_the_clock(self) -> None:
        probe, loading, since = self._page.read()
        if probe != wire.IDLE and time.monotonic() - since > self._allowed(loading):
            self.end()
            raise WorkerDied(probe, f"took longer than {self._allowed(loading):g} s")

    def _died(self) -> WorkerDied:
        probe, _, _ = self._page.read()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._popen.wait(_GRACE)
        code = self._popen.poll()
        self.end()
        return WorkerDied(probe, f"the tool crashed{_how(code)}")

    def end(self, *, gently: bool = False) -> None:
        """End the worker and clear away what it may have left.  With *gently* it may close by itself, if it can."""
        if gently and self._end.alive:
            with contextlib.suppress(OSError, subprocess.TimeoutExpired):
                self._socket.shutdown(socket.SHUT_WR)
                self._popen.wait(_GRACE)
        self._end()

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._popen.pid


def _started(descriptors: tuple[int, int, int]) -> subprocess.Popen[bytes]:
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


def _search_path() -> str:
    """Where the worker looks for modules: as we do, but never in the current folder, which may hold anything."""
    home = str(Path(__file__).resolve().parents[2])
    places = [place for place in sys.path if place.startswith("/")]
    return json.dumps(places if home in places else [*places, home])


def _how(code: int | None) -> str:
    if code is None or code >= 0:
        return f" (exit status {code})" if code else ""
    try:
        return f" ({signal.Signals(-code).name})"
    except ValueError:
        return f" (signal {-code})"


def _end(popen: subprocess.Popen[bytes], ours: contextlib.ExitStack, owner: int) -> None:
    """Close our ends, kill, and wait, so that no zombie stays."""
    ours.close()
    if os.getpid() != owner:  # a forked child that happens to exit: the worker is not its own
        return
    if popen.poll() is None:
        popen.kill()
    popen.wait()
    shutil.rmtree(Path(tempfile.gettempdir(), f"preserve-identify-{popen.pid}"), ignore_errors=True)
