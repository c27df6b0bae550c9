"""A report: all that the page, the table and the JSON tell, gathered in one pass over the histories."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import gettempdir

from preserve.errors import UsageError
from preserve.fixity.intervals import from_config
from preserve.model import AuditRun, Problem
from preserve.ports import Progress
from preserve.storage.spool import Spool
from preserve.workflows.archive import Archive
from preserve.workflows.auditing.queue import slack
from preserve.workflows.auditing.runs import read_runs
from preserve.workflows.reporting.evidence import FILES, Checkpoints, Formats, checkpoints_of, tools
from preserve.workflows.reporting.facts import CopyRow
from preserve.workflows.reporting.gathering import Gathering
from preserve.workflows.reporting.incidents import Incident, incidents_of
from preserve.workflows.reporting.ledger import Figures, Ledger, Month
from preserve.workflows.reporting.levels import Area, Known, areas
from preserve.workflows.reporting.promise import Promise, Reason
from preserve.workflows.reporting.standing import is_ruled


@dataclass(frozen=True, slots=True)
class Scope:
    """What the report is to show: the months *since* and *until* (None: all), and whether to count *formats*.

    Without a word on formats they are counted where there are not too many documents.
    """

    since: int | None = None
    until: int | None = None
    formats: bool | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """The whole report.  *copies* and *incidents* lie on disk and can be gone through as often as is needed.

    *open* and *closed* count the failures that are not mended and those that are; *formats* is None where they were
    not counted; *amiss* is the number of all *problems*, of which the first are named.
    """

    archive: str
    made: datetime
    promise: Promise
    figures: Figures
    slack: timedelta
    months: tuple[Month, ...]
    copies: Spool[CopyRow]
    incidents: Spool[Incident]
    open: int
    closed: int
    formats: Formats | None
    checkpoints: Checkpoints
    runs: tuple[AuditRun, ...]
    levels: tuple[Area, ...]
    tools: tuple[tuple[str, str], ...]
    problems: tuple[Problem, ...]
    amiss: int


@contextmanager
def reported(archive: Archive, scope: Scope, progress: Progress) -> Iterator[Report]:
    """The report on *archive* as it is now; what is set aside on disk for it is gone when the block is left.

    ``CatalogError`` if the catalogue cannot be read, ``UsageError`` if there is no room to set anything aside.
    """
    with ExitStack() as held:
        try:
            copies = held.enter_context(Spool[CopyRow](Path(gettempdir())))
            incidents = held.enter_context(Spool[Incident](Path(gettempdir())))
            report = _Making(archive, scope, copies, incidents).made(progress)
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise UsageError(
                f"The rows of the report cannot be set aside: {reason}.",
                hint="Make room, or set TMPDIR to a folder that has.",
            ) from error
        yield report


@dataclass(frozen=True, slots=True)
class _Making:
    archive: Archive
    scope: Scope
    copies: Spool[CopyRow]
    incidents: Spool[Incident]

    def made(self, progress: Progress) -> Report:
        config, now = self.archive.config, self.archive.clock.now()
        gathering = Gathering(self.archive, now)
        ledger = Ledger(now, slack(config))
        formats = Formats() if self._wants_formats() else None
        counts = [0, 0]
        for package in gathering.packages(progress):
            ledger.take(package)
            if formats is not None:
                formats.take(self.archive.place_of(package.copies[0].name))
            for copy in package.copies:
                for incident in incidents_of(copy):
                    self.incidents.add(incident)
                    counts[incident.is_open] += 1
                if copy.is_there:
                    self.copies.add(copy.row(now, ledger.slack))
        figures = ledger.finished()
        promise = self._promise(figures)
        checkpoints = checkpoints_of(config)
        return Report(
            archive=config.text("archive.name") or config.text("archive.organization"),
            made=now,
            promise=promise,
            figures=figures,
            slack=slack(config),
            months=tuple(month for month in figures.months if self._is_shown(month)),
            copies=self.copies,
            incidents=self.incidents,
            open=counts[True],
            closed=counts[False],
            formats=formats,
            checkpoints=checkpoints,
            runs=tuple(run for run in read_runs(config) if run.ended <= now),
            levels=areas(self._known(figures, promise, counts[True], checkpoints)),
            tools=tuple(tools()),
            problems=tuple(gathering.problems),
            amiss=gathering.amiss,
        )

    def _wants_formats(self) -> bool:
        wanted = self.scope.formats
        return self.archive.catalog.totals().files <= FILES if wanted is None else wanted

    def _is_shown(self, month: Month) -> bool:
        since, until = self.scope.since, self.scope.until
        return (since is None or month.number >= since) and (until is None or month.number <= until)

    def _promise(self, figures: Figures) -> Promise:
        config = self.archive.config
        return Promise(
            packages=figures.packages,
            copies=figures.copies,
            broken=figures.broken,
            interval=config.text("fixity.interval"),
            slack=config.text("fixity.slack"),
            breaches=figures.breaches,
            ruled=is_ruled(from_config(config)),
        )

    def _known(self, figures: Figures, promise: Promise, still_open: int, checkpoints: Checkpoints) -> Known:
        return Known(
            packages=figures.packages,
            algorithms=self.archive.config.algorithms,
            scans=bool(self.archive.config.text("identify.clamav")),
            fewest=min(figures.by_copies, default=0),
            holds=promise.holds,
            span=promise.span,
            checks=figures.checks,
            histories=figures.reasons.get(Reason.UNPROVEN, 0),
            open=still_open,
            checkpoints=checkpoints.count,
        )
