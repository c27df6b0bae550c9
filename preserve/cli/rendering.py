"""How the values of the house become JSON: shared by the commands that print them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from preserve.cli.output import clean, one_line, problem_json, with_path
from preserve.storage.times import rfc3339

if TYPE_CHECKING:
    from preserve.model import Copy, Event, Package, Proposal, ValidationReport


def package_json(package: Package, place: Path) -> dict[str, Any]:
    """One catalogue entry."""
    return {
        "id": package.id,
        "name": clean(package.name),
        **with_path("path", str(place)),
        **with_path("transfer", package.transfer),
        "title": package.title,
        "title_stands_in": package.title_stands_in,
        "sealed": rfc3339(package.sealed),
        "bag_version": package.bag_version,
        "files": package.files,
        "bytes": package.bytes,
    }


def copy_json(copy: Copy) -> dict[str, Any]:
    """One copy of a package; the location of that in the package store is ""."""
    read = {"last_read_ok": copy.last_read_ok, "last_read_bad": copy.last_read_bad}
    told = {key: rfc3339(moment) if moment else None for key, moment in read.items()}
    return {"location": copy.location, "made": rfc3339(copy.made), **told}


def event_json(event: Event) -> dict[str, Any]:
    """One event, from premis.xml or from the history."""
    return {
        "type": event.type,
        "time": rfc3339(event.time),
        "outcome": str(event.outcome),
        "agents": [{"name": a.name, "version": a.version, "kind": a.kind} for a in event.agents],
        "detail": event.detail,
        "note": event.note,
        "objects": [clean(path) for path in event.objects],
        **({"location": event.location} if event.location else {}),
    }


def proposal_json(proposal: Proposal) -> dict[str, Any]:
    """One proposal, without its evidence, which stands in the package's proposals.json."""
    return {
        "field": proposal.field,
        "value": proposal.value,
        "lang": proposal.lang,
        "confidence": proposal.confidence,
        **({} if proposal.share is None else {"share": proposal.share}),
        "method": proposal.method,
        "status": str(proposal.status),
    }


def how_sure(proposal: Proposal) -> str:
    """``95%, text:language-passages, 57% of the text``."""
    share = "" if proposal.share is None else f", {proposal.share:.0%} of the text"
    return f"{proposal.confidence:.0%}, {one_line(proposal.method)}{share}"


def validation_json(report: ValidationReport) -> dict[str, Any]:
    """One judgement on a bag."""
    return {
        **with_path("target", report.target),
        "bag_version": report.bag_version,
        "complete": report.complete,
        "valid": report.valid,
        "problems": [problem_json(problem) for problem in report.problems],
        "files": report.files,
        "bytes": report.bytes,
        "seconds": round(report.seconds, 3),
    }
