"""Copying pieces onto a disk, and reading them back from there: from the disk, and not from the kernel's memory."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import islice

from preserve.deposit.disk.held import Held
from preserve.ports.depositing import Piece
from preserve.storage import digests, durable

ALGORITHM = "sha256"
_TOGETHER = 64
"""Files that are open at once, so that the disk reads the next ones while one is hashed."""
_APPEND = os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK


def bring(piece: Piece, there: Held) -> bool:
    """Copy *piece* to its path in the folder *there*; False if another run had left it, or a part of it.

    A part is gone on with; what was there is not read.  ``BagError`` as ``Piece.blocks``; ``OSError`` of the disk.
    """
    folder, name = there.at_path(piece.path, make=True)
    is_new = True
    start = 0
    try:
        fd = os.open(name, durable.NEW_FILE, 0o644, dir_fd=folder)
    except FileExistsError:
        is_new = False
        fd, start = _go_on(piece, there)
    try:
        for block in piece.blocks(start) if start < piece.size else ():
            durable.write_all(fd, block)
    finally:
        os.close(fd)
    return is_new


def _go_on(piece: Piece, there: Held) -> tuple[int, int]:
    """The file that another run began, open to be gone on with, and how much of it is there."""
    os.close(there.read(piece.path))  # a plain file, or an error
    folder, name = there.at_path(piece.path)
    fd = os.open(name, _APPEND, dir_fd=folder)
    start = os.fstat(fd).st_size
    if start > piece.size:
        os.ftruncate(fd, 0)
        start = 0
    return fd, start  # O_APPEND: what comes is written behind that


class Found:
    """What came of reading one file: its octets and its digests in hex, or the *error* that stood against it."""

    __slots__ = ("digests", "error", "octets")

    def __init__(self, octets: int = 0, found: Sequence[str] = (), error: OSError | None = None) -> None:
        self.octets = octets
        self.digests = found
        self.error = error


def read_back(
    pieces: Iterable[Piece], there: Held, algorithm: str = ALGORITHM, tell: Callable[[int], object] = lambda _: None
) -> Iterator[tuple[Piece, Found]]:
    """Read the files of *pieces* in the folder *there* from the disk, each once; *tell* hears of octets as they come.

    Of a file that is longer than it should be, no more is read than shows that.
    """
    rest = iter(pieces)
    while some := list(islice(rest, _TOGETHER)):
        wanted = [(piece.path, piece.size, (algorithm,)) for piece in some]
        yield from zip(some, read_files(wanted, there, tell), strict=True)


def read_files(
    wanted: Iterable[tuple[str, int | None, Sequence[str]]], there: Held, tell: Callable[[int], object]
) -> Iterator[Found]:
    """Read files from the disk: each a path, the octets it should have if that is known, and the digests to take."""
    rest = iter(wanted)
    while some := list(islice(rest, _TOGETHER)):
        opened = [_opened(there, path) for path, _, _ in some]
        try:
            for fd, (_, size, algorithms) in zip(opened, some, strict=True):
                yield fd if isinstance(fd, Found) else _read(fd, size, algorithms, tell)
        finally:
            for fd in opened:
                if isinstance(fd, int):
                    os.close(fd)


def _opened(there: Held, path: str) -> int | Found:
    try:
        fd = there.read(path)
    except OSError as error:
        return Found(error=error)
    with suppress(OSError):  # some file systems know no such advice
        durable.forget_cached(fd)
    return fd


def _read(fd: int, size: int | None, algorithms: Sequence[str], tell: Callable[[int], object]) -> Found:
    states = [digests.new(algorithm) for algorithm in algorithms]
    most = os.fstat(fd).st_size if size is None else size
    octets = 0
    buffer = digests.own_buffer(digests.LARGEST_BUFFER)
    try:
        while octets <= most and (count := os.readv(fd, (buffer,))):
            octets += count
            for state in states:
                state.update(buffer[:count])
            tell(count)
    except OSError as error:
        return Found(octets, error=error)
    return Found(octets, [state.hexdigest() for state in states])
