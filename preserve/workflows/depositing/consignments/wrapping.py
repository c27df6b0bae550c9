"""Pieces around other pieces: under another name, in an archive file, held back until they are judged, or metered."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from preserve.ports import Progress
from preserve.ports.depositing import Piece
from preserve.storage import digests
from preserve.storage.archives.tar import Tar
from preserve.storage.archives.zip import Zip

ALONG = "sha256"
"""What is computed of an archive while it is sent, because most who verify will ask for it."""


@dataclass(frozen=True, slots=True)
class _Around:
    """All that *piece* is and does; what is different a subclass says."""

    piece: Piece

    @property
    def path(self) -> str:
        """See ``Piece.path``."""
        return self.piece.path

    @property
    def size(self) -> int:
        """See ``Piece.size``."""
        return self.piece.size

    def blocks(self, start: int = 0) -> Iterator[bytes]:
        """See ``Piece.blocks``."""
        return self.piece.blocks(start)

    def digest(self, algorithm: str) -> str:
        """See ``Piece.digest``."""
        return self.piece.digest(algorithm)

    def place(self) -> Path | None:
        """See ``Piece.place``."""
        return self.piece.place()


@dataclass(frozen=True, slots=True)
class Below(_Around):
    """*piece*, with *folder* before its path, which is "" or ends in ``/``."""

    folder: str

    @property
    def path(self) -> str:
        """See ``Piece.path``."""
        return f"{self.folder}{self.piece.path}"


class _Inside(Sequence[Piece]):
    """*pieces* below a folder, each made only when it is asked for."""

    def __init__(self, folder: str, pieces: Sequence[Piece]) -> None:
        self._folder = f"{folder}/"
        self._pieces = pieces

    def __len__(self) -> int:
        return len(self._pieces)

    def __getitem__(self, number: int) -> Piece:  # type: ignore[override]  # nobody slices it
        return Below(self._pieces[number], self._folder)


@dataclass(frozen=True, slots=True)
class Packed:
    """One archive file called *path*."""

    path: str
    archive: Tar | Zip
    _known: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, label: str, wrap: str, pieces: Sequence[Piece]) -> Packed:
        """The ``tar`` or ``zip``, as *wrap* says, of *pieces* in one folder that is called *label*."""
        inside = _Inside(label, pieces)
        return cls(f"{label}.{wrap}", Tar(inside) if wrap == "tar" else Zip(inside))

    @property
    def size(self) -> int:
        """See ``Piece.size``."""
        return self.archive.size

    def blocks(self, start: int = 0) -> Iterator[bytes]:
        """See ``Piece.blocks``.  Read from its beginning, its digest is known at the end."""
        if start or ALONG in self._known:
            return self.archive.blocks(start)
        return self._hashed(ALONG)

    def digest(self, algorithm: str) -> str:
        """See ``Piece.digest``."""
        if algorithm not in self._known:
            for _ in self._hashed(algorithm):
                pass
        return self._known[algorithm]

    def place(self) -> Path | None:
        """See ``Piece.place``."""
        return None

    def _hashed(self, algorithm: str) -> Iterator[bytes]:
        state, left = digests.new(algorithm), self.size
        for block in self.archive.blocks():
            state.update(block)
            left -= len(block)
            if not left:
                self._known[algorithm] = state.hexdigest()
            yield block


class Guarded(Sequence[Piece]):
    """*pieces*, of which nothing is given before *check* was called once and raised nothing."""

    def __init__(self, pieces: Sequence[Piece], check: Callable[[], None]) -> None:
        self._pieces = pieces
        self._check: Callable[[], None] | None = check
        self._turn = threading.RLock()

    def __len__(self) -> int:
        return len(self._pieces)

    def __getitem__(self, number: int) -> Piece:  # type: ignore[override]  # nobody slices it
        return _Checked(self._pieces[number], self.passed)

    def passed(self) -> None:
        """Have it checked, if it was not yet; raises what *check* raises, and then again when it is asked again."""
        with self._turn:
            if self._check is not None:
                self._check()
                self._check = None


@dataclass(frozen=True, slots=True)
class _Checked(_Around):
    """*piece*, of which nothing is given before *passed* returned."""

    passed: Callable[[], None]

    def blocks(self, start: int = 0) -> Iterator[bytes]:
        """See ``Piece.blocks``."""
        self.passed()
        yield from self.piece.blocks(start)

    def digest(self, algorithm: str) -> str:
        """See ``Piece.digest``."""
        self.passed()
        return self.piece.digest(algorithm)


class Pacing(Protocol):
    """What keeps a rate."""

    def take(self, octets: int) -> None:
        """So many octets are about to leave; waits until they may."""
        ...


@dataclass(frozen=True, slots=True)
class Metered(_Around):
    """*piece* as it is sent: no faster than *pace* allows, and *progress* is told."""

    pace: Pacing | None
    progress: Progress

    def blocks(self, start: int = 0) -> Iterator[bytes]:
        """See ``Piece.blocks``."""
        left = self.size - start
        for block in self.piece.blocks(start):
            if self.pace:
                self.pace.take(len(block))
            left -= len(block)
            self.progress.advance(0 if left else 1, len(block))
            yield block
        if not self.size:
            self.progress.advance(1, 0)
