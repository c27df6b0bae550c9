"""The file on the desk: opened once, its beginning read once, for all probes."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from preserve.identify import values
from preserve.model import Embedded, Identification, Outcome, ProbeRun
from preserve.ports import Probe
from preserve.storage import durable

HEAD = 1024 * 1024
"""Bytes that the probes look at first; few need more."""

TEXT = 256 * 1024
"""Characters of text that are taken out of a document."""


@dataclass(frozen=True, slots=True)
class Document:
    """What a reader of documents got out of a file: metadata, visible text (at most ``TEXT``), and what went wrong.

    *kind* names the format for the record; *text* is None where the text of the format is not extracted.
    """

    kind: str
    embedded: tuple[Embedded, ...] = ()
    text: str | None = None
    notes: tuple[str, ...] = ()


class NotAFile(Exception):
    """There is nothing at this place that could be read; the message says why."""


@dataclass(frozen=True, slots=True)
class Options:
    """What probes may be told: the address of a ClamAV daemon, and the seconds that one probe has for one file."""

    clamav: str = ""
    timeout: float = 30.0


@dataclass(slots=True)
class Reading:
    """The file being looked at.  *loading* is entered around the import of a heavy library, which may take longer."""

    options: Options = Options()
    loading: Callable[[], AbstractContextManager[None]] = nullcontext
    file: Path = Path()
    path: str = ""
    fd: int = -1
    size: int = 0
    head: bytes = b""
    hint: str = ""
    document: Document | None = None
    document_failed: bool = False
    skipped: frozenset[str] = field(default_factory=frozenset)

    def open(self, file: Path, path: str, skipped: frozenset[str] = frozenset()) -> None:
        """Lay *file* on the desk.  ``NotAFile`` if it is missing, a link, a pipe, or may not be read."""
        self.close()
        try:
            self.fd = os.open(file, durable.READ_FILE)
            status = os.fstat(self.fd)
            if not stat.S_ISREG(status.st_mode):
                self.close()
                raise NotAFile("it is not a regular file")
            self.head = os.pread(self.fd, min(status.st_size, HEAD), 0)
        except (OSError, ValueError) as error:
            self.close()
            reason = error.strerror if isinstance(error, OSError) else None
            raise NotAFile(f"it cannot be read: {reason or error}") from error
        self.file, self.path, self.size = file, path, status.st_size
        self.hint, self.document, self.document_failed, self.skipped = "", None, False, skipped

    def close(self) -> None:
        """Put the file away."""
        if self.fd >= 0:
            os.close(self.fd)
            self.fd = -1
        self.head = b""

    @property
    def suffix(self) -> str:
        """The extension of the file's real name, in lower case without the dot, or ""."""
        stem, dot, suffix = self.path.rpartition("/")[2].rpartition(".")
        return suffix.lower() if dot and stem else ""

    @property
    def whole(self) -> bool:
        """Whether ``head`` is all there is."""
        return len(self.head) >= self.size

    def blocks(self, limit: int) -> Iterator[bytes]:
        """The file from its beginning, a block at a time, as far as *limit* bytes."""
        yield self.head[:limit]
        offset = len(self.head)
        while offset < min(self.size, limit) and (block := os.pread(self.fd, min(HEAD, limit - offset), offset)):
            yield block
            offset += len(block)

    def upto(self, limit: int) -> bytes:
        """At most *limit* bytes from the beginning."""
        return self.head[:limit] if self.whole or limit <= len(self.head) else b"".join(self.blocks(limit))


Factory = Callable[[Reading], Probe]
"""How the worker makes a probe.  It raises ``ImportError`` if the library is missing: the probe is then not done."""


def ran(known: Identification, probe: Probe, outcome: Outcome, note: str = "", **found: Any) -> Identification:
    """*known* with what was *found*, by its field, and the record that *probe* ran.

    *note* may hold what hostile files made a library say.
    """
    return replace(known, runs=(*known.runs, ProbeRun(probe.name, probe.agent, outcome, _tidy(note))), **found)


@lru_cache(maxsize=256)
def _tidy(note: str) -> str:
    return values.tidy(note)[:500]
