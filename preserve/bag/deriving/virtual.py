"""A bag that is nowhere yet: the pieces of which it will consist, for the judge."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence

from preserve.bag import judge
from preserve.bag.profiles.model import Profile
from preserve.bag.profiles.profile import check
from preserve.bag.source import Entry, EntryKind, Measured
from preserve.errors import BagError
from preserve.model import Digest, Problem, Severity
from preserve.ports.depositing import Piece
from preserve.storage.names import shown


class Virtual:
    """A ``BagSource`` over *pieces*, by their paths in the bag called *name*."""

    def __init__(self, name: str, pieces: Sequence[Piece], serialization: str) -> None:
        self.name = name
        self.serialization = serialization
        self.problems: tuple[Problem, ...] = ()
        self._pieces: Mapping[str, Piece] = {piece.path: piece for piece in pieces}

    def entries(self) -> Iterator[Entry]:
        """Every piece."""
        for path, piece in self._pieces.items():
            yield Entry(path, EntryKind.FILE, piece.size)

    def read(self, path: str, limit: int) -> bytes:
        """A tag file, whole."""
        piece = self._pieces.get(path)
        if piece is None:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)
        if piece.size > limit:
            raise BagError(f"{shown(path)} is longer than {limit:,} octets.")
        return b"".join(piece.blocks())

    def measure(self, paths: Iterable[str], algorithms: tuple[str, ...]) -> Iterator[Measured]:
        """What each piece says that its digests are; it is held against them when it is sent."""
        for path in paths:
            piece = self._pieces[path]
            yield Measured(path, piece.size, tuple(Digest(name, piece.digest(name)) for name in algorithms))

    def close(self) -> None:
        """Nothing is open."""


def judged(profile: Profile, source: Virtual) -> None:
    """``BagError`` unless what *source* has is a valid bag (RFC 8493 §3) and keeps *profile*."""
    found = judge.judge(source, others=tuple(profile.other_tags))
    problems = (*found.problems, *check(profile, found.inspection))
    errors = [problem.message for problem in problems if problem.severity is Severity.ERROR]
    if errors:
        raise BagError(
            f"The bag {shown(source.name)} by the profile {shown(profile.source)} came out wrong: {' '.join(errors)}",
            hint="Nothing was sent.",
        )
