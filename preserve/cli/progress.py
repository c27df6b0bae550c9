"""Progress on standard error: a bar on a terminal, a plain line now and then elsewhere, nothing with ``--quiet``."""

from __future__ import annotations

import math
import sys
import time
from typing import Any

from preserve.ports import Progress, Silent
from preserve.storage import names
from preserve.storage.sizes import octets

_PLAIN_EVERY = 10.0
_PATIENCE = 0.3
_REDRAWN_EVERY = 0.1


class Plain:
    """A line every ten seconds of long work, for logs."""

    def __init__(self) -> None:
        self._what = ""
        self._files = self._octets = 0
        self._totals = (0, 0)
        self._last = time.monotonic()

    def start(self, what: str, files: int, octets: int) -> None:
        """Remember the totals."""
        self._what, self._totals = names.shown(what), (files, octets)
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
        if not (size or self._octets):  # what is counted are not the bytes of files
            sys.stderr.write(f"{self._what}: {self._files:,}{of_files}\n")
            sys.stderr.flush()
            return
        of_size = f" of {octets(size)}" if size else ""
        sys.stderr.write(f"{self._what}: {self._files:,}{of_files} files, {octets(self._octets)}{of_size}\n")
        sys.stderr.flush()


class Bar:
    """A bar that shows files, bytes and the time that is left, once the work has lasted a moment.

    It is drawn by whoever does the work and has no thread of its own: other processes may be forked at any time.
    """

    def __init__(self) -> None:
        self._bar: Any = None
        self._task: Any = None
        self._what = ""
        self._done = self._total = 0
        self._counts_files = False
        self._next = math.inf

    def start(self, what: str, files: int, octets: int) -> None:
        """Remember what to show: how many bytes are done, or of what has no size how many pieces."""
        self.finish()
        self._counts_files = bool(files and not octets)
        self._what, self._done, self._total = names.shown(what), 0, octets or files
        self._next = time.monotonic() + _PATIENCE

    def advance(self, files: int, octets: int) -> None:
        """Move the bar."""
        self._done += files if self._counts_files else octets
        now = time.monotonic()
        if now >= self._next:
            self._next = now + _REDRAWN_EVERY
            self._draw()

    def finish(self) -> None:
        """Take the bar away."""
        self._next = math.inf
        if self._bar is not None:
            self._bar.stop()
            self._bar = None

    def _draw(self) -> None:
        if self._bar is None:
            from rich import progress as bars  # noqa: PLC0415
            from rich.console import Console  # noqa: PLC0415  only long work on a terminal pays for it

            count = bars.MofNCompleteColumn() if self._counts_files else bars.DownloadColumn()
            columns = (bars.TextColumn("{task.description}", markup=False), bars.BarColumn(), count)
            console = Console(stderr=True)
            self._bar = bars.Progress(
                *columns, bars.TimeRemainingColumn(), console=console, transient=True, auto_refresh=False
            )
            self._task = self._bar.add_task(self._what, total=self._total or None)
            self._bar.start()
        self._bar.update(self._task, completed=self._done, refresh=True)


def for_terminal(*, quiet: bool) -> Progress:
    """The progress that suits where standard error goes."""
    if quiet:
        return Silent()
    return Bar() if sys.stderr.isatty() else Plain()
