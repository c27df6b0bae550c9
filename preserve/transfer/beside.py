"""Companions that lie beside transfers in the same folder: which are there, and about whom they speak.

``look_around`` reads the folder; ``match`` is pure and decides.
"""

from __future__ import annotations

import os
import stat
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from preserve.model import CompanionKind, Problem, Severity
from preserve.storage.names import is_set_aside
from preserve.transfer import reading, rules
from preserve.transfer.arrival import Beside, Expected
from preserve.transfer.checksums import ChecksumList, Listed, may_be_list, sidecar_of
from preserve.transfer.hazards import said
from preserve.transfer.lists import line_problems, not_there, said_about
from preserve.transfer.spelling import Names

SIDECARS = {".dc.xml": CompanionKind.DUBLIN_CORE, ".metadata.toml": CompanionKind.METADATA_TOML}
"""How files end that describe the one file or folder beside them."""
_LAST_FOUR = frozenset(ending[-4:] for ending in SIDECARS)
TABLE = "metadata.csv"
FOLDER_FILE = "metadata.toml"
"""What describes all that lies in the same folder, and below."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What lies in one folder.  *modes* are the file types by name (hidden entries too), links not followed."""

    folder: Path
    modes: Mapping[str, int]
    lists: tuple[ChecksumList, ...] = ()
    tables: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    def is_file(self, name: str) -> bool:
        """Whether *name* is a regular file here."""
        return stat.S_ISREG(self.modes[name])

    def candidates(self) -> frozenset[str]:
        """The files that may be companions.  Looks at every name."""
        described = {name for name in self.modes if self.is_file(name) and (described_by(name) or is_for_folder(name))}
        return frozenset(described.union((found.name for found in self.lists), self.tables))


@dataclass(slots=True)
class Match:
    """Who speaks about whom.

    *companions* speak about something that is here, those *alone* do not; *problems* concern more than one transfer.
    """

    beside: defaultdict[str, list[Beside]] = field(default_factory=lambda: defaultdict(list))
    companions: frozenset[str] = frozenset()
    alone: frozenset[str] = frozenset()
    problems_of: defaultdict[str, list[Problem]] = field(default_factory=lambda: defaultdict(list))
    problems: list[Problem] = field(default_factory=list)


def described_by(name: str) -> str:
    """What a file of this name describes: ``letter.txt`` or ``letter`` for ``….dc.xml``; "" if it is no such name."""
    ending = ending_of(name)
    subject = name[: -len(ending)] if ending else ""
    return "" if subject.endswith("/") else subject


def ending_of(name: str) -> str:
    """The ending of ``SIDECARS`` that *name* has, as it is written there, or ""."""
    if name[-4:].lower() not in _LAST_FOUR:  # true of nearly every name, and there may be a million
        return ""
    lower = name[-max(map(len, SIDECARS)) :].lower()
    return next((name[-len(ending) :] for ending in SIDECARS if lower.endswith(ending)), "")


def kind_of(name: str) -> CompanionKind:
    """The kind of a file that describes another."""
    return CompanionKind.METADATA_TOML if name.lower().endswith(".toml") else CompanionKind.DUBLIN_CORE


def is_for_folder(name: str) -> bool:
    """Whether a file of this name describes the folder that it lies in."""
    return name.lower() == FOLDER_FILE


def is_named_like_companion(name: str) -> bool:
    """Whether a file of this name may speak about others."""
    return bool(described_by(name)) or may_be_list(name) or name.lower() in (TABLE, FOLDER_FILE)


def look_around(folder: Path) -> Surroundings:
    """What lies in *folder*.  ``OSError`` if it cannot be listed."""
    modes: dict[str, int] = {}
    with os.scandir(folder) as listing:
        for entry in sorted(listing, key=lambda entry: entry.name):
            try:
                modes[entry.name] = _file_type(entry)
            except OSError:
                continue  # it vanished between two calls: then it is not here
    lists: list[ChecksumList] = []
    tables: dict[str, tuple[str, ...]] = {}
    problems: list[Problem] = []
    for name, mode in modes.items():
        if not stat.S_ISREG(mode) or name.startswith("."):
            continue
        found = reading.checksum_list(folder / name, name)
        if isinstance(found, ChecksumList):
            lists.append(found)
        elif found is not None and found.severity is Severity.WARNING:
            problems.append(found)  # an error is told where the file itself is refused, as a transfer of its own
        if name.lower() == TABLE:
            tables[name] = reading.table_names(folder / name)
    return Surroundings(folder, modes, tuple(lists), tables, tuple(problems))


def _file_type(entry: os.DirEntry[str]) -> int:
    """Without asking the disk again where the listing says enough."""
    if entry.is_symlink():
        return stat.S_IFLNK
    if entry.is_dir(follow_symlinks=False):
        return stat.S_IFDIR
    if entry.is_file(follow_symlinks=False):
        return stat.S_IFREG
    return stat.S_IFMT(entry.stat(follow_symlinks=False).st_mode)


@dataclass(frozen=True, slots=True)
class _Index:
    """A folder's names, ready to be asked."""

    around: Surroundings
    candidates: frozenset[str]
    names: Names
    by_stem: Mapping[str, tuple[str, ...]]

    def is_folder(self, name: str) -> bool:
        return stat.S_ISDIR(self.around.modes[name])

    def is_subject(self, name: str) -> bool:
        """Whether *name* is something to be packaged, and not a companion or set aside."""
        return name not in self.candidates and not is_set_aside(name)

    def base(self, name: str) -> str:
        return f"{name}/" if self.is_folder(name) else ""

    def find(self, listed: str) -> tuple[str, str] | None:
        """The entry that *listed* begins with and what follows; only a folder can be followed by something."""
        found = self.names.find_first(listed)
        return found if found is not None and (not found[1] or self.is_folder(found[0])) else None


def _index(around: Surroundings) -> _Index:
    candidates = around.candidates()
    by_stem: defaultdict[str, list[str]] = defaultdict(list)
    for name in around.modes:
        if around.is_file(name) and name not in candidates:
            by_stem[stem(name)].append(name)
    mates = {stem: tuple(names) for stem, names in by_stem.items()}
    return _Index(around, candidates, Names(around.modes), mates)


def stem(name: str) -> str:
    """*name* without its ending: ``letter`` for ``letter.txt``."""
    before, dot, _ = name.rpartition(".")
    return before if dot and before else name


def match(around: Surroundings) -> Match:
    """Which companions speak about which entries.  A list or table that names nothing here is no companion."""
    index = _index(around)
    spoken: dict[str, dict[str, Beside]] = {}
    strays: dict[str, list[Problem]] = {}
    for name in sorted(index.candidates):
        if is_for_folder(name):
            beside = Beside(CompanionKind.METADATA_TOML, around.folder / name)
            spoken[name] = dict.fromkeys(filter(index.is_subject, around.modes), beside)
        elif described_by(name):
            beside = Beside(kind_of(name), around.folder / name)
            spoken[name] = dict.fromkeys(_described(name, index), beside)
    for listing in around.lists:
        spoken[listing.name], strays[listing.name] = _listed(listing, index)
    for name, rows in around.tables.items():
        spoken[name], strays[name] = _tabled(name, rows, index)
    expected: defaultdict[str, list[Expected]] = defaultdict(list)
    for listing in around.lists:
        for target in index.candidates.intersection(spoken[listing.name]):
            expected[target] += [Expected(line.digest, listing.name) for line in spoken[listing.name][target].listed]
    companions = frozenset(name for name, about in spoken.items() if any(map(index.is_subject, about)))
    found = Match(companions=companions, alone=index.candidates - companions, problems=list(around.problems))
    for name in sorted(found.companions):
        for target, beside in spoken[name].items():
            found.beside[target].append(replace(beside, expected=tuple(expected[name])))
        subjects = [target for target in spoken[name] if index.is_subject(target)]
        # what concerns a list about one transfer is said there; otherwise once for the folder
        (found.problems_of[subjects[0]] if len(subjects) == 1 else found.problems).extend(strays.get(name, ()))
    return found


def _described(name: str, index: _Index) -> tuple[str, ...]:
    """The file or folder of this very name; else the files with this stem that have no description of their own."""
    subject = described_by(name)
    exact = index.names.find(subject)
    if exact is not None:
        return (exact,)
    mates = tuple(mate for mate in index.by_stem.get(subject, ()) if not mate.startswith("."))
    return tuple(mate for mate in mates if index.names.find(mate + name[len(subject) :]) is None) or mates


def _listed(listing: ChecksumList, index: _Index) -> tuple[dict[str, Beside], list[Problem]]:
    about: defaultdict[str, list[Listed]] = defaultdict(list)
    problems = list(line_problems(listing))
    for line, target in said_about(listing, index.find, _sidecar(listing.name, index)):
        if target is None:
            problems.append(not_there(listing.name, line, "", rules.LISTED_NOT_HERE))
        elif target[0] != listing.name:
            about[target[0]].append(replace(line, path=target[1]))
    source = index.around.folder / listing.name
    return {
        name: Beside(CompanionKind.CHECKSUMS, source, index.base(name), listed=tuple(lines))
        for name, lines in about.items()
    }, problems


def _sidecar(name: str, index: _Index) -> tuple[str, str] | None:
    subject = sidecar_of(name)
    exact = index.names.find(subject) if subject else None
    if exact is not None:
        return exact, ""
    mates = index.by_stem.get(subject, ())
    return (mates[0], "") if len(mates) == 1 else None


def _tabled(name: str, rows: Iterable[str], index: _Index) -> tuple[dict[str, Beside], list[Problem]]:
    about: defaultdict[str, list[str]] = defaultdict(list)
    problems: list[Problem] = []
    for row in rows:
        target = next(filter(None, map(index.find, table_spellings(row))), None)
        if target is None:
            problems.append(rules.ROW_NOT_HERE.at(name, f"{said(name)} has a row for {said(row)}, which is not here."))
        elif target[0] != name:
            about[target[0]].append(target[1])
    source = index.around.folder / name
    return {
        target: Beside(CompanionKind.METADATA_CSV, source, index.base(target), rows=tuple(rests))
        for target, rests in about.items()
    }, problems


def table_spellings(row: str) -> Iterator[str]:
    """A row's file name, also without the folder that Archivematica puts before it."""
    yield row
    for folder in ("objects/", "data/"):
        if row.startswith(folder):
            yield row[len(folder) :]
