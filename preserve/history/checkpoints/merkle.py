"""Merkle trees as RFC 6962 §2.1 hashes them: one hash of 32 octets stands for any number of leaves.  All is pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence

HASH_BYTES = 32


def leaf_hash(data: bytes) -> bytes:
    """The hash of one leaf (RFC 6962 §2.1); another prefix than a node's, so that none passes for one."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two neighbouring subtrees."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Growing:
    """A tree that gets its leaves one by one, in order; it keeps a hash for each whole subtree, not for each leaf."""

    def __init__(self) -> None:
        self.size = 0
        self._subtrees: list[bytes] = []

    def add(self, hashed: bytes) -> None:
        """Append the leaf whose hash is *hashed*."""
        number = self.size
        while number & 1:
            hashed = node_hash(self._subtrees.pop(), hashed)
            number >>= 1
        self._subtrees.append(hashed)
        self.size += 1

    def root(self) -> bytes:
        """The hash of all leaves so far; of none it is the hash of nothing."""
        if not self._subtrees:
            return hashlib.sha256(b"").digest()
        *lefts, hashed = self._subtrees
        for left in reversed(lefts):
            hashed = node_hash(left, hashed)
        return hashed


def root(hashes: Iterable[bytes]) -> bytes:
    """The root of the tree over leaves with these *hashes*."""
    tree = Growing()
    for hashed in hashes:
        tree.add(hashed)
    return tree.root()


def inclusion_proof(hashes: Sequence[bytes], index: int) -> tuple[bytes, ...]:
    """What has to be known beside the leaf *index* to compute the root, from the leaf upwards (RFC 6962 §2.1.1).

    ``IndexError`` if there is no such leaf.
    """
    if not 0 <= index < len(hashes):
        raise IndexError(index)
    proof, level = [], list(hashes)
    for place, width in _levels(index, len(hashes)):
        if place ^ 1 < width:
            proof.append(level[place ^ 1])
        odd = level[-1:] if width & 1 else []
        level = [node_hash(*level[left : left + 2]) for left in range(0, width - 1, 2)] + odd
    return tuple(proof)


def root_from(hashed: bytes, index: int, size: int, proof: Sequence[bytes]) -> bytes | None:
    """The root of the tree of *size* leaves in which the leaf *hashed* stands at *index*, if *proof* is right.

    None if the proof has not as many steps as it takes.
    """
    if not 0 <= index < size:
        return None
    steps = iter(proof)
    for place, width in _levels(index, size):
        if place ^ 1 >= width:
            continue  # the last of an odd number goes up as it is
        beside = next(steps, None)
        if beside is None:
            return None
        hashed = node_hash(beside, hashed) if place & 1 else node_hash(hashed, beside)
    return hashed if next(steps, None) is None else None


def _levels(place: int, width: int) -> Iterator[tuple[int, int]]:
    """Where one leaf's ancestor stands on each level below the root, and how wide that level is."""
    while width > 1:
        yield place, width
        place, width = place >> 1, (width + 1) >> 1
