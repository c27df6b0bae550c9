"""What several deposits that run side by side have in common: one rate for all of them, and one progress."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from preserve.errors import Interrupted
from preserve.ports import Progress
from preserve.storage.pace import Pace


class SharedPace:
    """A rate that all threads keep together; 0 octets a second for none.  It also stops them all."""

    def __init__(self, rate: int) -> None:
        self._pace = Pace(rate) if rate else None
        self._lock = threading.Lock()
        self._stopped = False

    def take(self, octets: int) -> None:
        """So many octets are about to leave; waits until they may.  ``Interrupted`` if the run is to stop."""
        if self._stopped:
            raise Interrupted("Stopped. What was finished is kept; go on with: preserve deposit --resume")
        if self._pace is not None:
            with self._lock:
                self._pace.take(octets)

    @contextmanager
    def stopping(self) -> Iterator[None]:
        """What ends the work within, such as Ctrl-C, stops the sending in all threads, too."""
        try:
            yield
        except BaseException:
            self._stopped = True
            raise


class SharedProgress:
    """A progress that several threads advance.  Only who made it starts and finishes it."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._lock = threading.Lock()

    def start(self, what: str, files: int, octets: int) -> None:
        """Nothing: each deposit is a part of the whole."""

    def advance(self, files: int, octets: int) -> None:  # noqa: ARG002  whole packages are counted, not their files
        """So many more octets have left."""
        with self._lock:
            self._progress.advance(0, octets)

    def finish(self) -> None:
        """Nothing."""
