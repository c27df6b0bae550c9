"""Files for somebody else, outside of the store: there whole or not at all, and never in the place of another."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from preserve.errors import UsageError
from preserve.storage import durable, names


def refuse_existing(path: Path) -> None:
    """``UsageError`` if there is anything at *path*, be it a dangling link."""
    if os.path.lexists(path):
        raise _exists(path)


@contextmanager
def new_file(path: Path) -> Iterator[BinaryIO]:
    """A stream whose content stands at *path* when the block is left, and only if it is left without an error.

    It is written beside *path* under a hidden name, synced, and renamed in one step.  ``UsageError`` if there is
    something at *path* already, or it cannot be written.
    """
    draft = path.with_name(f".{secrets.token_hex(8)}.preserve-export")  # a long name must not become too long
    try:
        refuse_existing(path)
        try:
            fd = os.open(draft, durable.NEW_FILE, 0o644)
            with open(fd, "wb") as stream:
                yield stream
                stream.flush()
                os.fsync(fd)
            durable.rename_new(draft, path)
            durable.sync_folder(path.parent)
        except BaseException:
            with suppress(OSError):
                os.unlink(draft)
            raise
    except FileExistsError as error:
        raise _exists(path) from error
    except OSError as error:
        if error.filename is not None and not _is_about(error, path, draft):
            raise
        reason = (error.strerror or str(error)).lower()
        raise UsageError(
            f"{names.shown(str(path))} cannot be written: {reason}.",
            hint="Check the folder, its permissions, the disk.",
        ) from error


def _is_about(error: OSError, *paths: Path) -> bool:
    return os.fspath(error.filename) in {str(path) for path in paths} | {str(path.parent) for path in paths}


def _exists(path: Path) -> UsageError:
    return UsageError(
        f"{names.shown(str(path))} exists already; nothing was written.",
        hint="Name another file, or move that one away.",
    )
