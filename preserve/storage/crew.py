"""A crew: forked processes of this program that do many small tasks side by side.

Checking many small files is work for the interpreter, not only for the disk, and an interpreter uses one core.
Processes that were forked cost two milliseconds each, know all that this one knows, and share its memory.

A member ends when this process ends, however that dies, and holds no descriptor but its own line to it: no lock
outlives its owner because of a member.  Where forking is not safe, because other threads run, or not known to be,
the crew is empty and its tasks are done here, one after the other: the same results, only slower.
"""

from __future__ import annotations

import gc
import os
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from typing import TYPE_CHECKING, NoReturn, Self, TypeVar

if TYPE_CHECKING:
    from preserve.storage.member import Member

Given = TypeVar("Given")
Found = TypeVar("Found")

_AHEAD = 2
"""Tasks that a member has at most: one at work, one waiting, so that it never waits for us."""

MUCH = 16 * 1024 * 1024
"""Octets that are worth the attention of several processes."""

_is_member = False
"""Whether this process is a member of a crew itself: it then works alone."""


class TooMuch(Exception):
    """Work that is too large for one process came to one that may not share it."""


class MemberLost(OSError):
    """A member ended before it had done its task: it was killed, most likely because memory ran out."""


def become_a_member() -> None:
    """Let this process know what it is."""
    global _is_member  # noqa: PLW0603  the one fact about this process that its code must know
    _is_member = True


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
        self.heartbeat: Callable[[], None] | None = None
        """Asked several times a second while members work; what it raises ends the work."""
        self._members: list[Member] | None = None

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
        from preserve.storage.member import ready  # noqa: PLC0415  most bags are small, and read by one process

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
            for member in ready(busy, self.heartbeat):
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

    def _hired(self) -> list[Member]:
        if self._members is None:
            from preserve.storage.member import Member  # noqa: PLC0415

            members: list[Member] = []
            gc.freeze()  # what is here now need not be looked at, nor copied, by any member
            try:
                while len(members) < self.size:
                    members.append(Member())
            except OSError:
                pass  # no process, memory or descriptor is to be had: fewer hands do the same, or this process alone
            finally:
                gc.unfreeze()
                self._members = members
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
