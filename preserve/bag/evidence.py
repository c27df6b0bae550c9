"""Traces of what was lost: what the manifests promise of a file that is gone, and what a file is that nobody promised.

That is asked only about a damaged bag.  Who knows both can tell a file that was moved from one that is lost.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from itertools import islice
from pathlib import Path

from preserve.bag import contents, manifests, matching, reading, rules
from preserve.bag.contents import Contents
from preserve.bag.folders.source import FolderSource, open_folder
from preserve.bag.matching import Match
from preserve.errors import BagError
from preserve.model import Digest, Problem, Traces

MOST_FILES = 100_000
"""So many lost files are looked for, among so many others."""

MOST_OCTETS = 64 * 1024**3
"""So much is read for that; the small files first, because then most of them are found."""

_GONE = frozenset(
    rule.code
    for rule in (
        rules.MISSING,
        rules.MISSING_TO_FETCH,
        rules.LINK_LISTED,
        rules.SPECIAL_FILE,
        rules.FOLDER_FOR_TAG_FILE,
        rules.PATH_IS_FOLDER,
        rules.PATH_UNSAFE,
    )
)
"""What is said of a path where a file should be and none is."""

_OWN = frozenset(["bagit.txt", "bag-info.txt"])
"""Files of which other things are said, too, when they are gone, and which no manifest may promise any more."""


def gather(bag: Path, problems: Iterable[Problem], watch: Callable[[int], None] | None = None) -> Traces:
    """The traces in the folder *bag*, about which *problems* were found.

    Files that no manifest lists are read only if a promised one is gone, and no link is followed.  *watch* is told of
    the octets of each block that was read.  There are no traces in what is no folder or cannot be looked at: nothing
    is raised for that, because the problems have told it.
    """
    told = [(problem.code, problem.path) for problem in problems]
    lost = {path: () for _, path in told if path in _OWN and not os.path.lexists(bag / path)}
    found = _gather(bag, {path for code, path in told if code in _GONE}, watch)
    return replace(found, absent={**lost, **found.absent})


def _gather(bag: Path, gone: set[str], watch: Callable[[int], None] | None) -> Traces:
    if not gone or not bag.is_dir():
        return Traces()
    try:
        with closing(open_folder(bag)) as source:
            source.reader.watch = watch
            return _traces(source, gone)
    except (OSError, BagError):
        return Traces()


def _traces(source: FolderSource, gone: set[str]) -> Traces:
    there = contents.of(source)
    read = reading.read(source, there)
    payload = _matches(read.payload_manifests, there.payload)
    tags = _matches(read.tag_manifests, there.tags)
    absent = _promised((*payload, *tags), gone)
    if not absent:
        return Traces()
    algorithms = tuple(dict.fromkeys(digest.algorithm for promised in absent.values() for digest in promised))
    return Traces(absent, _measured(source, _strangers(there, payload, tags), algorithms))


def _matches(given: Sequence[manifests.Manifest], present: Mapping[str, int]) -> list[Match]:
    normalised = matching.index(present)
    return [matching.match(manifest, present, normalised) for manifest in given]


def _promised(matches: Iterable[Match], gone: set[str]) -> dict[str, tuple[Digest, ...]]:
    """What is promised for the paths at which no file is; strongest last, as manifests are in order of their names."""
    found: dict[str, tuple[Digest, ...]] = {}
    for match in matches:
        kind = match.manifest.kind
        for path in match.missing if kind.known else ():
            if path in gone and (path in found or len(found) < MOST_FILES):
                digest = Digest(kind.algorithm, match.manifest.entries[path].hex())
                found[path] = (*found.get(path, ()), digest)
    return found


def _strangers(there: Contents, payload: Sequence[Match], tags: Sequence[Match]) -> list[str]:
    """The files that no manifest lists and that are worth reading, the smallest first."""
    sizes = {path: there.payload[path] for path in matching.unlisted(payload, there.payload)}
    others = (path for path in matching.unlisted(tags, there.tags) if not manifests.is_tag_manifest(path))
    sizes |= {path: there.tags[path] for path in others}
    chosen, left = [], MOST_OCTETS
    for path in islice(sorted(sizes, key=lambda path: (sizes[path], path)), MOST_FILES):
        left -= sizes[path]
        if left < 0:
            break
        chosen.append(path)
    return chosen


def _measured(source: FolderSource, paths: list[str], algorithms: tuple[str, ...]) -> dict[str, tuple[Digest, ...]]:
    found = source.measure(paths, algorithms)
    return {measured.path: measured.digests for measured in found if not measured.failure}
