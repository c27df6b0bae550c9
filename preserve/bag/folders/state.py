"""In what state a file is: what changes with its content, whoever changed it."""

from __future__ import annotations

import os
import time
from array import array
from collections.abc import Sequence
from hashlib import blake2b
from itertools import chain
from typing import NamedTuple

_MASK = 2**64 - 1

SETTLED = 2 * 10**9
"""Nanoseconds after which the next change is sure to get another time, even where none has fractions."""


class State(NamedTuple):
    """Size in octets, times of the last change of content and of anything, in nanoseconds, and the file's number."""

    size: int
    mtime_ns: int
    ctime_ns: int
    inode: int


def state_of(found: os.stat_result) -> State | None:
    """The state in what ``stat`` tells; None while one more change might not show, because it is so near the last."""
    changed = found.st_ctime_ns
    if abs(time.time_ns() - changed) < SETTLED:
        return None
    return State(found.st_size, found.st_mtime_ns, changed, found.st_ino)


def summed_up(states: Sequence[State | None]) -> str:
    """The states of several files in one value; "" if one is not known."""
    if None in states:
        return ""
    numbers = list(chain.from_iterable(state for state in states if state))
    try:
        packed = array("q", numbers)
    except OverflowError:  # some file systems number their files with all 64 bits
        packed = array("Q", [number & _MASK for number in numbers])
    return blake2b(packed.tobytes(), digest_size=16).hexdigest()
