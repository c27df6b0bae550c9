"""The walk: what really lies below a path.  Follows no link, waits for no pipe, changes nothing, never raises.

Every file is opened once, because permission bits say little (ACLs, network disks, root), and closed again unread.
A folder that is not the one that its parent listed is reported: somebody exchanged it under our hands.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from heapq import merge
from pathlib import Path
from typing import TypeAlias

from preserve.model import Problem, SourceFile, SourceFiles, SourceFolder, SourceLink
from preserve.storage import names
from preserve.storage.durable import READ_FILE
from preserve.transfer import rules
from preserve.transfer.hazards import said

LONGEST_PATH = 3600
"""Octets of the longest path inside a transfer: Linux opens 4,095, and the package's own place needs some."""

_LONGEST_ABSOLUTE = 4095
_READ_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC | os.O_NOFOLLOW


_Look: TypeAlias = Callable[[str, str, str, int | None], SourceFile | Problem]
"""Sees a file by its name in a folder that is open; its path and its place are only noted."""


@dataclass(slots=True)
class Walked:
    """What the walk met, in order of the paths once ``sort`` was called."""

    files: SourceFiles = field(default_factory=SourceFiles)
    links: list[SourceLink] = field(default_factory=list)
    folders: list[SourceFolder] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def sort(self) -> None:
        """Put everything in the order of its path, so that two walks of the same tree are equal."""
        self.files.sort()
        self.links.sort(key=lambda link: link.path)
        self.folders.sort(key=lambda folder: folder.path)

    def paths(self) -> Iterator[str]:
        """The paths of all files, links and folders, in their order."""
        others = sorted(entry.path for entries in (self.links, self.folders) for entry in entries)
        return merge(self.files.paths(), others)


@dataclass(frozen=True, slots=True)
class _Folder:
    """A folder to be walked: *path* in the transfer, *place* on disk, device and inode that its parent listed."""

    path: str
    place: str
    identity: tuple[int, int] | None
    parent_device: int | None


def walk(root: Path, name: str = "", *, opening: bool = True) -> Walked:
    """Everything below the folder *root*.  With a *name*, paths begin with it and *root* itself is recorded too.

    Without *opening* the files are only looked at, which tells as well whether they are what they were.
    """
    walked = Walked()
    waiting = [_Folder(name, os.fspath(root), None, None)]
    while waiting:
        _walk_folder(waiting.pop(), walked, waiting, _opened if opening else _looked_at)
    walked.sort()
    return walked


def contents(root: Path, *, folder: bool, name: str = "", opening: bool = True) -> Walked:
    """What a transfer, or a part of one called *name*, holds: the *folder*, or the one file.  *opening* as ``walk``."""
    if folder:
        return walk(root, name, opening=opening)
    seen = look(root, root.name)
    return Walked(files=SourceFiles([seen])) if isinstance(seen, SourceFile) else Walked(problems=[seen])


def look(file: Path, path: str) -> SourceFile | Problem:
    """The regular file at *file*, to be called *path*; or why it cannot be taken in."""
    place = os.fspath(file)
    try:
        kind = os.lstat(place).st_mode
        return _opened(place, path, place, None) if stat.S_ISREG(kind) else special(path, kind)
    except OSError as error:
        return unreadable(path, error)


def _walk_folder(folder: _Folder, walked: Walked, waiting: list[_Folder], look_at: _Look) -> None:
    try:
        fd = os.open(folder.place, _READ_FOLDER)
    except OSError as error:
        walked.problems.append(unreadable(folder.path, error))
        return
    try:
        state = os.fstat(fd)
        if folder.identity not in (None, (state.st_dev, state.st_ino)):
            walked.problems.append(
                rules.VANISHED.at(folder.path, f"The folder {said(folder.path)} was exchanged while it was looked at.")
            )
            return
        with os.scandir(fd) as listing:
            entries = sorted(listing, key=lambda entry: entry.name)
        if folder.parent_device not in (None, state.st_dev):
            walked.problems.append(_other_device(folder.path))
        if folder.path:
            walked.folders.append(SourceFolder(folder.path, state.st_mtime_ns, empty=not entries))
        for entry in entries:
            if not _walk_entry(entry, folder, (fd, state.st_dev), walked, waiting, look_at):
                break
    except OSError as error:
        walked.problems.append(unreadable(folder.path, error))
    finally:
        os.close(fd)


def _walk_entry(
    entry: os.DirEntry[str],
    folder: _Folder,
    inside: tuple[int, int],
    walked: Walked,
    waiting: list[_Folder],
    look_at: _Look,
) -> bool:
    """Record one entry.  False if paths in this folder are too long, so that one sentence says it for all."""
    fd, device = inside
    path = f"{folder.path}/{entry.name}" if folder.path else entry.name
    place = os.path.join(folder.place, entry.name)
    if len(names.raw(path)) > LONGEST_PATH or len(os.fsencode(place)) > _LONGEST_ABSOLUTE:
        walked.problems.append(
            rules.PATH_TOO_LONG.at(
                path,
                f"The path {said(path)} is {len(names.raw(path)):,} bytes long; at most {LONGEST_PATH:,} can be kept.",
            )
        )
        return False
    try:
        if entry.is_symlink():
            walked.links.append(SourceLink(path, os.readlink(entry.name, dir_fd=fd)))
        elif entry.is_dir(follow_symlinks=False):
            state = entry.stat(follow_symlinks=False)
            waiting.append(_Folder(path, place, (state.st_dev, state.st_ino), device))
        elif entry.is_file(follow_symlinks=False):
            found = look_at(entry.name, path, place, fd)
            if isinstance(found, SourceFile):
                walked.files.append(found)
                if found.device != device:
                    walked.problems.append(_other_device(path))
            else:
                walked.problems.append(found)
        else:
            walked.problems.append(special(path, entry.stat(follow_symlinks=False).st_mode))
    except OSError as error:
        walked.problems.append(unreadable(path, error))
    return True


def _opened(name: str, path: str, source: str, folder: int | None) -> SourceFile | Problem:
    fd = os.open(name, READ_FILE, dir_fd=folder)
    try:
        return _seen(path, source, os.fstat(fd))
    finally:
        os.close(fd)


def _looked_at(name: str, path: str, source: str, folder: int | None) -> SourceFile | Problem:
    return _seen(path, source, os.stat(name, dir_fd=folder, follow_symlinks=False))


def _seen(path: str, source: str, state: os.stat_result) -> SourceFile | Problem:
    if not stat.S_ISREG(state.st_mode):
        return special(path, state.st_mode)
    return SourceFile(path, source, state.st_size, state.st_mtime_ns, state.st_ino, state.st_dev, state.st_ctime_ns)


def special(path: str, mode: int) -> Problem:
    """That *path* is something that holds no bytes of its own."""
    kinds = (
        (stat.S_ISFIFO, "a named pipe (FIFO)"),
        (stat.S_ISSOCK, "a socket"),
        (stat.S_ISBLK, "a block device"),
        (stat.S_ISCHR, "a character device"),
    )
    kind = next((word for is_kind, word in kinds if is_kind(mode)), "neither a file nor a folder")
    return rules.SPECIAL_FILE.at(path, f"{said(path)} is {kind}, which holds nothing that could be preserved.")


def unreadable(path: str, error: OSError) -> Problem:
    """That the system would not let *path* be read, in its own words."""
    what = said(path) or "The transfer's top folder"
    if error.errno in (errno.ENOENT, errno.ESTALE):
        return rules.VANISHED.at(path, f"{what} disappeared while the transfer was looked at.")
    if error.errno in (errno.ELOOP, errno.ENOTDIR):
        return rules.VANISHED.at(path, f"{what} was exchanged while the transfer was looked at.")
    return rules.UNREADABLE.at(path, f"{what} cannot be read: {error.strerror or error}.")


def _other_device(path: str) -> Problem:
    return rules.OTHER_DEVICE.at(path, f"{said(path)} lies on another disk, which is mounted inside the transfer.")
