"""Export: the description of a package, or of all, in the words of others.  Packages are read and never changed."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from preserve.describe.crosswalks import rules
from preserve.describe.crosswalks.subject import Notes, Subject
from preserve.describe.crosswalks.table import Columns, Row, lead_of, whole_row
from preserve.describe.crosswalks.targets import cross
from preserve.describe.record.read_xml import read_record
from preserve.errors import BagError, DescriptionError, NotABag
from preserve.model import Package, Problem
from preserve.storage import names
from preserve.storage.spool import Spool
from preserve.workflows.archive import Archive
from preserve.workflows.looking import find
from preserve.workflows.packages import DC, read_file


@dataclass(frozen=True, slots=True)
class Exported:
    """The description of one package in another form, and what a person should know about it."""

    package: Package
    data: bytes
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """The descriptions of all packages as a table, which is made line by line and only while *lines* are drawn."""

    packages: int
    lines: Iterator[bytes]
    problems: tuple[Problem, ...]


def export(archive: Archive, text: str, form: str, organizations: Collection[str] = ()) -> Exported:
    """The package that *text* names, as ``show`` finds it, in *form*, a key of ``crosswalks.targets.TARGETS``.

    *organizations* are the names in the description that are not those of persons.  ``DescriptionError`` names all
    that the form demands and nobody has said; ``UnknownPackage``; ``NotABag`` if the description cannot be read.
    """
    package = find(archive, text)
    crossed = cross(form, subject_of(archive, package, organizations))
    return Exported(package, crossed.data, crossed.problems)


def described(archive: Archive, package: Package, form: str) -> bytes:
    """The description of *package* in *form*, for who sends it along; errors as ``export``."""
    return cross(form, subject_of(archive, package)).data


def export_all(archive: Archive, rows: Spool[Row]) -> Table:
    """All packages, a row each, the oldest first; each is read once, and their rows wait in *rows*, not in memory.

    A package whose description cannot be read has a row with what the catalogue knows, and an error among the problems.
    """
    notes = Notes("A table of the archive")
    columns, problems, number = Columns(), list[Problem](), 0
    for package in archive.catalog.packages(with_pins=False):
        number += 1
        try:
            subject = subject_of(archive, package)
            notes.files_left_out(subject)
            row = whole_row(subject, notes)
        except (BagError, DescriptionError) as error:
            problems.append(replace(rules.UNREADABLE.at(package.name, error.message), hint=error.hint))
            row = Row(lead_of(package), ())
        columns.widen(row)
        rows.add(row)
    return Table(number, columns.lines(rows), (*problems, *notes.problems()))


def subject_of(archive: Archive, package: Package, organizations: Collection[str] = ()) -> Subject:
    """*package* with its description, read from the package itself.  ``NotABag`` if it cannot be read."""
    try:
        data = read_file(archive.place_of(package.name) / DC)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        name = names.shown(package.name)
        raise NotABag(
            f"{DC} of the package {name} cannot be read: {reason}.",
            hint=f"See what is wrong with: preserve validate {name}",
        ) from error
    return Subject(
        package, read_record(data), frozenset(names.fold_normalisation(name.strip()) for name in organizations)
    )
