"""What else a report tells, beside the histories: formats, checkpoints, runs of the audit, versions of tools."""

from __future__ import annotations

import platform
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from preserve import __version__
from preserve.config import Config
from preserve.errors import CheckpointError, DescriptionError
from preserve.history.checkpoints.body import parse as parse_body
from preserve.history.checkpoints.note import LARGEST
from preserve.history.checkpoints.note import parse as parse_note
from preserve.premis.formats import formats_in
from preserve.workflows.checkpointing.places import checkpoints_in, folder_of, read_up_to
from preserve.workflows.packages import PREMIS, read_file

FILES = 100_000
"""Archives with more documents are not looked through for formats unless somebody asks for it."""


@dataclass(slots=True)
class Formats:
    """How many documents and bytes there are of each format, by name and version; *unread* packages do not count."""

    files: Counter[str] = field(default_factory=Counter)
    bytes: Counter[str] = field(default_factory=Counter)
    unread: int = 0

    def take(self, place: Path) -> None:
        """Add the documents of the package at *place*, as its premis.xml names them."""
        try:
            for each in formats_in(read_file(place / PREMIS)):
                name = f"{each.name} {each.version}".strip() + (f" ({each.key})" if each.key else "")
                self.files[name] += 1
                self.bytes[name] += each.size
        except (OSError, DescriptionError):
            self.unread += 1

    def rows(self) -> list[tuple[str, int, int]]:
        """Name, documents and bytes, the most frequent first."""
        ordered = sorted(self.files.items(), key=lambda pair: (-pair[1], pair[0]))
        return [(name, count, self.bytes[name]) for name, count in ordered]


@dataclass(frozen=True, slots=True)
class Checkpoints:
    """The signed checkpoints in the archive's home: how many there are, and what the newest says of itself.

    That is when it was *made* (None if it cannot be read), and of how many *packages* it speaks.  No signature is
    verified for a report.
    """

    count: int = 0
    newest: str = ""
    made: datetime | None = None
    packages: int = 0


def checkpoints_of(config: Config) -> Checkpoints:
    """What lies in ``checkpoints/``; none if there is no such folder.  One that cannot be read is counted, no more."""
    found = checkpoints_in(folder_of(config))
    if not found:
        return Checkpoints()
    try:
        body = parse_body(parse_note(read_up_to(found[-1], LARGEST)).text)
    except (ValueError, CheckpointError):
        return Checkpoints(len(found), found[-1].name)
    return Checkpoints(len(found), found[-1].name, body.time, body.size)


def tools() -> Iterable[tuple[str, str]]:
    """The programs that made this report, and their versions."""
    yield "preserve", __version__
    yield "Python", platform.python_version()
    yield platform.system() or "system", platform.release()
