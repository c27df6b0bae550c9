"""What was found: a Problem, and the Rule that it breaks."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from preserve.errors import PreserveError, bearable


class Severity(StrEnum):
    """``error``: the thing is not as it must be.  ``warning``: it is legal and a person should know."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Mismatch:
    """Two digests that should be one, in lower-case hex: *expected* was promised, *found* computed, "" of nothing."""

    algorithm: str
    expected: str
    found: str


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding.  ``code`` is stable; ``path`` names the file ("" for the whole); ``clause`` cites the standard.

    Where it is about a digest, *mismatch* holds as data what the message tells in words.
    """

    code: str
    severity: Severity
    path: str
    message: str
    clause: str = ""
    hint: str = ""
    mismatch: Mismatch | None = None

    @classmethod
    def of(cls, error: PreserveError) -> Self:
        """The error that stopped work on one thing, as a finding about that thing."""
        return cls(error.code, Severity.ERROR, "", error.message, "", error.hint)


@dataclass(frozen=True, slots=True)
class Rule:
    """What a Problem of this code means, once for all its occurrences."""

    code: str
    severity: Severity
    clause: str
    hint: str

    def at(self, path: str, message: str, mismatch: Mismatch | None = None) -> Problem:
        """The finding that this rule was broken at *path*; *message* is one full sentence, cut if it has no end."""
        return Problem(self.code, self.severity, path, bearable(message), self.clause, self.hint, mismatch)
