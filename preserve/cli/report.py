"""``preserve report``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from preserve.cli.options import SomePath, archive, common
from preserve.cli.output import Output, one_line, tell_problems
from preserve.cli.progress import for_terminal
from preserve.errors import ProblemsFound, UsageError
from preserve.storage.handover import new_file, refuse_existing

if TYPE_CHECKING:
    from preserve.workflows.archive import Archive
    from preserve.workflows.reporting.report import Report

_FILE = SomePath(path_type=Path)


def _month(_ctx: click.Context, _param: click.Parameter, typed: str | None) -> int | None:
    from preserve.workflows.reporting import months  # noqa: PLC0415  --help must stay fast

    try:
        return None if typed is None else months.read(typed)
    except ValueError as error:
        raise click.BadParameter(f"{typed!r} is no month, such as 2026-11.") from error


@click.command(name="report")
@click.option("--html", "page", type=_FILE, metavar="FILE", help="Write the page to this new file; never overwrites.")
@click.option("--csv", "table", type=_FILE, metavar="FILE", help="Write a table with a line for each copy.")
@click.option("--premis", type=_FILE, metavar="FILE", help="Write what happened to all packages as PREMIS 3 XML.")
@click.option("--since", callback=_month, metavar="MONTH", help="Show the months from this one on, such as 2026-01.")
@click.option("--until", callback=_month, metavar="MONTH", help="Show the months up to this one.")
@click.option("--exceptions", is_flag=True, help="List only the copies that break the promise.")
@click.option(
    "--formats/--no-formats", default=None, help="Read the formats from all packages. [default: if few files]"
)
@common
def command(
    page: Path | None,
    table: Path | None,
    premis: Path | None,
    since: int | None,
    until: int | None,
    exceptions: bool,
    formats: bool | None,
    output: Output,
) -> int:
    """Prove the promise: every package was read whole and found good within its interval, or it is on the list.

    All histories are read, and their chains verified; no document is. Without --html, --csv, --premis or --json, the
    page is written to fixity-report-DAY.html in this folder. Ends with status 3 where the promise is broken.
    """
    from preserve.workflows.reporting.report import Scope, reported  # noqa: PLC0415

    if since is not None and until is not None and since > until:
        raise UsageError("--since is a later month than --until.")
    for place in filter(None, (page, table, premis)):
        refuse_existing(place)
    progress = for_terminal(quiet=output.quiet or output.as_json)
    with archive() as home, reported(home, Scope(since, until, formats), progress) as report:
        if premis is not None and not report.promise.packages:
            raise UsageError("There is no package yet, and PREMIS needs one; nothing was written.")
        if not (page or table or premis or output.as_json):
            page = _default(report)
        _write(page, table, report, exceptions=exceptions)
        if premis is not None:
            _write_premis(home, premis, report)
        _tell(report, output, exceptions=exceptions)
        for place in filter(None, (page, table, premis)):
            output.line(f"Written: {one_line(str(place))}")
        wrong = tell_problems(output, report.problems)
        return ProblemsFound.exit_code if wrong or not report.promise.holds else 0


def _default(report: Report) -> Path:
    """A name for today's page that is not taken."""
    day = f"fixity-report-{report.made.date()}"
    names = (f"{day}{f'-{number}' if number > 1 else ''}.html" for number in range(1, 1000))
    return next((path for path in map(Path, names) if not path.exists()), Path(f"{day}.html"))


def _write(page: Path | None, table: Path | None, report: Report, *, exceptions: bool) -> None:
    from preserve.workflows.reporting import page as html  # noqa: PLC0415
    from preserve.workflows.reporting import spreadsheet  # noqa: PLC0415

    if page is not None:
        _put(page, (piece.encode() for piece in html.page(report, only_exceptions=exceptions)))
    if table is not None:
        _put(table, spreadsheet.lines(report, only_exceptions=exceptions))


def _write_premis(home: Archive, place: Path, report: Report) -> None:
    from preserve.workflows.reporting.premis import chunks  # noqa: PLC0415

    _put(place, chunks(home, report.made))


def _put(place: Path, pieces: Iterable[bytes]) -> None:
    with new_file(place) as stream:
        stream.writelines(pieces)


def _tell(report: Report, output: Output, *, exceptions: bool) -> None:
    if output.as_json:
        for message_type, content in _documents(report, exceptions=exceptions):
            output.message(message_type, content)
        return
    output.line(report.promise.sentence)
    for breach in report.promise.breaches:
        output.line(f"  {breach.sentence}")
    if report.promise.broken > len(report.promise.breaches):
        output.line(f"  … and {report.promise.broken - len(report.promise.breaches):,} more; see the report.")


def _documents(report: Report, *, exceptions: bool) -> Iterator[tuple[str, dict[str, object]]]:
    from preserve.workflows.reporting import documents  # noqa: PLC0415

    yield "report", documents.report_json(report)
    for incident in report.incidents:
        yield "report-failure", documents.incident_json(incident)
    for row in report.copies:
        if row.reason or not exceptions:
            yield "report-copy", documents.copy_json(row)
