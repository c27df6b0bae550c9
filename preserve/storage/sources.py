"""Reading a source file: once, never through a link, and only if it stays what the survey saw."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from preserve.errors import ChangedDuringIngest, TransferRefused
from preserve.model import Digest, SourceFile
from preserve.storage import digests, durable, names


class Seen(NamedTuple):
    """A ``SourceFile`` as a plain tuple: quicker to send to another process."""

    path: str
    source: str
    size: int
    mtime_ns: int
    inode: int
    device: int
    ctime_ns: int


def as_seen(file: SourceFile) -> Seen:
    """*file* as a plain tuple."""
    return Seen(file.path, file.source, file.size, file.mtime_ns, file.inode, file.device, file.ctime_ns)


def read_once(
    file: SourceFile, algorithms: Sequence[str], sink: Callable[[memoryview], object] | None = None
) -> tuple[Digest, ...]:
    """Read *file* to its end, passing each block on to *sink*; returns the digests of what was read.

    No more is read than the survey saw: a file may grow faster than it can be copied.
    ``ChangedDuringIngest`` if it is not the file that the survey saw, before or after reading;
    ``TransferRefused`` if it cannot be read.
    """
    octets = 0

    def pass_on(block: memoryview) -> None:
        nonlocal octets
        octets += len(block)
        if octets > file.size:
            raise changed(file.path)
        if sink is not None:
            sink(block)

    with opened(file.source, file.path) as fd:
        must_be_unchanged(os.fstat(fd), file)
        _, found = digests.of_descriptor(fd, algorithms, pass_on)
        must_be_unchanged(os.fstat(fd), file)
    if octets != file.size:
        raise changed(file.path)
    return found


def seen_now(source: Path, path: str) -> SourceFile:
    """The file at *source* as it is now, to be known by *path*."""
    with opened(source, path) as fd:
        state = os.fstat(fd)
    place = os.fspath(source)
    return SourceFile(path, place, state.st_size, state.st_mtime_ns, state.st_ino, state.st_dev, state.st_ctime_ns)


@contextmanager
def opened(source: Path | str, path: str) -> Iterator[int]:
    """A descriptor of *source*, whose failures are told as those of *path*."""
    try:
        fd = os.open(source, durable.READ_FILE)
    except FileNotFoundError as error:
        raise ChangedDuringIngest(
            f"{names.shown(path)} vanished while it was being ingested.",
            hint="Ingest again when the transfer is at rest.",
        ) from error
    except OSError as error:
        raise _unreadable(path, error) from error
    try:
        yield fd
    except OSError as error:
        raise _unreadable(path, error) from error
    finally:
        os.close(fd)


def _unreadable(path: str, error: OSError) -> TransferRefused:
    reason = (error.strerror or str(error)).lower()
    return TransferRefused(
        f"{names.shown(path)} cannot be read: {reason}.",
        hint="Make the file readable, or take it out of the transfer; then ingest again.",
    )


def is_unchanged(state: os.stat_result, file: SourceFile | Seen, *, links_apart: bool = False) -> bool:
    """Whether *state* is that of *file* as it was seen.

    The time of the last change of the inode (ctime) tells what was written to and got its old mtime back.  It also
    moves with the number of hard links; *links_apart* leaves it out.
    """
    seen = (state.st_size, state.st_mtime_ns, state.st_ino, state.st_dev)
    if seen != (file.size, file.mtime_ns, file.inode, file.device) or not stat.S_ISREG(state.st_mode):
        return False
    return links_apart or not file.ctime_ns or state.st_ctime_ns == file.ctime_ns


def must_be_unchanged(state: os.stat_result, file: SourceFile | Seen) -> None:
    """``ChangedDuringIngest`` if *state* is not that of *file* as it was seen."""
    if not is_unchanged(state, file):
        raise changed(file.path)


def changed(path: str) -> ChangedDuringIngest:
    """That the file *path* of a transfer did not stay as it was."""
    return ChangedDuringIngest(
        f"{names.shown(path)} changed while it was being ingested.",
        hint="Wait until nobody writes to the transfer any more, then ingest again.",
    )
