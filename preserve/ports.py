"""The doors between the steps and the world: what must be given from outside.

A step asks for one of these and never reaches for a global.  Tests give a fixed clock and a silent progress.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from preserve.model import Agent, Identification


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        ...


class Progress(Protocol):
    """Is told how far long work has come.  Calls are cheap and may come often."""

    def start(self, what: str, files: int, octets: int) -> None:
        """Work called *what* begins; the totals are 0 where they are not known yet."""
        ...

    def advance(self, files: int, octets: int) -> None:
        """So many more files and octets are done."""
        ...

    def finish(self) -> None:
        """The work that was started last has ended, well or not."""
        ...


class Silent:
    """The progress of which nobody wants to hear."""

    def start(self, what: str, files: int, octets: int) -> None:
        """Nothing."""

    def advance(self, files: int, octets: int) -> None:
        """Nothing."""

    def finish(self) -> None:
        """Nothing."""


class Probe(Protocol):
    """Finds out one thing about a file.

    A probe never raises for what is in the file: it returns an Identification whose ``runs`` say how it went.
    It may be slow or hang; the caller limits its time.  It may keep state and is used by one thread.
    """

    @property
    def name(self) -> str:
        """A short stable name: ``libmagic``, ``pronom``, ``language``."""
        ...

    @property
    def agent(self) -> Agent:
        """The tool and its version, for PREMIS."""
        ...

    def probe(self, file: Path, known: Identification) -> Identification:
        """*known* enriched with what this probe saw in *file*."""
        ...
