"""The workbench: a package is put together in a hidden folder of its store, out of everybody's sight.

    <store>/.preserve/lock                   held for moments: to begin, to publish, to sweep
    <store>/.preserve/staging/<id>.lock      held by the run that builds the package, as long as it lives
    <store>/.preserve/staging/<id>/<name>/   the bag in the making

Whatever lies in ``staging`` without a living owner is litter of a run that was killed, and is swept away.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Self

from preserve.errors import StoreUnwritable, TransferRefused
from preserve.model import Companion, Digest, SourceFile, StoredFile
from preserve.storage import digests, durable, locks, names, sources

PAYLOAD = "data"
SOURCE_METADATA = "metadata/source"


@contextmanager
def store_errors(place: Path, *, named_by_transfer: bool = False) -> Iterator[None]:
    """Turn what the store's file system refuses into one sentence: ``StoreUnwritable``.

    Where the name of *place* came with the transfer (*named_by_transfer*), and it is the name that the store cannot
    hold, ``TransferRefused``.
    """
    try:
        yield
    except OSError as error:
        if named_by_transfer and error.errno in _NAMES_TO_BLAME:
            raise TransferRefused(
                f"The package store cannot hold this name: {_reason(error)} ({names.shown(str(place))}).",
                hint=_NAMES_TO_BLAME[error.errno],
            ) from error
        raise StoreUnwritable(
            f"The package store cannot be written: {_reason(error)} ({names.shown(str(place))}).",
            hint=_REMEDIES.get(error.errno or 0, "Check the disk and its permissions, then ingest again."),
        ) from error


_REMEDIES = {
    errno.ENOSPC: "The disk is full. Make room, then ingest again; the source is untouched.",
    errno.EDQUOT: "The quota is used up. Make room, then ingest again; the source is untouched.",
    errno.EROFS: "The file system is read-only. Make it writable, then ingest again.",
    errno.EACCES: "You may not write there. Ask for permission, then ingest again.",
    errno.EPERM: "You may not write there. Ask for permission, then ingest again.",
    errno.EEXIST: "Something else is there. If it is a link, see that the disk to which it leads is connected.",
    errno.ENAMETOOLONG: "Choose a shorter path.",
}

_NAMES_TO_BLAME = {
    errno.ENAMETOOLONG: "The path became too long. Flatten the folders, or move the store nearer to the root.",
    errno.EEXIST: "Two names of this transfer are one and the same to the store's file system. Rename one of them.",
    errno.EILSEQ: "The store's file system does not take such names. Rename the file.",
    errno.EINVAL: "The store's file system does not take such names. Rename the file.",
}


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()


class Workroom:
    """The hidden folder of one package store."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._staging = root / "staging"

    def prepare(self) -> None:
        """Make the folders.  ``StoreUnwritable`` if that cannot be done."""
        with store_errors(self._root):
            self._staging.mkdir(parents=True, exist_ok=True)

    @contextmanager
    def locked(self, wait: float = 60.0) -> Iterator[None]:
        """Hold the store's lock, for as short as possible.  ``Locked`` after *wait* seconds."""
        with store_errors(self._root), locks.held(self._root / "lock", wait=wait):
            yield

    def begin(self, package_id: str, name: str) -> Staging:
        """An empty bag in the making, owned by this process.  Close it in any case."""
        with self.locked(), store_errors(self._staging):
            owner = locks.try_hold(self._staging / f"{package_id}.lock")
            if owner is None:
                raise StoreUnwritable(f"Another run is building a package with the id {package_id}.")
            home = self._staging / package_id
            try:
                remove_tree(home)
                with store_errors(home / name, named_by_transfer=True):
                    (home / name).mkdir(parents=True)
            except BaseException:
                os.close(owner)
                raise
        return Staging(home, home / name, owner)

    def sweep(self) -> int:
        """Remove what dead runs left on the workbench.  Returns how many unfinished packages that were."""
        swept = 0
        with self.locked(), store_errors(self._staging):
            ids = {path.name.removesuffix(".lock") for path in self._staging.iterdir()}
            for package_id in sorted(ids - {""}):  # an empty one would name the whole workbench
                lock = self._staging / f"{package_id}.lock"
                owner = locks.try_hold(lock)
                if owner is None:
                    continue
                try:
                    swept += (self._staging / package_id).exists()
                    remove_tree(self._staging / package_id)
                    lock.unlink(missing_ok=True)  # its owner may have ended between our look and our hold
                finally:
                    os.close(owner)
        return swept


class Staging:
    """One bag in the making.  All paths given to it are bag paths, relative to the bag's base folder."""

    def __init__(self, home: Path, bag: Path, owner: int) -> None:
        self.bag = bag
        self.tags: dict[str, tuple[Digest, ...]] = {}
        self._home = home
        self._owner = owner
        self._folders: set[str] = {""}

    def add_payload(self, file: SourceFile, algorithms: Sequence[str]) -> StoredFile:
        """Copy one file of the transfer below ``data/``, reading the source once for all *algorithms*.

        ``ChangedDuringIngest`` if it is not the file that the survey saw, before or after reading;
        ``TransferRefused`` if it cannot be read; ``StoreUnwritable`` if the copy cannot be written.
        """
        path = names.payload_path(file.path)
        return StoredFile(path, file.path, file.size, file.mtime_ns, self._copy(file, path, algorithms))

    def add_companion(self, companion: Companion, algorithms: Sequence[str]) -> Path:
        """Copy a metadata or checksum file of the producer below ``metadata/source/``; returns the copy's place.

        Errors as ``add_payload``.
        """
        path = f"{SOURCE_METADATA}/{names.bag_name(companion.path)}"
        file = companion.seen or sources.seen_now(companion.source, companion.path)
        self.tags[path] = self._copy(file, path, algorithms)
        return self.bag / path

    def add_tag(self, path: str, data: bytes, algorithms: Sequence[str]) -> None:
        """Write a tag file."""
        with store_errors(self.bag / path):
            self._make_parents(path)
            durable.write_new(self.bag / path, data)
        self.tags[path] = digests.of_bytes(data, algorithms)

    def make_payload_folder(self) -> None:
        """``data/`` must be there even when nothing is in it (RFC 8493 §2.1.2)."""
        with store_errors(self.bag):
            self._make_parents(f"{PAYLOAD}/")

    def close(self) -> None:
        """Remove whatever is still on the workbench and give up ownership."""
        try:
            with store_errors(self._home):
                remove_tree(self._home)
                self._home.with_name(self._home.name + ".lock").unlink(missing_ok=True)
        finally:
            os.close(self._owner)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _copy(self, file: SourceFile, path: str, algorithms: Sequence[str]) -> tuple[Digest, ...]:
        target = self.bag / path
        with store_errors(target, named_by_transfer=True):
            self._make_parents(path)
            copy = os.open(target, durable.NEW_FILE, 0o644)

        def write(block: memoryview) -> None:
            with store_errors(target, named_by_transfer=True):
                durable.write_all(copy, block)

        try:
            found = sources.read_once(file, algorithms, write)
            with store_errors(target, named_by_transfer=True):
                os.utime(copy, ns=(file.mtime_ns, file.mtime_ns))
        finally:
            os.close(copy)
        return found

    def _make_parents(self, path: str) -> None:
        missing = []
        folder = path.rpartition("/")[0]
        while folder not in self._folders:
            missing.append(folder)
            folder = folder.rpartition("/")[0]
        for folder in reversed(missing):
            os.mkdir(self.bag / folder)
            self._folders.add(folder)


def remove_tree(root: Path) -> None:
    """Delete *root* and all below it, however deep, never following a link.  Nothing there is fine."""
    if not root.is_dir() or root.is_symlink():
        with suppress(FileNotFoundError):
            root.unlink()
        return
    pending = [str(root)]
    emptied: list[str] = []
    while pending:
        folder = pending.pop()
        emptied.append(folder)
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    pending.append(entry.path)
                else:
                    os.unlink(entry.path)
    for folder in reversed(emptied):
        os.rmdir(folder)
