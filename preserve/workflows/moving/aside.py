"""Out of sight: where a source waits while it is removed, so that no run takes what is left of it for an arrival.

Beside the source, in ``.preserve-removing-ID``, it keeps its own name; *ID* is that of its sealed package.  Beside the
parts of a bundle the name ends in ``.parts``: as long as that folder is there, all parts are on their way out, also
those that lie in plain sight (``docs/decisions/0011-removing-a-source.md``).
"""

from __future__ import annotations

import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from preserve.storage import durable

_NAME = re.compile(r"\.preserve-removing-([^.]+)(\.parts)?")
_OPEN = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC | os.O_NOFOLLOW
_LONGEST = 4000
"""Octets of a path that can surely be opened."""


@dataclass(frozen=True, slots=True)
class Sign:
    """What the name of a hidden folder says: the source of which package was being removed, and from where."""

    parent: Path
    package_id: str
    of_parts: bool = False

    @classmethod
    def of(cls, place: Path) -> Self | None:
        """What *place* is called; None if that is no such name."""
        found = _NAME.fullmatch(place.name)
        return cls(place.parent, found[1], bool(found[2])) if found else None

    @property
    def place(self) -> Path:
        """Where the hidden folder lies."""
        return self.parent / f".preserve-removing-{self.package_id}{'.parts' if self.of_parts else ''}"


@dataclass(slots=True)
class Aside:
    """A hidden folder in the hands of this process: others leave it alone meanwhile."""

    sign: Sign
    _taken: set[str] = field(default_factory=set)

    def take(self, folder: Path, longest: int = 0) -> Path:
        """Move *folder* out of sight; returns where it lies now: where it was, if the system does not allow it.

        *longest* is the length in octets of the longest path in it, which must still be within reach.
        """
        place = self.sign.place / folder.name
        if len(os.fsencode(place)) + longest > _LONGEST:
            return folder
        try:
            durable.rename_new(folder, place)
        except OSError:
            return folder
        try:
            durable.sync_folder(self.sign.place)
            durable.sync_folder(self.sign.parent)
        except OSError:  # after a power cut it may be in sight again
            with suppress(OSError):
                durable.rename_new(place, folder)
                return folder
        self._taken.add(folder.name)
        return place

    def now(self, place: str) -> str:
        """Where that lies now which lay at *place*."""
        parent = os.path.join(self.sign.parent, "")
        name = place[len(parent) :].partition("/")[0] if place.startswith(parent) else ""
        return os.path.join(self.sign.place, place[len(parent) :]) if name in self._taken else place

    def give_back(self, *, whoever_took_it: bool = False) -> list[Path]:
        """Put what is still here of what was taken into sight again, under its own name.

        Returns what that was not possible for: mostly because another has taken its name.
        """
        left = []
        for name in _listed(self.sign.place):
            if not (whoever_took_it or name in self._taken):
                continue
            place = self.sign.place / name
            try:
                durable.rename_new(place, self.sign.parent / name)
            except OSError:
                left.append(place)
        return left


@contextmanager
def held(sign: Sign, *, make: bool) -> Iterator[Aside | None]:
    """The hidden folder of *sign*, to be made if need be; it goes when it is empty at the end.

    None if another process has it in its hands.  ``OSError`` if it cannot be made or opened.
    """
    fd = _hold(sign.place, make=make)
    if fd is None:
        yield None
        return
    try:
        yield Aside(sign)
    finally:
        with suppress(OSError):
            os.rmdir(sign.place)
        os.close(fd)


def _hold(place: Path, *, make: bool) -> int | None:
    while True:
        if make:
            with suppress(FileExistsError):
                os.mkdir(place)
        fd = os.open(place, _OPEN)
        try:
            with suppress(FileNotFoundError):
                if not _locked(fd):
                    os.close(fd)
                    return None
                if os.path.samestat(os.fstat(fd), os.lstat(place)):
                    return fd
        except BaseException:
            os.close(fd)
            raise
        os.close(fd)  # whoever had it has just removed it


def _locked(fd: int) -> bool:
    """Whether nobody else has it.  Where a file system has no locks, nobody can tell."""
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True


def waiting(folder: Path) -> Iterator[Sign]:
    """What was moved out of sight in *folder* and is still there."""
    for name in _listed(folder):
        place = folder / name
        sign = Sign.of(place)
        if sign is not None and place.is_dir() and not place.is_symlink():
            yield sign


def _listed(folder: Path) -> list[str]:
    try:
        return sorted(os.listdir(folder))
    except OSError:
        return []
