"""Manifests that list the same paths in the same order, cut into pieces that belong together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b

_LINE = 100
"""Octets of a common manifest line with a sha256."""

SMALLEST, LARGEST = 16 * _LINE, 320 * _LINE


class NotPlain(Exception):
    """The bag needs the judge who knows all the cases."""


def size_for(manifest: int, members: int) -> int:
    """Octets of a piece of a manifest of so many octets: several for each member, none of them too large."""
    return min(LARGEST, max(SMALLEST, manifest // (8 * members)))


def lockstep(manifests: Sequence[Iterator[bytes]], widths: Sequence[int], size: int) -> Iterator[tuple[bytes, ...]]:
    """The same lines of each manifest, piece by piece, each of about *size* octets of the first.

    *widths* gives the length of the digests in each.  ``NotPlain`` where the manifests cannot be laid side by side.
    """
    first, *others = (_Octets(manifest) for manifest in manifests)
    while piece := first.lines(size):
        count = piece.count(b"\n")
        yield (
            piece,
            *(
                one.take(len(piece) + count * (width - widths[0]))
                for one, width in zip(others, widths[1:], strict=True)
            ),
        )
    if any(one.take(1, short=True) for one in others):
        raise NotPlain


def key_of(texts: Iterable[bytes]) -> str:
    """What a piece is known by in other sittings: the very lines of all manifests."""
    found = blake2b(digest_size=16)
    for text in texts:
        found.update(len(text).to_bytes(8, "big"))
        found.update(text)
    return found.hexdigest()


class _Octets:
    """The blocks of a file as one string of octets from which pieces are taken."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self._blocks = blocks
        self._block = b""
        self._at = 0

    def take(self, count: int, *, short: bool = False) -> bytes:
        """The next *count* octets; ``NotPlain`` if there are fewer, unless *short*."""
        while len(self._block) - self._at < count and self._more():
            pass
        piece = self._block[self._at : self._at + count]
        self._at += len(piece)
        if len(piece) < count and not short:
            raise NotPlain
        return piece

    def lines(self, count: int) -> bytes:
        """Whole lines of about *count* octets, at least one; b"" at the end.  ``NotPlain`` if the last has no end."""
        while True:
            while len(self._block) - self._at < count and self._more():
                pass
            end = self._block.rfind(b"\n", self._at, self._at + count) + 1
            if end:
                break
            if len(self._block) - self._at < count:
                if self._at < len(self._block):
                    raise NotPlain
                return b""
            count *= 2  # a line that is longer than a piece
        piece = self._block[self._at : end]
        self._at = end
        return piece

    def _more(self) -> bool:
        block = next(self._blocks, b"")
        self._block = self._block[self._at :] + block
        self._at = 0
        return bool(block)
