"""Whether a million strings all differ, in eight octets each."""

from __future__ import annotations

from array import array
from collections.abc import Iterable

_SHARE = 64


class Distinct:
    """Takes the hashes of strings.  Equal strings have equal hashes, so a string that comes twice is never missed.

    Two strings that differ may have one hash, once in some ten million bags of a million files: then it says no, and
    whoever asked must look closer.
    """

    def __init__(self) -> None:
        self._shares = [array("q") for _ in range(_SHARE)]

    def add(self, hashes: Iterable[int]) -> None:
        """Take some more."""
        shares = self._shares
        for one in hashes:
            shares[one % _SHARE].append(one)

    def all_differ(self) -> bool:
        """Whether no hash came twice.  Looks at one share after the other, so that no large set is needed."""
        return all(len(set(share)) == len(share) for share in self._shares)
