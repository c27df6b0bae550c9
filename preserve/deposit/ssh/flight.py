"""Many calls under way at a time, so that a long line is kept full."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from typing import Final, Generic, Self, TypeVar

from preserve.deposit.ssh.session import Pending

WINDOW: Final = 8 * 1024 * 1024
"""Octets that are under way at a time."""
CALLS: Final = 128
"""Calls that are under way at a time, at most."""
T = TypeVar("T")


class Flight(Generic[T]):
    """Up to *most* calls that are under way at a time, and are waited for in the order in which they began.

    What is still under way when it is left is given up.
    """

    def __init__(self, most: int) -> None:
        self._most = max(2, min(CALLS, most))
        self._flying: deque[Pending[T]] = deque()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        while self._flying:
            self._flying.popleft().forget()

    def add(self, pending: Pending[T]) -> list[T]:
        """One more; the result of the oldest, where that had to be waited for."""
        self._flying.append(pending)
        return [self._flying.popleft().result()] if len(self._flying) >= self._most else []

    def land(self) -> list[T]:
        """The results of all that are under way."""
        results = []
        while self._flying:
            results.append(self._flying.popleft().result())
        return results


def units(blocks: Iterable[bytes], unit: int) -> Iterator[bytes]:
    """*blocks* as parts of *unit* octets; the last may be shorter."""
    waiting = bytearray()
    for block in blocks:
        waiting += block
        while len(waiting) >= unit:
            yield bytes(waiting[:unit])
            del waiting[:unit]
    if waiting:
        yield bytes(waiting)
