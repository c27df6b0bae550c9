"""Standard output and error that cannot bring down what is at work behind them.

A reader who leaves (``preserve ingest | head -1``), a full disk or a closed stream must not stop an ingest half way:
the work is finished, and what could not be told is remembered for the exit status.
"""

from __future__ import annotations

import io
import os
import sys
from typing import Any

_STANDARD = 3


class Steady(io.FileIO):
    """A file descriptor whose first failed write is kept in *failure*, and to which nothing is written after it."""

    def __init__(self, fd: int) -> None:
        super().__init__(fd, "w", closefd=False)
        self.failure: OSError | None = None

    def write(self, data: Any, /) -> int:  # what BufferedWriter gives: bytes or a memoryview of them
        """All of *data* is taken, wherever it goes."""
        if self.failure is None:
            try:
                return super().write(data) or 0
            except OSError as error:
                self.failure = error
        return len(data)


def prepare() -> None:
    """Make both streams steady, and UTF-8 under any locale.  Streams that somebody else put there stay theirs."""
    while (fd := os.open(os.devnull, os.O_RDWR)) < _STANDARD:
        pass  # a closed stream's number must not be given to a file of ours
    os.close(fd)
    if sys.stdout is sys.__stdout__:
        sys.stdout = _steady(1)
    if sys.stderr is sys.__stderr__:
        sys.stderr = _steady(2)


def _steady(fd: int) -> io.TextIOWrapper:
    buffered = io.BufferedWriter(Steady(fd))
    return io.TextIOWrapper(buffered, "utf-8", "backslashreplace", line_buffering=fd != 1 or os.isatty(fd))


def failure() -> OSError | None:
    """Why standard output did not take the results.  A reader who has seen enough is no failure."""
    sys.stdout.flush()
    raw = getattr(getattr(sys.stdout, "buffer", None), "raw", None)
    found = raw.failure if isinstance(raw, Steady) else None
    return None if isinstance(found, BrokenPipeError) else found
