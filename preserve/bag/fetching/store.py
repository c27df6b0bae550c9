"""Puts a fetched file into a bag: under a hidden name first, and under its own only when it proved right.

Folders are entered one by one and never through a link (RFC 8493 §5.1).
"""

from __future__ import annotations

import errno
import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from preserve.storage import durable

_PREFIX, _SUFFIX = ".preserve-fetch-", ".part"
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC | os.O_NOFOLLOW


def is_there(bag: Path, path: str) -> bool:
    """Whether anything stands at *path*, be it a link that leads nowhere."""
    return os.path.lexists(bag / path)


@contextmanager
def incoming(bag: Path, path: str) -> Iterator[Incoming]:
    """A new hidden file in the folder that *path* belongs to; gone again unless it was kept.  ``OSError``."""
    folder, _, _ = path.rpartition("/")
    with _entered(bag, folder) as folder_fd:
        _sweep(folder_fd)
        name = f"{_PREFIX}{secrets.token_hex(8)}{_SUFFIX}"
        fd = os.open(name, durable.NEW_FILE, 0o644, dir_fd=folder_fd)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)  # tells a later sweep that we live
            yield Incoming(fd, bag / folder / name, bag / path)
        finally:
            os.close(fd)
            with suppress(FileNotFoundError):
                os.unlink(name, dir_fd=folder_fd)


class Incoming:
    """A file on its way into the bag."""

    def __init__(self, fd: int, hidden: Path, target: Path) -> None:
        self._fd = fd
        self._hidden = hidden
        self._target = target

    def write(self, data: bytes) -> None:
        """Add *data* to it."""
        durable.write_all(self._fd, data)

    def keep(self) -> None:
        """Give it its own name, durably.  ``FileExistsError`` if something took that name meanwhile."""
        os.fsync(self._fd)
        durable.rename_new(self._hidden, self._target)
        durable.sync_folder(self._target.parent)


@contextmanager
def _entered(bag: Path, folder: str) -> Iterator[int]:
    """A descriptor on *folder* in the bag, whose missing parts are made."""
    fd = os.open(bag, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for part in folder.split("/"):
            above = fd
            with suppress(FileExistsError):
                os.mkdir(part, dir_fd=above)
                os.fsync(above)
            fd = os.open(part, _FOLDER, dir_fd=above)
            os.close(above)
    except BaseException:
        os.close(fd)
        raise
    try:
        yield fd
    finally:
        os.close(fd)


def _sweep(folder_fd: int) -> None:
    """Remove what a fetch that was killed left behind; one that still runs holds a lock on its file."""
    for name in os.listdir(folder_fd):
        if not (name.startswith(_PREFIX) and name.endswith(_SUFFIX)):
            continue
        with suppress(OSError):
            fd = os.open(name, durable.READ_FILE, dir_fd=folder_fd)
            try:
                fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
                os.unlink(name, dir_fd=folder_fd)
            finally:
                os.close(fd)


def reason(error: OSError) -> str:
    """What the system says, as the end of a sentence."""
    if error.errno in (errno.ELOOP, errno.ENOTDIR):
        return "a folder on the way is a link or a file"
    return os.strerror(error.errno) if error.errno else str(error)
