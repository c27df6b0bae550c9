"""Files that will be read next, fetched ahead where a disk has to be waited for."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable


class Waits:
    """Tells whether the last files had to be waited for: then they came from the disk and not from memory."""

    def __init__(self) -> None:
        self.for_disk = False
        self._before = time.monotonic(), time.thread_time()

    def look(self) -> None:
        """Look at the clocks again."""
        (wall, work), self._before = self._before, (time.monotonic(), time.thread_time())
        elapsed = self._before[0] - wall
        self.for_disk = elapsed - (self._before[1] - work) > elapsed / 2


def fetch_ahead(opened: Iterable[int | None], octets: int) -> None:
    """Have the system read files that will be asked for next: a disk answers many questions faster than one by one.

    Of each open file so many *octets* are fetched, at most.
    """
    for fd in opened:
        if fd is not None and hasattr(os, "posix_fadvise"):
            os.posix_fadvise(fd, 0, octets, os.POSIX_FADV_WILLNEED)
