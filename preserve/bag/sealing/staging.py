"""The workbench: a package is put together in a hidden folder of its store, out of everybody's sight.

    <store>/.preserve/lock                   held for moments: to begin, to publish, to sweep
    <store>/.preserve/staging/<run>.lock     held by a run as long as it lives
    <store>/.preserve/staging/<run>/<id>/    a bag that it is making; it gets its name with the rename
    <store>/.preserve/changing/<name>/       the next state of the package <name>, until it has taken its place

Whatever lies in ``staging`` without a living owner is litter of a run that was killed, and is swept away.  A run has
one lock for all of its packages: where many files were just deleted, ext4 takes long to make new ones.
"""

from __future__ import annotations

import os
import stat
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Self

from preserve.bag.sealing import copying
from preserve.bag.sealing.errors import store_error, store_errors
from preserve.bag.sealing.stored import StoredFiles
from preserve.errors import StoreUnwritable
from preserve.model import Companion, Digest, SourceFiles
from preserve.ports import Progress, Silent
from preserve.storage import digests, durable, locks, names, sources
from preserve.storage.crew import Crew

__all__ = ["Staging", "Workbench", "Workroom", "remove_tree", "store_errors"]

PAYLOAD = "data"
SOURCE_METADATA = "metadata/source"
_LOCK = ".lock"


class Workroom:
    """The hidden folder of one package store."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._staging = root / "staging"
        self.changing = root / "changing"

    def prepare(self) -> None:
        """Make the folders.  ``StoreUnwritable`` if that cannot be done."""
        with store_errors(self._root):
            self._staging.mkdir(parents=True, exist_ok=True)

    @contextmanager
    def locked(self, wait: float = 60.0) -> Iterator[None]:
        """Hold the store's lock, for as short as possible.  ``Locked`` after *wait* seconds."""
        with store_errors(self._root), locks.held(self._root / "lock", wait=wait):
            yield

    def begin(self) -> Workbench:
        """A workbench for one run of this process.  Close it in any case."""
        run = self._staging / str(uuid.uuid4())
        with self.locked(), store_errors(run):
            owner = locks.try_hold(_lock_of(run))
            if owner is None:
                raise StoreUnwritable(f"Another run of preserve works in {run}.")
            try:
                run.mkdir()
                return Workbench(run, owner)
            except BaseException:
                os.close(owner)
                raise

    def sweep(self) -> int:
        """Remove what dead runs left here.  Returns how many unfinished packages that were."""
        swept = 0
        with self.locked(), store_errors(self._staging):
            runs = {path.name.removesuffix(_LOCK) for path in self._staging.iterdir()}
            for name in sorted(runs - {""}):  # an empty one would name the whole folder
                run = self._staging / name
                owner = locks.try_hold(_lock_of(run))
                if owner is None:
                    continue
                try:
                    swept += len(os.listdir(run)) if run.is_dir() and not run.is_symlink() else 0
                    remove_tree(run)
                    _lock_of(run).unlink(missing_ok=True)  # its owner may have ended between our look and our hold
                finally:
                    os.close(owner)
        return swept


class Workbench:
    """Where one run puts its packages together.

    It is held open from the start: a failure to write below it is told only to those who had it open by then.
    """

    def __init__(self, folder: Path, owner: int) -> None:
        self._folder = folder
        self._owner = owner
        self._open = durable.OpenTree(folder)

    @property
    def folder(self) -> Path:
        """The place of the whole run."""
        return self._folder

    def place(self, package_id: str) -> Path:
        """Where the package with this id is put together."""
        return self._folder / package_id

    def sync(self) -> None:
        """Make everything here durable.  ``StoreUnwritable`` if that fails; it is not tried again."""
        with store_errors(self._folder):
            self._open.sync()

    def clear(self, bag: Path) -> None:
        """Remove *bag*, if it still is here."""
        with store_errors(bag):
            remove_tree(bag)

    def close(self, progress: Progress | None = None) -> None:
        """Remove whatever is still here, and end the run.  Where a disk is slow to delete, that takes its time."""
        self._open.close()
        try:
            with store_errors(self._folder):
                self._clear_away(progress or Silent())
                remove_tree(self._folder)
                with suppress(FileNotFoundError):
                    _lock_of(self._folder).unlink()
        finally:
            os.close(self._owner)

    def _clear_away(self, progress: Progress) -> None:
        left = os.listdir(self._folder) if self._folder.is_dir() else []
        progress.start("Clearing away what is unfinished", len(left), 0)
        for name in left:
            remove_tree(self._folder / name)
            progress.advance(1, 0)
        progress.finish()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _lock_of(run: Path) -> Path:
    return run.with_name(run.name + _LOCK)


class Staging:
    """One bag in the making.  All paths given to it are bag paths, relative to the bag's base folder.

    Made by whoever puts the bag together, which need not be the process that owns the place.
    """

    def __init__(self, bag: Path) -> None:
        self.bag = bag
        self.tags: dict[str, tuple[Digest, ...]] = {}
        self._base = f"{os.fspath(bag)}/"
        self._folders: set[str] = {""}
        with store_errors(bag):
            os.mkdir(bag)

    def add_payload(
        self,
        files: SourceFiles,
        algorithms: tuple[str, ...],
        more: Mapping[str, tuple[str, ...]],
        crew: Crew,
        progress: Progress,
    ) -> StoredFiles:
        """Copy the files of the transfer below ``data/``, reading each once for all *algorithms*, side by side.

        *more* names further algorithms for some files, by path.
        ``ChangedDuringIngest`` if one is not the file that the survey saw, before or after reading;
        ``TransferRefused`` if it cannot be read; ``StoreUnwritable`` if the copy cannot be written.
        """
        for source in files.paths():
            path = names.payload_path(source)
            try:
                self._make_parents(path)
            except OSError as error:
                raise store_error(error, self._base + path, named_by_transfer=True) from error
        return copying.copy_all(self._base, files, algorithms, more, crew, progress)

    def add_companion(self, companion: Companion, algorithms: Sequence[str]) -> Path:
        """Copy a metadata or checksum file of the producer below ``metadata/source/``; returns the copy's place.

        Errors as ``add_payload``.
        """
        path = f"{SOURCE_METADATA}/{names.bag_name(companion.path)}"
        file = companion.seen or sources.seen_now(companion.source, companion.path)
        with store_errors(self.bag / path, named_by_transfer=True):
            self._make_parents(path)
        found = copying.copy(sources.as_seen(file), self._base + path, algorithms)
        self.tags[path] = tuple(map(Digest, algorithms, found))
        return self.bag / path

    def add_tag(self, path: str, data: bytes, algorithms: Sequence[str]) -> None:
        """Write a tag file."""
        place = self._base + path
        try:
            self._make_parents(path)
            durable.write_new(place, data)
        except OSError as error:
            raise store_error(error, place) from error
        self.tags[path] = digests.of_bytes(data, algorithms)

    def add_tag_in_parts(self, path: str, parts: Iterable[bytes], algorithms: Sequence[str]) -> None:
        """Write a tag file that may be too large for the memory."""
        place = self._base + path
        hasher = digests.Hasher(algorithms)
        try:
            self._make_parents(path)
            fd = os.open(place, durable.NEW_FILE, 0o644)
            try:
                for part in in_blocks(parts, digests.BLOCK):
                    hasher.update(part)
                    durable.write_all(fd, part)
            finally:
                os.close(fd)
        except OSError as error:
            raise store_error(error, place) from error
        self.tags[path] = hasher.digests()

    def place_for(self, path: str) -> str:
        """Where the file *path* goes, whose folder is there then.  ``OSError``."""
        self._make_parents(path)
        return self._base + path

    def make_payload_folder(self) -> None:
        """``data/`` must be there even when nothing is in it (RFC 8493 §2.1.2)."""
        with store_errors(self.bag):
            self._make_parents(f"{PAYLOAD}/")

    def _make_parents(self, path: str) -> None:
        folder = path.rpartition("/")[0]
        missing = []
        while folder not in self._folders:
            missing.append(folder)
            folder = folder.rpartition("/")[0]
        for folder in reversed(missing):
            os.mkdir(self._base + folder)
            self._folders.add(folder)


def in_blocks(parts: Iterable[bytes], octets: int) -> Iterator[bytes]:
    """The same bytes in fewer parts, of not much more than so many *octets*."""
    some: list[bytes] = []
    size = 0
    for part in parts:
        some.append(part)
        size += len(part)
        if size >= octets:
            yield b"".join(some)
            some, size = [], 0
    yield b"".join(some)


def remove_tree(root: Path) -> None:
    """Delete *root* and all below it, however deep, never following a link.  Nothing there is fine."""
    try:
        kind = os.lstat(root).st_mode
    except FileNotFoundError:
        return
    if not stat.S_ISDIR(kind):
        os.unlink(root)
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
