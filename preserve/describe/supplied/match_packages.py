"""Which row of a table is about which package of an archive, or about which file of one."""

from __future__ import annotations

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
    if not found:
        return unmatched(row, source, "package")
    listed = ", ".join(shown(package.name) for package in found[:_NAMED])
    return ambiguous(row, source, f"package: {listed}")


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
        written = unprotected(row.name.strip()).replace("\\", "/").removeprefix("./")
        if row.id:
            found = self._called(row.id)
            first, _, rest = written.partition("/")
            is_named = any(one in self._called(first) for one in found)
            return found, rest if is_named else written
        parts = written.rstrip("/").split("/")
        for start in range(min(len(parts), 64)):  # packages/NAME, or a path to it from the root of the disk
            if found := self._called(parts[start]):
                return found, "/".join(parts[start + 1 :])
        if len(self.all) == 1 and parts[0] in ("data", "objects"):
            return list(self.all), written
        return [], ""

    def _called(self, text: str) -> list[Held]:
        name = text.strip().lower().removeprefix(_URN)
        if package := self._by_id.get(name) or self._by_name.get(_folded(text)):
            return [package]
        if found := self._by_transfer.get(_folded(text)):
            return found
        if len(name) < _SHORTEST_PREFIX:
            return []
        at = bisect_left(self._ids, name)
        return [self._by_id[one] for one in self._ids[at : at + 2] if one.startswith(name)]


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name)
