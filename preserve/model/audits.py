"""What an audit finds: of each copy of a package, and of a whole run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from preserve.model.digests import Digest
from preserve.model.findings import Problem


class Kind(StrEnum):
    """How a file is not as it was sealed."""

    ALTERED = "altered"
    MISSING = "missing"
    UNEXPECTED = "unexpected"
    MOVED = "moved"
    UNREADABLE = "unreadable"
    TAMPERED = "tampered"
    DOWNGRADED = "downgraded"


@dataclass(frozen=True, slots=True)
class Failure:
    """One file that is not as it was sealed; *path* is relative to the bag, "" for the package as a whole.

    *expected* and *found* are digests by *algorithm*, in hexadecimal; "" where there is none.  Of a file that was
    moved, *path* is where it belongs and *moved_to* where its bytes are now.
    """

    path: str
    kind: Kind
    algorithm: str = ""
    expected: str = ""
    found: str = ""
    moved_to: str = ""


@dataclass(frozen=True, slots=True)
class Traces:
    """What tells where the files of a damaged package went.

    *absent* holds each path at which a manifest promises a file and no file is, with the digests that are promised.
    *strangers* holds files that no manifest lists, with their own digests.  Neither need have all of them.
    """

    absent: Mapping[str, tuple[Digest, ...]] = field(default_factory=dict)
    strangers: Mapping[str, tuple[Digest, ...]] = field(default_factory=dict)


class Verdict(StrEnum):
    """What an audit says of one copy.  Only a whole reading gives the first, and nothing else is a pass."""

    SUCCESS = "success"
    FAIL = "fail"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True)
class Audited:
    """One copy of one package in one audit; *location* is the name of its location, "" for the package store.

    *seconds* is how long it took.  Where the *outcome* is ``unreachable``, nothing was found out.
    """

    id: str
    name: str
    location: str
    outcome: Verdict
    files: int
    bytes: int
    seconds: float
    failures: tuple[Failure, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Begun:
    """A copy that a run had to leave in the middle: so many *bytes* of it were read so far, in this run and before."""

    id: str
    name: str
    location: str
    bytes: int


@dataclass(frozen=True, slots=True)
class AuditRun:
    """One run of the audit.

    *chosen* says how its packages were chosen: ``due``, ``all``, ``ids`` or ``sample``; *seed* is that of a sample.
    Of *unrecorded* results no history tells: they could not be written.
    *packages* and their *files* were read to their end, *bytes* is what was read in all, in *seconds* of work.  *left*
    were due as well and were not reached, because the run was *stopped* by ``max-duration``, ``max-bytes`` or
    ``interrupted``; "" if it came to its end.
    """

    started: datetime
    ended: datetime
    chosen: str
    seed: str = ""
    packages: int = 0
    files: int = 0
    bytes: int = 0
    seconds: float = 0.0
    good: int = 0
    failed: int = 0
    unreachable: int = 0
    unrecorded: int = 0
    left: int = 0
    stopped: str = ""
