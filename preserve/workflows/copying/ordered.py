"""What a person orders of a replication, and what comes of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from preserve.errors import PreserveError
from preserve.model import Package, Problem, Severity
from preserve.ports import Location, Progress


class Made(StrEnum):
    """What became of a copy."""

    COPIED = "copied"
    RENEWED = "renewed"
    ADOPTED = "adopted"
    VERIFIED = "verified"
    PRESENT = "present"
    GIVEN_UP = "given-up"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Replicated:
    """What became of the copy of *package* in *location*; *error* is what stood against it."""

    package: Package
    location: str
    status: Made
    problems: tuple[Problem, ...] = ()
    error: PreserveError | None = None

    @property
    def needs_a_person(self) -> bool:
        """Whether there is something to look at."""
        return any(problem.severity is Severity.ERROR for problem in self.problems)


@dataclass(frozen=True, slots=True)
class Order:
    """Which *location* is to have copies; *verify* also has those read that are known, and have audits of their own."""

    location: Location
    progress: Progress
    verify: bool = False
