"""Sending by SFTP: whole files many at a time, large ones in many calls under way, and on from where it was cut."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from typing import TYPE_CHECKING

from preserve.deposit.ssh.far import SMALL
from preserve.deposit.ssh.hashing import ALGORITHM
from preserve.deposit.ssh.heap import Heap, folders_of
from preserve.deposit.ssh.shelf import Shelf
from preserve.errors import DepositRefused, TargetUnreachable
from preserve.ports.depositing import Piece
from preserve.storage import names

if TYPE_CHECKING:
    from hashlib import _Hash


class Sftp(Shelf):
    """See ``DepositTarget``."""

    def bring(self, part: Heap) -> None:
        """See ``Shelf``."""
        there = self._prepared(part)
        sent: dict[str, str] = {}
        wanted = self._lacking(part, there)
        small = [piece for piece in wanted if piece.size <= SMALL]
        self.far.write_small(self._small(part, small, sent))
        self.far.settle(part.name, [part.path(piece.path) for piece in small], at_once=bool(self.hashing.program))
        for piece in wanted:
            if piece.size > SMALL:
                sent[piece.path] = self._send(piece, part.path(piece.path), there.get(piece.path, 0))
        self._compare(part, [piece for piece in wanted if piece.path in sent], sent)

    def _prepared(self, part: Heap) -> Mapping[str, int]:
        """What is there already, by its size; the folders are made.  ``DepositRefused`` if others are among it."""
        there = part.sizes()
        paths = part.paths()
        if strangers := there.keys() - set(paths):
            raise DepositRefused(
                f"In {names.shown(part.name)} at {self.login.server} lies what is not of this package: "
                f"{names.shown(min(strangers)) or 'it is something else'}.",
                hint=f"Have a look, and have {names.shown(part.name)} taken away there; then run the command again.",
            )
        if part.folder:
            for folder in ["", *folders_of(paths)]:
                self.far.make_folder(f"{part.name}/{folder}".rstrip("/"))
        return there

    def _lacking(self, part: Heap, there: Mapping[str, int]) -> list[Piece]:
        """The pieces that are not there, or not as they must be; of those that seem whole the digest is compared."""
        seems_whole = [piece for piece in part.what.pieces() if there.get(piece.path) == piece.size]
        asked = [(part.path(piece.path), piece.size) for piece in seems_whole]
        found = self.hashing.of(asked, lambda *_: None)
        whole = {
            piece.path
            for piece, hashed in zip(seems_whole, found, strict=True)
            if hashed.digest == piece.digest(ALGORITHM)
        }
        return [piece for piece in part.what.pieces() if piece.path not in whole]

    def _small(self, part: Heap, pieces: Iterable[Piece], sent: dict[str, str]) -> Iterator[tuple[str, bytes]]:
        for piece in pieces:
            data = b"".join(piece.blocks())
            sent[piece.path] = sha256(data).hexdigest()
            yield part.path(piece.path), data

    def _send(self, piece: Piece, path: str, there: int) -> str:
        """Send *piece* to *path*, where *there* octets of it may be already; its digest as it was read."""
        hasher = self._beginning(piece, path, there) if 0 < there < piece.size else None
        start = there if hasher else 0
        hasher = hasher or sha256()
        self.far.write(path, _tapped(piece.blocks(start), hasher), start)
        return hasher.hexdigest()

    def _beginning(self, piece: Piece, path: str, octets: int) -> _Hash | None:
        """The hash of the first *octets* of *piece*, if those are what is there; else None: it is begun anew."""
        [found] = self.hashing.of([(path, octets)], lambda *_: None)
        hasher, left = sha256(), octets
        for block in piece.blocks():
            hasher.update(block[:left])
            left -= min(left, len(block))
            if not left:
                break
        return hasher if found.digest == hasher.hexdigest() else None

    def _compare(self, part: Heap, pieces: list[Piece], sent: Mapping[str, str]) -> None:
        """What arrived, against what was sent, before it gets its name."""
        asked = [(part.path(piece.path), piece.size) for piece in pieces]
        for piece, found in zip(pieces, self.hashing.of(asked, lambda *_: None), strict=True):
            if found.digest != sent[piece.path]:
                raise TargetUnreachable(
                    f"What arrived at {self.login.server} as {names.shown(part.path(piece.path))} is not what was "
                    "sent: its SHA-256 differs.",
                    hint="Tell those who run the server: a disk there may be damaged. "
                    "Run the command again, and what is not as it was sent is sent anew.",
                )


def _tapped(blocks: Iterable[bytes], hasher: _Hash) -> Iterator[bytes]:
    for block in blocks:
        hasher.update(block)
        yield block
