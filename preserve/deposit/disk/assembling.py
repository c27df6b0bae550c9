"""A consignment, put together in a folder: copied, made durable, and read back from the disk."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from preserve.deposit.disk import comparing
from preserve.deposit.disk.copying import ALGORITHM, bring, read_back
from preserve.deposit.disk.held import Held
from preserve.errors import DepositRefused
from preserve.ports.depositing import Piece
from preserve.storage import names


class SyncFailed(OSError):
    """What was written may be lost; what was put together so far is of no use."""


def put_together(pieces: Callable[[], Iterator[Piece]], content: Held, target: str) -> None:
    """Bring all of *pieces* into the folder *content*, and nothing else; the disk has it then.

    What another run has left there is kept if it is right, whatever it was that broke that run off.  ``SyncFailed``,
    ``OSError``; ``DepositRefused`` if the disk gives back other octets than were written to it.
    """
    left = _brought(pieces(), content)
    for problem in comparing.unexpected(pieces(), content):
        content.remove(problem.path)
    sync(content)
    wrong = _wrong(pieces(), content)
    if not wrong:
        return
    if fresh := [piece.path for piece in wrong if piece.path not in left]:
        raise _unfaithful(fresh[0], target)
    for piece in wrong:
        content.remove(piece.path)
    _brought(wrong, content)
    sync(content)
    for piece in _wrong(wrong, content):
        raise _unfaithful(piece.path, target)


def _brought(pieces: Iterable[Piece], content: Held) -> set[str]:
    """Bring the *pieces*; which of them, or what part of them, another run had left there."""
    return {piece.path for piece in pieces if not bring(piece, content)}


def sync(content: Held) -> None:
    """Make all that is below *content* durable.  ``SyncFailed``."""
    try:
        content.sync_below()
    except OSError as error:
        raise SyncFailed(error.errno, error.strerror) from error


def _wrong(pieces: Iterable[Piece], content: Held) -> list[Piece]:
    """Those of *pieces* that the disk does not have as they must be."""
    found = []
    for piece, seen in read_back(pieces, content):
        if seen.error is not None:
            raise seen.error
        if (seen.octets, seen.digests[0]) != (piece.size, piece.digest(ALGORITHM)):
            found.append(piece)
    return found


def _unfaithful(path: str, target: str) -> DepositRefused:
    return DepositRefused(
        f"The disk of the target {names.shown(target)} does not give back what was written: {names.shown(path)}.",
        hint="The disk, its cable or the memory of this machine may be failing. Nothing was deposited.",
    )
