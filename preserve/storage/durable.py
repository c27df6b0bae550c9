"""Files that are there after the power went: create once, sync, rename without replacing.

A failed sync is an error and is never tried again: the kernel may have thrown the dirty pages away, and a second
call would succeed without them.  Whoever gets that error discards what was being written.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ctypes

_AT_FDCWD = -100
_RENAME_NOREPLACE = 1
_RENAME_EXCHANGE = 2
_FEW = 4

NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW
ADD_FILE = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW
READ_FILE = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
"""Never follows a link, never waits for the other end of a pipe."""


@cache
def _libc() -> ctypes.CDLL | None:
    if sys.platform != "linux":
        return None
    import ctypes  # noqa: PLC0415  who only reads does not wait for it

    return ctypes.CDLL(None, use_errno=True)


def _last_error() -> int:
    import ctypes  # noqa: PLC0415

    return ctypes.get_errno()


def write_all(fd: int, data: bytes | memoryview) -> None:
    """Write every byte of *data*, however many calls it takes."""
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view) :]


def write_new(path: Path | str, data: bytes, *, sync: bool = False, mode: int = 0o644) -> None:
    """Create *path* with *data*; nothing is left of it if that fails.  ``FileExistsError`` if anything is there."""
    fd = os.open(path, NEW_FILE, mode)
    try:
        write_all(fd, data)
        if sync:
            os.fsync(fd)
    except BaseException:
        with suppress(OSError):
            os.unlink(path)
        raise
    finally:
        os.close(fd)


@contextmanager
def opened(path: Path, flags: int) -> Iterator[int]:
    """A descriptor that is closed again."""
    fd = os.open(path, flags)
    try:
        yield fd
    finally:
        os.close(fd)


def sync_folder(path: Path) -> None:
    """Make the entries of the folder *path* durable."""
    with opened(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC) as fd:
        os.fsync(fd)


def sync_tree(root: Path) -> None:
    """Make everything below *root* durable: one ``syncfs`` on Linux, an ``fsync`` each elsewhere."""
    if _sync_file_system(root):
        return
    for folder, _, names in os.walk(root, topdown=False):
        for name in names:
            with opened(Path(folder, name), READ_FILE) as fd:
                os.fsync(fd)
        sync_folder(Path(folder))


def sync_files(fds: Sequence[int], folder: Path) -> None:
    """Make the open files *fds*, which lie in *folder*, and their entries there durable.

    Few are synced one by one; for many one ``syncfs`` is several times as fast, where there is one.
    """
    if len(fds) > _FEW and _sync_file_system(folder):
        return
    for fd in fds:
        os.fsync(fd)
    sync_folder(folder)


class OpenTree:
    """A folder that is held open, so that no failure to write below it from now on is missed.

    Linux tells of a failed write-back those who had the file system open by then; whoever opens it later may not hear
    of it, because somebody else was told already.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._fd = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)

    def sync(self) -> None:
        """Make everything below the folder durable, as ``sync_tree`` does."""
        if not _syncfs(self._fd, self._root):
            sync_tree(self._root)

    def close(self) -> None:
        """Let go of the folder."""
        os.close(self._fd)


def _sync_file_system(folder: Path) -> bool:
    """Make the file system of *folder* durable; False where the system has no call for that."""
    with opened(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC) as fd:
        return _syncfs(fd, folder)


def _syncfs(fd: int, folder: Path) -> bool:
    libc = _libc()
    if libc is None or not hasattr(libc, "syncfs"):
        return False
    if libc.syncfs(fd) != 0:
        code = _last_error()
        raise OSError(code, os.strerror(code), str(folder))
    return True


def sync_system_of(fd: int) -> bool:
    """Make the file system of the open folder *fd* durable; False where the system has no call for that."""
    return _syncfs(fd, Path())


def forget_cached(fd: int) -> None:
    """Ask the kernel to drop its copy of this synced file, so that the next read comes from the disk.

    It may begin with that reading at once.
    """
    if hasattr(os, "posix_fadvise"):
        os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
        os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_WILLNEED)


def rename_new(
    source: Path, target: Path, *, source_folder: int | None = None, target_folder: int | None = None
) -> None:
    """Move *source* to *target* in one step.  ``FileExistsError`` if *target* exists: it is never replaced.

    Each counts from its open folder, where one is given.
    """
    libc = _libc()
    if libc is not None and hasattr(libc, "renameat2"):
        folders = [_AT_FDCWD if fd is None else fd for fd in (source_folder, target_folder)]
        named = (folders[0], os.fsencode(source), folders[1], os.fsencode(target))
        if libc.renameat2(*named, _RENAME_NOREPLACE) == 0:
            return
        code = _last_error()
        if code not in (errno.ENOSYS, errno.EINVAL):
            raise OSError(code, os.strerror(code), str(source), None, str(target))
    with suppress(FileNotFoundError):
        os.lstat(target, dir_fd=target_folder)
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target))
    os.rename(source, target, src_dir_fd=source_folder, dst_dir_fd=target_folder)  # the caller holds the store's lock


def exchange(one: Path, other: Path, *, one_folder: int | None = None, other_folder: int | None = None) -> bool:
    """Let the two places change their contents in one step; False where the file system cannot do that.

    Each counts from its open folder, where one is given.
    """
    libc = _libc()
    if libc is None or not hasattr(libc, "renameat2"):
        return False
    folders = [_AT_FDCWD if fd is None else fd for fd in (one_folder, other_folder)]
    if libc.renameat2(folders[0], os.fsencode(one), folders[1], os.fsencode(other), _RENAME_EXCHANGE) == 0:
        return True
    code = _last_error()
    if code in (errno.ENOSYS, errno.EINVAL, errno.EOPNOTSUPP):
        return False
    raise OSError(code, os.strerror(code), str(one), None, str(other))
