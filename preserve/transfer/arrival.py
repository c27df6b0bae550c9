"""The words of this step: what arrived, before it is looked into."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from preserve.model import CompanionKind, Digest, Problem, TransferKind
from preserve.transfer.checksums import Listed


@dataclass(frozen=True, slots=True)
class Expected:
    """A digest that some file should have, and the list that says so."""

    digest: Digest
    listed_in: str


@dataclass(frozen=True, slots=True)
class Beside:
    """A companion that lies beside the transfer, with what it says about it.

    *base* is what its names begin with for this transfer and the payload's do not (see ``model.Companion``).
    *listed* are a list's lines about this transfer and *rows* a table's, their paths relative to it ("" for the file
    itself); *expected* are the digests that other lists give for the companion itself.  *path* is where it goes below
    ``metadata/source/``, if not under its own name.
    """

    kind: CompanionKind
    source: Path
    base: str = ""
    listed: tuple[Listed, ...] = ()
    rows: tuple[str, ...] = ()
    expected: tuple[Expected, ...] = ()
    path: str = ""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A transfer that was found and not yet looked into.  An error in *problems* means that it is refused."""

    name: str
    root: Path
    kind: TransferKind
    beside: tuple[Beside, ...] = ()
    parts: tuple[Arrival, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Arrivals:
    """What lies in ``incoming/``: the transfers by name, what was left alone, and what is wrong with the place."""

    transfers: tuple[Arrival, ...]
    left_alone: tuple[Path, ...] = ()
    problems: tuple[Problem, ...] = ()
