"""The tasks of which judging a plain bag consists.  Each can be done by any process."""

from __future__ import annotations

import os
from array import array
from collections.abc import Sequence
from dataclasses import dataclass

from preserve.bag import listed_paths, manifests, naming
from preserve.bag.folders.reader import LARGE, Place, Read, Reader
from preserve.bag.folders.sharing import is_large, reader_of
from preserve.bag.folders.state import State, summed_up
from preserve.bag.plain.chunks import NotPlain
from preserve.model import Problem


@dataclass(frozen=True, slots=True)
class Walk:
    """To be listed: every file of the payload."""


@dataclass(frozen=True, slots=True)
class Walked:
    """How many files there are, and the sum of the hashes of their paths."""

    files: int
    hashes: int


@dataclass(frozen=True, slots=True)
class Chunk:
    """To be checked: the same lines of every manifest.

    *key* is what they are known by, if the states of the files shall be told.  *states* is what an earlier sitting
    told of them: files that are in those states still are right, and are not read again.
    """

    algorithms: tuple[str, ...]
    texts: tuple[bytes, ...]
    modern: bool
    key: str = ""
    states: str = ""


@dataclass(frozen=True, slots=True)
class Odd:
    """A file that is not what a manifest says: what was *expected* of it, and what was read."""

    expected: tuple[str, ...]
    read: Read


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of a chunk.

    *folded* holds the hashes of the paths without regard to case and normalisation.  *octets* is the sum of the
    sizes.  The *large* files are still to be read.  *states* sums up those of the files, if *key* asked for that and
    none is odd.  They were *untouched* if nothing was read, because an earlier sitting had.
    """

    files: int
    octets: int
    hashes: int
    folded: bytes
    names: tuple[Problem, ...]
    odd: tuple[Odd, ...]
    large: tuple[Odd, ...]
    key: str = ""
    states: str = ""
    untouched: bool = False


def do_at(task: tuple[Place, Walk | Chunk]) -> Walked | Checked:
    """Do a task in a member of a crew.  ``NotPlain`` if the bag turns out to be no plain one."""
    return do(reader_of(task[0]), task[1])


def do(reader: Reader, task: Walk | Chunk) -> Walked | Checked:
    """Do *task* with this reader; errors as ``do_at``."""
    return walk(reader) if isinstance(task, Walk) else check(reader, task)


def walk(reader: Reader) -> Walked:
    """List the payload.  ``NotPlain`` if there is anything but files and folders; ``OSError`` if it cannot be read."""
    files = hashes = 0
    waiting = [listed_paths.PAYLOAD.rstrip("/")]
    while waiting:
        folder = waiting.pop()
        with os.scandir(reader.enter(folder)) as entries:
            for entry in entries:  # one by one: a folder may have a million
                if entry.is_file(follow_symlinks=False):
                    files += 1
                    hashes += hash(f"{folder}/{entry.name}")
                elif entry.is_dir(follow_symlinks=False):
                    waiting.append(f"{folder}/{entry.name}")
                else:
                    raise NotPlain
    return Walked(files, hashes)


def listing(reader: Reader, folder: str) -> tuple[list[str], list[str]]:
    """The names of the files and of the folders in *folder*; errors as ``walk``."""
    names: list[str] = []
    folders: list[str] = []
    with os.scandir(reader.enter(folder)) as entries:
        for entry in entries:
            if entry.is_file(follow_symlinks=False):
                names.append(entry.name)
            elif entry.is_dir(follow_symlinks=False):
                folders.append(entry.name)
            else:
                raise NotPlain
    return names, folders


def check(reader: Reader, chunk: Chunk) -> Checked:
    """Read every file of the chunk once and compare all its digests."""
    try:
        texts = [text.decode() for text in chunk.texts]
    except UnicodeDecodeError:
        raise NotPlain from None
    lines = [_lines(text, name) for text, name in zip(texts, chunk.algorithms, strict=True)]
    written = [path for _, path in lines[0]]
    if any([path for _, path in others] != written for others in lines[1:]):
        raise NotPlain
    if not all(path.startswith(listed_paths.PAYLOAD) for path in written):
        raise NotPlain
    paths = _decoded(written, chunk.modern) if "%" in texts[0] else written
    expected = list(zip(*([digest for digest, _ in each] for each in lines), strict=True))
    octets = 0
    odd: list[Odd] = []
    large: list[Odd] = []
    untouched = _untouched(reader, paths, chunk.states, expected) if chunk.states else None
    states: list[State | None] | None = [] if chunk.key and untouched is None else None
    reads = reader.read_all(paths, chunk.algorithms, states) if untouched is None else untouched
    for read, wanted in zip(reads, expected, strict=True):
        octets += read.size
        if read.values != wanted:
            (large if is_large(read) else odd).append(Odd(wanted, read))
    folded = array("q", map(hash, naming.folded(paths)))
    hashes = sum(map(hash, paths))
    return Checked(
        len(paths),
        octets,
        hashes,
        folded.tobytes(),
        naming.of_each(paths),
        tuple(odd),
        tuple(large),
        chunk.key,
        summed_up(states) if states and not odd else "",
        untouched is not None,
    )


def _untouched(
    reader: Reader, paths: Sequence[str], states: str, expected: Sequence[tuple[str, ...]]
) -> list[Read] | None:
    """The files as they were read in an earlier sitting, if the states of all are still those; large ones are left."""
    now = [reader.state(path) for path in paths]
    if summed_up(now) != states:
        return None
    return [
        Read(path, state.size, wanted if state.size < LARGE else ())
        for path, state, wanted in zip(paths, now, expected, strict=True)
        if state
    ]


def _lines(text: str, algorithm: str) -> list[tuple[str, str]]:
    """Digest and path of every line; ``NotPlain`` if one is written otherwise than nearly everybody does."""
    found = manifests.simple_lines(text, algorithm)
    if found is None:
        raise NotPlain
    return found


def _decoded(written: Sequence[str], modern: bool) -> list[str]:
    if modern and any(listed_paths.has_raw_percent(path) for path in written):
        raise NotPlain
    return [listed_paths.decode(path, modern=modern) for path in written]
