"""What lies in a folder, held against what was sent: each file that is not the same is named."""

from __future__ import annotations

import errno
import stat
from collections.abc import Iterable, Iterator
from itertools import islice

from preserve.deposit import rules
from preserve.deposit.disk.copying import ALGORITHM, Found, read_back
from preserve.deposit.disk.held import Held
from preserve.errors import TargetUnreachable
from preserve.model import Mismatch, Problem
from preserve.ports import Progress
from preserve.ports.depositing import Consignment, Piece
from preserve.storage import names

_MOST = 1000
"""Unexpected files that are named: somebody may have put a million there."""


def by_size(what: Consignment, there: Held) -> bool:
    """Whether the files of *what* lie in the folder *there*, each as large as it must be."""
    for piece in what.pieces():
        found = there.seen(piece.path)
        if found is None or not stat.S_ISREG(found.st_mode) or found.st_size != piece.size:
            return False
    return True


def by_bytes(what: Consignment, there: Held, progress: Progress) -> Iterator[Problem]:
    """Read every file of *what* in the folder *there*; each that is missing, altered or cannot be read.

    ``TargetUnreachable`` if the disk went meanwhile: that is not damage.
    """
    for piece, found in read_back(what.pieces(), there, tell=lambda octets: progress.advance(0, octets)):
        if problem := _judged(piece, found):
            yield problem
        progress.advance(1, 0)


def not_a_folder(root: Held, label: str) -> Problem | None:
    """What is to be said if the folder *label* is not there below *root*; None if it is."""
    shown = names.shown(label)
    found = root.seen(label)
    if found is None:
        return rules.FAR_MISSING.at(label, f"Nothing of {shown} is there.")
    if not stat.S_ISDIR(found.st_mode):
        return rules.FAR_ALTERED.at(label, f"{shown} is something else there than a folder, and was not followed.")
    return None


def unexpected(pieces: Iterable[Piece], there: Held) -> Iterator[Problem]:
    """What lies in the folder *there* and is none of the *pieces*; of very much only the beginning."""
    expected = {piece.path for piece in pieces}
    folders = {path[:end] for path in expected for end in range(len(path)) if path[end] == "/"}
    strangers = (entry.path for entry in there.walk(folders.__contains__) if entry.path not in expected)
    for path in islice(strangers, _MOST):
        yield rules.FAR_UNEXPECTED.at(path, f"{names.shown(path)} was not deposited, and lies there.")


def _judged(piece: Piece, found: Found) -> Problem | None:
    shown = names.shown(piece.path)
    if found.error is not None:
        return _unread(piece.path, found.error)
    if found.octets != piece.size:
        longer = "longer" if found.octets > piece.size else "shorter"
        return rules.FAR_ALTERED.at(piece.path, f"{shown} is {longer} there than it was sent.")
    expected = piece.digest(ALGORITHM)
    if found.digests[0] != expected:
        mismatch = Mismatch(ALGORITHM, expected, found.digests[0])
        return rules.FAR_ALTERED.at(piece.path, f"{shown} is not there what was sent: {ALGORITHM} differs.", mismatch)
    return None


def _unread(path: str, error: OSError) -> Problem:
    shown = names.shown(path)
    if error.errno == errno.ENOENT:
        return rules.FAR_MISSING.at(path, f"{shown} is not there.")
    if error.errno in (errno.ELOOP, errno.ENOTDIR, errno.EISDIR):
        return rules.FAR_ALTERED.at(path, f"{shown} is something else there than a file, and was not followed.")
    if error.errno in (errno.ESTALE, errno.ENODEV, errno.ENXIO, errno.ENOTCONN):
        raise TargetUnreachable(
            f"The disk went while {shown} was read.", hint="Connect it, then verify again."
        ) from error
    return rules.FAR_UNREADABLE.at(path, f"{shown} cannot be read there: {(error.strerror or str(error)).lower()}.")
