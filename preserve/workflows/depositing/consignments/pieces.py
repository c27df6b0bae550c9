"""The files of which a consignment consists: those that lie in the package, and those that are made for it.

They do not care for pace and progress: see ``wrapping``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from preserve.errors import BagError
from preserve.ports.depositing import Piece
from preserve.storage import digests
from preserve.storage.names import shown
from preserve.workflows.depositing.consignments.sealed import SealedFiles


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
