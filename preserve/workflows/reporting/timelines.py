"""What changes from month to month: plots, and the table that says the same in numbers.  Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from preserve.storage.sizes import octets
from preserve.workflows.reporting import months
from preserve.workflows.reporting.ledger import Month
from preserve.workflows.reporting.markup import figure, table
from preserve.workflows.reporting.plots import Plot, Series, bars, lines
from preserve.workflows.reporting.report import Report

_BESIDE = "The numbers stand in the table below."


def coverage(report: Report) -> Iterator[str]:
    """Whether everything was read in time, month by month, and how much was read."""
    yield "<h2>Month by month</h2>\n"
    if not report.months:
        yield "<p>There is nothing to tell of the months that were asked for.</p>\n"
        return
    yield '<div class="plots">\n'
    yield _shares(report)
    yield _ages(report)
    yield _checks(report)
    yield _volume(report)
    yield "</div>\n"
    yield from _table(report)


def growth(report: Report) -> Iterator[str]:
    """How much there was."""
    if not report.months:
        return
    steps = _steps(report)
    packages = Plot(
        "packages", "Packages", f"How many packages there were at the end of each month. {_BESIDE}", steps, _count
    )
    size = Plot("bytes", "Size", f"How large all documents were at the end of each month. {_BESIDE}", steps, octets_of)
    yield '<h2>Growth</h2>\n<div class="plots">\n'
    yield figure(
        lines(packages, [Series("Packages", [month.packages for month in report.months], "a")]),
        "Packages at the end of each month",
        [("packages", "a")],
    )
    yield figure(
        lines(size, [Series("Size", [month.bytes for month in report.months], "a")]),
        "Size of all documents at the end of each month",
        [("bytes of documents", "a")],
    )
    yield "</div>\n"


def age_in_days(month: Month, now: datetime) -> float | None:
    """How old the oldest last good reading was at the end of *month*; None if there was none."""
    end = min(months.end_of(month.number), now)
    return None if month.oldest is None else max((end - month.oldest).total_seconds() / 86400, 0.0)


def octets_of(value: float) -> str:
    """A size along the side of a plot."""
    return octets(round(value))


def _shares(report: Report) -> str:
    kept = Series("kept", [month.share for month in report.months], "a")
    within = Series("within", [month.within / month.copies if month.copies else None for month in report.months], "c")
    about = f"The share of all copies that kept the promise at the end of each month, from 0 to 100 per cent. {_BESIDE}"
    plot = Plot("coverage", "Copies read in time", about, _steps(report), _percent, top=1.0)
    entries = [("within interval and slack (the promise)", "a"), ("within the interval alone", "c")]
    return figure(lines(plot, [within, kept]), "Share of copies read whole and found good in time", entries)


def _ages(report: Report) -> str:
    ages = Series("age", [age_in_days(month, report.made) for month in report.months], "a")
    about = (
        f"How many days ago the copy that was longest not read was last found good, at the end of each month. {_BESIDE}"
    )
    plot = Plot("age", "Age of the oldest check", about, _steps(report), _days)
    longest = max(report.figures.intervals, default=None)
    limit = (longest + report.slack).total_seconds() / 86400 if longest else None
    entries = [("oldest last good reading", "a"), ("longest interval and slack", "limit")]
    return figure(lines(plot, [ages], level=limit), "Age of the oldest last good reading", entries)


def _checks(report: Report) -> str:
    good = Series("good", [month.good for month in report.months], "a")
    bad = Series("failed", [month.bad for month in report.months], "b")
    plot = Plot(
        "checks", "Checks", f"How many whole readings there were in each month. {_BESIDE}", _steps(report), _count
    )
    return figure(bars(plot, [good, bad]), "Whole readings in each month", [("found good", "a"), ("failed", "b")])


def _volume(report: Report) -> str:
    read = Series("read", [month.read for month in report.months], "a")
    plot = Plot(
        "read",
        "Bytes read",
        f"How many bytes of documents were read in each month. {_BESIDE}",
        _steps(report),
        octets_of,
    )
    return figure(bars(plot, [read]), "Bytes of documents read in each month", [("bytes", "a")])


def _table(report: Report) -> Iterator[str]:
    heads = (
        "Month",
        "Packages",
        "Size",
        "Copies",
        "Kept the promise",
        "Within interval",
        "Failure open",
        "Oldest check",
        "Found good",
        "Failed",
        "Repairs",
    )
    rows = (
        (
            month.name,
            f"{month.packages:,}",
            octets(month.bytes),
            f"{month.copies:,}",
            _share(month.kept, month.copies),
            _share(month.within, month.copies),
            f"{month.failed:,}",
            "—" if (age := age_in_days(month, report.made)) is None else f"{age:,.0f} d",
            f"{month.good:,}",
            f"{month.bad:,}",
            f"{month.repairs:,}",
        )
        for month in reversed(report.months)
    )
    caption = "Every month: the state at its end (of the present month: now), and the checks in it"
    yield from table(caption, heads, rows, numbers=range(1, 11))


def _share(part: int, whole: int) -> str:
    """A share in per cent; never 100 % where one is missing."""
    if not whole:
        return "—"
    share = 100 * part / whole
    return f"{min(share, 99.9) if part < whole else share:.1f} %"


def _steps(report: Report) -> list[str]:
    """Labels of the months; of many, the years alone."""
    return [month.name for month in report.months]


def _percent(value: float) -> str:
    return f"{value:.0%}"


def _days(value: float) -> str:
    return f"{value:,.0f} d"


def _count(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) else f"{value:,.1f}"
