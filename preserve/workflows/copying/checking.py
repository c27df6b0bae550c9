"""Reading one copy of a package whole, wherever it is, judged and recorded as an audit does it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from preserve.errors import BagError, StoreUnreachable
from preserve.model import Audited, Copy, Event, Package, Problem, Verdict
from preserve.ports import Location, Progress
from preserve.workflows.archive import Archive
from preserve.workflows.auditing.record import Finding, event_of
from preserve.workflows.auditing.subject import Stores, unread, verdict
from preserve.workflows.copying.rules import COPIES_CONTRADICT
from preserve.workflows.ours import Ours


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found, and the fixity check to record.  *former*: what lies there is a state that is over."""

    audited: Audited
    event: Event
    former: bool

    @property
    def good(self) -> bool:
        """Whether every byte is there and as it was sealed."""
        return self.audited.outcome is Verdict.SUCCESS

    @property
    def contradiction(self) -> Problem | None:
        """That it contradicts the package store, so that nobody can say yet which of the two is damaged."""
        return next((problem for problem in self.audited.problems if problem.code == COPIES_CONTRADICT.code), None)

    @property
    def why(self) -> str:
        """What is wrong, in one sentence."""
        return next((problem.message for problem in self.audited.problems if problem.severity == "error"), "")


def check(archive: Archive, package: Package, location: Location, progress: Progress) -> Checked:
    """Read every byte of the copy in *location*; one in a former state is judged by that.

    ``StoreUnreachable`` if the copy cannot be reached, or may not be read: nothing is known of it then.
    """
    stores, now = Stores(archive), archive.clock.now()
    subject = stores.subject(Copy(package, location.name, now))
    pinned = subject.options.pinned
    try:
        report = location.judge(replace(package, pinned=pinned), progress)
        audited = verdict(Ours(archive), stores, subject, report)
    except BagError as error:
        audited = unread(stores, subject, error)
    if audited.outcome is Verdict.UNREACHABLE:
        problem = audited.problems[0]
        raise StoreUnreachable(problem.message, hint=problem.hint)
    return Checked(audited, event_of(archive, Finding(subject, audited, now)), set(pinned) != set(package.pinned))
