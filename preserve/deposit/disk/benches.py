"""Where a consignment is put together on the disk of its target, out of sight, until it can be moved into place whole.

<root>/.preserve-part/<label>/lock       held by the process that works on it, as long as it lives
<root>/.preserve-part/<label>/content/   what is there already; the next run goes on with it
"""

from __future__ import annotations

import errno
import fcntl
import os
from contextlib import suppress
from typing import Self

from preserve.deposit.disk.held import Held
from preserve.errors import TargetUnreachable
from preserve.storage import names

PARTS = ".preserve-part"
_LOCK = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
_NO_LOCKS = frozenset([errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS])
_TRIES = 20


class Bench:
    """The bench of one *label* below the folder *root*, which stays its owner's to close.  ``OSError`` of the disk."""

    def __init__(self, root: Held, label: str, parts: str = PARTS) -> None:
        self._root = root
        self._label = label
        self._parts = parts
        self.place = f"{parts}/{label}"
        self.content = f"{self.place}/content"
        self._lock = -1

    def octets(self) -> int | None:
        """How many octets another run has left here; None if none was here."""
        if self._root.seen(self.content) is None:
            return None
        return sum(entry.size or 0 for entry in self._root.walk(path=self.content))

    def take(self) -> Self:
        """Work here, alone.  ``TargetUnreachable`` if another process does."""
        for _ in range(_TRIES):  # whoever worked here may clear it away in this moment
            with suppress(FileNotFoundError):
                self._lock = self._taken()
                if self._is_ours():
                    self._root.folder(self.content, make=True)
                    return self
                self.leave()
        raise self._busy()

    def _taken(self) -> int:
        folder = self._root.folder(self.place, make=True)
        fd = os.open("lock", _LOCK, 0o644, dir_fd=folder)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(fd)
            raise self._busy() from None
        except OSError as error:
            if error.errno not in _NO_LOCKS:
                os.close(fd)
                raise
        return fd

    def _is_ours(self) -> bool:
        """Whether what we hold is what lies here: another may have removed it before we got it."""
        self._root.forget()
        here, held = self._root.seen(f"{self.place}/lock"), os.fstat(self._lock)
        return here is not None and (here.st_dev, here.st_ino) == (held.st_dev, held.st_ino)

    def clear(self) -> None:
        """Take away all that is here.  The bench is not used any more."""
        self._root.remove(self.content)
        for name in ("lock", ""):
            self._root.remove(f"{self.place}/{name}".rstrip("/"))
        self._remove_parts()
        self.leave()

    def tidy(self) -> None:
        """Take away what a run left that was stopped when all was done; nothing if another works here just now."""
        with suppress(OSError, TargetUnreachable):
            if self._root.seen(self.place) is not None:
                self.take().clear()
            elif self._root.seen(self._parts) is not None:
                self._remove_parts()

    def _remove_parts(self) -> None:
        """Remove the folder of all benches if nobody else is at work there."""
        with suppress(OSError):
            folder, name = self._root.at_path(self._parts)
            os.rmdir(name, dir_fd=folder)

    def leave(self) -> None:
        """Let others work here; what is here stays."""
        self._root.forget()
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1

    def _busy(self) -> TargetUnreachable:
        return TargetUnreachable(
            f"Another process is putting {names.shown(self._label)} there at this moment.",
            hint="Wait until it has ended, then run the command again.",
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.leave()
