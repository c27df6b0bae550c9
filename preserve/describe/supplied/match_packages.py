"""Which row of a table is about which package of an archive, or about which file of one."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from preserve.describe.record import rules
from preserve.describe.supplied.cells import unprotected
from preserve.describe.supplied.match import Files, Index, Scope, ambiguous, choose, unmatched
from preserve.describe.supplied.read_csv import Row, Table
from preserve.model import Problem
from preserve.storage.names import shown

_NAMED = 5
_SLASH = re.compile(r"[/\\]")
_URN = "urn:uuid:"
_SHORTEST_PREFIX = 6
"""Figures of an id that may stand for it, if no other begins with them."""


@dataclass(frozen=True, slots=True)
class Held:
    """A package that a table can speak about: its UUID, its name in the store, and what its transfer was called."""

    id: str
    name: str
    transfer: str = ""


PathsOf = Callable[[Held], Mapping[str, str]]
"""The files of a package: each original path with its place in the bag (``data/…``).  Asked only if a row needs it."""


@dataclass(frozen=True, slots=True)
class AboutPackages:
    """What a table says: by package id, in the order of the table, its rows by what in it they are about.

    *spoilt* are the ids of packages of which a row is wrong; *unsaid* are the packages without a row.
    """

    rows: Mapping[str, Mapping[str, Row]]
    problems: tuple[Problem, ...]
    spoilt: frozenset[str]
    unsaid: tuple[Held, ...]


def rows_of_packages(table: Table, held: Iterable[Held], paths_of: PathsOf) -> AboutPackages:
    """The rows of *table* by packages and their files, and the rows that fit nothing, or more than one.

    A row names a package by its name, id, ``urn:uuid:`` or the beginning of its id (six figures at least), by its path
    (``packages/letters-6ba7b810``), or by its transfer if there is but one of that name; a file by the same with its
    path behind it (``letters-6ba7b810/data/1.txt``).  In a table of one package the name may be left out before
    ``data/``.  An id in the column ``id`` decides.  The problems of the table itself are not repeated.
    """
    known = _Packages(held)
    problems: list[Problem] = []
    chosen: dict[str, dict[str, Row]] = defaultdict(dict)
    indexes: dict[str, Index] = {}
    spoilt: set[str] = set()
    for row in table.rows:
        found, rest = known.find(row)
        if len(found) != 1:
            spoilt.update(one.id for one in known.named(row) if row.id)
            problems.append(_nobodys(row, table.source, found))
            continue
        (package,) = found
        if row.number in table.faulty:
            spoilt.add(package.id)
        targets = [""]
        if rest:
            if package.id not in indexes:
                indexes[package.id] = Index(Files(package.transfer, paths_of(package)), table.encoding)
            targets = indexes[package.id].targets(rest, Scope.TRANSFER)
        if len(targets) != 1:
            others = known.named(row) if row.id and not targets else []
            if others and package not in others:
                problems.append(_wrong_id(row, table.source, f"which is that of {shown(package.name)}"))
                spoilt.update(one.id for one in others)
            else:
                problems.append((ambiguous if targets else unmatched)(row, table.source))
            spoilt.add(package.id)
            continue
        if not choose(row, targets[0], chosen[package.id], table.source, problems):
            spoilt.add(package.id)
    unsaid = tuple(one for one in known.all if one.id not in chosen and one.id not in spoilt)
    return AboutPackages(chosen, tuple(problems), frozenset(spoilt), unsaid)


def unsaid_problems(about: AboutPackages, source: str) -> tuple[Problem, ...]:
    """That some packages have no row in the table, if so."""
    if not about.unsaid:
        return ()
    some = ", ".join(shown(package.name) for package in about.unsaid[:_NAMED]) + " …" * (len(about.unsaid) > _NAMED)
    have = "package has" if len(about.unsaid) == 1 else "packages have"
    return (rules.PACKAGE_UNSAID.at(source, f"{len(about.unsaid):,} {have} no row in {shown(source)}: {some}."),)


def _nobodys(row: Row, source: str, found: Sequence[Held]) -> Problem:
    if row.id:
        return _wrong_id(row, source, "which fits more than one package" if found else "which no package has")
    if not found:
        return unmatched(row, source, "package")
    listed = ", ".join(shown(package.name) for package in found[:_NAMED])
    return ambiguous(row, source, f"package: {listed}")


def _wrong_id(row: Row, source: str, what: str) -> Problem:
    text = f"Row {row.number} of {shown(source)} is named '{shown(row.name)}' and has the id '{shown(row.id[:60])}', "
    return rules.ROW_ID_WRONG.at(source, f"{text}{what}.")


class _Packages:
    """Packages by everything that people call them."""

    def __init__(self, held: Iterable[Held]) -> None:
        self.all = tuple(held)
        self._by_id = {package.id.lower(): package for package in self.all}
        self._ids = sorted(self._by_id)
        self._by_name = {_folded(package.name): package for package in self.all}
        self._by_transfer: defaultdict[str, list[Held]] = defaultdict(list)
        for package in self.all:
            if package.transfer:
                self._by_transfer[_folded(package.transfer)].append(package)

    def find(self, row: Row) -> tuple[list[Held], str]:
        """All packages that *row* may be about, and the path in it, or "" for the whole."""
        written = _path_of(row)
        if not row.id:
            return self._by_path(written)
        found = self._called(row.id)
        path = written.removeprefix("packages/")
        is_named = any(one in self._called(_SLASH.split(path, maxsplit=1)[0]) for one in found)
        return found, _behind(path, 1) if is_named else written

    def named(self, row: Row) -> list[Held]:
        """All packages that the name of *row* fits, whatever its id."""
        return self._by_path(_path_of(row))[0]

    def _by_path(self, written: str) -> tuple[list[Held], str]:
        parts = _SLASH.split(written)
        for start in range(min(len(parts), 64)):  # packages/NAME, or a path to it from the root of the disk
            if found := self._called(parts[start]):
                return found, _behind(written, start + 1)
        if len(self.all) == 1 and parts[0] in ("data", "objects"):
            return list(self.all), written
        return [], ""

    def _called(self, text: str) -> list[Held]:
        name = text.strip().lower().removeprefix(_URN)
        if package := self._by_id.get(name) or self._by_name.get(_folded(text.strip())):
            return [package]
        if found := self._by_transfer.get(_folded(text)) or self._by_transfer.get(_folded(text.strip())):
            return found
        if len(name) < _SHORTEST_PREFIX:
            return []
        at = bisect_left(self._ids, name)
        return [self._by_id[one] for one in self._ids[at : at + 2] if one.startswith(name)]


def _path_of(row: Row) -> str:
    """The name of *row* to the letter, for a file may end in a space or hold a backslash."""
    written = unprotected(row.name.lstrip())
    return written[2:] if written[:2] in ("./", ".\\") else written


def _behind(path: str, parts: int) -> str:
    """What stands behind the first *parts* of *path*, however the slashes lean."""
    pieces = _SLASH.split(path, maxsplit=parts)
    return pieces[parts] if len(pieces) > parts else ""


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name)
