"""Which row of a table describes which file, and which the package as a whole."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from preserve.describe.record import rules
from preserve.describe.supplied.cells import unprotected
from preserve.describe.supplied.read_csv import Row, Table
from preserve.model import Problem, Statement
from preserve.storage.names import raw, shown


class Scope(StrEnum):
    """Where a table lies.

    ``transfer``: inside a transfer (or given for just one), so that every row must speak of it.
    ``shared``: beside many transfers, so that the rows of others are simply not ours.
    """

    TRANSFER = "transfer"
    SHARED = "shared"


@dataclass(frozen=True, slots=True)
class Files:
    """What a table can speak about.

    *paths* maps each original path in the transfer to its place in the bag (``data/…``); *transfer_name* is the name
    of the file or folder that arrived.
    """

    transfer_name: str
    paths: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Matched:
    """What a table says about one transfer.  *rows* are the numbers of the rows that are about it."""

    statements: tuple[Statement, ...]
    problems: tuple[Problem, ...]
    rows: frozenset[int]


def statements_for(table: Table, files: Files, scope: Scope = Scope.TRANSFER) -> Matched:
    """The statements of *table* about this transfer, and the rows that match nothing or say two things of one file.

    A row for the transfer itself (``.``, ``objects/``, its name) describes the package; so does a row for a folder
    that holds every file, and one for the only file where no row is about the whole.  A row for any other folder
    describes that folder (``data/…/``).
    Names match exactly, else without regard to Unicode normalisation; ``objects/``, ``data/`` and the transfer's
    name in front may be left out.  The problems of the table itself are not repeated.
    """
    index = Index(files, table.encoding)
    problems: list[Problem] = []
    chosen: dict[str, Row] = {}
    only = next(iter(files.paths.values())) if len(files.paths) == 1 else None
    mine: set[int] = set()
    for row in table.rows:
        targets = index.targets(row.name, scope)
        if len(targets) == 1:
            mine.add(row.number)
            choose(row, targets[0], chosen, table.source, problems)
        elif targets:
            mine.add(row.number)
            problems.append(ambiguous(row, table.source))
        elif scope is Scope.TRANSFER:
            problems.append(unmatched(row, table.source))
    if only in chosen and "" not in chosen:
        chosen = {"" if about == only else about: row for about, row in chosen.items()}
    statements = tuple(replace(s, about=about) for about, row in chosen.items() for s in row.statements)
    return Matched(statements, tuple(problems), frozenset(mine))


def rows_left_over(table: Table, matched: Iterable[Matched]) -> tuple[Problem, ...]:
    """A finding for each row of a shared table that none of the transfers claimed."""
    claimed = frozenset[int]().union(*(m.rows for m in matched))
    return tuple(unmatched(row, table.source) for row in table.rows if row.number not in claimed)


def choose(row: Row, about: str, chosen: dict[str, Row], source: str, problems: list[Problem]) -> bool:
    """Take *row* for what is said of *about* if it is the first; any other must say the same: whether it does."""
    former = chosen.setdefault(about, row)
    if former is row:
        return True
    text = f"Rows {former.number} and {row.number} of {shown(source)} both describe {shown(about) or 'the package'}"
    if former.statements == row.statements:
        problems.append(rules.ROW_REPEATED.at(source, f"{text}, with the same values."))
    else:
        problems.append(rules.ROW_TWICE.at(source, f"{text}, with different values."))
    return former.statements == row.statements


def unmatched(row: Row, source: str, what: str = "file") -> Problem:
    """There is no such *what* as the row is about."""
    text = f"Row {row.number} of {shown(source)} is about '{shown(row.name)}', and there is no such {what}."
    return rules.ROW_UNMATCHED.at(source, text)


def ambiguous(row: Row, source: str, what: str = "file") -> Problem:
    """The row is about more than one *what*."""
    text = f"Row {row.number} of {shown(source)} is about '{shown(row.name)}', which fits more than one {what}."
    return rules.ROW_AMBIGUOUS.at(source, text)


class Index:
    """Finds what a name in a table stands for: a place in the bag, or "" for the package; *encoding*: the table's."""

    def __init__(self, files: Files, encoding: str) -> None:
        self._name = files.transfer_name
        self._exact: dict[str, set[str]] = {}
        self._folded: dict[str, set[str]] = {}
        inside: Counter[str] = Counter()
        place: dict[str, str] = {}
        for original, stored in files.paths.items():
            for known in {original, stored.removeprefix("data/"), *_as_written(original, encoding)}:
                self._add(known, stored)
            for depth, folder in enumerate(_parents(original), 2):
                inside[folder] += 1
                place.setdefault(folder, "/".join(stored.split("/")[:depth]) + "/")
        for folder, count in inside.items():
            self._add(folder, "" if count == len(files.paths) else place[folder])

    def _add(self, known: str, target: str) -> None:
        self._exact.setdefault(known, set()).add(target)
        self._folded.setdefault(_folded(known), set()).add(target)
        if (visible := shown(known)) != known:  # as our own tables write it
            self._folded.setdefault(_folded(visible), set()).add(target)

    def targets(self, name: str, scope: Scope) -> list[str]:
        """Everything that *name* may stand for: the first way of reading it that fits anything decides."""
        plain = unprotected(name.strip())
        for written in dict.fromkeys((name, name.strip(), plain, plain.replace("\\", "/"))):
            for path, is_whole in self._readings(written, scope):
                if is_whole:
                    return [""]
                if path in self._exact:
                    return sorted(self._exact[path])
                if found := self._folded.get(_folded(path)):
                    return sorted(found)
        return []

    def _readings(self, written: str, scope: Scope) -> Iterator[tuple[str, bool]]:
        """Paths in the transfer that *written* may mean, likeliest first; the flag stands for the transfer itself."""
        path = written.removeprefix("./").rstrip("/")
        prefixes = [prefix for prefix in ("objects/", "data/", "/") if (path + "/").startswith(prefix)]
        bare = [path, *(path[len(prefix) :] for prefix in prefixes)]
        inside = scope is Scope.TRANSFER
        for candidate in bare:
            if inside and candidate:
                yield candidate, False
        for candidate in bare:
            first, _, rest = candidate.partition("/")
            if _folded(first) == _folded(self._name):
                yield rest, not rest
        if inside and (path in ("", ".", "objects", "data") or not all(bare)):
            yield "", True


def _folded(path: str) -> str:
    return unicodedata.normalize("NFC", path)


def _as_written(original: str, encoding: str) -> tuple[str, ...]:
    """A name that is not UTF-8 as the table's encoding writes it, because both may come from the same old machine."""
    if not any("\udc80" <= char <= "\udcff" for char in original):
        return ()
    assumed = encoding if encoding.startswith("windows") else "windows-1252"
    return (raw(original).decode(assumed, "replace"),)


def _parents(path: str) -> Iterator[str]:
    parts = path.split("/")[:-1]
    for end in range(1, len(parts) + 1):
        yield "/".join(parts[:end])
