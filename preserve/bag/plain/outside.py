"""Everything in a plain bag but its payload: what tag files there are, and whether they are what they should be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from preserve.bag import bag_info, contents, declaration, fetch_list, manifests, naming, reading
from preserve.bag.bag_info import BagInfo, Oxum
from preserve.bag.contents import Contents, TagFiles
from preserve.bag.declaration import Declaration
from preserve.bag.folders.source import FolderSource
from preserve.bag.manifests import Kind
from preserve.bag.plain import checking
from preserve.bag.plain.chunks import NotPlain
from preserve.model import Digest, PinnedDigest, Problem

_VERSIONS = ("0.97", "1.0")
_MOST_TAG_FILES = 10_000
_PAYLOAD = "data"


@dataclass(frozen=True, slots=True)
class Layout:
    """What the names of the tag files say: the *payload* manifests, the *tags* manifests, and warnings."""

    payload: tuple[Kind, ...]
    tags: tuple[Kind, ...]
    names: tuple[Problem, ...]

    @property
    def algorithms(self) -> tuple[str, ...]:
        """Those of the payload manifests, in their order."""
        return tuple(kind.algorithm for kind in self.payload)


@dataclass(frozen=True, slots=True)
class Outside:
    """What stands outside the payload.  *promised* is the Payload-Oxum, or nothing."""

    there: Contents
    layout: Layout
    files: TagFiles
    declared: Declaration
    info: BagInfo
    promised: Oxum


def look(source: FolderSource, pinned: Sequence[PinnedDigest]) -> Outside:
    """Look at the bag in *source*.  ``NotPlain`` if it is no plain one; ``OSError`` and ``BagError`` from reading."""
    there = _outside_the_payload(source)
    layout = _layout(tuple(there.tags))
    if layout is None:
        raise NotPlain
    files = reading.tag_files(source, there, pinned)
    data = files.read(declaration.NAME)
    declared = Declaration() if data is None else declaration.parse(data)
    if declared.problems or declared.version not in _VERSIONS or declared.codec != "utf-8":
        raise NotPlain
    info = reading.info(files, declared)
    values = info.values(bag_info.OXUM)
    promised = (bag_info.oxum(values[0]) if values else None) or Oxum(0, 0)
    return Outside(there, layout, files, declared, info, promised)


@lru_cache(maxsize=64)
def _layout(tags: tuple[str, ...]) -> Layout | None:
    """The layout of a bag with these tag files, if it is plain.  Of a thousand bags, most have the same few."""
    kinds = Contents(tags=dict.fromkeys(tags, 0)).manifests
    payload = tuple(kind for kind in kinds if not kind.is_tag)
    proper = all(kind.known and kind.path == kind.normal_path for kind in kinds)
    if not payload or not proper or fetch_list.NAME in tags or bag_info.OLD_NAME in tags:
        return None
    return Layout(payload, tuple(kind for kind in kinds if kind.is_tag), tuple(naming.judge(tags)))


def _outside_the_payload(source: FolderSource) -> Contents:
    """Every tag file and every folder for them."""
    there = Contents()
    waiting = [""]
    while waiting:
        folder = waiting.pop()
        files, folders = checking.listing(source.reader, folder)
        within = f"{folder}/" if folder else ""
        for name in files:
            there.tags[within + name] = 0
        for name in folders:
            path = within + name
            there.folders.add(path)
            if path.lower() != _PAYLOAD:
                waiting.append(path)
            elif path != _PAYLOAD:
                raise NotPlain
        if len(there.tags) > _MOST_TAG_FILES:
            raise NotPlain
    if _PAYLOAD not in there.folders:
        raise NotPlain
    return there


def tags_are_right(source: FolderSource, bag: Outside) -> bool:
    """Whether every tag manifest lists exactly the tag files that are there, with their digests, and none is missing.

    If so, the tag files that nobody has read yet were read.  If not, the reason has to be looked for.
    """
    algorithms = bag.files.algorithms
    listed = {path for path in bag.there.tags if not manifests.is_tag_manifest(path)}
    promised = {kind.algorithm: _lines(bag, kind) for kind in bag.layout.tags}
    if set(bag.layout.algorithms) - promised.keys() or any(_paths(lines) != listed for lines in promised.values()):
        return False  # what is not listed need not be read, however large it is
    unread = sorted(listed - bag.files.digests.keys())
    for read in source.reader.read_all(unread, algorithms):
        found = read if read.values or read.failure else source.reader.read_one(read.path, algorithms)
        if found.failure:
            return False  # what was not read has no digest, and is not wrong for that
        bag.files.note(read.path, map(Digest, algorithms, found.values))
    return all(
        lines == {(bag.files.digests[path].get(algorithm), path) for path in listed}
        for algorithm, lines in promised.items()
    )


def _paths(lines: set[tuple[str, str]] | None) -> set[str] | None:
    return None if lines is None else {path for _, path in lines}


def _lines(bag: Outside, kind: Kind) -> set[tuple[str, str]] | None:
    """The lines of a tag manifest; None if they are written in any but the simplest way."""
    data = bag.files.read(kind.path)
    if data is None or not data.isascii() or b"%" in data:
        return None
    lines = manifests.simple_lines(data.decode(), kind.algorithm)
    return None if lines is None or len(set(lines)) != len(lines) else set(lines)


def payload_manifest(bag: Outside, kind: Kind) -> bytes:
    """A payload manifest of a small bag.  ``NotPlain`` if it cannot be read."""
    data = bag.files.read(kind.path)
    if data is None:
        raise NotPlain
    return data


def payload_manifest_blocks(source: FolderSource, bag: Outside, kind: Kind) -> Iterator[bytes]:
    """A payload manifest of any size, block by block, digested while it is read.  ``OSError``, ``BagError``."""
    hasher = bag.files.hasher()
    for block in source.blocks(kind.path, contents.limit(kind.path)):
        hasher.update(block)
        yield block
    bag.files.note(kind.path, hasher.digests())
