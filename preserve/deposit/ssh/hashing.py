"""What a server's files hash to: as it computes itself where it lets us run a program, else of what is read back.

Names never stand in a command: they go to ``xargs -0`` on its standard input, so that no shell reads them.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import sha256

from preserve.deposit.ssh import calls, programs
from preserve.deposit.ssh.far import SMALL, Far
from preserve.deposit.ssh.flight import CALLS, Flight
from preserve.model.deposits import Proof

ALGORITHM = "sha256"
_PROGRAMS = ("sha256sum", "shasum -a 256", "openssl dgst -sha256 -r")
_LINE = re.compile(rb"\\?([0-9a-f]{64})[ \t]")
_BATCH = 500
_SLOWEST = 1_000_000
"""Octets a second that a server reads at least."""


@dataclass(frozen=True, slots=True)
class Hashed:
    """One file there: its octets and its SHA-256, "" if it is not there with so many, or is no file."""

    path: str
    octets: int
    digest: str


class Hashing:
    """Digests of the files of *far*; with *by_bytes* always of what is read back."""

    def __init__(self, far: Far, *, by_bytes: bool) -> None:
        self._far = far
        self._program: str | None = "" if by_bytes else None
        self._told: list[bytes] = []

    @property
    def program(self) -> str:
        """The program by which the server computes digests for us; "" if all must be read back."""
        if self._program is None:
            self._program = next(filter(self._works, _PROGRAMS), "")
        return self._program

    @property
    def proof(self) -> Proof:
        """What a comparison of digests rests on."""
        return Proof.DIGEST if self.program else Proof.BYTES

    def told(self) -> bytes:
        """What the server's program said of files since this was asked last, verbatim."""
        told, self._told = b"".join(self._told), []
        return told

    def _works(self, program: str) -> bool:
        nonce = secrets.token_bytes(32)
        told = self._far.session.run(partial(programs.asked, program, nonce, 4096), within=2 * programs.PROBE)
        found = _LINE.match(told)
        return bool(found) and found[1].decode() == sha256(nonce).hexdigest()  # type: ignore[index]

    def of(self, files: Sequence[tuple[str, int]], tell: Callable[[int, int], object]) -> Iterator[Hashed]:
        """The *files*, each with the octets that it has there, in their order.

        *tell* is told of files and octets as they are done.
        """
        for at in range(0, len(files), _BATCH):
            batch = files[at : at + _BATCH]
            digests = self._asked(batch) if self.program else None
            if digests is None:
                yield from self._read_back(batch, tell)
            else:
                tell(len(batch), sum(size for _, size in batch))
                yield from (Hashed(path, size, digest) for (path, size), digest in zip(batch, digests, strict=True))

    def _asked(self, files: Sequence[tuple[str, int]]) -> list[str] | None:
        """What the server's program says of *files*; None if it does not tell of all of them, one by one."""
        paths = [self._far.absolute(path) for path, _ in files]
        most = sum(2 * len(path) + 80 for path in paths)
        within = 600 + sum(size for _, size in files) // _SLOWEST
        command = f"xargs -0 {self.program}"
        told = self._far.session.run(
            partial(programs.told, command, b"".join(path + b"\0" for path in paths), most), within=within
        )
        found = [_LINE.match(line) for line in told.splitlines()]
        if len(found) != len(files) or not all(found):
            return None
        self._told.append(told)
        return [match[1].decode() for match in found if match]

    def _read_back(self, files: Sequence[tuple[str, int]], tell: Callable[[int, int], object]) -> Iterator[Hashed]:
        small = [path for path, size in files if size <= SMALL]
        found = dict(zip(small, self._small(small), strict=True))
        for path, size in files:
            digest = found[path] if path in found else self._large(path, size, tell)
            tell(1, size if path in found else 0)
            yield Hashed(path, size, digest)

    def _small(self, paths: Sequence[str]) -> Iterator[str]:
        """The digests of small files, of which many are read at a time."""
        with Flight[bytes | None](CALLS) as flight:
            for path in paths:
                there = self._far.absolute(path)
                yield from map(_digest, flight.add(self._far.session.start(partial(calls.get_whole, there, SMALL))))
            yield from map(_digest, flight.land())

    def _large(self, path: str, size: int, tell: Callable[[int, int], object]) -> str:
        hasher = sha256()
        try:
            for block in self._far.read(path, size):
                hasher.update(block)
                tell(0, len(block))
        except KeyError:
            return ""
        return hasher.hexdigest()


def _digest(data: bytes | None) -> str:
    return "" if data is None else sha256(data).hexdigest()
