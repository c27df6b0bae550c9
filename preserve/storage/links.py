"""A second name for the bytes of a file: they are shared, not copied, where the file system can do that."""

from __future__ import annotations

import errno
import fcntl
import os
import sys

from preserve.storage import durable

_FICLONE = 0x40049409
_CANNOT = frozenset(
    [errno.EPERM, errno.EACCES, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EXDEV, errno.EINVAL, errno.ENOTTY]
)
"""That a file system has no such links, or allows no more of them, or not to us."""


def share(source: str, target: str) -> bool:
    """Let the new name *target* have the bytes of the regular file *source*; False if they would have to be copied.

    A hard link if that is possible, else a reflink with the same modification time.  ``OSError`` for any other reason.
    """
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError as error:
        if error.errno not in _CANNOT:
            raise
        return _clone(source, target)
    return True


def _clone(source: str, target: str) -> bool:
    if sys.platform != "linux":
        return False
    old = os.open(source, durable.READ_FILE)
    try:
        new = os.open(target, durable.NEW_FILE, 0o644)
        try:
            fcntl.ioctl(new, _FICLONE, old)
            seen = os.fstat(old)
            os.utime(new, ns=(seen.st_mtime_ns, seen.st_mtime_ns))
        except OSError as error:
            os.unlink(target)
            if error.errno not in _CANNOT:
                raise
            return False
        finally:
            os.close(new)
    finally:
        os.close(old)
    return True
