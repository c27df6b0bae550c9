"""How a run goes: what was read so far, what went wrong beside it, and who hears of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from preserve.deposit.rules import JOURNAL_ALTERED, RECEIPT_ALTERED
from preserve.model import Audited, AuditRun, Begun, Problem, Verdict
from preserve.ports import Progress
from preserve.storage.sizes import plural
from preserve.workflows import rules
from preserve.workflows.alerting.alerts import Alerts
from preserve.workflows.archive import Archive
from preserve.workflows.auditing.subject import Stores
from preserve.workflows.auditing.wanted import Wanted

_OF_DEPOSITS = frozenset(
    rule.code for rule in (JOURNAL_ALTERED, RECEIPT_ALTERED, rules.DEPOSIT_LOST, rules.DEPOSITS_UNREAD)
)


@dataclass(slots=True)
class Course:
    """The course of one run.

    *problems* is what went wrong beside the packages, *begun* the copies that had to be left in the middle, *expected*
    about how many copies and octets are to be read.
    """

    archive: Archive
    wanted: Wanted
    progress: Progress
    alerts: Alerts
    problems: list[Problem] = field(default_factory=list)
    begun: list[Begun] = field(default_factory=list)
    expected: tuple[int, int] = (0, 0)
    _counts: dict[Verdict, int] = field(default_factory=lambda: dict.fromkeys(Verdict, 0))
    _files: int = 0
    _octets: int = 0
    _away: int = 0
    _unrecorded: int = 0
    _unproven: int = 0

    def is_away(self, stores: Stores, place: str) -> bool:
        """Whether *place* cannot be reached; told once."""
        problem = stores.away(place)
        if problem is None:
            return False
        if problem not in self.problems:
            self.problems.append(problem)
            self.alerts.unreachable(place or str(self.archive.store), problem)
            self._away += 1
        return True

    def show_progress(self) -> None:
        """Tell how much is left to do."""
        self.progress.start("Checking packages", self.copies_left, max(0, self.expected[1] - self._octets))

    @property
    def copies_left(self) -> int:
        """About how many copies are still to be read."""
        return max(0, self.expected[0] - sum(self._counts.values()))

    def count(self, audited: Audited) -> None:
        """One copy more is judged and recorded."""
        self._counts[audited.outcome] += 1
        if audited.outcome is not Verdict.UNREACHABLE:
            self._files += audited.files
            self._octets += audited.bytes
        if audited.outcome is Verdict.FAIL:
            self.alerts.failed(audited)
        self._unproven += any(problem.code in _OF_DEPOSITS for problem in audited.problems)
        self._unrecorded += any(problem.code == rules.NOT_RECORDED.code for problem in audited.problems)

    def deposits_unproven(self) -> tuple[Problem, ...]:
        """Of how many packages the record of deposits is lost or altered, for whoever reads only the end."""
        if not self._unproven:
            return ()
        of = plural(self._unproven, "package")
        return (rules.DEPOSITS_UNPROVEN.at("", f"The record of the deposits of {of} is lost or altered."),)

    def summary(self, started: datetime, seconds: float, *, read: int, left: int, stopped: str) -> AuditRun:
        """What the run was that *started* then and took so long: *read* octets, *left* copies that are due."""
        good, failed, unreachable = (self._counts[verdict] for verdict in Verdict)
        return AuditRun(
            started=started,
            ended=max(started, self.archive.clock.now()),
            chosen=self.wanted.chosen,
            seed=self.wanted.seed,
            packages=good + failed,
            files=self._files,
            bytes=read,
            seconds=round(seconds, 3),
            good=good,
            failed=failed,
            unreachable=unreachable + self._away,
            unrecorded=self._unrecorded,
            left=left,
            stopped=stopped,
        )
