"""The sections of the page that are lists and tables.  Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from itertools import islice

from preserve.storage.sizes import octets, plural
from preserve.workflows.reporting.facts import CopyRow
from preserve.workflows.reporting.incidents import Incident
from preserve.workflows.reporting.levels import Area, State
from preserve.workflows.reporting.markup import day, name, place, table, text
from preserve.workflows.reporting.promise import Reason
from preserve.workflows.reporting.report import Report

MOST = 500
"""So many failures, and so many formats, are listed; of the others only the number."""

_SAID = 240

WHY = {
    Reason.FAILED: "failed its last check",
    Reason.NEVER_READ: "never read",
    Reason.OVERDUE: "not read in time",
    Reason.FUTURE: "read in the future: a clock was wrong",
    Reason.UNPROVEN: "its history proves nothing",
}
_STATES = {State.MET: "good", State.NOT_MET: "bad", State.UNKNOWN: "soft"}


def problems(report: Report) -> Iterator[str]:
    """What was wrong with the histories, and where store and catalogue do not agree."""
    if not report.problems:
        return
    yield f"<h2>Findings ({report.amiss:,})</h2>\n"
    rows = ((text(str(each.severity)), text(each.message), text(each.hint)) for each in report.problems)
    yield from table("What was found beside the checks themselves", ("Severity", "What", "What to do"), rows)
    if report.amiss > len(report.problems):
        yield f"<p>… and {report.amiss - len(report.problems):,} more.</p>\n"


def failures(report: Report) -> Iterator[str]:
    """Every failure, what it was, and what became of it; the open ones first."""
    total = report.open + report.closed
    yield "<h2>Failures and repairs</h2>\n"
    if not total:
        yield "<p>No check has ever failed.</p>\n"
        return
    yield f"<p>{plural(total, 'failure')}: {report.open:,} open, {report.closed:,} mended and found good again.</p>\n"
    ordered = (each for is_open in (True, False) for each in report.incidents if each.is_open is is_open)
    heads = ("Package", "Found", "What", "Mended", "Found good again")
    yield from table("Failures, the open ones first", heads, map(_incident, islice(ordered, MOST)))
    if total > MOST:
        yield f"<p>… and {total - MOST:,} more; all are in the JSON.</p>\n"


def _incident(each: Incident) -> tuple[str, ...]:
    where = f"<br><small>copy in {name(each.location)}</small>" if each.location else ""
    again = f"<br><small>{each.times:,} times, last {day(each.last)}</small>" if each.times > 1 else ""
    files = f"<br><small>{plural(each.files, 'file')}</small>" if each.files else ""
    mended = day(each.mended) + f"<br><small>{name(_short(each.by))}</small>" if each.mended else "—"
    good = day(each.good)
    if each.gone:
        good = f"removed {day(each.gone)}"
    elif each.is_open:
        good = '<span class="state bad">open</span>'
    return name(each.name) + where, day(each.first) + again, name(_short(each.what)) + files, mended, good


def _short(what: str) -> str:
    """What a check said, without checksums at length: these stand in the history."""
    return what if len(what) <= _SAID else what[: _SAID - 1].rstrip() + "…"


def near(report: Report) -> Iterator[str]:
    """What is to be read next."""
    yield "<h2>Near their time</h2>\n"
    if not report.figures.near:
        yield "<p>No copy keeps the promise now.</p>\n"
        return
    rows = ((name(each.name), place(each.location), day(each.due), day(each.late)) for each in report.figures.near)
    heads = ("Package", "Where", "To be read by", "The promise breaks")
    yield from table(f"The next {len(report.figures.near)} to be read", heads, rows)


def holdings(report: Report) -> Iterator[str]:
    """Copies, and formats."""
    figures = report.figures
    yield "<h2>Holdings</h2>\n"
    rows = ((str(count), f"{packages:,}") for count, packages in figures.by_copies.items())
    yield from table("Packages by the number of their copies", ("Copies", "Packages"), rows, numbers=(0, 1))
    places = ((place(where), f"{count:,}") for where, count in figures.locations.items())
    yield from table("Copies by where they lie", ("Where", "Copies"), places, numbers=(1,))
    formats = report.formats
    if formats is None:
        yield "<p>Formats were not counted: they stand in each package's premis.xml, and --formats reads these.</p>\n"
        return
    found = formats.rows()
    if found:
        yield from _formats(found)
    if formats.unread:
        yield f"<p>The premis.xml of {plural(formats.unread, 'package')} could not be read.</p>\n"


def _formats(found: Sequence[tuple[str, int, int]]) -> Iterator[str]:
    cells = ((name(title), f"{count:,}", octets(size)) for title, count, size in found[:MOST])
    yield from table(
        "Formats of the documents, as identified at ingest", ("Format", "Documents", "Size"), cells, numbers=(1, 2)
    )
    if len(found) > MOST:
        yield f"<p>… and {len(found) - MOST:,} more formats.</p>\n"


def evidence(report: Report) -> Iterator[str]:
    """What the record itself rests on."""
    figures = report.figures
    yield "<h2>What this rests on</h2>\n"
    yield f"<p>{_checkpoints(report)}</p>\n"
    broken = figures.reasons.get(Reason.UNPROVEN, 0)
    sound = figures.packages - broken
    yield f"<p>Histories whose chain of hashes is whole: {sound:,} of {figures.packages:,}.</p>\n"
    tools = [(name(agent.name), text(agent.version) or "—", f"{count:,}") for agent, count in figures.agents.items()]
    yield from table("Programs named in the histories", ("Program", "Version", "Packages"), tools, numbers=(2,))
    versions = ((text(title), text(version)) for title, version in report.tools)
    yield from table("Programs that made this report", ("Program", "Version"), versions)


def _checkpoints(report: Report) -> str:
    known = report.checkpoints
    if not known.count:
        return (
            "There is no signed checkpoint. Whoever rewrites packages, histories and catalogue together is not found."
        )
    newest = f"Signed checkpoints: {known.count:,}; the newest is {name(known.newest)}"
    if known.made is None:
        return f"{newest}, and cannot be read."
    age = plural(max((report.made - known.made).days, 0), "day")
    return (
        f"{newest}: {age} old, it speaks of {plural(known.packages, 'package')}. Whether anything before it was "
        "changed, this report does not look at: preserve checkpoint verify does."
    )


def levels(report: Report) -> Iterator[str]:
    """NDSA Levels of Digital Preservation."""
    yield "<h2>NDSA Levels of Digital Preservation</h2>\n"
    yield (
        "<p>By the matrix of 2019, for what a fixity report can speak of. Each demand is put in our own words. What "
        "only people can know counts as not met until a person confirms it.</p>\n"
    )
    for area in report.levels:
        yield f"<h3>{text(area.name)}: {_reached(area)}</h3>\n"
        rows = (
            (
                str(each.level),
                text(each.asks),
                f'<span class="state {_STATES[each.state]}">{each.state}</span>',
                text(each.evidence),
            )
            for each in area.criteria
        )
        yield from table(f"{area.name}, demand by demand", ("Level", "Demand", "Met", "Evidence"), rows)


def _reached(area: Area) -> str:
    proven = f"level {area.proven} is proven" if area.proven else "level 1 is not proven"
    return (
        f"{proven}; up to level {area.possible} if a person confirms the rest"
        if area.possible > area.proven
        else proven
    )


def copies(report: Report, *, only_exceptions: bool) -> Iterator[str]:
    """The proof: every copy with its last good reading, or only those that break the promise."""
    yield f"<h2>{'Copies that break the promise' if only_exceptions else 'Every copy'}</h2>\n"
    wanted: Iterable[CopyRow] = (row for row in report.copies if row.reason or not only_exceptions)
    if only_exceptions and not report.promise.broken:
        yield "<p>There is none.</p>\n"
        return
    heads = ("Package", "Where", "Documents", "Size", "Last found good", "To be read by", "Promise")
    yield from table("Copies, by time of sealing", heads, map(_copy, wanted), numbers=(2, 3))


def _copy(row: CopyRow) -> tuple[str, ...]:
    title = f"<br><small>{name(row.title)}</small>" if row.title else ""
    state = text(WHY[row.reason]) if row.reason else "kept"
    style = "bad" if row.reason else "good"
    where = place(row.location)
    verdict = f'<span class="state {style}">{state}</span>'
    return (
        name(row.name) + title,
        where,
        f"{row.files:,}",
        octets(row.bytes),
        day(row.ok),
        day(row.due, otherwise="now"),
        verdict,
    )


def method(report: Report) -> Iterator[str]:
    """How the numbers came to be, and what they cannot say."""
    yield "<h2>How this was found out</h2>\n"
    points = (
        "A check counts only if every byte was read and compared with its checksum. A check that did not happen, or "
        "ended with a warning, counts as none.",
        "What failed counts as failed until a repair was recorded and a later check found it good.",
        "The months follow from the histories alone, with the intervals that are configured today. So a report made "
        "later says the same of a past month, as long as these stay. Packages that were taken out of the archive are "
        "in no month.",
        "Times are those of this machine's clock at each check, in UTC.",
        "For this report no document was read: it tells what was found when they were.",
    )
    yield f"<ul>{''.join(f'<li>{text(point)}</li>' for point in points)}</ul>\n"
    spans = ", ".join(_span(interval, count) for interval, count in report.figures.intervals.items())
    if spans:
        yield f"<p>Intervals in force: {text(spans)}; slack: {text(report.promise.slack)}.</p>\n"


def _span(interval: timedelta, count: int) -> str:
    length = plural(interval.days, "day") if interval.days else f"{interval.seconds // 3600} hours"
    return f"{length} ({'1 copy' if count == 1 else f'{count:,} copies'})"
