"""Advisory locks on files: held by the process, released by the kernel when it dies."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from preserve.errors import Locked

_PAUSE = 0.02


def try_hold(path: Path) -> int | None:
    """An open descriptor that holds the lock on *path*, or None if another process holds it."""
    fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o644)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(fd)
        return None
    except BaseException:
        os.close(fd)
        raise
    return fd


@contextmanager
def held(path: Path, *, wait: float = 60.0) -> Iterator[int]:
    """Hold the lock on *path*, waiting up to *wait* seconds.  ``Locked`` when another run keeps it.

    Gives the descriptor that holds it, open for reading and writing; where there was no file, it is a new one.
    """
    deadline = time.monotonic() + wait
    while (fd := try_hold(path)) is None:
        if time.monotonic() > deadline:
            raise Locked(
                f"Another run of preserve is working on this archive (lock file {path}).",
                hint="Wait until it has finished, then run the command again.",
            )
        time.sleep(_PAUSE)
    try:
        yield fd
    finally:
        os.close(fd)


def shared(fd: int, path: Path, *, wait: float = 60.0) -> None:
    """Wait up to *wait* seconds until nobody holds the lock on the open file *fd* to write, and keep it from writers.

    It is let go with *fd*.  *path* is for the message of ``Locked``.  It needs no right to write.
    """
    deadline = time.monotonic() + wait
    while True:
        try:
            fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError as error:
            if time.monotonic() > deadline:
                raise Locked(
                    f"Another run of preserve is writing {path} and does not end.",
                    hint="Wait until it has finished, then run the command again.",
                ) from error
            time.sleep(_PAUSE)
        else:
            return
