"""Folders below a folder, entered one by one, so that no link among them is ever followed."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC | os.O_NOFOLLOW


@contextmanager
def entered(root: Path, parts: Sequence[str], *, make: bool = False) -> Iterator[int]:
    """The folder *parts* below *root*, held open; with *make*, what is not there is made, durably.

    ``FileNotFoundError`` if it is not there; another ``OSError`` where a part is something else, such as a link.
    ``ValueError`` for a part that is no name.
    """
    if any(part in ("", ".", "..") or "/" in part or "\0" in part for part in parts):
        raise ValueError("not the name of a folder")
    fd = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for part in parts:
            above = fd
            if make and _made(part, above):
                os.fsync(above)
            fd = os.open(part, _FOLDER, dir_fd=above)
            os.close(above)
        yield fd
    finally:
        os.close(fd)


def _made(part: str, above: int) -> bool:
    with suppress(FileExistsError):
        os.mkdir(part, dir_fd=above)
        return True
    return False
