"""Progress on standard error: a bar on a terminal, a plain line now and then elsewhere, nothing with ``--quiet``."""

from __future__ import annotations

import sys
import time
from typing import Any

from preserve.ports import Progress, Silent
from preserve.storage.sizes import octets

_PLAIN_EVERY = 10.0


class Plain:
    """A line every ten seconds of long work, for logs."""

    def __init__(self) -> None:
        self._what = ""
        self._files = self._octets = 0
        self._totals = (0, 0)
        self._last = time.monotonic()

    def start(self, what: str, files: int, octets: int) -> None:
        """Remember the totals."""
        self._what, self._totals = what, (files, octets)
        self._files = self._octets = 0

    def advance(self, files: int, octets: int) -> None:
        """Count, and speak when it is time again."""
        self._files += files
        self._octets += octets
        if time.monotonic() - self._last >= _PLAIN_EVERY:
            self._last = time.monotonic()
            self._say()

    def finish(self) -> None:
        """Nothing: the result speaks for itself."""

    def _say(self) -> None:
        files, size = self._totals
        of_files = f" of {files:,}" if files else ""
        of_size = f" of {octets(size)}" if size else ""
        sys.stderr.write(f"{self._what}: {self._files:,}{of_files} files, {octets(self._octets)}{of_size}\n")
        sys.stderr.flush()


class Bar:
    """A bar that shows files, bytes and the time that is left."""

    def __init__(self) -> None:
        self._bar: Any = None
        self._task: Any = None
        self._total = 0

    def start(self, what: str, files: int, octets: int) -> None:
        """Show the bar."""
        from rich.console import Console  # noqa: PLC0415  only terminals pay for it
        from rich.progress import BarColumn, DownloadColumn, TextColumn, TimeRemainingColumn  # noqa: PLC0415
        from rich.progress import Progress as RichProgress  # noqa: PLC0415

        self.finish()
        columns = (TextColumn("{task.description}", markup=False), BarColumn(), DownloadColumn(), TimeRemainingColumn())
        self._bar = RichProgress(*columns, console=Console(stderr=True), transient=True)
        self._total = files
        self._task = self._bar.add_task(what, total=octets or None)
        self._bar.start()

    def advance(self, files: int, octets: int) -> None:  # noqa: ARG002  the bar counts bytes
        """Move the bar."""
        if self._bar is not None:
            self._bar.advance(self._task, octets)

    def finish(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None


def for_terminal(*, quiet: bool) -> Progress:
    """The progress that suits where standard error goes."""
    if quiet:
        return Silent()
    return Bar() if sys.stderr.isatty() else Plain()
