"""Small helpers to lay out transfers and to look at what was found in them."""

import hashlib
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from preserve.model import Digest, Problem, StoredFile, Transfer
from preserve.transfer.incoming import named
from preserve.transfer.survey import survey
from preserve.transfer.verify import algorithms_for


def lay(root: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write *files* below *root*, making folders as needed."""
    for path, content in files.items():
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content if isinstance(content, bytes) else content.encode())
    return root


def sha256(content: str | bytes) -> str:
    """The hex digest."""
    return hashlib.sha256(content if isinstance(content, bytes) else content.encode()).hexdigest()


def md5(content: str | bytes) -> str:
    """The hex digest."""
    return hashlib.md5(content if isinstance(content, bytes) else content.encode()).hexdigest()


def surveyed(path: Path) -> Transfer:
    """The transfer that a person names."""
    return survey(named(path))


def codes(problems: Iterable[Problem]) -> list[str]:
    """Their codes, sorted."""
    return sorted(problem.code for problem in problems)


def paths(transfer: Transfer) -> list[str]:
    """The payload paths."""
    return [file.path for file in transfer.files]


def stored(transfer: Transfer) -> list[StoredFile]:
    """The files as they are after copying, with exactly the digests that were asked for."""
    wanted = algorithms_for(transfer)
    return [
        StoredFile(
            "data/" + file.path,
            file.path,
            file.size,
            file.mtime_ns,
            tuple(
                Digest(name, hashlib.new(name, Path(file.source).read_bytes()).hexdigest())
                for name in wanted.get(file.path, ())
            ),
        )
        for file in transfer.files
    ]


def make_deep(root: Path, name: str, depth: int) -> None:
    """Folders called *name* in each other, deeper than one path can reach, with a file in the deepest."""
    fd = os.open(root, os.O_RDONLY)
    for _ in range(depth):
        os.mkdir(name, dir_fd=fd)
        inner = os.open(name, os.O_RDONLY, dir_fd=fd)
        os.close(fd)
        fd = inner
    file = os.open("deep.txt", os.O_WRONLY | os.O_CREAT, dir_fd=fd)
    os.write(file, b"deep")
    os.close(file)
    os.close(fd)
