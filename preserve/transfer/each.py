"""Transfers where a person points: one for each path, or one for every file below."""

from __future__ import annotations

import os
import stat
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import takewhile
from pathlib import Path

from preserve.model import CompanionKind, Problem, Severity, TransferKind
from preserve.transfer import rules
from preserve.transfer.arrival import Arrival, Beside
from preserve.transfer.beside import FOLDER_FILE, Match, is_for_folder, is_named_like_companion, look_around, match
from preserve.transfer.lists import not_there
from preserve.transfer.places import absolute, arrival_at
from preserve.transfer.spelling import Names
from preserve.transfer.walk import Walked, walk


def named(path: Path) -> Arrival:
    """The one transfer at *path*, with the companions beside it that speak about it."""
    return named_each([path])[0]


def named_each(paths: Iterable[Path]) -> tuple[Arrival, ...]:
    """The transfers at *paths*, one each and in their order; each folder around them is looked at once only."""
    places = [absolute(path) for path in paths]
    matches: dict[Path, Match | None] = {}
    found: list[Arrival] = []
    for place in places:
        if place.parent not in matches:
            matches[place.parent] = _match(place.parent)
        found.append(_with_companions(arrival_at(place), matches[place.parent]))
    return tuple(found)


def _match(folder: Path) -> Match | None:
    """None where the folder around a transfer may not be listed: then it has no companions."""
    try:
        return match(look_around(folder))
    except OSError:
        return None


def _with_companions(arrival: Arrival, found: Match | None) -> Arrival:
    if found is None or arrival.root.parent == arrival.root:
        return arrival
    name = arrival.root.name
    return replace(
        arrival,
        beside=tuple(found.beside.get(name, ())),
        problems=(*arrival.problems, *found.problems_of.get(name, ())),
    )


def with_folders_above(arrival: Arrival, top: Path) -> Arrival:
    """*arrival* with what describes the folders around it, from beside it up to *top*, if it lies below that.

    So a document that is named hears what one hears that is found.
    """
    known = {beside.source for beside in arrival.beside}
    above = takewhile(lambda folder: folder.is_relative_to(top), arrival.root.parents)
    files = (folder / FOLDER_FILE for folder in above)
    more = (Beside(CompanionKind.METADATA_TOML, file) for file in files if file not in known and _is_regular(file))
    parts = tuple(with_folders_above(part, top) for part in arrival.parts)
    return replace(arrival, beside=(*arrival.beside, *more), parts=parts)


def _is_regular(file: Path) -> bool:
    try:
        return stat.S_ISREG(os.lstat(file).st_mode)
    except (OSError, ValueError):
        return False


@dataclass(slots=True)
class _Folder:
    """A folder whose files are transfers of their own; everything by path below it."""

    root: Path
    walked: Walked
    names: Names
    beside: defaultdict[str, list[Beside]] = field(default_factory=lambda: defaultdict(list))
    companions: set[str] = field(default_factory=set)
    problems_of: defaultdict[str, list[Problem]] = field(default_factory=lambda: defaultdict(list))
    problems: list[Problem] = field(default_factory=list)

    def hear(self, beside: Beside, about: str, below: str) -> None:
        """Give the files in the folder *about* their part of what *beside*, which lies in *below*, says."""
        prefix = f"{about}/" if about else ""
        if is_for_folder(beside.source.name):
            for below_it in filter(lambda file: file.startswith(prefix), self.walked.files.paths()):
                self.beside[below_it].append(beside)
        for line in beside.listed:
            path = self.names.find(line.path, below=(prefix,))
            if path is None:
                self.problems.append(not_there(beside.source.name, line, prefix + line.path, rules.LISTED_NOT_HERE))
            else:
                self._add(path, below, replace(beside, listed=(replace(line, path=""),)))
        for row in beside.rows:
            path = self.names.find(row, below=(prefix,))
            if path is not None:
                self._add(path, below, replace(beside, rows=("",)))

    def _add(self, path: str, below: str, beside: Beside) -> None:
        folder = path.rpartition("/")[0]
        inner = folder[len(below) :].lstrip("/")
        self.beside[path].append(replace(beside, base=f"{inner}/" if inner else ""))


def each_file(paths: Iterable[Path]) -> tuple[Arrival, ...]:
    """Every regular file at or below *paths*, hidden ones too, as a transfer of its own, in order of the paths.

    Companions go with the files that they speak about.  What is no file (links, pipes, what cannot be read) comes as
    a refused arrival, and so does a folder without any file.
    """
    found: list[Arrival] = []
    for whole in named_each(paths):
        if whole.kind is TransferKind.FILE:
            found.append(whole)
        else:
            found += _files_of(whole) or [whole]
    return tuple(dict.fromkeys(found))


def _files_of(whole: Arrival) -> list[Arrival]:
    walked = walk(whole.root)
    folder = _Folder(whole.root, walked, Names(walked.files.paths()))
    for path in _folders_with_companions(walked):
        _look_into(path, folder)
    for beside in whole.beside:
        if beside.kind in (CompanionKind.CHECKSUMS, CompanionKind.METADATA_CSV) or is_for_folder(beside.source.name):
            folder.hear(replace(beside, base=""), "", "")
    subjects = set(walked.files.paths()).difference(folder.companions)
    heard = {str(beside.source) for path in subjects for beside in folder.beside.get(path, ())}
    files = [
        _file(file.path, folder) for file in walked.files if file.path in subjects or file.source not in heard
    ]  # what speaks about a folder, or about nothing that is left, must not be lost from sight
    strays = [*whole.problems, *folder.problems, *(one for one in walked.problems if one.severity is Severity.WARNING)]
    if files and strays:
        files[0] = replace(files[0], problems=(*files[0].problems, *strays))
    return sorted([*files, *_refused(folder)], key=lambda arrival: arrival.root)


def _file(path: str, folder: _Folder) -> Arrival:
    place = folder.root / path
    beside = sorted((_located(one, folder) for one in folder.beside.get(path, ())), key=_outwards)
    return Arrival(
        place.name, place, TransferKind.FILE, tuple(beside), problems=tuple(folder.problems_of.get(path, ()))
    )


def _located(beside: Beside, folder: _Folder) -> Beside:
    """What describes a folder keeps its place in the tree, for there may be several around one file."""
    if not is_for_folder(beside.source.name) or not beside.source.is_relative_to(folder.root):
        return beside
    return replace(beside, path=f"{folder.root.name}/{beside.source.relative_to(folder.root).as_posix()}")


def _outwards(beside: Beside) -> int:
    """Puts what describes the innermost folder first."""
    return -len(beside.source.parts) if is_for_folder(beside.source.name) else 0


def _refused(folder: _Folder) -> Iterator[Arrival]:
    for link in folder.walked.links:
        yield arrival_at(folder.root / link.path)
    for problem in folder.walked.problems:
        if problem.severity is Severity.ERROR:
            place = folder.root / problem.path
            yield Arrival(place.name, place, TransferKind.FILE, problems=(problem,))


def _folders_with_companions(walked: Walked) -> list[str]:
    steps = (path.rpartition("/")[::2] for path in walked.files.paths())
    return sorted({folder for folder, name in steps if is_named_like_companion(name)})


def _look_into(path: str, folder: _Folder) -> None:
    """Match the files of one folder with the companions among them."""
    found = _match(folder.root / path)
    if found is None:
        return
    prefix = f"{path}/" if path else ""
    folder.companions.update(prefix + name for name in found.companions)
    folder.problems += found.problems
    for name, problems in found.problems_of.items():
        folder.problems_of[prefix + name] += problems
    for name, said in found.beside.items():
        if prefix + name in folder.names:
            folder.beside[prefix + name] += said
            continue
        for beside in said:
            folder.hear(beside, prefix + name, path)
