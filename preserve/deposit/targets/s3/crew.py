"""A few hands that send, while the next part is read and hashed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Self


class Crew:
    """Does what it is given in threads, so many at a time; the first that fails stops all.

    No more than that many bodies are in memory, and one that is being read.
    """

    def __init__(self, hands: int) -> None:
        self._pool = ThreadPoolExecutor(hands, "s3")
        self._free = threading.Semaphore(hands)
        self._failed: BaseException | None = None

    def __enter__(self) -> Self:
        return self

    def give(self, work: Callable[[], object]) -> None:
        """Have *work* done as soon as a hand is free; waits for that.  Raises what failed before."""
        self._free.acquire()
        if self._failed is not None:
            self._free.release()
            raise self._failed
        self._pool.submit(self._do, work)

    def _do(self, work: Callable[[], object]) -> None:
        try:
            if self._failed is None:
                work()
        except BaseException as error:  # noqa: BLE001  it is raised in the thread that gave the work
            self._failed = self._failed or error
        finally:
            self._free.release()

    def finish(self) -> None:
        """Wait for all that was given.  Raises what failed."""
        self._pool.shutdown(wait=True)
        if self._failed is not None:
            raise self._failed

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._failed = self._failed or error
        self._pool.shutdown(wait=True, cancel_futures=True)
