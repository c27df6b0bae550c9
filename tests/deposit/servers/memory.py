"""Folders in memory, for tests of lines and servers: what a disk is busy with otherwise would be waited for, and shows
nothing there."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

_MEMORY = Path("/dev/shm")  # noqa: S108  a folder of its own is made in it
_ENOUGH = 1 << 30


@contextmanager
def in_memory() -> Iterator[Path]:
    """A new folder in memory, or on the disk where there is not enough of it; it is removed afterwards."""
    is_there = os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _ENOUGH
    with TemporaryDirectory(prefix="preserve-tests.", dir=_MEMORY if is_there else "/tmp") as folder:  # noqa: S108
        yield Path(folder)
