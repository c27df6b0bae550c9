"""Companions inside a folder transfer: they stay in the payload, and speak about the files around them.

Tables and lists count at the top and in ``metadata/`` (Archivematica's habit); a description or a checksum that lies
right beside its file (``letter.txt.dc.xml``, ``letter.txt.md5``) counts anywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from preserve.model import Companion, CompanionKind, Problem, Severity, SourceFile, SuppliedDigest
from preserve.transfer import reading, rules
from preserve.transfer.beside import FOLDER_FILE, TABLE, described_by, ending_of, is_for_folder, kind_of, stem
from preserve.transfer.checksums import ChecksumList, Listed, may_be_list, sidecar_of
from preserve.transfer.hazards import above, said
from preserve.transfer.lists import line_problems, not_there, said_about
from preserve.transfer.spelling import Names, unpercent
from preserve.transfer.walk import Walked

_METADATA = "metadata/"
_OF_ANY_FOLDER = frozenset([TABLE, FOLDER_FILE])


@dataclass(slots=True)
class Found:
    """What the companions of a transfer are and say."""

    companions: list[Companion] = field(default_factory=list)
    supplied: list[SuppliedDigest] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


class Gaps:
    """What a transfer holds and its payload does not: links, and what cannot be read."""

    def __init__(self, walked: Walked) -> None:
        self._links = Names(link.path for link in walked.links)
        self._refused = {problem.path for problem in walked.problems if problem.path and refuses(problem)}

    def missing(self, listing: str, line: Listed, path: str) -> Iterator[Problem]:
        """What there is to say of a *line* about *path*, which is no file of the payload.

        A link is recorded and not read, so its checksum is not compared; what cannot be read was told already.
        """
        if self._links.find(path) is not None:
            yield rules.LISTED_LINK.at(
                path, f"{said(path)} is listed in {said(listing)} and is a link; it was not checked."
            )
        elif self._refused.isdisjoint((path, *above(path))):
            yield not_there(listing, line, path)


class Inside:
    """The files of one folder; their paths all begin with *prefix* (``""``, or the folder's name and ``/``)."""

    def __init__(self, walked: Walked, prefix: str, folder: str) -> None:
        self._gaps = Gaps(walked)
        self._files = walked.files
        self._prefix = prefix
        self._folder = folder
        self._by_stem: dict[str, list[str]] | None = None

    @cached_property
    def _names(self) -> Names:
        return Names(self._files.paths())

    def companions(self, *, checksums: bool = True, below: str = "") -> Found:
        """All of them with what they say.  *below* is put before their paths; *checksums* leaves the lists out."""
        found = Found()
        for number, path in enumerate(self._files.paths()):
            if not _may_say_something(path):
                continue
            inner, file = path[len(self._prefix) :], self._files[number]
            if inner.lower() in (TABLE, _METADATA + TABLE):
                found.companions.append(
                    Companion(CompanionKind.METADATA_CSV, below + path, Path(file.source), seen=file)
                )
            elif is_for_folder(path.rpartition("/")[2]):
                about = path.rpartition("/")[0]
                place = (f"{about}/",) if about else ()
                found.companions.append(
                    Companion(CompanionKind.METADATA_TOML, below + path, Path(file.source), about=place, seen=file)
                )
            elif described := self._described(path):
                found.companions.append(
                    Companion(kind_of(path), below + path, Path(file.source), about=tuple(described), seen=file)
                )
            elif checksums and self._may_speak(path, inner):
                self._read_list(file, inner, found, below)
        if checksums:
            self._count_unlisted(found)
        return found

    def _described(self, path: str) -> list[str]:
        subject = described_by(path)
        if not subject:
            return []
        exact = self._names.find(subject)
        if exact is not None:
            return [exact]
        mates = [mate for mate in self._mates(subject) if not ending_of(mate)]
        return [mate for mate in mates if self._names.find(mate + path[len(subject) :]) is None] or mates

    def _mates(self, path: str) -> list[str]:
        """The files that are called *path* and any one ending."""
        if self._by_stem is None:
            self._by_stem = {}
            for each in self._files.paths():
                folder, slash, name = each.rpartition("/")
                self._by_stem.setdefault(folder + slash + stem(name), []).append(each)
        return self._by_stem.get(path, [])

    def _may_speak(self, path: str, inner: str) -> bool:
        folder, _, name = inner.rpartition("/")
        if not may_be_list(name):
            return False
        return folder.lower() in ("", "metadata") or self._sidecar(path) is not None

    def _sidecar(self, path: str) -> str | None:
        """The file that the list at *path* lies beside."""
        folder, slash, name = path.rpartition("/")
        subject = sidecar_of(name)
        if not subject:
            return None
        exact = self._names.find(folder + slash + subject)
        if exact is not None:
            return exact
        mates = [mate for mate in self._mates(folder + slash + subject) if not may_be_list(mate.rpartition("/")[2])]
        return mates[0] if len(mates) == 1 and not folder[len(self._prefix) :] else None

    def _read_list(self, file: SourceFile, inner: str, found: Found, below: str) -> None:
        listing = reading.checksum_list(Path(file.source), file.path)
        if listing is None:
            return
        if isinstance(listing, Problem):
            found.problems.append(listing)
            return
        found.companions.append(Companion(CompanionKind.CHECKSUMS, below + file.path, Path(file.source), seen=file))
        found.problems += line_problems(listing)
        folder = inner.rpartition("/")[0]
        home = self._prefix + (folder + "/" if folder else "")
        bases = [self._prefix, self._prefix + "objects/", home] if folder.lower() == "metadata" else [home]
        climbs = ["../"] if folder else [f"{self._folder}/"]

        def find(listed: str) -> str | None:
            return self._names.find(listed, below=bases, without=climbs)

        for line, path in said_about(listing, find, self._sidecar(file.path)):
            if path is None:
                expected = bases[0] + line.path if line.path else ""
                found.problems += self._gaps.missing(file.path, line, expected)
            elif path != file.path:  # `sha256sum * > SHA256SUMS` lists the list itself, while it is still empty
                found.supplied.append(SuppliedDigest(path, line.digest, file.path))

    def _count_unlisted(self, found: Found) -> None:
        lists = {one.path for one in found.companions if one.kind is CompanionKind.CHECKSUMS}
        general = sorted({one.listed_in for one in found.supplied if not self._sidecar(one.listed_in)})
        if not general:
            return
        listed = {one.path for one in found.supplied}
        spared = lists.union(one.path for one in found.companions)
        missing = [path for path in self._files.paths() if path not in listed and path not in spared]
        if missing:
            found.problems.append(
                rules.CHECKSUMS_PARTIAL.at(
                    general[0],
                    f"{said(' and '.join(general))} does not list {len(missing):,} of {len(self._files):,} files, "
                    f"such as {said(missing[0])}; these arrived without a checksum.",
                )
            )


def _may_say_something(path: str) -> bool:
    """Whether a file may be about others, going by its name: of a million, nearly none is."""
    name = path.rpartition("/")[2]
    return name.lower() in _OF_ANY_FOLDER or bool(ending_of(name)) or may_be_list(name)


def of_manifests(tags: Iterable[SourceFile], payload: Callable[[], Iterable[str]]) -> tuple[SuppliedDigest, ...]:
    """What a bag's manifests say about *payload*, whose paths are relative to ``data/``; nothing if unreadable.

    Whether the manifests are as they must be is for the validation to say (RFC 8493 §2.1.3, §3).
    """
    there = Names(f"data/{path}" for path in payload())
    supplied: list[SuppliedDigest] = []
    for tag in tags:
        if not (tag.path.startswith("manifest-") and tag.path.endswith(".txt")):
            continue
        listing = reading.checksum_list(Path(tag.source), tag.path)
        if not isinstance(listing, ChecksumList):
            continue
        for line in listing.lines:
            path = there.find(unpercent(line.path)) or there.find(line.path)
            if path is not None:
                supplied.append(SuppliedDigest(path.removeprefix("data/"), line.digest, tag.path))
    return tuple(supplied)


def refuses(problem: Problem) -> bool:
    """Whether this is enough to refuse the transfer."""
    return problem.severity is Severity.ERROR


def errors(problems: Iterable[Problem]) -> bool:
    """Whether any of these refuses the transfer."""
    return any(map(refuses, problems))
