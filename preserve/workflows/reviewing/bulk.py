"""Many descriptions at once: a table of what is said, missing and proposed, and the same table brought back.

Everything wrong with a table is found before anything is written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from preserve.describe.crosswalks.table import Columns
from preserve.describe.crosswalks.table import Row as TableRow
from preserve.describe.record import rules
from preserve.describe.record.compose import ORIGIN
from preserve.describe.review import rules as review_rules
from preserve.describe.review.revise import Changes
from preserve.describe.review.table import LEAD, WANTED, review_rows
from preserve.describe.supplied.match_packages import Held, rows_of_packages, unsaid_problems
from preserve.describe.supplied.read_csv import Row, read_metadata_csv
from preserve.errors import BagError, DescriptionError, PreserveError
from preserve.model import Package, Problem, Statement
from preserve.ports import Progress
from preserve.storage import names
from preserve.storage.crew import Crew
from preserve.storage.spool import Spool
from preserve.workflows.archive import Archive
from preserve.workflows.export import Table
from preserve.workflows.reviewing.changing import Described, change_all, judge_all
from preserve.workflows.reviewing.revising import Desk, Open, open_package
from preserve.workflows.states import history_amiss

_FATAL = frozenset([rules.TABLE_UNREADABLE.code, rules.TABLE_NO_FILENAME.code])


def export_table(archive: Archive, rows: Spool[TableRow], progress: Progress) -> Table:
    """All packages with what is said of them, what is missing and what is proposed, to be filled in.

    A package whose description cannot be read has no row, and is an error among the problems.
    """
    columns, problems, number = Columns(LEAD), list[Problem](), 0
    progress.start("Reading descriptions", archive.catalog.count(), 0)
    for package in archive.catalog.packages():
        number += 1
        progress.advance(1, 0)
        try:
            opened = open_package(archive.config, package)
        except (BagError, DescriptionError) as error:
            problems.append(_about(package, error))
            continue
        for row in review_rows(package, opened.description):
            columns.widen(row)
            rows.add(row)
    progress.finish()
    for element in WANTED:
        columns.offer(f"dcterms:{element}")
    return Table(number, columns.lines(rows), tuple(problems))


@dataclass(frozen=True, slots=True)
class Rows:
    """What a table says of one package: its rows by what in it they are about."""

    package: Package
    rows: Mapping[str, Row]

    @property
    def first(self) -> int:
        """The number of the first of them."""
        return min(row.number for row in self.rows.values())

    def changes(self, opened: Open) -> Changes:
        """The values of a row take the place of those of the same term and language; all others stay.

        The only file of a package stands for the package, if no other row does.
        """
        puts: list[Statement] = []
        lost: list[Problem] = []
        record = opened.description.record
        there: dict[tuple[str, str], list[Statement]] = {}
        for statement in record.statements:
            there.setdefault((statement.about, statement.term), []).append(statement)
        for named, row in self.rows.items():
            about = "" if opened.thing.one_file and len(self.rows) == 1 else named
            said: dict[str, list[Statement]] = {}
            for statement in row.statements:
                said.setdefault(statement.term, []).append(replace(statement, about=about))
            for term, values in said.items():
                stands_in = record.title_stands_in and (about, term) == ("", "dcterms:title")
                before = there.get((about, term), [])
                after = _merged(before, values, stands_in=stands_in)
                puts += after
                lost += _taken_away(row, before, after) if after and not stands_in else ()
        return Changes(tuple(puts), told=tuple(lost))


@dataclass(frozen=True, slots=True)
class Plan:
    """What a table wants, and everything that is wrong with that.

    *wanted* are the packages in the order of their rows, without those in which anything is wrong.  *usable* tells
    whether the table could be read to its end.  *changes* are what would be different, a line each, by package id.
    """

    wanted: tuple[Rows, ...]
    problems: tuple[Problem, ...]
    usable: bool
    changes: Mapping[str, tuple[str, ...]]


def plan(archive: Archive, desk: Desk, data: bytes, progress: Progress, crew: Crew) -> Plan:
    """Read the table *data*, called as the desk's source, and judge every change that it wants.  Nothing is written."""
    source = desk.source
    table = read_metadata_csv(data, source)
    problems = [_stricter(problem) for problem in table.problems]
    if any(problem.code in _FATAL for problem in problems):
        return Plan((), tuple(problems), False, {})
    packages = {package.id: package for package in archive.catalog.packages()}
    held = (Held(one.id, one.name, one.transfer) for one in packages.values())
    about = rows_of_packages(table, held, lambda one: _paths(archive, packages[one.id]))
    problems += about.problems
    wanted = [Rows(packages[key], rows) for key, rows in about.rows.items() if key not in about.spoilt]
    told = {problem.code for problem in table.problems}
    good: list[Rows] = []
    changes: dict[str, tuple[str, ...]] = {}
    progress.start("Checking the table", len(wanted), 0)
    for rows, found in zip(wanted, judge_all(desk, wanted, progress, crew), strict=True):
        amiss = history_amiss(archive, rows.package) if found.changes else None
        wrong = [*found.problems, *([Problem.of(amiss)] if amiss else [])]
        problems += (_in_row(rows, source, one) for one in wrong if found.refused or one.code not in told)
        if not (found.refused or amiss):
            good.append(rows)
            changes[rows.package.id] = found.changes
    progress.finish()
    problems += unsaid_problems(about, source)
    return Plan(tuple(good), tuple(dict.fromkeys(problems)), True, changes)


def carry_out(archive: Archive, desk: Desk, plan: Plan, progress: Progress, crew: Crew) -> Iterator[Described]:
    """Write down what *plan* wants, and tell of each package what became of it; errors as ``change_all``."""
    progress.start("Writing descriptions", len(plan.wanted), 0)
    yield from change_all(archive, desk, plan.wanted, progress, crew)
    progress.finish()


def _stricter(problem: Problem) -> Problem:
    """Where a table is about packages that are sealed, a column that is not understood is an error."""
    if problem.code != rules.COLUMN_UNKNOWN.code:
        return problem
    return review_rules.COLUMN_NOT_A_TERM.at(problem.path, problem.message)


def _paths(archive: Archive, package: Package) -> dict[str, str]:
    """The files of *package* as rows may name them; none of a package that is not as it was sealed, which is told."""
    try:
        payload = open_package(archive.config, package).former.payload
    except (BagError, DescriptionError):
        return {}
    return {stored.removeprefix("data/"): stored for stored in payload}


def _in_row(rows: Rows, source: str, problem: Problem) -> Problem:
    where = f"Row {rows.first} of {names.shown(source)} ({names.shown(rows.package.name)}): "
    return replace(problem, path=source, message=where + problem.message)


def _merged(before: list[Statement], said: list[Statement], *, stands_in: bool) -> list[Statement]:
    """All values of a term that has those *before* when *said* is said; none if that changes nothing.

    What names no language is said of all; otherwise values in other languages stay.  *stands_in* tells that nobody
    gave the value before: who repeats it does not mean to.
    """
    if stands_in:
        said, before = [s for s in said if s.value not in {old.value for old in before}], []
    known = {s.value: s for s in before if s.lang}
    said = [known.get(s.value, s) if not s.lang else s for s in said]  # it only leaves out the language
    spoken, values = {s.lang for s in said}, {s.value for s in said}
    stay = [] if "" in spoken else [s for s in before if s.lang not in spoken and s.value not in values]
    after = [*stay, *said]
    same = sorted((s.value, s.lang) for s in before) == sorted((s.value, s.lang) for s in after)
    return [] if same or not said else after


def _taken_away(row: Row, before: list[Statement], after: list[Statement]) -> Iterator[Problem]:
    """Values that a person gave and that have no place any more, though others of the term have."""
    if len(after) < len(before):
        left = {s.value for s in after}
        for statement in before:
            if statement.value not in left and statement.origin != ORIGIN:
                text = f"{statement.term} loses the value “{names.shown(statement.value[:80])}” (row {row.number})."
                yield review_rules.VALUE_TAKEN_AWAY.at("", text)


def _about(package: Package, error: PreserveError) -> Problem:
    return replace(Problem.of(error), path=package.name)
