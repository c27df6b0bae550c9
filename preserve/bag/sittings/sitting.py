"""What was read of a large bag in earlier sittings, so that it need not be read again.

What counts is taken from a small file that its caller names.  That file lies where the catalogue lies, so whoever may
change the one may change the other; it can spare a reading, and never make one.  Therefore

- it counts only for the package as it is pinned, for a while, and for files that nobody has touched since: their
  size, times and inode are those of then, and the time of the last change (ctime) is nothing that a program can set;
- the lines vouch for each other, with a key where the caller has one, and what is broken is not believed;
- that a file was found wrong is only believed if it is read again: small files are, in every sitting;
- how much was not read again, and since when, is told, to be recorded with the result.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from pathlib import Path
from typing import Any

from preserve.bag.folders.state import State
from preserve.bag.sittings.journal import Journal
from preserve.model import PinnedDigest
from preserve.ports import Clock
from preserve.storage import sizes
from preserve.storage.times import from_rfc3339, rfc3339

FILES = 50_000
OCTETS = 512 * 1024**2
"""So many files or octets make a bag worth a sitting: less is read in seconds."""

_FORM = 1
_PATIENCE = 10.0
"""Seconds for which small files are read before they are noted: what is over so soon can as well be read again."""

_SYNC_EVERY = 5.0


def is_worthwhile(files: int, octets: int) -> bool:
    """Whether a bag is so large that it should not have to be read in one sitting."""
    return files >= FILES or octets >= OCTETS


@dataclass(frozen=True, slots=True)
class Piece:
    """Some lines of the manifests, of which every small file was as it should be; *states* sums up all their states."""

    states: str
    at: datetime


@dataclass(frozen=True, slots=True)
class File:
    """A file that was read: in which *state* it was, and the digests that it had."""

    state: State
    values: Mapping[str, str]
    at: datetime


@dataclass(slots=True)
class Taken:
    """What was not read again: so many files and octets, of which the oldest reading was *since* then."""

    files: int = 0
    octets: int = 0
    since: datetime | None = None

    def add(self, files: int, octets: int, at: datetime) -> None:
        """So many more that were read *at* that moment."""
        self.files += files
        self.octets += octets
        self.since = at if self.since is None else min(at, self.since)


class Sitting:
    """One sitting, with what is known of those before it.  Close it, or ``end`` it when the whole result is recorded.

    Whatever goes wrong with its file, the bag is read all the same; only the next sitting will know less.
    """

    def __init__(
        self,
        path: Path,
        *,
        pinned: Sequence[PinnedDigest],
        clock: Clock,
        longest: timedelta = timedelta(days=30),
        key: bytes = b"",
        patience: float = _PATIENCE,
    ) -> None:
        """Take up the sittings of *path*, if they are about the package that is *pinned* and are no older than that.

        *patience* is for how many seconds small files are read before they are noted; it is over in later sittings.
        """
        self.number = 1
        self.taken = Taken()
        self._pieces: dict[str, Piece] = {}
        self._files: dict[str, File] = {}
        self._cut = 0
        self._clock = clock
        self._opened = clock.now()
        self._oldest = self._opened - longest
        self._journal: Journal | None = None
        self._ripe = self._synced = time.monotonic()
        with suppress(OSError):
            self._journal = Journal(path, key)
            self._take_up(_bound(pinned))
            if self.number == 1:
                self._ripe += patience

    @property
    def takes_small(self) -> bool:
        """Whether small files are worth noting by now."""
        return self._journal is not None and time.monotonic() >= self._ripe

    def cut(self, octets: int) -> int:
        """How many octets of a manifest make a piece: what the first sitting proposed holds for all."""
        if not self._cut:
            self._cut = octets
            self._note({"cut": octets})
        return self._cut

    def piece(self, key: str) -> str:
        """How the states of the files of a piece were summed up when all were right, or ""."""
        found = self._pieces.get(key)
        return found.states if found else ""

    def take_piece(self, key: str, files: int, octets: int) -> None:
        """The small files of a piece were found untouched and are not read again."""
        self.taken.add(files, octets, self._pieces[key].at)

    def note_piece(self, key: str, states: str) -> None:
        """Every small file of a piece was read and is right."""
        self._note({"piece": key, "states": states})

    def values(self, path: str, state: State, algorithms: Iterable[str]) -> tuple[str, ...]:
        """The digests that an earlier sitting found of a file, if it is in the same *state*; else nothing."""
        found = self._files.get(path)
        if found is None or found.state != state or not found.values.keys() >= set(algorithms):
            return ()
        self.taken.add(1, state.size, found.at)
        return tuple(found.values[name] for name in algorithms)

    def note_file(self, path: str, state: State, values: Mapping[str, str]) -> None:
        """A file that was in this *state* before it was read has these digests."""
        self._note({"file": path, "state": list(state), "digests": dict(values)})

    def story(self) -> str:
        """For the record: in how many sittings the bag was read, and since when; "" if it was read in this one."""
        if self.taken.since is None:
            return ""
        files, octets = sizes.plural(self.taken.files, "file"), sizes.octets(self.taken.octets)
        return (
            f"read in {self.number} sittings since {rfc3339(self.taken.since)}: {files} ({octets}) "
            "were read in earlier ones and not touched since"
        )

    def close(self) -> None:
        """Keep what is known for the next sitting."""
        if self._journal is not None:
            with suppress(OSError):
                self._journal.sync()
            self._journal.close()
            self._journal = None

    def end(self) -> None:
        """Forget all of it: the bag was read to its end."""
        if self._journal is not None:
            with suppress(OSError):
                self._journal.remove()
            self._journal.close()
            self._journal = None

    def _take_up(self, bound: str) -> None:
        assert self._journal is not None  # noqa: S101  the one caller has just opened it
        lines = self._journal.lines()
        head = next(lines, {})
        if head.get("sitting") == _FORM and head.get("bound") == bound:
            for line in lines:
                with suppress(KeyError, TypeError, ValueError):
                    self._learn(line)
        else:
            self._journal.begin_anew()
            self._note({"sitting": _FORM, "bound": bound})
        self._note({"opened": self.number})

    def _learn(self, line: Mapping[str, Any]) -> None:
        at = from_rfc3339(line["at"])
        if "opened" in line:
            self.number += 1
        elif "cut" in line:
            self._cut = int(line["cut"])
        elif not self._oldest <= at <= self._opened:
            return  # too old; or of the future, and then a clock was wrong
        elif "piece" in line:
            self._pieces[line["piece"]] = Piece(str(line["states"]), at)
        elif "file" in line:
            self._files[line["file"]] = File(State(*map(int, line["state"])), dict(line["digests"]), at)

    def _note(self, told: dict[str, Any]) -> None:
        if self._journal is None:
            return
        try:
            self._journal.add(told | {"at": rfc3339(self._clock.now().replace(microsecond=0))})
            if time.monotonic() > self._synced + _SYNC_EVERY:
                self._journal.sync()
                self._synced = time.monotonic()
        except OSError:  # a full disk: what cannot be noted is read again
            self._journal.close()
            self._journal = None


def _bound(pinned: Sequence[PinnedDigest]) -> str:
    found = blake2b(digest_size=16)
    for pin in sorted(pinned, key=lambda pin: (pin.path, pin.algorithm)):
        found.update(f"{pin.path}\0{pin.algorithm}\0{pin.value}\0".encode("utf-8", "surrogateescape"))
    return found.hexdigest()
