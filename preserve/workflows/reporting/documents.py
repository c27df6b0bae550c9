"""The report as JSON has it: the numbers, and a document for each copy and each failure.  Pure."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from preserve.storage import names
from preserve.storage.times import rfc3339
from preserve.workflows.reporting.facts import CopyRow
from preserve.workflows.reporting.incidents import Incident
from preserve.workflows.reporting.ledger import Month
from preserve.workflows.reporting.levels import Area
from preserve.workflows.reporting.parts_json import name_json, promise_json, run_json
from preserve.workflows.reporting.report import Report
from preserve.workflows.reporting.timelines import age_in_days


def report_json(report: Report) -> dict[str, Any]:
    """The report without its copies and failures, which are documents of their own."""
    figures, checkpoints = report.figures, report.checkpoints
    return {
        "archive": report.archive,
        "made": rfc3339(report.made),
        "promise": promise_json(report.promise),
        "packages": figures.packages,
        "copies": figures.copies,
        "files": figures.files,
        "bytes": figures.bytes,
        "checks": figures.checks,
        "oldest": _moment(figures.oldest),
        "open": report.open,
        "mended": report.closed,
        "months": [_month_json(month, report.made) for month in report.months],
        "near": [
            {**_which(near.id, near.name, near.location), "due": rfc3339(near.due), "late": rfc3339(near.late)}
            for near in figures.near
        ],
        "by_copies": {str(count): packages for count, packages in figures.by_copies.items()},
        "locations": dict(figures.locations),
        "formats": None
        if report.formats is None
        else [{"format": name, "files": count, "bytes": size} for name, count, size in report.formats.rows()],
        "checkpoints": {
            "count": checkpoints.count,
            "newest": checkpoints.newest,
            "made": _moment(checkpoints.made),
            "packages": checkpoints.packages,
        },
        "last_audit": run_json(report.runs[-1]) if report.runs else None,
        "levels": [_area_json(area) for area in report.levels],
        "programs": [
            {"name": agent.name, "version": agent.version, "packages": count} for agent, count in figures.agents.items()
        ],
        "tools": [{"name": name, "version": version} for name, version in report.tools],
        "problems_found": report.amiss,
    }


def copy_json(row: CopyRow) -> dict[str, Any]:
    """One copy as it stands."""
    return {
        **_which(row.id, row.name, row.location),
        "title": names.shown(row.title),
        "sealed": rfc3339(row.sealed),
        "made": rfc3339(row.made),
        "files": row.files,
        "bytes": row.bytes,
        "interval_seconds": int(row.interval.total_seconds()),
        "last_good": _moment(row.ok),
        "due": _moment(row.due),
        "failed": _moment(row.bad),
        "kept": row.reason is None,
        "reason": str(row.reason) if row.reason else "",
    }


def incident_json(each: Incident) -> dict[str, Any]:
    """One failure, and what became of it."""
    return {
        **_which(each.id, each.name, each.location),
        "first": rfc3339(each.first),
        "last": rfc3339(each.last),
        "times": each.times,
        "what": names.shown(each.what),
        "files": each.files,
        "mended": _moment(each.mended),
        "by": names.shown(each.by),
        "good": _moment(each.good),
        "removed": _moment(each.gone),
        "open": each.is_open,
    }


def _month_json(month: Month, now: datetime) -> dict[str, Any]:
    age = age_in_days(month, now)
    return {
        "month": month.name,
        "packages": month.packages,
        "bytes": month.bytes,
        "copies": month.copies,
        "kept": month.kept,
        "within_interval": month.within,
        "failure_open": month.failed,
        "never_read": month.unread,
        "oldest": _moment(month.oldest),
        "oldest_days": None if age is None else round(age, 2),
        "checks_good": month.good,
        "checks_failed": month.bad,
        "repairs": month.repairs,
        "bytes_read": month.read,
    }


def _area_json(area: Area) -> dict[str, Any]:
    criteria = [
        {"level": each.level, "asks": each.asks, "state": str(each.state), "evidence": each.evidence}
        for each in area.criteria
    ]
    return {"area": area.name, "proven": area.proven, "possible": area.possible, "criteria": criteria}


def _which(identifier: str, name: str, location: str) -> dict[str, str]:
    return {"id": identifier, **name_json("name", name), "location": location}


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else rfc3339(moment)
