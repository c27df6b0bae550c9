"""Files that are written while they are sent, however large, and files of a package that lie elsewhere in a form."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path

from preserve.ports.depositing import Piece
from preserve.storage import digests
from preserve.storage.archives.layout import gathered
from preserve.workflows.depositing.consignments.pieces import Stored
from preserve.workflows.depositing.consignments.sealed import SealedFiles
from preserve.workflows.depositing.consignments.wrapping import ALONG


class Written:
    """A file that no package holds: *write* gives its octets, the same ones whenever it is called; none are kept."""

    def __init__(self, path: str, write: Callable[[], Iterable[bytes]]) -> None:
        self.path = path
        self._write = write

    @property
    def size(self) -> int:
        """See ``Piece.size``."""
        return self._measured[0]

    def blocks(self, start: int = 0) -> Iterator[bytes]:
        """See ``Piece.blocks``."""
        return gathered(_from(self._write(), start))

    def digest(self, algorithm: str) -> str:
        """See ``Piece.digest``."""
        return self._measured[1] if algorithm == ALONG else self._hashed(algorithm)[1]

    def place(self) -> Path | None:
        """See ``Piece.place``."""
        return None

    @cached_property
    def _measured(self) -> tuple[int, str]:
        return self._hashed(ALONG)

    def _hashed(self, algorithm: str) -> tuple[int, str]:
        state, size = digests.new(algorithm), 0
        for block in self.blocks():
            state.update(block)
            size += len(block)
        return size, state.hexdigest()


def _from(blocks: Iterable[bytes], start: int) -> Iterator[bytes]:
    for block in blocks:
        if start < len(block):
            yield block[start:] if start > 0 else block
        start -= len(block)


class Placed(Sequence[Piece]):
    """The pieces *made*, then the files *sources* of a package, each where *place* says, made when it is asked for."""

    def __init__(
        self, made: Sequence[Piece], files: SealedFiles, sources: Sequence[str], place: Callable[[str], str]
    ) -> None:
        self._made = made
        self._files = files
        self._sources = sources
        self._place = place

    def __len__(self) -> int:
        return len(self._made) + len(self._sources)

    def __getitem__(self, number: int) -> Piece:  # type: ignore[override]  # nobody slices it
        if number < 0:
            number += len(self)
        if number < len(self._made):
            return self._made[number]
        source = self._sources[number - len(self._made)]
        return Stored(self._files, source, self._place(source))
