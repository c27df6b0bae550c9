"""Failures and what became of them: from the first check that failed to the check that found all well again.  Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from preserve.workflows.reporting.facts import CopyFacts, Sort


@dataclass(frozen=True, slots=True)
class Incident:
    """One copy that was found bad at *first*, and at *last* for the last time, *times* in all.

    *what* is what the first check said, *files* how many files it named.  *mended* is when a repair was recorded, *by*
    what; *good* is when it was then read and found good, *gone* when the copy was removed.  Without either it is open.
    """

    id: str
    name: str
    location: str
    first: datetime
    last: datetime
    times: int
    what: str
    files: int
    mended: datetime | None = None
    by: str = ""
    good: datetime | None = None
    gone: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether it still needs a person."""
        return self.good is None and self.gone is None


def incidents_of(facts: CopyFacts) -> Iterator[Incident]:
    """All failures of one copy, in order; a check that fails again belongs to the one that is open."""
    at: Incident | None = None
    for mark in facts.marks:
        if mark.sort is Sort.BAD:
            if at is None:
                at = Incident(facts.id, facts.name, facts.location, mark.time, mark.time, 1, mark.what, mark.files)
            else:
                at = replace(at, last=mark.time, times=at.times + 1, mended=None, by="")
        elif at is not None and mark.sort is Sort.MENDED:
            at = replace(at, mended=mark.time, by=mark.what)
        elif at is not None and mark.sort is Sort.GOOD and at.mended is not None:
            yield replace(at, good=mark.time)
            at = None
        elif at is not None and mark.sort is Sort.GONE:
            yield replace(at, gone=mark.time)
            at = None
    if at is not None:
        yield at
