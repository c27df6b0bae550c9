"""The parent's end of the worker: starting it, talking to it, watching the clock, and ending it."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import weakref
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from preserve.identify import wire

START = 60.0
"""Seconds that loading a library may take, on a slow disk."""

_GRACE = 2.0
_BLOCK = 64 * 1024
_LONGEST_ANSWER = 32 * 1024 * 1024
_LOOK = 0.2
_ENVIRONMENT = {"GOMAXPROCS": "1", "GOGC": "50"}
"""Siegfried, which is written in Go, is to use one core and half the memory: there are other workers."""

_BOOT = (
    "import json, sys; sys.path[:] = json.loads(sys.argv.pop(1)); "
    "from preserve.identify.worker import bootstrap; bootstrap()"
)


class WorkerDied(Exception):
    """The worker ended or was ended.  *probe* is the number of the probe at work, or ``wire.IDLE``, *job* its file."""

    def __init__(self, probe: int, reason: str, job: int = 0) -> None:
        super().__init__(reason)
        self.probe = probe
        self.reason = reason
        self.job = job


class Worker:
    """One worker process.  ``OSError`` if it cannot be started.  Used by one thread at a time."""

    def __init__(self, probes: Sequence[str], off: dict[str, str], clamav: str, timeout: float) -> None:
        self._timeout = timeout
        self._buffer = bytearray()
        self._quiet_since = time.monotonic()
        with contextlib.ExitStack() as ours, contextlib.ExitStack() as theirs:
            self._socket, its_socket = socket.socketpair()
            ours.callback(self._socket.close)
            theirs.callback(its_socket.close)
            its_lifeline, lifeline = os.pipe()  # nothing is ever written to it: it only closes
            ours.callback(os.close, lifeline)
            theirs.callback(os.close, its_lifeline)
            page_fd = os.memfd_create("preserve-identify")
            theirs.callback(os.close, page_fd)
            os.ftruncate(page_fd, wire.Page.OCTETS)
            self._page = wire.Page(page_fd)
            ours.callback(self._page.close)
            self._page.begin(wire.IDLE, 0.0)
            self._popen = _started((its_socket.fileno(), its_lifeline, page_fd))
            self._end = weakref.finalize(self, _end, self._popen, ours.pop_all(), os.getpid())
        _LIVE.add(self)
        with contextlib.suppress(OSError):  # a worker that died at once is noticed when it is asked
            self.send({"probes": list(probes), "off": off, "clamav": clamav, "timeout": timeout})

    def send(self, message: wire.Message) -> int:
        """Send a request; returns its length.  ``OSError`` if the worker is gone."""
        line = wire.line(message)
        self._quiet_since = time.monotonic()
        self._socket.sendall(line, socket.MSG_NOSIGNAL)
        return len(line)

    def fileno(self) -> int:
        """The descriptor that becomes readable when the worker has said something, or has died."""
        return self._socket.fileno()

    def heard(self) -> Iterator[dict[str, Any]]:
        """What the worker has said, once its descriptor is readable.

        ``WorkerDied`` if it has, ``ValueError`` or ``TypeError`` for noise.
        """
        self._quiet_since = time.monotonic()
        block = self._received()
        if not block or len(self._buffer) > _LONGEST_ANSWER:
            raise self._died()
        start = len(self._buffer)
        self._buffer += block
        while (end := self._buffer.find(b"\n", start)) >= 0:
            line = bytes(self._buffer[:end])
            del self._buffer[: end + 1]
            start = 0
            message = json.loads(line)
            if not isinstance(message, dict):
                raise TypeError
            yield message

    def _received(self) -> bytes:
        try:
            return self._socket.recv(_BLOCK)
        except OSError:  # it died with requests unread, or cannot be heard any more, which comes to the same
            return b""

    def patience(self) -> float:
        """Seconds after which it is worth looking at the clock again."""
        probe, loading, since = self._page.read()
        if probe == wire.IDLE:
            return _LOOK
        return max(min(since + self._allowed(loading) - time.monotonic(), _LOOK) + 0.001, 0.001)

    def _allowed(self, loading: bool) -> float:
        return max(self._timeout, START) if loading else self._timeout

    def check_the_clock(self) -> None:
        """``WorkerDied``, after it was ended, if a probe takes too long, or nothing happens at all."""
        now = time.monotonic()
        probe, loading, since = self._page.read()
        if probe != wire.IDLE:
            self._quiet_since = now
            if now - since > self._allowed(loading):
                raise self._ended(f"took longer than {self._allowed(loading):g} s")
        elif now - self._quiet_since > START:
            raise self._ended(f"it did nothing for {START:g} s")

    def _died(self) -> WorkerDied:
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._popen.wait(_GRACE)
        return self._ended(f"the tool crashed{_how(self._popen.poll())}")

    def _ended(self, reason: str) -> WorkerDied:
        """End it; what it was at is read when it cannot change any more."""
        self._kill()
        probe, _, _ = self._page.read()
        death = WorkerDied(probe, reason, self._page.job())
        self.end()
        return death

    def _kill(self) -> None:
        if self._popen.poll() is None:
            self._popen.kill()
            self._popen.wait()

    def end(self, *, gently: bool = False) -> None:
        """End the worker and clear away what it may have left.  With *gently* it may close by itself, if it can."""
        if gently and self._end.alive:
            with contextlib.suppress(OSError, subprocess.TimeoutExpired):
                self._socket.shutdown(socket.SHUT_WR)
                self._popen.wait(_GRACE)
        self._end()

    @property
    def has_ended(self) -> bool:
        """Whether it was ended, or left to the parent in a forked child."""
        return not self._end.alive

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._popen.pid


_LIVE: weakref.WeakSet[Worker] = weakref.WeakSet()


def _let_go() -> None:
    """In a forked child: the workers are the parent's, and must end with it even if this child goes on."""
    for worker in tuple(_LIVE):
        worker.end()


os.register_at_fork(after_in_child=_let_go)


def _started(descriptors: tuple[int, int, int]) -> subprocess.Popen[bytes]:
    if not sys.executable:
        raise OSError("it is not known where Python is installed")
    flags = ["-I", "-X", "utf8", "-W", "ignore", *(["-B"] if sys.dont_write_bytecode else [])]
    return subprocess.Popen(  # noqa: S603  nothing in it comes from outside
        [sys.executable, *flags, "-c", _BOOT, _search_path(), *map(str, descriptors)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=os.environ | _ENVIRONMENT,
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
