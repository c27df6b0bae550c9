"""Files for somebody else, outside of the store: there whole or not at all, in the place of another only on request."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator
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
def new_file(path: Path, check: Callable[[Path], object] = lambda _: None) -> Iterator[BinaryIO]:
    """A stream whose content stands at *path* when the block is left, and only if it is left without an error.

    It is written beside *path* under a hidden name, synced, and renamed in one step, after *check* looked at what lies
    there under that name and raised nothing.  ``UsageError`` if there is something at *path* already, or it cannot be
    written.
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
            check(draft)
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


def replace_file(path: Path, data: bytes) -> None:
    """Make *data* the content of *path*, in one step: who reads it finds the former content or this one, whole.

    ``UsageError`` if that is not possible, or there is something else than a file.
    """
    draft = path.with_name(f".{secrets.token_hex(8)}.preserve-export")
    if os.path.lexists(path) and not path.is_file():
        raise UsageError(f"{names.shown(str(path))} is no file; nothing was written.", hint="Name another file.")
    try:
        try:
            durable.write_new(draft, data, sync=True)
            os.replace(draft, path)
        except BaseException:
            with suppress(OSError):
                os.unlink(draft)
            raise
    except OSError as error:
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
