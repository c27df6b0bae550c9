"""Where a bag's files come from: a folder, a tar or a zip.  The judge sees only this.

A source is read-only, never follows links, and never touches anything outside the bag (RFC 8493 §5.1).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from preserve.model import Digest, Problem


class EntryKind(StrEnum):
    """What stands at a path in a bag."""

    FILE = "file"
    FOLDER = "folder"
    LINK = "link"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry below the bag's base folder.  *path* is relative to it, with ``/``; *size* is in octets."""

    path: str
    kind: EntryKind
    size: int = 0


@dataclass(frozen=True, slots=True)
class Measured:
    """A file that was read to its end: its true size and digests; or *failure*, if it could not be read."""

    path: str
    size: int
    digests: tuple[Digest, ...] = ()
    failure: Problem | None = None


class BagSource(Protocol):
    """The files of one bag.  ``OSError`` and ``BagError`` mean that the container could not be looked at."""

    @property
    def name(self) -> str:
        """The name of the bag's base folder."""
        ...

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with the container itself: hostile members, no or several base folders, bombs.

        Final only after ``entries`` was exhausted.
        """
        ...

    def entries(self) -> Iterator[Entry]:
        """Every entry below the base folder, once, in any order.  Folders that are not empty may be left out."""
        ...

    def read(self, path: str, limit: int) -> bytes:
        """A tag file, whole.  ``BagError`` if it is longer than *limit* octets, ``FileNotFoundError`` if absent."""
        ...

    def measure(self, paths: Iterable[str], algorithms: tuple[str, ...]) -> Iterator[Measured]:
        """Read each of the files once and give its size and digests.  The order of answers is free."""
        ...

    def close(self) -> None:
        """Let go of files and descriptors."""
        ...
