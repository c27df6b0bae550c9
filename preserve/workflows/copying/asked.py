"""What a person asks of a repair, and what comes of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from preserve.errors import PreserveError
from preserve.model import Agent, Event, Outcome, Package, Problem, Severity
from preserve.ports import Location
from preserve.storage import names
from preserve.workflows.archive import software


class Became(StrEnum):
    """What became of a copy that was to be mended."""

    MENDED = "mended"
    WOULD_MEND = "would-mend"
    RESTORED = "restored"
    WHOLE = "whole"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Repaired:
    """What became of the copy of *package* in *location*, "" for the package store.

    *brought* are the files that were brought, each with the location that had it; *gone* those that are good nowhere;
    *aside* is where the rest of the damaged copy is kept, "" if there is none.  *error* is what stood against it.
    """

    package: Package
    location: str
    status: Became
    brought: tuple[tuple[str, str], ...] = ()
    gone: tuple[str, ...] = ()
    aside: str = ""
    problems: tuple[Problem, ...] = ()
    error: PreserveError | None = None

    @property
    def needs_a_person(self) -> bool:
        """Whether there is something to look at."""
        return any(problem.severity is Severity.ERROR for problem in self.problems)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person asks: mend the copy *here* from the *others*, or take note that it was mended by hand, and *how*.

    With *dry_run* nothing is written, only said.
    """

    here: Location
    others: Sequence[Location]
    agent: Agent
    how: str = ""
    dry_run: bool = False

    def event(self, time: datetime, detail: str, note: str = "", paths: Sequence[str] = ()) -> Event:
        """The replication that mended the copy, as the history tells it."""
        agents = (self.agent, software())
        return Event("rep", time, Outcome.SUCCESS, agents, detail, note, tuple(paths), location=self.here.name)

    def copy_of(self, package: Package) -> str:
        """What the copy that is to be mended is called in a sentence."""
        name = names.shown(package.name)
        return f"The copy of {name} in {self.here.name}" if self.here.name else f"The package {name}"
