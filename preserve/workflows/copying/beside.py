"""What is kept of deposits in ``<name>.deposits`` of a folder of packages: read, and added to, by files.

A file is known by its path below that folder: ``<deposit>/journal.jsonl``, ``<deposit>/receipts/<receipt>``.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from preserve.bag.sealing.errors import store_errors
from preserve.bag.sealing.shelf import Shelf
from preserve.errors import BagError, StoreUnwritable
from preserve.storage import beneath, durable, names


def deposits_at(store: Path, package: str) -> tuple[str, ...]:
    """The names of the deposits of the package called so.  ``BagError`` if they cannot be read."""
    try:
        with beneath.entered(store, (package + names.DEPOSITS,)) as fd, os.scandir(fd) as entries:
            return tuple(
                sorted(e.name for e in entries if not e.name.startswith(".") and e.is_dir(follow_symlinks=False))
            )
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise _unreadable(store / (package + names.DEPOSITS), error) from error


def read(store: Path, package: str, path: str) -> bytes | None:
    """One file of them; None if nothing is there.  ``BagError`` if it cannot be read, or is no file."""
    *folders, name = _parts(package, path)
    try:
        with beneath.entered(store, folders) as fd:
            return _read(name, fd)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _unreadable(store.joinpath(*folders, name), error) from error


def keep(shelf: Shelf, package: str, path: str, data: bytes, former: bytes | None) -> None:
    """Let *data* be that file, durably, in place of what was read as *former*, and read it back.

    ``BagError``, and nothing is changed, if something else is there; ``StoreUnwritable``.
    """
    *folders, name = _parts(package, path)
    place = shelf.store.joinpath(*folders, name)
    shelf.workroom.prepare()
    with shelf.workroom.begin() as bench:
        new = bench.place("deposit")
        with store_errors(new):
            durable.write_new(new, data, sync=True)
        with shelf.workroom.locked():
            if read(shelf.store, package, path) != former:
                raise _meanwhile(place)
            with store_errors(place), beneath.entered(shelf.store, folders, make=True) as fd:
                if former is None:
                    durable.rename_new(new, Path(name), target_folder=fd)
                else:
                    os.rename(new, name, dst_dir_fd=fd)
                os.fsync(fd)
                _forget(name, fd)
    if read(shelf.store, package, path) != data:
        text = f"What was written to {names.shown(str(place))} reads otherwise."
        raise StoreUnwritable(text, hint="The disk or the memory of this machine may be failing.")


def set_aside(shelf: Shelf, package: str, path: str, aside: str) -> None:
    """Move what is there to the folder of what was set aside, under the name *aside*.

    ``BagError`` if a folder on the way is none; ``StoreUnwritable``.
    """
    *folders, name = _parts(package, path)
    kept = shelf.store / ".preserve" / "set-aside" / package / f"{aside}{names.DEPOSITS}" / path
    while os.path.lexists(kept):
        kept = kept.with_name(f"{kept.name}-")
    try:
        with beneath.entered(shelf.store, folders) as fd, shelf.workroom.locked(), store_errors(kept):
            kept.parent.mkdir(parents=True, exist_ok=True)
            durable.rename_new(Path(name), kept, source_folder=fd)
            durable.sync_folder(kept.parent)
            os.fsync(fd)
    except OSError as error:
        raise _unreadable(shelf.store.joinpath(*folders), error) from error


def _parts(package: str, path: str) -> tuple[str, ...]:
    parts = (package + names.DEPOSITS, *path.split("/"))
    if any(part in ("", ".", "..") or "\0" in part for part in parts):
        raise BagError(f"{names.shown(path)} is no file of a deposit.", hint="Nothing was read or written there.")
    return parts


def _read(name: str, folder: int) -> bytes:
    fd = os.open(name, durable.READ_FILE, dir_fd=folder)
    try:
        if not stat.S_ISREG(os.fstat(fd).st_mode):
            raise OSError("it is no file")
        with open(fd, "rb", closefd=False) as stream:
            return stream.read()
    finally:
        os.close(fd)


def _forget(name: str, folder: int) -> None:
    fd = os.open(name, durable.READ_FILE, dir_fd=folder)
    try:
        durable.forget_cached(fd)
    finally:
        os.close(fd)


def _unreadable(place: Path, error: OSError) -> BagError:
    reason = (error.strerror or str(error)).lower()
    return BagError(f"{names.shown(str(place))} cannot be read: {reason}.", hint="See what it is; links are not read.")


def _meanwhile(place: Path) -> BagError:
    text = f"{names.shown(str(place))} was changed by somebody else meanwhile."
    return BagError(text, hint="Nothing was written over it. Run the command again.")
