"""A folder that is held open; what lies below it is reached name by name, and never through a link.

What lies on a disk that others can write to is hostile: a link there may lead anywhere, and a folder may become a
link between two calls.  So no path is ever given to the system, only a name in a folder that is open already.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple, Self

from preserve.storage import durable

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_INNER = _FOLDER | os.O_NOFOLLOW


class Entry(NamedTuple):
    """Something below a folder: its path from there, and its octets if it is a plain file, else None."""

    path: str
    size: int | None
    is_folder: bool = False


class Held:
    """See the module.  Paths count from the folder, with ``/``.  ``OSError`` as the system raises it."""

    def __init__(self, fd: int) -> None:
        """*fd* is an open folder, which is now this object's to close."""
        self.fd = fd
        self._chain: list[tuple[str, int]] = []

    @classmethod
    def at(cls, place: Path) -> Self:
        """The folder at *place*, to which links may lead: whoever configured it knows where it lies."""
        return cls(os.open(place, _FOLDER))

    def inner(self, path: str, *, make: bool = False) -> Held:
        """The folder *path* below this one, on its own; made, with those above it, if it is not there."""
        return Held(os.dup(self.folder(path, make=make)))

    def folder(self, path: str, *, make: bool = False) -> int:
        """The open folder at *path*, good until the next call.  Those on the way stay open, for its neighbours."""
        parts = path.split("/") if path else []
        if any(part in ("", ".", "..") for part in parts):
            raise OSError(errno.EINVAL, "a path that leads elsewhere", path)
        same = 0
        while same < min(len(parts), len(self._chain)) and self._chain[same][0] == parts[same]:
            same += 1
        self._let_go(same)
        for part in parts[same:]:
            self._chain.append((part, _opened(part, self._deepest, make)))
        return self._deepest

    def at_path(self, path: str, *, make: bool = False) -> tuple[int, str]:
        """The open folder in which *path* lies, good until the next call, and its name there."""
        parent, _, name = path.rpartition("/")
        if name in ("", ".", ".."):
            raise OSError(errno.EINVAL, "a path that leads elsewhere", path)
        return self.folder(parent, make=make), name

    def seen(self, path: str) -> os.stat_result | None:
        """What lies at *path*, None if nothing does.  A link is a link."""
        try:
            folder, name = self.at_path(path)
            return os.lstat(name, dir_fd=folder)
        except (FileNotFoundError, NotADirectoryError):  # also where a link or a file is in the way to it
            return None

    def is_folder(self, path: str) -> bool:
        """Whether a folder lies at *path*, and no link to one."""
        found = self.seen(path)
        return found is not None and stat.S_ISDIR(found.st_mode)

    def read(self, path: str) -> int:
        """The plain file at *path*, open to be read.  Anything else is an error, and nothing is waited for."""
        folder, name = self.at_path(path)
        fd = os.open(name, durable.READ_FILE, dir_fd=folder)
        if not stat.S_ISREG(os.fstat(fd).st_mode):
            os.close(fd)
            raise OSError(errno.ELOOP, "it is not a plain file", path)
        return fd

    def content(self, path: str, most: int) -> bytes:
        """The plain file at *path*, whole.  One with more than *most* octets is an error."""
        fd = self.read(path)
        with open(fd, "rb") as stream:
            found = stream.read(most + 1)
        if len(found) > most:
            raise OSError(errno.EFBIG, "it is larger than any honest file of its kind", path)
        return found

    def write(self, path: str, data: bytes) -> None:
        """A new file at *path*, synced.  ``FileExistsError`` if anything is there."""
        folder, name = self.at_path(path)
        fd = os.open(name, durable.NEW_FILE, 0o644, dir_fd=folder)
        try:
            durable.write_all(fd, data)
            os.fsync(fd)
        except BaseException:
            with suppress(OSError):
                os.unlink(name, dir_fd=folder)
            raise
        finally:
            os.close(fd)

    def move(self, source: str, target: str) -> None:
        """Give what lies at *source* the path *target* in one step.  ``FileExistsError`` if anything is there."""
        folder, name = self.at_path(source)
        from_folder = os.dup(folder)
        try:
            folder, new_name = self.at_path(target)
            durable.rename_new(Path(name), Path(new_name), source_folder=from_folder, target_folder=folder)
        finally:
            os.close(from_folder)
            self.forget()

    def exchange(self, one: str, other: str) -> bool:
        """Let the two paths change their contents in one step; False where the file system cannot do that."""
        folder, name = self.at_path(one)
        first = os.dup(folder)
        try:
            folder, other_name = self.at_path(other)
            return durable.exchange(Path(name), Path(other_name), one_folder=first, other_folder=folder)
        finally:
            os.close(first)
            self.forget()

    def put(self, path: str, data: bytes, draft: str) -> None:
        """Make *data* the content of the file *path*, whatever it was: whoever reads it finds that or this, whole.

        It is written at *draft* first.
        """
        self.remove(draft)
        self.write(draft, data)
        folder, name = self.at_path(draft)
        from_folder = os.dup(folder)
        try:
            folder, new_name = self.at_path(path, make=True)
            os.rename(name, new_name, src_dir_fd=from_folder, dst_dir_fd=folder)
            os.fsync(folder)
        finally:
            os.close(from_folder)

    def share(self, source: str, target: str) -> None:
        """Give the file *source* a second name, *target*, in a folder that is there."""
        folder, name = self.at_path(source)
        from_folder = os.dup(folder)
        try:
            folder, new_name = self.at_path(target)
            os.link(name, new_name, src_dir_fd=from_folder, dst_dir_fd=folder, follow_symlinks=False)
        finally:
            os.close(from_folder)

    def remove(self, path: str) -> None:
        """Remove what lies at *path*, and all below it.  Nothing there is fine; a link is removed, not followed."""
        found = self.seen(path)
        if found is None:
            return
        folder, name = self.at_path(path)
        if not stat.S_ISDIR(found.st_mode):
            os.unlink(name, dir_fd=folder)
            return
        folders = [path]
        for each in folders:  # it grows while it is gone through
            for found_name, is_folder, _ in self._listed(each):
                if is_folder:
                    folders.append(f"{each}/{found_name}")
                else:
                    os.unlink(found_name, dir_fd=self.folder(each))
        for each in reversed(folders):
            parent, name = self.at_path(each)
            os.rmdir(name, dir_fd=parent)

    def walk(self, goes_into: Callable[[str], bool] = lambda _: True, path: str = "") -> Iterator[Entry]:
        """All that lies below the folder *path*.  A folder that one does not go into stands for all that is in it.

        Folders that one goes into are not told, be they empty.
        """
        pending = [path]
        while pending:
            folder = pending.pop()
            for name, is_folder, size in self._listed(folder):
                each = f"{folder}/{name}" if folder else name
                if is_folder and goes_into(each):
                    pending.append(each)
                else:
                    yield Entry(each, size, is_folder)

    def _listed(self, path: str) -> list[tuple[str, bool, int | None]]:
        with os.scandir(self.folder(path)) as entries:
            return [
                (
                    entry.name,
                    entry.is_dir(follow_symlinks=False),
                    entry.stat(follow_symlinks=False).st_size if entry.is_file(follow_symlinks=False) else None,
                )
                for entry in entries
            ]

    def sync(self, path: str = "") -> None:
        """Make the entries of the folder *path*, or of this one, durable."""
        os.fsync(self.folder(path))

    def names(self, path: str = "") -> dict[str, bool]:
        """What lies in the folder *path*, and of each whether it is a folder."""
        return {name: is_folder for name, is_folder, _ in self._listed(path)}

    def sync_below(self) -> None:
        """Make all that is below this folder durable.  A failure since the folder was opened is not missed."""
        if durable.sync_system_of(self.fd):
            return
        folders = [""]
        for each in folders:  # it grows while it is gone through
            for name, is_folder, size in self._listed(each):
                path = f"{each}/{name}" if each else name
                if is_folder:
                    folders.append(path)
                elif size is not None:
                    with open(self.read(path), "rb") as file:
                        os.fsync(file)
        for each in reversed(folders):
            os.fsync(self.folder(each))

    def forget(self) -> None:
        """Let go of the folders on the way: they may be moved or removed by others than this object."""
        self._let_go(0)

    @property
    def _deepest(self) -> int:
        return self._chain[-1][1] if self._chain else self.fd

    def _let_go(self, keep: int) -> None:
        while len(self._chain) > keep:
            os.close(self._chain.pop()[1])

    def close(self) -> None:
        """Let go of everything."""
        self._let_go(0)
        os.close(self.fd)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _opened(name: str, parent: int, make: bool) -> int:
    try:
        return os.open(name, _INNER, dir_fd=parent)
    except FileNotFoundError:
        if not make:
            raise
    with suppress(FileExistsError):
        os.mkdir(name, dir_fd=parent)
    return os.open(name, _INNER, dir_fd=parent)
