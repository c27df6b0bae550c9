"""What the store's file system refuses, as one sentence for an archivist."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from preserve.errors import PreserveError, StoreUnwritable, TransferRefused
from preserve.storage import names
from preserve.storage.crew import MemberLost


@contextmanager
def store_errors(place: Path, *, named_by_transfer: bool = False) -> Iterator[None]:
    """Turn what the store's file system refuses into one sentence: ``StoreUnwritable``.

    Where the name of *place* came with the transfer (*named_by_transfer*), and it is the name that the store cannot
    hold, ``TransferRefused``.  That a helping process was lost is no fault of the store and stays what it is.
    """
    try:
        yield
    except MemberLost:
        raise
    except OSError as error:
        raise store_error(error, place, named_by_transfer=named_by_transfer) from error


def store_error(error: OSError, place: Path | str, *, named_by_transfer: bool = False) -> PreserveError:
    """What *error* at *place* is called: see ``store_errors``."""
    if named_by_transfer and error.errno in _NAMES_TO_BLAME:
        return TransferRefused(
            f"The package store cannot hold this name: {_reason(error)} ({names.shown(str(place))}).",
            hint=_NAMES_TO_BLAME[error.errno],
        )
    return StoreUnwritable(
        f"The package store cannot be written: {_reason(error)} ({names.shown(str(place))}).",
        hint=_REMEDIES.get(error.errno or 0, "Check the disk and its permissions, then run the command again."),
    )


_REMEDIES = {
    errno.ENOSPC: "The disk is full. Make room, then run the command again; nothing is lost.",
    errno.EDQUOT: "The quota is used up. Make room, then run the command again; nothing is lost.",
    errno.EROFS: "The file system is read-only. Make it writable, then run the command again.",
    errno.EACCES: "You may not write there. Ask for permission, then run the command again.",
    errno.EPERM: "You may not write there. Ask for permission, then run the command again.",
    errno.EEXIST: "Something else is there. If it is a link, see that the disk to which it leads is connected.",
    errno.ENAMETOOLONG: "Choose a shorter path.",
    errno.EMFILE: "Allow this user more open files (ulimit -n), then run the command again; nothing is lost.",
    errno.ENFILE: "This machine has too many open files. End other programs, then run the command again.",
}

_NAMES_TO_BLAME = {
    errno.ENAMETOOLONG: "The path became too long. Flatten the folders, or move the store nearer to the root.",
    errno.EEXIST: "Two names of this transfer are one and the same to the store's file system. Rename one of them.",
    errno.EILSEQ: "The store's file system does not take such names. Rename the file.",
    errno.EINVAL: "The store's file system does not take such names. Rename the file.",
}


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
