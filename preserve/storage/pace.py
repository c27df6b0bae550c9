"""Reading no faster than was agreed to, and behind whoever else uses the machine."""

from __future__ import annotations

import os
import platform
import sys
import time
from collections.abc import Callable
from contextlib import suppress

_BURST = 0.1
"""Seconds of which what was not used may be used later: a disk that paused does not get all of it back at once."""

_OWED = 0.01
"""Seconds that may be owed: to sleep for each of many small files would cost more than to read them."""

_NICE = 10

_IOPRIO_SET = {"x86_64": 251, "aarch64": 30, "riscv64": 30, "ppc64le": 273, "s390x": 282, "i686": 289, "armv7l": 314}
"""The number of Linux's system call, for which the C library has no name."""

_THIS_PROCESS = 1
_LAST_OF_BEST_EFFORT = 2 << 13 | 7
"""The idle class would be lower, and on a disk that is never idle would never come to an end."""


class Pace:
    """A token bucket: over any ten seconds no more than *rate* octets a second are taken, and one per cent.

    Used by one thread.  *clock* tells seconds that never go backwards, *sleep* waits for so many.
    """

    def __init__(
        self, rate: int, *, clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], object] = time.sleep
    ) -> None:
        """``ValueError`` if *rate* is not above zero."""
        if rate <= 0:
            raise ValueError(f"{rate} octets a second is no rate")
        self.rate = rate
        self._clock = clock
        self._sleep = sleep
        self._left = 0.0
        self._then = clock()

    def take(self, octets: int) -> None:
        """So many octets were read; waits until they may have been."""
        now = self._clock()
        self._left = min(self._left + (now - self._then) * self.rate, _BURST * self.rate) - octets
        self._then = now
        if self._left < -_OWED * self.rate:
            self._sleep(-self._left / self.rate)


def step_back() -> None:
    """Let this process, and those that it forks from now on, come after the others: for the processor and the disk.

    What a system does not have or does not allow is left as it is.
    """
    with suppress(OSError):
        os.nice(max(0, _NICE - os.nice(0)))
    number = _IOPRIO_SET.get(platform.machine())
    if sys.platform == "linux" and number is not None:
        import ctypes  # noqa: PLC0415  who does not step back does not wait for it

        ctypes.CDLL(None).syscall(number, _THIS_PROCESS, 0, _LAST_OF_BEST_EFFORT)
