"""Whether a million strings all differ, in eight octets each."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable

_FEW = 1 << 16
_SHARES = 64


class Distinct:
    """Takes the hashes of strings.  Equal strings have equal hashes, so a string that comes twice is never missed.

    Two strings that differ may have one hash, once in some ten million bags of a million files: then it says no, and
    whoever asked must look closer.
    """

    def __init__(self) -> None:
        self._few = array("q")
        self._shares: list[array[int]] = []

    def add(self, hashes: Iterable[int]) -> None:
        """Take some more."""
        self._few.extend(hashes)
        if len(self._few) > _FEW:
            self._share_out()

    def all_differ(self) -> bool:
        """Whether no hash came twice.  Looks at one share after the other, so that no large set is needed."""
        return all(len(set(share)) == len(share) for share in self._looked_at())

    def repeated(self) -> frozenset[int]:
        """The hashes that came more than once."""
        found: set[int] = set()
        for share in self._looked_at():
            if len(set(share)) < len(share):
                found.update(hash_ for hash_, count in Counter(share).items() if count > 1)
        return frozenset(found)

    def _looked_at(self) -> tuple[array[int], ...]:
        if self._shares:
            self._share_out()
        return (self._few, *self._shares)

    def _share_out(self) -> None:
        shares = self._shares = self._shares or [array("q") for _ in range(_SHARES)]
        for one in self._few:
            shares[one % _SHARES].append(one)
        self._few = array("q")
