"""Is this the disk that it was?  A drive that is not mounted leaves an empty folder, and is no target that lost it all.

    <path>/.preserve-target.json       what the disk is called, for ever: a UUID
    HOME/.preserve/targets.json        which disk was last seen at each path

The second is what this machine remembers; if it is lost, each disk is believed once more.
"""

from __future__ import annotations

import json
import os
import time
import uuid
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from preserve.deposit.disk.held import Held
from preserve.deposit.disk.refusals import told
from preserve.errors import Locked, TargetUnreachable
from preserve.storage import durable, locks, names

MARK = ".preserve-target.json"
_DRAFT = f"{MARK}.new"
MARKS = (MARK, _DRAFT)
"""All that this module ever puts on a disk."""
_UNREADABLE = "?"
_TURNS = 20
_PAUSE = 0.02
_MOST = 4096
_MEMORY = "targets.json"
_LARGEST_MEMORY = 1 << 20


@dataclass(frozen=True, slots=True)
class Disk:
    """The folder of the target called *name*, which lies at *path*; *home* is where it is remembered."""

    name: str
    path: Path
    home: Path

    def reach(self, expected: str = "") -> Held:
        """The folder, held open.  Nothing is made, and nothing written.

        ``TargetUnreachable`` if it is not there, or is not the disk that it was when last seen, or not *expected*;
        ``AccessRefused`` if it may not be looked into.
        """
        with told(self.name, str(self.path)):
            held = Held.at(self.path)
        try:
            found = self._identity(held)
            for remembered in filter(None, (self._remembered().get(str(self.path)), expected)):
                if found != remembered:
                    raise self._another(found)
        except BaseException:
            held.close()
            raise
        return held

    def settle(self, held: Held) -> str:
        """The identity of the disk, a new one if it has none, and remembered from now on."""
        with told(self.name, str(self.path)):
            found = self._identity(held) or self._given(held)
        if found == _UNREADABLE:
            raise self._another(found)
        with suppress(OSError, Locked):  # it is only a help, and the next time may do
            self._remember(found)
        return found

    def _identity(self, held: Held) -> str:
        """What the disk is called, "" if it was never given a name, or that says nothing."""
        try:
            said = json.loads(held.content(MARK, _MOST))
            return str(uuid.UUID(said["id"]))
        except FileNotFoundError:
            return ""
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return _UNREADABLE
        except OSError as error:
            with told(self.name, str(self.path / MARK)):
                raise error from None

    def _given(self, held: Held) -> str:
        """A new identity, durably; or the one that another run gives it in this moment."""
        new = {"id": str(uuid.uuid4()), "meaning": "preserve deposits packages here, and knows this disk by this file."}
        for turn in range(_TURNS):
            try:
                held.write(_DRAFT, (json.dumps(new, indent=2) + "\n").encode())
                held.move(_DRAFT, MARK)
                held.sync()
            except FileExistsError:
                time.sleep(_PAUSE)
                if turn == _TURNS - 2:  # whoever began it is dead
                    held.remove(_DRAFT)
            if found := self._identity(held):
                return found
        return _UNREADABLE

    def _remembered(self) -> dict[str, str]:
        try:
            with durable.opened(self.home / ".preserve" / _MEMORY, durable.READ_FILE) as fd:
                said = json.loads(os.read(fd, _LARGEST_MEMORY))
            return {str(path): str(identity) for path, identity in said["targets"].items()}
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
            place = names.shown(str(self.home / ".preserve" / _MEMORY))
            raise TargetUnreachable(
                f"What this machine remembers of the disks of its targets cannot be read: {place}.",
                hint="See that all disks are connected, then remove that file; it is made again.",
            ) from error

    def _remember(self, identity: str) -> None:
        if self._remembered().get(str(self.path)) == identity:
            return
        place = self.home / ".preserve" / _MEMORY
        place.parent.mkdir(exist_ok=True)
        with locks.held(place.with_name("targets.lock")):
            said = {"schema_version": 1, "targets": {**self._remembered(), str(self.path): identity}}
            new = place.with_name(f"{_MEMORY}.new")
            new.unlink(missing_ok=True)
            durable.write_new(new, (json.dumps(said, indent=2) + "\n").encode(), sync=True)
            os.replace(new, place)
            durable.sync_folder(place.parent)

    def _another(self, found: str) -> TargetUnreachable:
        where = f"the target {names.shown(self.name)} ({names.shown(str(self.path))})"
        if not found:
            return TargetUnreachable(
                f"There is no getting at {where}: the folder is there, but what preserve left in it is not.",
                hint="See that the disk is connected. Nothing was made in its place.",
            )
        if found == _UNREADABLE:
            return TargetUnreachable(
                f"There is no getting at {where}: {MARK}, by which the disk is known, cannot be read.",
                hint="See what became of that file; if it is the right disk, remove it, and it is made again.",
            )
        return TargetUnreachable(
            f"There is no getting at {where}: another disk is in its place.",
            hint="Connect the right one. If this one is to take its place for good, take its line out of "
            ".preserve/targets.json in the archive's home.",
        )
