"""The report as one page of HTML: whole in itself, without scripts, for a screen or for paper.  Pure.

It comes piece by piece, so that a list of a million copies needs no memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import resources
from itertools import chain

from preserve.storage.sizes import octets, plural
from preserve.workflows.reporting import sections, timelines
from preserve.workflows.reporting.markup import day, name, place, table, text
from preserve.workflows.reporting.report import Report

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def page(report: Report, *, only_exceptions: bool = False) -> Iterator[str]:
    """The page; with *only_exceptions* the list at its end names only the copies that break the promise."""
    yield from _head(report)
    yield from _promise(report)
    yield from _facts(report)
    yield from sections.problems(report)
    if report.figures.packages:
        yield from chain(timelines.coverage(report), timelines.growth(report), sections.failures(report))
        yield from chain(sections.near(report), sections.holdings(report), sections.evidence(report))
        yield from chain(sections.levels(report), sections.copies(report, only_exceptions=only_exceptions))
    yield from sections.method(report)
    yield "</main>\n</body>\n</html>\n"


def _head(report: Report) -> Iterator[str]:
    style = resources.files(__package__).joinpath("report.css").read_text("utf-8")
    title = f"{report.archive}: fixity report" if report.archive else "Fixity report"
    yield '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    yield f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n<meta name="robots" content="noindex">\n'
    yield f"<title>{text(title)}</title>\n<style>\n{style}</style>\n</head>\n<body>\n<main>\n"
    yield f"<h1>{f'{name(report.archive)}: fixity report' if report.archive else 'Fixity report'}</h1>\n"
    made = report.made.strftime("%Y-%m-%d %H:%M")
    span = ""
    if report.months:
        first, last = report.months[0].name, report.months[-1].name
        span = f", for {first}" if first == last else f", for {first} to {last}"
    version = dict(report.tools)["preserve"]
    yield f'<p class="soft">Made on {made} UTC by preserve {text(version)}{span}.</p>\n'


def _promise(report: Report) -> Iterator[str]:
    promise = report.promise
    yield f'<section class="promise{"" if promise.holds else " broken"}" aria-label="The promise">\n'
    yield f"<p>{text(promise.sentence)}</p>\n"
    if promise.packages:
        yield (
            "<p>What is promised: every package was read whole and found good within its interval, or it is on the "
            f"list below. That is read from {plural(report.figures.checks, 'check')} in the histories of the "
            "packages, whose chain of hashes was verified for this report.</p>\n"
        )
    yield "</section>\n"
    if promise.broken:
        rows = (
            (
                name(each.name),
                place(each.location),
                text(sections.WHY[each.reason]),
                day(each.last_good),
                day(each.since, otherwise="not known"),
            )
            for each in promise.breaches
        )
        shown = f"What breaks the promise, the longest first ({promise.broken:,})"
        yield from table(shown, ("Package", "Where", "Why", "Last found good", "Since"), rows)
        if promise.broken > len(promise.breaches):
            yield f"<p>… and {promise.broken - len(promise.breaches):,} more; all are in the list of copies.</p>\n"


def _facts(report: Report) -> Iterator[str]:
    figures, last = report.figures, max((run.ended for run in report.runs), default=None)
    facts = [
        ("Packages", f"{figures.packages:,}"),
        ("Copies", f"{figures.copies:,}"),
        ("Documents", f"{figures.files:,}"),
        ("Size", text(octets(figures.bytes))),
        ("Oldest last check", day(figures.oldest)),
        ("Last audit", day(last)),
        ("Open failures", f"{report.open:,}"),
        ("Last checkpoint", day(report.checkpoints.made)),
    ]
    yield '<dl class="facts">\n'
    yield from (f"<div><dt>{text(term)}</dt><dd>{value}</dd></div>\n" for term, value in facts)
    yield "</dl>\n"
