"""A deposit in a process of its own that is killed at a moment of one's choosing, as by ``kill -9`` or a power cut."""

from __future__ import annotations

import os
import signal
import traceback
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from preserve.deposit.journal.lines import Line
from preserve.deposit.journal.writing import Journal
from preserve.ports.depositing import Consignment
from preserve.testing.conformance import QUICK, Place, journal_for
from preserve.workflows.depositing.driving import drive

_SURVIVED, _FAILED = 0, 1


def killed_at_step(place: Place, what: Consignment, folder: Path, step: int, *, before: bool) -> bool:
    """Deposit *what* in a child that gets SIGKILL at its *step*-th durable step, *before* or after it is on disk.

    False if it came to its end before.  ``RuntimeError`` if it failed by itself.
    """
    return _killed(lambda: _die_at(place, what, folder, step, before=before))


def killed_after(place: Place, what: Consignment, folder: Path, seconds: float) -> bool:
    """Deposit *what* in a child that gets SIGKILL after so many *seconds*.  False if it came to its end before."""

    def alarmed() -> None:
        signal.signal(signal.SIGALRM, lambda *_: os.kill(os.getpid(), signal.SIGKILL))
        signal.setitimer(signal.ITIMER_REAL, seconds)
        _whole(place, what, folder)

    return _killed(alarmed)


def _die_at(place: Place, what: Consignment, folder: Path, step: int, *, before: bool) -> None:
    steps = 0
    write = Journal._add  # noqa: SLF001  the moment of death is between its octets and ours

    def add(journal: Journal, line: Line) -> None:
        nonlocal steps
        steps += 1
        if before and steps == step:
            os.kill(os.getpid(), signal.SIGKILL)
        write(journal, line)
        if steps == step:
            os.kill(os.getpid(), signal.SIGKILL)

    Journal._add = add  # type: ignore[method-assign, assignment]  # noqa: SLF001  only in this child
    _whole(place, what, folder)


def _whole(place: Place, what: Consignment, folder: Path) -> None:
    with closing(place.open()) as target, journal_for(what, folder) as journal:
        error = drive(target, what, journal, QUICK).error
    if error is not None:
        raise error


def _killed(work: Callable[[], None]) -> bool:
    child = os.fork()
    if not child:
        try:
            work()
        except BaseException:  # noqa: BLE001  a child never returns into the tests of its parent
            traceback.print_exc()
            os._exit(_FAILED)
        os._exit(_SURVIVED)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
        return True
    if os.waitstatus_to_exitcode(status) != _SURVIVED:
        raise RuntimeError("the deposit failed before it could be killed; see what its process said")
    return False
