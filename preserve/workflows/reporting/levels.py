"""The NDSA Levels of Digital Preservation (matrix of 2019) for integrity and storage, criterion by criterion.  Pure.

What each criterion asks is said in our own words; the matrix itself is at https://ndsa.org/publications/levels-of-digital-preservation/.
A program sees what it does and what it recorded.  What only people know, such as where a disk stands, is never
counted as met.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from preserve.storage.sizes import plural


class State(StrEnum):
    """Whether a criterion is met; ``unknown`` is for a person to say."""

    MET = "met"
    NOT_MET = "not met"
    UNKNOWN = "not known"


@dataclass(frozen=True, slots=True)
class Criterion:
    """One demand of one level, whether it is met, and by what one sees that."""

    level: int
    asks: str
    state: State
    evidence: str


@dataclass(frozen=True, slots=True)
class Area:
    """One row of the matrix.  *proven* is the highest level of which, with all below, everything is met.

    *possible* is the same if a person can confirm all that is not known.
    """

    name: str
    criteria: tuple[Criterion, ...]

    @property
    def proven(self) -> int:
        """0 if not even the first level is."""
        return self._reached({State.MET})

    @property
    def possible(self) -> int:
        """At least *proven*."""
        return self._reached({State.MET, State.UNKNOWN})

    def _reached(self, enough: set[State]) -> int:
        short = [each.level for each in self.criteria if each.state not in enough]
        return min(short) - 1 if short else max(each.level for each in self.criteria)


@dataclass(frozen=True, slots=True)
class Known:
    """What the criteria are judged by.

    *fewest* is the smallest number of copies that a package has, *open* how many failures are not mended, *histories*
    how many prove nothing.
    """

    packages: int
    algorithms: tuple[str, ...]
    scans: bool
    fewest: int
    holds: bool
    span: str
    checks: int
    histories: int
    open: int
    checkpoints: int

    @property
    def spare(self) -> int:
        """How many copies every package has beside the one in the package store."""
        return max(self.fewest - 1, 0)


def areas(known: Known) -> tuple[Area, ...]:
    """Integrity, and what can be said of storage."""
    if not known.packages:
        return ()
    return (Area("Integrity", tuple(_integrity(known))), Area("Storage", tuple(_storage(known))))


def _yes(is_met: bool) -> State:
    return State.MET if is_met else State.NOT_MET


def _person(is_possible: bool) -> State:
    return State.UNKNOWN if is_possible else State.NOT_MET


def _integrity(known: Known) -> Iterator[Criterion]:
    yield from _know_your_content(known)
    yield from _protect(known)
    yield from _monitor(known)
    yield from _sustain(known)


def _know_your_content(known: Known) -> Iterator[Criterion]:
    yield Criterion(
        1,
        "Checksums that come with content are verified.",
        State.MET,
        "Every ingest verifies the checksum lists and bags of the producer; what does not agree is refused.",
    )
    yield Criterion(
        1,
        "Checksums are made where none came.",
        State.MET,
        f"Every document gets {' and '.join(known.algorithms)} while it is copied, by the present settings.",
    )
    scanned = "A ClamAV daemon is configured now. Whether each earlier document was scanned stands in its premis.xml."
    yield Criterion(
        1,
        "All content is scanned for viruses; what is suspect is set apart.",
        _person(known.scans),
        scanned if known.scans else "No ClamAV daemon is configured (identify.clamav).",
    )


def _protect(known: Known) -> Iterator[Criterion]:
    yield Criterion(
        2,
        "Checksums are verified when content is moved or copied.",
        State.MET,
        "Every package is read back from the disk when it is sealed, copied to a location, or mended.",
    )
    yield Criterion(2, "Write-blockers protect original media.", State.UNKNOWN, "No program can see that.")
    if known.spare:
        copies = "1 further copy" if known.spare == 1 else f"{known.spare} further copies"
        evidence = f"Every package has {copies} with its checksums. Whether these lie apart, a person must say."
    elif known.checkpoints:
        evidence = "There are signed checkpoints. Whether they are kept apart, a person must say."
    else:
        evidence = "Not every package has a further copy, and there is no checkpoint."
    asks = "Checksums are backed up apart from the content."
    yield Criterion(2, asks, _person(bool(known.spare or known.checkpoints)), evidence)


def _monitor(known: Known) -> Iterator[Criterion]:
    yield Criterion(
        3,
        "Checksums are verified at fixed intervals.",
        _yes(known.holds),
        f"All copies were read whole within {known.span}." if known.holds else "The promise is broken: see the list.",
    )
    evidence = f"{known.checks:,} checks stand in hash-chained histories, one for each package."
    if known.histories:
        evidence = f"Of {plural(known.histories, 'package')} the history cannot be relied on: see the problems."
    yield Criterion(3, "Verification and its outcomes are documented.", _yes(not known.histories), evidence)
    asks = "An audit can be made on demand."
    yield Criterion(3, asks, State.MET, "preserve audit, of all packages, some, or a random sample.")


def _sustain(known: Known) -> Iterator[Criterion]:
    yield Criterion(
        4,
        "Checksums are verified after events that may have done harm.",
        State.MET,
        "After each sealing, copying, mending and change of a description, without being asked. After others, such as "
        "a move of the storage, a person starts it.",
    )
    if known.open:
        evidence = f"{plural(known.open, 'failure')} {'is' if known.open == 1 else 'are'} not mended."
    elif known.spare:
        evidence = "No failure is open, and every package has a copy to mend it from."
    else:
        evidence = "No failure is open, but not every package has a copy to mend it from."
    yield Criterion(4, "Corrupted content is repaired or replaced.", _yes(not known.open and known.spare > 0), evidence)


def _storage(known: Known) -> Iterator[Criterion]:
    has = f"Every package has at least {known.fewest} {'copy' if known.fewest == 1 else 'copies'}."
    where = " Where their disks stand, a person must say."
    person = "Only people know that."
    yield Criterion(
        1,
        "Two whole copies in separate places.",
        _person(known.fewest >= 2),
        has + (where if known.fewest >= 2 else ""),
    )
    yield Criterion(1, "All storage media are documented, and content lies in stable storage.", State.UNKNOWN, person)
    yield Criterion(
        2,
        "Three whole copies, one of them in another region.",
        _person(known.fewest >= 3),
        has + (where if known.fewest >= 3 else ""),
    )
    yield Criterion(2, "What the storage needs to work is documented.", State.UNKNOWN, person)
    yield Criterion(3, "Copies face different threats, on different media; ageing is tracked.", State.UNKNOWN, person)
    yield Criterion(
        4,
        "Three copies face different threats, no single fault reaches all, and a plan against ageing is carried out.",
        _person(known.fewest >= 3),
        person if known.fewest >= 3 else has,
    )
