"""Export: the description of a package in the words of others.  Packages are read and never changed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from preserve.describe.crosswalks.subject import Subject
from preserve.describe.crosswalks.targets import cross
from preserve.describe.read_xml import read_record
from preserve.errors import NotABag
from preserve.model import Package, Problem
from preserve.storage import names
from preserve.workflows.archive import Archive
from preserve.workflows.looking import find
from preserve.workflows.packages import DC, read_file


@dataclass(frozen=True, slots=True)
class Exported:
    """The description of one package in another form, and what a person should know about it."""

    package: Package
    data: bytes
    problems: tuple[Problem, ...]


def export(archive: Archive, text: str, form: str, organizations: Collection[str] = ()) -> Exported:
    """The package that *text* names, as ``show`` finds it, in *form*, a key of ``crosswalks.targets.TARGETS``.

    *organizations* are the names in the description that are not those of persons.  ``DescriptionError`` names all
    that the form demands and nobody has said; ``UnknownPackage``; ``NotABag`` if the description cannot be read.
    """
    package = find(archive, text)
    crossed = cross(form, subject_of(archive, package, organizations))
    return Exported(package, crossed.data, crossed.problems)


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
    return Subject(package, read_record(data), frozenset(name.strip() for name in organizations))
