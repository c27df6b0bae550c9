"""The files of which a consignment consists: those that lie in the package, those that are made, and archives of them.

They do not care for pace and progress: who sends one wraps it into a ``Metered``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Protocol

from preserve.errors import BagError
from preserve.ports import Progress
from preserve.ports.depositing import Piece
from preserve.storage import digests
from preserve.storage.archives.tar import Tar
from preserve.storage.archives.zip import Zip
from preserve.storage.names import shown
from preserve.workflows.depositing.consignments.sealed import SealedFiles

ALONG = "sha256"
"""What is computed of an archive while it is sent, because most who verify will ask for it."""


@dataclass(frozen=True, slots=True)
class Stored:
    """The file *source* of a package, to be called *path*."""

    files: SealedFiles
    source: str
    path: str

    @property
    def size(self) -> int:
        """See ``Piece.size``."""
        return self.files.sizes[self.source]

    def blocks(self, start: int = 0) -> Iterator[bytes]:
        """See ``Piece.blocks``."""
        return self.files.blocks(self.source, start)

    def digest(self, algorithm: str) -> str:
        """See ``Piece.digest``."""
        return self.files.digest(self.source, algorithm)

    def place(self) -> Path | None:
        """See ``Piece.place``."""
        return self.files.place / self.source


class Made:
    """A small file that no package holds: *size* octets, made by *make* when they are first wanted, and then kept."""

    def __init__(self, path: str, size: int, make: Callable[[], bytes]) -> None:
        self.path = path
        self.size = size
        self._make = make

    @classmethod
    def of(cls, path: str, data: bytes) -> Made:
        """One that is at hand."""
        return cls(path, len(data), lambda: data)

    @cached_property
    def data(self) -> bytes:
        """All of it."""
        data = self._make()
        if len(data) != self.size:
            raise BagError(f"{shown(self.path)} came out with {len(data):,} octets instead of {self.size:,}.")
        return data

    def blocks(self, start: int = 0) -> Iterator[bytes]:
        """See ``Piece.blocks``."""
        for at in range(start, self.size, digests.BLOCK):
            yield self.data[at : at + digests.BLOCK]

    def digest(self, algorithm: str) -> str:
        """See ``Piece.digest``."""
        return digests.of_bytes(self.data, (algorithm,))[0].value

    def place(self) -> Path | None:
        """See ``Piece.place``."""
        return None


@dataclass(frozen=True, slots=True)
class Renamed:
    """*piece* under another name."""

    piece: Piece
    path: str

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


class _Inside(Sequence[Piece]):
    """*pieces* below a folder, each made only when it is asked for."""

    def __init__(self, folder: str, pieces: Sequence[Piece]) -> None:
        self._folder = folder
        self._pieces = pieces

    def __len__(self) -> int:
        return len(self._pieces)

    def __getitem__(self, number: int) -> Piece:  # type: ignore[override]  # nobody slices it
        piece = self._pieces[number]
        return Renamed(piece, f"{self._folder}/{piece.path}")


class StoredPieces(Sequence[Piece]):
    """Files of a package as pieces, each made only when it is asked for, without the *beyond* at their beginnings."""

    def __init__(self, files: SealedFiles, paths: Sequence[str], beyond: str = "") -> None:
        self._files = files
        self._paths = paths
        self._beyond = beyond

    def __len__(self) -> int:
        return len(self._paths)

    def __getitem__(self, number: int) -> Piece:  # type: ignore[override]  # nobody slices it
        path = self._paths[number]
        return Stored(self._files, path, path.removeprefix(self._beyond))


class Pacing(Protocol):
    """What keeps a rate."""

    def take(self, octets: int) -> None:
        """So many octets are about to leave; waits until they may."""
        ...


@dataclass(frozen=True, slots=True)
class Metered:
    """*piece* as it is sent: no faster than *pace* allows, and *progress* is told."""

    piece: Piece
    pace: Pacing | None
    progress: Progress

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
        left = self.size - start
        for block in self.piece.blocks(start):
            if self.pace:
                self.pace.take(len(block))
            left -= len(block)
            self.progress.advance(0 if left else 1, len(block))
            yield block
        if not self.size:
            self.progress.advance(1, 0)

    def digest(self, algorithm: str) -> str:
        """See ``Piece.digest``."""
        return self.piece.digest(algorithm)

    def place(self) -> Path | None:
        """See ``Piece.place``."""
        return self.piece.place()
