"""What the workflows return: plain values that a program can use and that the commands render."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from preserve.describe.record.origins import Origins
from preserve.model import AuditRun, Copy, Event, Package, Problem, Proposal, Severity, Statement
from preserve.workflows.reporting.promise import Promise
from preserve.workflows.reporting.rules import NOT_COUNTED


class Status(StrEnum):
    """How the ingest of one transfer ended."""

    SEALED = "sealed"
    ALREADY_PACKAGED = "already-packaged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class IngestResult:
    """What became of one transfer.  *id*, *name* and *path* are empty when it was refused."""

    status: Status
    transfer: str
    files: int = 0
    bytes: int = 0
    problems: tuple[Problem, ...] = ()
    id: str = ""
    name: str = ""
    path: Path | None = None

    @property
    def needs_a_person(self) -> bool:
        """Whether something went wrong that only a person can mend."""
        return self.status is Status.REFUSED or any(p.severity is Severity.ERROR for p in self.problems)


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What ingest would find in one transfer.  *ready* means that it would be sealed."""

    transfer: str
    kind: str
    files: int
    bytes: int
    ready: bool
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class RebuildResult:
    """How many packages the catalogue holds after a rebuild, and what in the store is not a sound package."""

    packages: int
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Details:
    """One package with its description, and where that came from as far as it is known.

    *copies* are those in other locations.
    """

    package: Package
    place: Path
    statements: tuple[Statement, ...]
    proposals: tuple[Proposal, ...]
    origins: Origins
    copies: tuple[Copy, ...] = ()


@dataclass(frozen=True, slots=True)
class ToldEvent:
    """An event, where it is recorded (``premis`` or ``history``) and its name in the vocabulary."""

    source: str
    label: str
    event: Event


@dataclass(frozen=True, slots=True)
class Story:
    """Everything that happened to one package, in order, and what is wrong with the record of it."""

    package: Package
    events: tuple[ToldEvent, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Premis:
    """The whole story of one package as PREMIS, made while *pieces* are drawn, and what is wrong with its history."""

    package: Package
    pieces: Iterator[bytes]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class StatusReport:
    """How an archive is.

    *waiting* counts the transfers in incoming/ that have no package of their name yet, *due* the copies that are to be
    read again: every one is, *interval* (the setting ``fixity.interval``) after it was last read and found whole.
    *promise* tells whether that was done in time, *last_audit* is the last run of the audit, None if there
    was none, and *made* is when all this was so.
    """

    home: Path
    packages: int
    files: int
    bytes: int
    waiting: int
    titles_missing: int
    problems: tuple[Problem, ...]
    due: int
    interval: str
    promise: Promise
    last_audit: AuditRun | None
    made: datetime

    @property
    def needs_a_person(self) -> bool:
        """Whether the promise is broken, or there are problems to look at.

        A location that is not named any more is told and gives no alarm: somebody took it out on purpose.
        """
        return not self.promise.holds or any(problem.code != NOT_COUNTED.code for problem in self.problems)
