"""One member of a crew: a forked process, the line to it, and what it does.  See ``preserve.storage.crew``."""

from __future__ import annotations

import ctypes
import os
import pickle
import select
import signal
import socket
import struct
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

from preserve.storage.crew import Found, Given, MemberLost, become_a_member

_HEAD = struct.Struct("=Q")
_SMALL = 32 * 1024
"""Octets of a task that certainly fit into the line, so that sending it to a busy member cannot block us."""

_BEAT = 200
"""Milliseconds between two heartbeats."""

_PR_SET_PDEATHSIG = 1


def ready(busy: list[Member], heartbeat: Callable[[], None] | None = None) -> list[Member]:
    """Those of *busy* from which an answer has come; waits for one, and calls *heartbeat* before and meanwhile."""
    poll = select.poll()
    by_number = {member.line.fileno(): member for member in busy}
    for number in by_number:
        poll.register(number, select.POLLIN)
    if heartbeat is not None:
        heartbeat()
        while not (found := poll.poll(_BEAT)):
            heartbeat()
    else:
        found = poll.poll()
    return [by_number[number] for number, _ in found]


class Member:
    """One process, and our end of the line to it."""

    def __init__(self) -> None:
        """Fork it."""
        self.line, its_line = socket.socketpair()
        self.tasks: deque[Any] = deque()
        self.last_was_small = True
        owner = os.getpid()
        stops = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM, signal.SIGHUP})
        try:
            self.pid = os.fork()
            if self.pid == 0:
                _serve(its_line, owner)  # does not return
        except OSError:
            self.line.close()
            raise
        finally:
            its_line.close()
            signal.pthread_sigmask(signal.SIG_SETMASK, stops)

    def take(self, task: Callable[[Given], Found], given: Iterator[Given]) -> bool:
        """Give it the next task; False if there is none.  That it cannot be sent shows when the answer is missed."""
        for one in given:
            self.tasks.append(one)
            data = pickle.dumps((task, one), pickle.HIGHEST_PROTOCOL)
            self.last_was_small = len(data) < _SMALL
            with suppress(OSError):
                self.line.sendall(_HEAD.pack(len(data)) + data)
            return True
        return False

    def receive(self) -> Any:
        """Its next answer.  Raises what its task raised; ``MemberLost`` if it has ended."""
        data = _received(self.line)
        if data is None:
            raise MemberLost(0, "a helping process ended before it had done its task")
        self.tasks.popleft()
        failed, found = pickle.loads(data)  # noqa: S301  our own child wrote it
        if failed:
            raise found
        return found

    def end(self) -> None:
        """End it at once, whatever it does."""
        self.line.close()
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        with suppress(ChildProcessError):
            os.waitpid(self.pid, 0)


def _serve(line: socket.socket, owner: int) -> None:
    """What a member does from its birth to its end."""
    status = 1
    try:
        _settle(line, owner)
        while (data := _received(line)) is not None:
            answer = _answer(data)
            line.sendall(_HEAD.pack(len(answer)) + answer)
        status = 0
    finally:
        os._exit(status)  # nothing that was opened before the fork may be closed or flushed twice


def _settle(line: socket.socket, owner: int) -> None:
    become_a_member()
    for stop in (signal.SIGINT, signal.SIGHUP):  # Ctrl-C and a closed terminal are for the owner, who ends us
        signal.signal(stop, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, set())
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != owner:  # it died before it could be told that we want to follow
        os._exit(1)
    number = line.fileno()
    os.closerange(3, number)
    os.closerange(number + 1, os.sysconf("SC_OPEN_MAX"))


def _answer(data: bytes) -> bytes:
    task, given = pickle.loads(data)  # noqa: S301  our own parent wrote it
    try:
        return pickle.dumps((False, task(given)), pickle.HIGHEST_PROTOCOL)
    except Exception as error:  # noqa: BLE001  it is raised again where the work was asked for
        return pickle.dumps((True, error), pickle.HIGHEST_PROTOCOL)


def _received(line: socket.socket) -> bytes | None:
    """One message; None if the other end is gone."""
    head = _exactly(line, _HEAD.size)
    return None if head is None else _exactly(line, _HEAD.unpack(head)[0])


def _exactly(line: socket.socket, size: int) -> bytes | None:
    data = bytearray(size)
    view = memoryview(data)
    while view:
        try:
            count = line.recv_into(view)
        except OSError:
            return None
        if not count:
            return None
        view = view[count:]
    return bytes(data)
