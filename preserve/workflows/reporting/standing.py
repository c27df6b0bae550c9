"""How the promise stands now, by the catalogue; and whether audits run at all.

No history is opened but those in doubt.
"""

from __future__ import annotations

import os

from preserve.fixity.intervals import Intervals, from_config
from preserve.model import AuditRun, Copy, Package, Problem
from preserve.storage import times
from preserve.workflows.archive import Archive
from preserve.workflows.auditing.queue import queue, slack
from preserve.workflows.auditing.runs import read_runs
from preserve.workflows.reporting import rules
from preserve.workflows.reporting.promise import Breach, Promise, Reason, reason_for
from preserve.workflows.states import history_amiss

MOST = 50
"""So many of those that break the promise are named."""


def promise_of(archive: Archive) -> Promise:
    """Whether every copy was read whole and found good within its interval and the slack."""
    config, now = archive.config, archive.clock.now()
    intervals, late = from_config(config), slack(config)
    asked = queue(config, now, late=late)
    broken = archive.catalog.owed(asked).copies
    breaches = [_breach(archive, copy, intervals) for copy in archive.catalog.due(asked, limit=MOST if broken else 0)]
    for package, _ in doubted(archive):
        interval = intervals.of(package.group, package.bytes, "")
        if reason_for(package.last_read_ok, package.last_read_bad, now, interval, late) is None:
            broken += 1
            breaches.append(Breach(package.id, package.name, "", Reason.UNPROVEN, package.last_read_ok))
    return Promise(
        packages=archive.catalog.count(),
        copies=archive.catalog.owed(queue(config, now, until=now + intervals.longest)).copies,
        broken=broken,
        interval=config.text("fixity.interval"),
        slack=config.text("fixity.slack"),
        breaches=tuple(breaches[:MOST]),
        ruled=is_ruled(intervals),
    )


def doubted(archive: Archive) -> list[tuple[Package, str]]:
    """The packages in whose histories nothing could be recorded, and why.

    These histories are looked into again: somebody may have put one back.  One that is missing is told elsewhere.
    """
    return [
        (package, why)
        for package, why in archive.catalog.doubts()
        if os.path.lexists(archive.history_of(package.name)) and history_amiss(archive, package) is not None
    ]


def is_ruled(intervals: Intervals) -> bool:
    """Whether some copies may have another interval than the usual one."""
    return bool(intervals.rules or intervals.locations)


def _breach(archive: Archive, copy: Copy, intervals: Intervals) -> Breach:
    package, now, late = copy.package, archive.clock.now(), slack(archive.config)
    interval = intervals.of(package.group, package.bytes, copy.location)
    ok, bad = copy.last_read_ok, copy.last_read_bad
    reason = reason_for(ok, bad, now, interval, late) or Reason.OVERDUE
    since = bad or (ok + interval + late if ok else copy.made)
    return Breach(package.id, package.name, copy.location, reason, ok, since)


def last_audit(archive: Archive) -> AuditRun | None:
    """The run of the audit that ended last; None if none ever did.  One that ends in the future is passed over."""
    now = archive.clock.now()
    runs = (run for run in read_runs(archive.config) if run.ended <= now)
    return max(runs, key=lambda run: run.ended, default=None)


def silence(archive: Archive, last: AuditRun | None) -> Problem | None:
    """That no audit ran for ``fixity.silence``, counted from the end of the *last*, else from the first sealing.

    An archive without packages has nothing to check.
    """
    first = next(archive.catalog.packages(with_pins=False), None)
    if first is None:
        return None
    if archive.clock.now() - (last.ended if last else first.sealed) <= times.interval(
        archive.config.text("fixity.silence")
    ):
        return None
    since = (
        f"the last one ended on {last.ended.date()}" if last else f"there never was one, since {first.sealed.date()}"
    )
    text = f"No audit ran for {archive.config.text('fixity.silence')}: {since}."
    return rules.SILENT.at("", text)
