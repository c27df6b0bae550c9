"""What each file is: the door of this step.

The probes run in worker processes.  A probe that hangs or crashes costs its own result and no more: the worker is
started afresh and the file's other probes go on.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Self

from preserve.identify.keeper import BATCH
from preserve.identify.probes import NAMES
from preserve.identify.team import Team
from preserve.model import Agent, Identification
from preserve.storage.crew import cores

_MOST_WORKERS = 4
"""Each takes 150 MiB of memory, and as long to start as to look at a hundred texts."""

_WINDOW = 8 * BATCH
"""Files for each worker that are looked at ahead of what was asked for, while one takes its time."""


class Identifier:
    """Identifies files.  A context manager; a worker starts on entering, and all are gone on leaving.

    *timeout* is the number of seconds that one probe may take for one file; *clamav* the address of a ClamAV daemon
    ("" for none); *probes* the names of the probes to run, all by default.  A name of the form ``module:Class`` is a
    probe of somebody else's (see ``reading.Factory``).  *workers* is how many processes there may be, by default one
    for each core, but not more than four; all but the first start only when much waits to be done.

    May be used from several threads, which then take turns.  In a forked child it starts workers of its own.
    ``ValueError`` for a probe that does not exist, and for a timeout or a number of workers that is not above zero.
    """

    def __init__(
        self,
        *,
        timeout: float = 30.0,
        clamav: str = "",
        probes: tuple[str, ...] | None = None,
        workers: int | None = None,
    ) -> None:
        specs = tuple(NAMES) if probes is None else tuple(dict.fromkeys(probes))
        unknown = [spec for spec in specs if spec not in NAMES and ":" not in spec]
        if unknown:
            raise ValueError(f"there is no probe {unknown[0]!r}; there are {', '.join(NAMES)}")
        if not timeout > 0:
            raise ValueError("the timeout must be above zero")
        if workers is None:
            workers = min(cores(), _MOST_WORKERS)
        if not workers > 0:
            raise ValueError("the number of workers must be above zero")
        self._team = Team(specs, clamav, timeout, workers)
        self._window = _WINDOW * workers
        self._lock = threading.RLock()

    def __enter__(self) -> Self:
        with self._lock:
            self._team.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """End the workers.  Results that nobody fetched are lost.  The Identifier may be used again."""
        with self._lock:
            self._team.close()

    def agents(self) -> tuple[Agent, ...]:
        """The tools with their versions, one for each probe, in the order in which they run."""
        with self._lock:
            return self._team.agents()

    def identify(self, file: Path, path: str) -> Identification:
        """What *file* is.  *path* is its real name in the package (``data/letter.txt``).

        Never raises for what is in the file, or if there is none: the ``runs`` of the result say how it went.
        """
        with self._lock:
            return self._team.result(self._team.submit(file, path))

    def identify_many(self, files: Iterable[tuple[Path, str]]) -> Iterator[Identification]:
        """What each of *files* is, in their order.  Faster than one by one; may be left unfinished.

        *files* are taken as they are needed, a few hundred ahead of the results, and each result is given as soon as
        those before it are.
        """
        numbers: deque[int] = deque()
        try:
            for file, path in files:
                with self._lock:
                    numbers.append(self._team.submit(file, path))
                    ready = self._ready(numbers)
                yield from ready
            while numbers:
                with self._lock:
                    result = self._team.result(numbers.popleft())
                yield result
        finally:
            with self._lock:
                self._team.forget(numbers)

    def _ready(self, numbers: deque[int]) -> list[Identification]:
        """What can be given without waiting, and where too much would be ahead, what must be waited for."""
        self._team.go_on()
        ready = []
        while numbers and (self._team.has(numbers[0]) or len(numbers) > self._window):
            ready.append(self._team.result(numbers.popleft()))
        return ready
