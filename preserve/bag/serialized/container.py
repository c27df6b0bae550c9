"""The archive file itself: opened once, read by position, and the one place where broken input becomes ``Broken``.

A decompression bomb is what gives more than 1,000 octets for each octet read *and* more than 100 MiB in all; nothing
gives more than 16 TiB.  The sizes that an archive declares play no part in that.  Archives inside the archive are
payload like any other and are not opened (RFC 8493 §4).
"""

from __future__ import annotations

import lzma
import os
import stat
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from preserve.bag.serialized import rules
from preserve.errors import BagError, NotABag
from preserve.model import Rule
from preserve.storage.names import shown

BLOCK = 256 * 1024
"""Octets read or expanded at a time."""
FREE = 100 * 1024 * 1024
"""So many octets may be expanded whatever the ratio."""
RATIO = 1000
LARGEST = 2**44
MEMORY = 256 * 1024 * 1024
"""What an LZMA decoder may ask for; ``xz -9`` needs a quarter of it."""


class Broken(Exception):
    """The archive cannot be read on from here.  It never leaves the readers of archives."""

    def __init__(self, rule: Rule, message: str) -> None:
        super().__init__(message)
        self.rule = rule
        self.message = message


@contextmanager
def guarded(what: str) -> Iterator[None]:
    """Turns everything that broken input makes the standard library raise into ``Broken``."""
    try:
        yield
    except (
        zlib.error,
        lzma.LZMAError,
        struct.error,
        OSError,  # bz2 raises it for damaged data
        EOFError,
        ValueError,
        LookupError,
        ArithmeticError,
        MemoryError,
        NotImplementedError,
        RecursionError,
    ) as error:
        reason = str(error).rstrip(".") or type(error).__name__
        raise Broken(rules.DAMAGED, f"{what} is damaged: {reason}.") from error


class Container:
    """The archive file, open for reading by position.  It may be shared by threads."""

    def __init__(self, path: Path) -> None:
        self.path = path
        shown_path = shown(str(path))
        try:
            self._fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        except FileNotFoundError as error:
            raise NotABag(f"{shown_path} does not exist.", hint="Check the path.") from error
        except (OSError, ValueError) as error:
            reason = os.strerror(getattr(error, "errno", 0) or 0)
            raise BagError(
                f"{shown_path} cannot be opened: {reason}.", hint="Check the path and the permissions."
            ) from error
        found = os.fstat(self._fd)
        if not stat.S_ISREG(found.st_mode):
            self.close()
            raise NotABag(f"{shown_path} is not a file.", hint="Give an archive file, or the folder of a bag.")
        self.size = found.st_size
        self.identity = (found.st_dev, found.st_ino)

    def at(self, offset: int, count: int) -> bytes:
        """The octets from *offset* on, fewer than *count* only at the end of the file."""
        parts: list[bytes] = []
        count = min(count, self.size - offset)  # offsets and counts may come from a hostile header
        try:
            while count > 0 and (part := os.pread(self._fd, count, offset)):
                parts.append(part)
                offset += len(part)
                count -= len(part)
        except OSError as error:
            reason = os.strerror(error.errno or 0)
            raise Broken(rules.DAMAGED, f"The archive cannot be read at octet {offset:,}: {reason}.") from error
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def close(self) -> None:
        """Let go of the file."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1


def check_ratio(expanded: int, compressed: int, what: str) -> None:
    """``Broken`` if *what* is a decompression bomb."""
    if expanded > LARGEST or (expanded > FREE and expanded > RATIO * compressed):
        text = f"{what} expands {compressed:,} octets to more than {expanded:,}: a decompression bomb."
        raise Broken(rules.BOMB, text)
