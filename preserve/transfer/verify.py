"""Compares the checksums that the producer sent with those that were computed.  Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from preserve.model import Digest, Problem, StoredFile, Transfer
from preserve.transfer import rules
from preserve.transfer.hazards import said


def algorithms_for(transfer: Transfer) -> Mapping[str, tuple[str, ...]]:
    """Which algorithms the producer's checksums need, by path, so that one read of each file is enough.

    Only files with a checksum are in it; the names are bag names, sorted.
    """
    needed: dict[str, set[str]] = {}
    for supplied in transfer.supplied:
        needed.setdefault(supplied.path, set()).add(supplied.digest.algorithm)
    return {path: tuple(sorted(algorithms)) for path, algorithms in needed.items()}


def verify(transfer: Transfer, stored: Iterable[StoredFile]) -> tuple[Problem, ...]:
    """Every supplied checksum that does not agree with what was *stored*, or that could not be compared.

    One that was not compared is an error too: a check that did not happen is not a pass.
    """
    if not transfer.supplied:
        return ()
    computed = {(file.original, digest.algorithm): digest.value for file in stored for digest in file.digests}
    problems: list[Problem] = []
    for supplied in transfer.supplied:
        algorithm, value = supplied.digest.algorithm, supplied.digest.value
        found = computed.get((supplied.path, algorithm))
        if found is None:
            problems.append(
                rules.CHECKSUM_NOT_CHECKED.at(
                    supplied.path,
                    f"The {algorithm} of {said(supplied.path)} in {said(supplied.listed_in)} was not checked.",
                )
            )
        elif found != value.lower():
            problems.append(mismatch(supplied.path, supplied.digest, found, supplied.listed_in))
    return tuple(problems)


def mismatch(path: str, expected: Digest, found: str, listed_in: str) -> Problem:
    """That the file *path* is not the one that the list *listed_in* was made from."""
    return rules.CHECKSUM_MISMATCH.at(
        path,
        f"{said(path)} is not what {said(listed_in)} says: "
        f"expected {expected.algorithm} {expected.value}, found {found}.",
    )
