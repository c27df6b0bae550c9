"""What the file system of a target refuses, as one sentence for an archivist."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from preserve.errors import AccessRefused, DepositRefused, NoRoom, PreserveError, TargetUnreachable
from preserve.storage import names

_AWAY = frozenset(
    [
        errno.ENOENT,
        errno.EIO,
        errno.ENXIO,
        errno.ENODEV,
        errno.ESTALE,
        errno.ENOTCONN,
        errno.ETIMEDOUT,
        errno.EHOSTDOWN,
        errno.EHOSTUNREACH,
        errno.ENETDOWN,
        errno.ENETUNREACH,
        errno.ECONNRESET,
        errno.ECONNABORTED,
        errno.EMFILE,
        errno.ENFILE,
        errno.ENOMEM,
    ]
)
"""The disk went, or this machine has no strength left: the same may go well a little later."""

_FULL = {errno.ENOSPC: "The disk is full.", errno.EDQUOT: "The quota is used up."}
_REMEDIES = {
    errno.EROFS: "The file system is read-only. Make it writable, then run the command again.",
    errno.EFBIG: "That file system holds no file so large; use another, or the form bag instead of one large file.",
    errno.ENAMETOOLONG: "That file system holds no name so long; use the form tar, which puts all into one file.",
    errno.EILSEQ: "That file system does not take such names; use the form tar, which puts all into one file.",
    errno.EINVAL: "That file system may not take such names; use the form tar, which puts all into one file.",
    errno.ENOTDIR: "Something else is in the place of a folder; see what it is, and move it away.",
    errno.ELOOP: "A link is in the place of a file, and none is followed; see who put it there.",
}
_CONNECT = "See that the disk is connected and the network is up, then run the command again."


@contextmanager
def told(target: str, place: str) -> Iterator[None]:
    """Say what the file system refuses at *place* of this *target*, in the words of the contract."""
    try:
        yield
    except OSError as error:
        raise refusal(error, target, place) from error


def refusal(error: OSError, target: str, place: str) -> PreserveError:
    """What *error* is called: ``TargetUnreachable``, ``NoRoom``, ``AccessRefused`` or ``DepositRefused``."""
    reason = (error.strerror or str(error)).lower()
    where = f"the target {names.shown(target)} ({names.shown(place)})"
    if error.errno in _AWAY:
        return TargetUnreachable(f"There is no getting at {where}: {reason}.", hint=_CONNECT)
    if error.errno in _FULL:
        return NoRoom(
            f"The file system of {where} refused: {reason}.",
            hint=f"{_FULL[error.errno]} Make room there, then: preserve deposit --to {names.shown(target)} --resume; "
            "what was copied is not copied again.",
        )
    if error.errno in (errno.EACCES, errno.EPERM):
        return AccessRefused(
            f"You may not do this in {where}: {reason}.",
            hint="Ask for the permission to read and write there, then run the command again.",
        )
    remedy = _REMEDIES.get(error.errno or 0, "Check the disk there, then run the command again.")
    return DepositRefused(f"The file system of {where} refused: {reason}.", hint=remedy)
