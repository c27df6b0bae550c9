"""How large an arrival is, roughly and quickly: for planning the work, never for judging anything."""

from __future__ import annotations

import os
import stat
from contextlib import suppress

from preserve.transfer.arrival import Arrival

FILES = 500
OCTETS = 64 * 1024 * 1024
"""What is larger than one of these is a large transfer."""


def octets_if_small(arrival: Arrival) -> int | None:
    """How many octets *arrival* has; None if it is large.  Looks no further than it must, and never raises."""
    files = octets = 0
    waiting = [os.fspath(one.root) for one in arrival.parts or (arrival,)]
    while waiting:
        place = waiting.pop()
        with suppress(OSError):
            state = os.lstat(place)
            if not stat.S_ISDIR(state.st_mode):  # a link, too: nobody looks behind it
                octets += state.st_size
                continue
            with os.scandir(place) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
                    else:
                        octets += entry.stat(follow_symlinks=False).st_size
                    files += 1
                    if files >= FILES:
                        return None
        if octets >= OCTETS:
            return None
    return octets
