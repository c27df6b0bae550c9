"""A small file of JSON lines to which lines are added, each vouching for all before it.

What was torn off by a crash, or was damaged or changed since, is found, and is cut off with all that follows.
"""

from __future__ import annotations

import hmac
import json
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from preserve.storage import durable
from preserve.storage.locks import try_hold

_LINE = re.compile(rb'(\{.*),"check":"([0-9a-f]{32})"\}\n', re.DOTALL)
_LONGEST = 1024 * 1024
_MOST = 256 * 1024 * 1024
"""Octets that are read of it: more than the files of any one package need."""


class Journal:
    """The file at *path*, held by this process alone.  *key* is what only this machine knows, or b"".

    Without a key the lines still vouch for each other against accidents, but not against whoever writes new ones.
    """

    def __init__(self, path: Path, key: bytes = b"") -> None:
        """``OSError`` if it cannot be opened; ``BlockingIOError`` if another process works with it."""
        fd = try_hold(path)
        if fd is None:
            raise BlockingIOError(f"{path} is in use")
        self._fd = fd
        self._path = path
        self._key = key
        self._last = b""
        self._end = 0

    def lines(self) -> Iterator[Mapping[str, Any]]:
        """Every good line from the first on, up to where it is broken.  Lines are added behind the last one told."""
        self._last, self._end = b"", 0
        with os.fdopen(os.dup(self._fd), "rb") as file:
            file.seek(0)
            while self._end < _MOST:
                line = file.readline(_LONGEST)
                found = _LINE.fullmatch(line)
                if not found or not hmac.compare_digest(found[2], self._check(found[1])):
                    return
                told = json.loads(found[1] + b"}")
                self._last, self._end = found[2], self._end + len(line)
                yield told

    def begin_anew(self) -> None:
        """Forget every line."""
        self._last, self._end = b"", 0

    def add(self, told: Mapping[str, Any]) -> None:
        """One more line.  It is there after this process was killed; after the power went, only if it was synced."""
        body = json.dumps(told, separators=(",", ":")).encode("ascii")[:-1]
        check = self._check(body)
        line = body + b',"check":"' + check + b'"}\n'
        os.ftruncate(self._fd, self._end)  # what follows the last good line was torn
        os.lseek(self._fd, self._end, os.SEEK_SET)
        durable.write_all(self._fd, line)
        self._last, self._end = check, self._end + len(line)

    def sync(self) -> None:
        """Make what was added durable."""
        os.fsync(self._fd)

    def close(self) -> None:
        """Let go of the file."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    def remove(self) -> None:
        """Remove the file, while it is still held."""
        self._path.unlink(missing_ok=True)
        self.close()

    def _check(self, body: bytes) -> bytes:
        return hmac.digest(self._key, self._last + body, "sha256")[:16].hex().encode()
