"""What lies of a consignment at a server, under its name or under that of its part, and how it compares with ours."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from preserve.deposit import rules
from preserve.deposit.ssh.calls import NO_FILE
from preserve.deposit.ssh.far import Far
from preserve.deposit.ssh.hashing import ALGORITHM, Hashed, Hashing
from preserve.model import Mismatch, Problem
from preserve.ports.depositing import FORMS, Consignment, Piece
from preserve.storage import names

PART = ".part"
"""What the name of something ends in that is not whole yet."""
_STRANGERS = 1000
"""Files that nobody sent, of which is told at most: somebody may have put a million there."""
_ONE_FILE = frozenset(form for form in FORMS if form.rpartition("-")[2] in ("tar", "zip"))


@dataclass(frozen=True, slots=True)
class Heap:
    """The files of *what* below *far*: in the *folder* called *name*, or the only one under that name itself."""

    far: Far
    what: Consignment
    name: str
    folder: bool

    @classmethod
    def whole(cls, far: Far, what: Consignment) -> Heap:
        """Where *what* lies when it is whole."""
        folder = not is_one_file(what)
        return cls(far, what, what.label if folder else next(iter(what.pieces())).path, folder)

    @property
    def part(self) -> Heap:
        """Where it may lie before it is whole."""
        return Heap(self.far, self.what, self.name + PART, self.folder)

    def path(self, piece: str) -> str:
        """Where the piece of this path is."""
        return f"{self.name}/{piece}" if self.folder else self.name

    def lies(self) -> bool:
        """Whether anything is there under this name."""
        return self.far.size(self.name) is not None

    def sizes(self) -> dict[str, int]:
        """All that lies there, by the paths of pieces, with its octets; what is no file is ``NO_FILE``.

        A folder in the place of a file, and a file in that of a folder, have the name "".
        """
        size = self.far.size(self.name)
        if not self.folder:
            only = next(iter(self.what.pieces())).path
            return {} if size is None else {only if size != NO_FILE else "": size}
        if size is None:
            return {}
        if not self.far.is_folder(self.name):
            return {"": size}
        expected = self.paths()
        return self.far.files(self.name, folders_of(expected), len(expected) + _STRANGERS)

    def paths(self) -> list[str]:
        """The paths of all pieces."""
        return [piece.path for piece in self.what.pieces()]

    def as_large(self) -> bool:
        """Whether there are the files of *what* and no others, each as large as it must be."""
        return self.sizes() == {piece.path: piece.size for piece in self.what.pieces()}

    def problems(self, hashing: Hashing, tell: Callable[[int, int], object]) -> Iterator[Problem]:
        """All that is not there as it was sent; *tell* is told of the files and octets that were compared."""
        there = self.sizes()
        if "" in there:
            yield rules.FAR_ALTERED.at("", f"{names.shown(self.name)} is something else there than what was sent.")
            return
        alike: list[Piece] = []
        for piece in self.what.pieces():
            problem = _unlike(piece, there.pop(piece.path, None))
            if problem is None:
                alike.append(piece)
            else:
                yield problem
        asked = [(self.path(piece.path), piece.size) for piece in alike]
        for piece, found in zip(alike, hashing.of(asked, tell), strict=True):
            if problem := _other(piece, found):
                yield problem
        for path in list(there)[:_STRANGERS]:
            yield rules.FAR_UNEXPECTED.at(path, f"{names.shown(path)} was not sent, and lies there.")


def is_one_file(what: Consignment) -> bool:
    """Whether *what* has a form of one file."""
    return what.form in _ONE_FILE


def folders_of(paths: Collection[str]) -> list[str]:
    """The folders in which *paths* lie, each after the one that it is in."""
    found = {path[:at] for path in paths for at, char in enumerate(path) if char == "/"}
    return sorted(found, key=lambda path: (path.count("/"), path))


def _unlike(piece: Piece, size: int | None) -> Problem | None:
    """What is wrong as far as can be seen from outside."""
    shown = names.shown(piece.path)
    if size is None:
        return rules.FAR_MISSING.at(piece.path, f"{shown} is not there.")
    if size == NO_FILE:
        return rules.FAR_ALTERED.at(piece.path, f"{shown} is something else there than a file, and was not followed.")
    if size != piece.size:
        longer = "longer" if size > piece.size else "shorter"
        return rules.FAR_ALTERED.at(piece.path, f"{shown} is {longer} there than it was sent.")
    return None


def _other(piece: Piece, found: Hashed) -> Problem | None:
    shown, expected = names.shown(piece.path), piece.digest(ALGORITHM)
    if not found.digest:
        return rules.FAR_MISSING.at(piece.path, f"{shown} is not there any more.")
    if found.digest != expected:
        mismatch = Mismatch(ALGORITHM, expected, found.digest)
        return rules.FAR_ALTERED.at(piece.path, f"{shown} is not there what was sent: its SHA-256 differs.", mismatch)
    return None
