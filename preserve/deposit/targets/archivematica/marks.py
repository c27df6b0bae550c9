"""Which transfers were asked for: a mark beside the packages in the transfer source, for each one.

Archivematica makes a new transfer whenever it is asked, and lists none that it is working on.  So it must be known
that it was asked, even where the journal of the deposit is lost.

<transfer_source>/.preserve-transfers/<label>.json      {"asked": moment, "key": URN, "transfer": UUID or ""}
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from preserve.deposit.disk.held import Held
from preserve.deposit.disk.marks import Disk
from preserve.deposit.disk.refusals import told
from preserve.ports.depositing import Consignment

FOLDER = ".preserve-transfers"
_MOST = 4096


@dataclass(frozen=True, slots=True)
class Mark:
    """That a transfer was *asked* for at this moment, and its UUID if that was answered."""

    asked: str
    transfer: str = ""


class Marks:
    """The marks in the transfer source at *path*."""

    def __init__(self, name: str, path: Path, home: Path) -> None:
        self._name = name
        self._path = path
        self._disk = Disk(name, path, home)

    def place(self, what: Consignment) -> Path:
        """Where the mark of *what* lies."""
        return self._path / _place(what)

    def read(self, what: Consignment) -> Mark | None:
        """The mark of *what*; None if there is none, or that of something else."""
        with self._disk.reach() as held, told(self._name, str(self.place(what))):
            if held.seen(FOLDER) is None or held.seen(_place(what)) is None:
                return None
            try:
                said = json.loads(held.content(_place(what), _MOST))
                return Mark(str(said["asked"]), str(said["transfer"])) if said["key"] == what.key else None
            except (ValueError, KeyError, TypeError, RecursionError):
                return Mark("?")  # it was asked, and more is not known

    def write(self, what: Consignment, mark: Mark) -> None:
        """Make *mark* that of *what*; it is on the disk then."""
        data = json.dumps({"asked": mark.asked, "key": what.key, "transfer": mark.transfer}).encode()
        with self._disk.reach() as held, told(self._name, str(self.place(what))):
            held.put(_place(what), data, f"{FOLDER}-{what.label}.draft")

    def remove(self, what: Consignment) -> None:
        """Take the mark of *what* away: it is known that nothing came of asking."""
        with self._disk.reach() as held, told(self._name, str(self.place(what))):
            held.remove(_place(what))

    def open(self) -> Held:
        """The transfer source itself."""
        return self._disk.reach()


def _place(what: Consignment) -> str:
    return f"{FOLDER}/{what.label}.json"
