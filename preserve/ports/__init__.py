"""The doors between the steps and the world: what must be given from outside.

A step asks for one of these and never reaches for a global.  Tests give a fixed clock and a silent progress.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from preserve.model import Agent, Digest, Identification, Package, ValidationReport


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


class CopyFiles(Protocol):
    """One copy of one package, good or not, wherever it lies: its files by their bag paths.

    It is only read, and links in it are never followed.  It may be sent to another process.
    """

    @property
    def where(self) -> str:
        """The name of its location; "" is the package store."""
        ...

    def read(self, path: str) -> bytes:
        """A tag file, whole.  ``OSError`` or ``BagError`` if it is not there or cannot be read."""
        ...

    def measure(self, paths: Iterable[str], algorithms: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Read each of the files once; its path and its digests in hex.  What cannot be read is left out."""
        ...

    def fetch(
        self, path: str, target: str, algorithms: tuple[str, ...], tell: Callable[[int], object]
    ) -> tuple[int, tuple[str, ...]]:
        """Copy a file to *target*, where nothing may be; the octets and digests in hex of what was written there.

        *tell* is called with the octets of each block that was written, for whoever waits for a large file.
        ``OSError`` if the file cannot be read; ``StoreUnwritable`` if *target* cannot be written.
        """
        ...

    def share(self, path: str, target: str) -> bool:
        """Let *target*, where nothing may be, have the same bytes without copying; False where that is not possible."""
        ...


@dataclass(frozen=True, slots=True)
class Part:
    """A file of a package that is to be put somewhere: which digests it must have, and which copy has it.

    *at_hand*: it was verified in this very run, in a copy beside which it is to be put, and may be shared with it.
    """

    path: str
    expected: tuple[Digest, ...]
    source: CopyFiles
    at_hand: bool = False


class Location(Protocol):
    """Where copies of packages are kept: a folder, or whatever else can keep files.

    One process at a time changes a package here.  Nothing is tried again by itself, and everything may be repeated:
    what a run has left half done is finished, or swept away, by ``settle``.  A package is here whole or not at all.
    Beside ``StoreUnreachable`` where that is said, ``StoreUnwritable`` means that nothing was changed.
    """

    @property
    def name(self) -> str:
        """Its name in the configuration; "" is the package store."""
        ...

    def reach(self) -> None:
        """``StoreUnreachable`` unless it can be looked into, and is the one that it was when last seen."""
        ...

    def settle(self, record: Callable[[str, str], None]) -> None:
        """Sweep away what dead runs left, and finish what one had begun to change.

        *record* is called with the name of a package and the word that was given to ``put``, which may have been
        written down before, or not.
        """
        ...

    def holds(self, package: str) -> bool:
        """Whether anything lies here under this name."""
        ...

    def copy_of(self, package: str) -> CopyFiles | None:
        """What lies here under this name, be it damaged or something else; None if nothing does that has files."""
        ...

    def judge(self, package: Package, progress: Progress) -> ValidationReport:
        """Read every byte of the copy of *package* and judge it by what was pinned.  ``BagError`` as validating."""
        ...

    def put(self, package: Package, parts: tuple[Part, ...], word: Word, progress: Progress) -> str:
        """Put *parts*, which are all of *package*, here under its name; read back and found whole before it counts.

        What lay there under that name gives way in the same step.  Where *word* says so, what of it is not in the new
        copy is kept aside: where is returned, "" if nothing was.  Its record is called when the new copy counts.
        ``BagError`` if a part was not what it must be, or if another changed the copy meanwhile.
        """
        ...

    def witness(self, package: str) -> bytes | None:
        """The history of the package called so, as it was last kept here; None if it never was."""
        ...

    def keep_witness(self, package: str, history: bytes) -> None:
        """Keep *history*, durably, in place of the one that was kept before."""
        ...

    def deposits(self, package: str) -> tuple[str, ...]:
        """The names of the deposits of the package called so of which something is kept here.  ``BagError``."""
        ...

    def deposit_file(self, package: str, path: str) -> bytes | None:
        """A file of them, ``<deposit>/journal.jsonl`` or ``<deposit>/receipts/<receipt>``; None if it is not kept here.

        No link is followed.  ``BagError`` if it cannot be read.
        """
        ...

    def keep_deposit_file(self, package: str, path: str, data: bytes, former: bytes | None) -> None:
        """Let *data* be that file, durably, in place of what was read as *former*; it is read back.

        ``BagError``, and nothing is changed, if something else is there by now.
        """
        ...


@dataclass(frozen=True, slots=True)
class Word:
    """What is to be remembered with a package that is put somewhere, until it is recorded.

    *text* goes to *record*, with the package's name, as soon as the new copy counts: by this run, or by the next that
    settles.  Whatever was there and is not in the new copy is kept *aside* under that name, or not at all.
    *still* is asked in the last moment, when nobody else can change the package: what it raises stops everything.
    With *second_opinion*, an independent witness is to read the whole, too.
    """

    text: str
    record: Callable[[str, str], None]
    aside: str = ""
    still: Callable[[], None] = lambda: None
    second_opinion: bool = False
