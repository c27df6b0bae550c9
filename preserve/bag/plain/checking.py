"""The tasks of which judging a plain bag consists.  Each can be done by any process."""

from __future__ import annotations

import os
from array import array
from collections.abc import Sequence
from dataclasses import dataclass

from preserve.bag import listed_paths, manifests, naming
from preserve.bag.folders.reader import Place, Read, Reader
from preserve.bag.folders.sharing import is_large, reader_of
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
    """To be checked: the same lines of every manifest."""

    algorithms: tuple[str, ...]
    texts: tuple[bytes, ...]
    modern: bool


@dataclass(frozen=True, slots=True)
class Odd:
    """A file that is not what a manifest says: what was *expected* of it, and what was read."""

    expected: tuple[str, ...]
    read: Read


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of a chunk.

    *folded* holds the hashes of the paths without regard to case and normalisation.  *octets* is the sum of the
    sizes.  The *large* files are still to be read.
    """

    files: int
    octets: int
    hashes: int
    folded: bytes
    names: tuple[Problem, ...]
    odd: tuple[Odd, ...]
    large: tuple[Odd, ...]


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
    for read, wanted in zip(reader.read_all(paths, chunk.algorithms), expected, strict=True):
        octets += read.size
        if read.values != wanted:
            (large if is_large(read) else odd).append(Odd(wanted, read))
    folded = array("q", map(hash, naming.folded(paths)))
    hashes = sum(map(hash, paths))
    return Checked(len(paths), octets, hashes, folded.tobytes(), naming.of_each(paths), tuple(odd), tuple(large))


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
