"""What several deposits that run side by side have in common: one rate for all of them, and one progress."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from preserve.errors import Interrupted
from preserve.ports import Progress, Silent
from preserve.storage.pace import Pace
from preserve.workflows.depositing.results import Deposited


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
    """A progress that several threads advance.

    When packages go *together*, it is one for all of them, which somebody else starts and finishes: what counts is what
    was sent.  One after the other, each shows its own steps.
    """

    def __init__(self, progress: Progress, *, together: bool) -> None:
        self._progress = progress
        self._together = together
        self._lock = threading.Lock()

    def start(self, what: str, files: int, octets: int) -> None:
        """A step of one package begins."""
        if not self._together:
            self._progress.start(what, files, octets)

    def advance(self, files: int, octets: int) -> None:
        """See ``Progress.advance``."""
        with self._lock:
            self._progress.advance(0 if self._together else files, octets)

    def finish(self) -> None:
        """A step of one package ended."""
        if not self._together:
            self._progress.finish()

    def aside(self) -> Progress:
        """The progress of steps in which nothing is sent."""
        return Silent() if self._together else self._progress

    def done(self, found: Deposited) -> None:
        """One package is done with; what was not sent of it will not be."""
        if self._together:
            with self._lock:
                self._progress.advance(found.package.files, 0 if found.seconds else found.package.bytes)
