"""Many descriptions at once: a table of what is said, missing and proposed, and the same table brought back.

Everything wrong with a table is found before anything is written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from preserve.describe import rules
from preserve.describe.crosswalks.table import Columns
from preserve.describe.crosswalks.table import Row as TableRow
from preserve.describe.read_csv import Row, Table, read_metadata_csv
from preserve.describe.review import rules as review_rules
from preserve.describe.review.revise import Changes, Revised
from preserve.describe.review.table import LEAD, WANTED, review_rows
from preserve.errors import BagError, DescriptionError, PreserveError
from preserve.model import Agent, Package, Problem, Record, Severity, Statement
from preserve.ports import Progress
from preserve.storage import names
from preserve.storage.names import fold_normalisation
from preserve.storage.spool import Spool
from preserve.workflows.addressing import AddressBook
from preserve.workflows.archive import Archive
from preserve.workflows.revising import Open, change_all, open_package, revised, who_says
from preserve.workflows.wishes import Described

_MOST_NAMED = 5
_FATAL = frozenset([rules.TABLE_UNREADABLE.code, rules.TABLE_NO_FILENAME.code])


@dataclass(frozen=True, slots=True)
class Exported:
    """A table that is made line by line, and only while *lines* are drawn."""

    packages: int
    lines: Iterator[bytes]
    problems: tuple[Problem, ...]


def export_table(archive: Archive, rows: Spool[TableRow], progress: Progress) -> Exported:
    """All packages with what is said of them, what is missing and what is proposed, to be filled in.

    A package whose description cannot be read has no row, and is an error among the problems.
    """
    columns, problems, number = Columns(LEAD), list[Problem](), 0
    progress.start("Reading descriptions", archive.catalog.count(), 0)
    for package in archive.catalog.packages():
        number += 1
        progress.advance(1, 0)
        try:
            opened = open_package(archive, package)
        except (BagError, DescriptionError) as error:
            problems.append(_about(package, error))
            continue
        for row in review_rows(package, opened.description):
            columns.widen(row)
            rows.add(row)
    progress.finish()
    for element in WANTED:
        columns.offer(f"dcterms:{element}")
    return Exported(number, columns.lines(rows), tuple(problems))


@dataclass(slots=True)
class Wanted:
    """What a table says of one package, by the path as it was written; *spoilt* if anything is wrong with a row."""

    package: Package
    rows: dict[str, Row] = field(default_factory=dict)
    spoilt: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """What a table wants, and everything that is wrong with that.

    *wanted* are the packages in the order of their rows, without those in which anything is wrong.  *usable* tells
    whether the table could be read to its end.
    """

    wanted: tuple[Wanted, ...]
    problems: tuple[Problem, ...]
    usable: bool

    @property
    def has_errors(self) -> bool:
        """Whether anything is wrong that must be corrected."""
        return any(problem.severity is Severity.ERROR for problem in self.problems)


def plan(archive: Archive, data: bytes, source: str, agent: Agent, progress: Progress) -> Plan:
    """Read the table *data* called *source*, and judge every change that it wants.  Nothing is written."""
    table = read_metadata_csv(data, source)
    usable = not any(problem.code in _FATAL for problem in table.problems)
    problems = [_stricter(problem) for problem in table.problems]
    book = AddressBook.of(archive.catalog.packages(), archive.store.name)
    wanted = _addressed(table, book, problems) if usable else {}
    told = {problem.code for problem in table.problems}
    good = []
    progress.start("Checking the table", len(wanted), 0)
    for each in wanted.values():
        progress.advance(1, 0)
        if each.spoilt:
            continue
        found = tuple(_judged(archive, each, source, agent))
        problems += (one for one in found if one.severity is Severity.ERROR or one.code not in told)
        if not any(problem.severity is Severity.ERROR for problem in found):
            good.append(each)
    progress.finish()
    if usable:
        problems += _without_row(book, wanted, source)
    return Plan(tuple(good), tuple(dict.fromkeys(problems)), usable)


def carry_out(archive: Archive, plan: Plan, source: str, agent: Agent, progress: Progress) -> Iterator[Described]:
    """Write down what *plan* wants; each package as soon as it has its new state, or with why it has none.

    ``StoreUnwritable``, ``CatalogError`` and ``Locked`` end the run; what was told by then is done.
    """
    changes: dict[str, Revised] = {}

    def all_changes() -> Iterator[tuple[Open, Revised]]:
        for each in plan.wanted:
            opened = open_package(archive, each.package)
            news = revised(opened, changes_of(opened, each), who_says(archive, agent, source))
            if news.changes and not news.refused:
                changes[each.package.id] = news
                yield opened, news

    progress.start("Writing descriptions", len(plan.wanted), 0)
    for package, error in change_all(archive, all_changes(), agent, progress):
        news = changes.pop(package.id)
        problems = (_about(package, error),) if error else ()
        yield Described(package, () if error else news.changes, problems, refused=error is not None)
    progress.finish()


def _stricter(problem: Problem) -> Problem:
    """Where a table is about packages that are sealed, a column that is not understood is an error."""
    if problem.code != rules.COLUMN_UNKNOWN.code:
        return problem
    return review_rules.COLUMN_NOT_A_TERM.at(problem.path, problem.message)


def _addressed(table: Table, book: AddressBook, problems: list[Problem]) -> dict[str, Wanted]:
    """The rows by the packages that they are about; what is wrong with that goes to *problems*."""
    wanted: dict[str, Wanted] = {}
    for row in table.rows:
        found = book.address(row, table.source)
        if isinstance(found, Problem):
            problems.append(found)
            continue
        each = wanted.setdefault(found.package.id, Wanted(found.package))
        former = each.rows.setdefault(fold_normalisation(found.path), replace(row, name=found.path))
        each.spoilt |= row.number in table.faulty
        if former.number != row.number:
            which = names.shown("/".join(filter(None, (found.package.name, found.path))))
            text = f"Rows {former.number} and {row.number} of {names.shown(table.source)} both describe {which}"
            if former.statements == row.statements:
                problems.append(rules.ROW_REPEATED.at(table.source, f"{text}, with the same values."))
            else:
                problems.append(rules.ROW_TWICE.at(table.source, f"{text}, with different values."))
                each.spoilt = True
    return wanted


def _judged(archive: Archive, wanted: Wanted, source: str, agent: Agent) -> Iterator[Problem]:
    """What is wrong with what is wanted of one package."""
    number = min(row.number for row in wanted.rows.values())
    where = f"Row {number} of {names.shown(source)} ({names.shown(wanted.package.name)}): "
    try:
        opened = open_package(archive, wanted.package)
        news = revised(opened, changes_of(opened, wanted), who_says(archive, agent, source))
    except DescriptionError as error:
        yield rules.ROW_UNMATCHED.at(source, where + error.message)
    except BagError as error:
        yield replace(Problem.of(error), path=wanted.package.name, message=where + error.message)
    else:
        yield from (replace(each, path=source, message=where + each.message) for each in news.problems)


def changes_of(opened: Open, wanted: Wanted) -> Changes:
    """The values that a row gives take the place of those of the same term and language; the others stay.

    ``DescriptionError`` if a row is about a file that the package does not hold.
    """
    puts: list[Statement] = []
    for row in wanted.rows.values():
        about = _place(opened, row.name, alone=len(wanted.rows) == 1)
        if about is None:
            raise DescriptionError(f"the package holds no file '{names.shown(row.name)}' (row {row.number}).")
        said: dict[str, list[Statement]] = {}
        for statement in row.statements:
            said.setdefault(statement.term, []).append(replace(statement, about=about))
        for term, values in said.items():
            puts += _merged(opened.description.record, about, term, values)
    return Changes(tuple(puts))


def _merged(record: Record, about: str, term: str, said: list[Statement]) -> list[Statement]:
    """All values of *term* when *said* is said, none if that changes nothing."""
    before = [s for s in record.statements if (s.about, s.term) == (about, term)]
    if record.title_stands_in and not about and term == "dcterms:title":
        said, before = [s for s in said if s.value not in {old.value for old in before}], []
    known = {s.value for s in before if s.lang}
    said = [s for s in said if s.lang or s.value not in known]  # it only leaves out the language
    spoken, values = {s.lang for s in said}, {s.value for s in said}
    after = [*(s for s in before if s.lang not in spoken and s.value not in values), *said]
    same = sorted((s.value, s.lang) for s in before) == sorted((s.value, s.lang) for s in after)
    return [] if same or not said else after


def _place(opened: Open, path: str, *, alone: bool) -> str | None:
    """Where *path*, as a person wrote it, is in the package; None if it is not.

    The only file of a package stands for the package, if no other row does.
    """
    if not path:
        return ""
    there = {fold_normalisation(stored): stored for stored in opened.former.payload}
    for written in (path, f"data/{path}"):
        if found := there.get(fold_normalisation(written)):
            return "" if alone and opened.thing.one_file else found
        folder = written.rstrip("/") + "/"
        if any(stored.startswith(folder) for stored in opened.former.payload):
            return folder if folder != "data/" else ""
    return None


def _without_row(book: AddressBook, wanted: Mapping[str, Wanted], source: str) -> Iterator[Problem]:
    left = sorted(package.name for package in book.packages() if package.id not in wanted)
    if left and wanted:
        some = ", ".join(names.shown(name) for name in left[:_MOST_NAMED]) + (" …" if len(left) > _MOST_NAMED else "")
        are = "package has" if len(left) == 1 else "packages have"
        yield review_rules.PACKAGES_WITHOUT_ROW.at(
            source, f"{len(left):,} {are} no row in {names.shown(source)}: {some}."
        )


def _about(package: Package, error: PreserveError) -> Problem:
    return replace(Problem.of(error), path=package.name)
