"""What making, verifying and proving return: plain values that the commands render."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from preserve.history.checkpoints.body import Body
from preserve.history.checkpoints.leaves import Leaf
from preserve.history.checkpoints.note import VerifierKey
from preserve.history.checkpoints.timestamps import Stamp
from preserve.model import Problem, Severity


@dataclass(frozen=True, slots=True)
class Made:
    """A checkpoint that was written to *path*, with its *companion* beside it; *stamped* if an authority was asked.

    *problems* tell what it does not vouch for, and why a time stamp was not got.
    """

    path: Path
    companion: Path
    body: Body
    key: VerifierKey
    stamp: Stamp | None
    problems: tuple[Problem, ...]


class Basis(StrEnum):
    """By what the packages were compared: the companion, the list in the text, all histories together, or nothing."""

    COMPANION = "companion"
    LIST = "list"
    HISTORIES = "histories"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Signer:
    """A trusted *key* whose signature is right; *through* is the key that was trusted first, where it is another."""

    key: VerifierKey
    through: VerifierKey


@dataclass(frozen=True, slots=True)
class Compared:
    """What a comparison with the archive found.

    *packages* were compared and *good* are as they were, or have only gone on since: *gone_on* of them have entries
    that the checkpoint did not see.  *new* packages came later.
    """

    basis: Basis = Basis.NOTHING
    packages: int = 0
    good: int = 0
    gone_on: int = 0
    new: int = 0
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Verification:
    """The judgement on the checkpoint, or the proof, at *path*.

    Only where *signers* has one does *body* count; *leaf* is what a proof proves.  *from_home* tells that no key was
    given, and those of the archive itself were believed.
    """

    path: Path
    body: Body | None = None
    signers: tuple[Signer, ...] = ()
    from_home: bool = False
    stamp: Stamp | None = None
    compared: Compared = Compared()
    leaf: Leaf | None = None
    problems: tuple[Problem, ...] = ()

    @property
    def good(self) -> bool:
        """Whether nothing speaks against it: it is signed, and what it was compared with is as it must be."""
        return bool(self.signers) and not any(problem.severity is Severity.ERROR for problem in self.problems)


@dataclass(frozen=True, slots=True)
class Proven:
    """The proof *data* that the package called *name* stands in the checkpoint at *checkpoint*."""

    data: bytes
    leaf: Leaf
    name: str
    index: int
    checkpoint: Path
    body: Body
