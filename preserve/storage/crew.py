"""A crew: forked processes of this program that do many small tasks side by side.

Checking many small files is work for the interpreter, not only for the disk, and an interpreter uses one core.
Processes that were forked cost two milliseconds each, know all that this one knows, and share its memory.

A member ends when this process ends, however that dies, and holds no descriptor but its own line to it: no lock
outlives its owner because of a member.  Where forking is not safe, because other threads run, or not known to be,
the crew is empty and its tasks are done here, one after the other: the same results, only slower.
"""

from __future__ import annotations

import ctypes
import gc
import os
import pickle
import select
import signal
import socket
import struct
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from itertools import chain, islice
from typing import Any, NoReturn, Self, TypeVar

Given = TypeVar("Given")
Found = TypeVar("Found")

_HEAD = struct.Struct("=Q")
_AHEAD = 2
"""Tasks that a member has at most: one at work, one waiting, so that it never waits for us."""

_SMALL = 32 * 1024
"""Octets of a task that certainly fit into the line, so that sending it to a busy member cannot block us."""

MUCH = 16 * 1024 * 1024
"""Octets that are worth the attention of several processes."""

_PR_SET_PDEATHSIG = 1

_is_member = False
"""Whether this process is a member of a crew itself: it then works alone."""


class TooMuch(Exception):
    """Work that is too large for one process came to one that may not share it."""


class MemberLost(OSError):
    """A member ended before it had done its task: it was killed, most likely because memory ran out."""


def cores() -> int:
    """How many processors this process may use: a member of a crew has one, for the others have theirs."""
    if _is_member:
        return 1
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Crew:
    """*size* processes, forked when the first task comes; by default one for each core.  Used by one thread.

    A task is a function that can be found by its name, and what it is given; both are sent to a member, as is what it
    returns.  What the members know of this process is what it was at the first task, without its descriptors.
    """

    def __init__(self, size: int | None = None) -> None:
        self.size = cores() if size is None else size
        self._members: list[_Member] | None = None

    @property
    def alone(self) -> bool:
        """Whether there is nobody to share the work with."""
        if self._members is None:
            return self.size < 2 or not _may_fork()
        return not self._members

    def hire(self) -> None:
        """Fork the members now: before threads begin, and knowing what this process knows now."""
        if not self.alone:
            self._hired()

    def work(self, task: Callable[[Given], Found], given: Iterable[Given], *, again: bool = False) -> Iterator[Found]:
        """Do *task* with each of the *given*, side by side; what comes back first comes first.

        *given* is asked for no more than the members can take.  What a task raises is raised here, and ``MemberLost``
        if a member ended; the crew is then dismissed.  A task that only reads may be done *again*: then what a lost
        member had in hand is done here instead.
        """
        if self.alone:
            yield from map(task, given)
            return
        tasks = iter(given)
        first = list(islice(tasks, 1))
        if not first:
            return  # nobody is hired for nothing
        done = False
        try:
            yield from self._shared(task, chain(first, tasks), again)
            done = True
        finally:
            if not done:  # somebody stopped listening, or something failed: nobody will ask for the rest
                self.dismiss()

    def _shared(self, task: Callable[[Given], Found], given: Iterator[Given], again: bool) -> Iterator[Found]:
        members = self._hired()
        more = True
        while members:
            for turn in range(_AHEAD):
                for member in members:
                    if more and len(member.tasks) == turn and (turn == 0 or member.last_was_small):
                        more = member.take(task, given)
            busy = [member for member in members if member.tasks]
            if not busy:
                return
            for member in _ready(busy):
                try:
                    yield member.receive()
                except MemberLost:
                    if not again:
                        raise
                    members.remove(member)
                    member.end()
                    yield from map(task, member.tasks)
        yield from map(task, given)

    def expect(self, octets: int) -> None:
        """So many octets will be read now, by whomever; a crew that may not help with that says ``TooMuch``."""

    def _hired(self) -> list[_Member]:
        if self._members is None:
            gc.freeze()  # what is here now need not be looked at, nor copied, by any member
            try:
                self._members = []
                for _ in range(self.size):
                    self._members.append(_Member())
            finally:
                gc.unfreeze()
        return self._members

    def dismiss(self) -> None:
        """End all members; the next task would hire others."""
        members, self._members = self._members or [], None
        for member in members:
            member.end()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.dismiss()


class Declining(Crew):
    """For a member that does many small jobs: what would be shared is declined, for somebody who can share it."""

    def __init__(self) -> None:
        super().__init__(1)

    @property
    def alone(self) -> bool:
        """Never: it does not even do alone what is large."""
        return False

    def work(self, *_: object, **__: object) -> NoReturn:
        """``TooMuch``."""
        raise TooMuch

    def expect(self, octets: int) -> None:
        """``TooMuch`` if it is."""
        if octets > MUCH:
            raise TooMuch


def _may_fork() -> bool:
    """Whether a child would find no lock held by a thread that it does not have."""
    return sys.platform == "linux" and threading.active_count() == 1 and not _is_member


def _ready(busy: list[_Member]) -> list[_Member]:
    poll = select.poll()
    by_number = {member.line.fileno(): member for member in busy}
    for number in by_number:
        poll.register(number, select.POLLIN)
    return [by_number[number] for number, _ in poll.poll()]


class _Member:
    """One process, and our end of the line to it."""

    def __init__(self) -> None:
        self.line, its_line = socket.socketpair()
        self.tasks: deque[Any] = deque()
        self.last_was_small = True
        owner = os.getpid()
        stops = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
        try:
            self.pid = os.fork()
            if self.pid == 0:
                _serve(its_line, owner)  # does not return
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, stops)
        its_line.close()

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
        data = _received(self.line)
        if data is None:
            raise MemberLost(0, "a helping process ended before it had done its task")
        self.tasks.popleft()
        failed, found = pickle.loads(data)  # noqa: S301  our own child wrote it
        if failed:
            raise found
        return found

    def end(self) -> None:
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
    global _is_member  # noqa: PLW0603  the one fact about this process that its code must know
    _is_member = True
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the owner, who ends us
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
