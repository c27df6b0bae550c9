"""A folder at a server that is reached by SSH, as a target: everything but the way in which octets get there.

<path>/<label>.tar.part, <path>/<label>.part/   what is being sent, or was when it was broken off
<path>/<label>.tar, <path>/<label>/             a package that is there, whole
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Mapping

from preserve.deposit import rules
from preserve.deposit.ssh.calls import NO_FILE
from preserve.deposit.ssh.far import Far
from preserve.deposit.ssh.hashing import Hashing
from preserve.deposit.ssh.heap import Heap
from preserve.deposit.ssh.login import Login
from preserve.deposit.ssh.session import Session
from preserve.errors import DepositRefused
from preserve.model import Problem
from preserve.model.deposits import Promises, Proof, Sighting, Stage, Verification
from preserve.ports import Progress
from preserve.ports.depositing import Consignment, Log
from preserve.storage import names, sizes


class Shelf(ABC):
    """See ``DepositTarget``.  With *by_bytes*, digests are always those of what was read back."""

    def __init__(self, login: Login, path: str, *, by_bytes: bool) -> None:
        self.login = login
        self.far = Far(Session(login), path)
        self.hashing = Hashing(self.far, by_bytes=by_bytes)
        self._by_bytes = by_bytes

    @abstractmethod
    def bring(self, part: Heap) -> None:
        """See to it that *part* has all of its consignment, and nothing else: each octet is sent, and compared.

        What is there already is gone on with, once it has been compared.
        """

    def part(self, whole: Heap) -> Heap:
        """Where what is to become *whole* is put together."""
        return whole.part

    def publish(self, part: Heap, whole: Heap) -> None:
        """Give *part* the name of *whole*, in one step; ``DepositRefused`` if something has that name."""
        self.far.rename(part.name, whole.name)

    @property
    def promises(self) -> Promises:
        """See ``DepositTarget``."""
        return Promises(askable=True, resumes=True, proof=Proof.BYTES if self._by_bytes else Proof.DIGEST)

    def check(self) -> str:
        """See ``DepositTarget``."""
        path = names.shown(self.far.base().decode("utf-8", "surrogateescape"))
        room = self.far.room()
        free = "" if room is None else f", {sizes.octets(room)} free"
        how = self.hashing.program.partition(" ")[0]
        digests = f"SHA-256 there by {how}" if how else "SHA-256 by reading back"
        return f"{self.far.session.server}, {path}{free}; {digests}"

    def plan(self, what: Consignment) -> tuple[Problem, ...]:
        """See ``DepositTarget``."""
        whole, room = Heap.whole(self.far, what), self.far.room()
        if room is None or room >= what.octets or whole.lies():
            return ()
        room += _received(self.part(whole).sizes())
        if room >= what.octets:
            return ()
        lacking = f"{sizes.octets(what.octets)} are to be sent, and {sizes.octets(room)} are free"
        return (rules.FAR_FULL.at("", f"There is no room at {self.login.server}: {lacking}."),)

    def look(self, what: Consignment, handle: Mapping[str, str]) -> Sighting:
        """See ``DepositTarget``."""
        whole = Heap.whole(self.far, what)
        if whole.lies():
            return self._stored(whole, handle)
        part = self.part(whole)
        if not part.lies():
            return Sighting(None)
        received = _received(part.sizes())
        return Sighting(Stage.SENDING, self._where(part), received=received if received <= what.octets else 0)

    def send(self, what: Consignment, log: Log) -> Sighting:
        """See ``DepositTarget``."""
        whole = Heap.whole(self.far, what)
        if whole.lies():
            return self._stored(whole, log.handle)
        part = self.part(whole)
        self.bring(part)
        self._keep_told(log, "arrived.txt")
        try:
            self.publish(part, whole)
        except DepositRefused:
            if whole.lies():  # somebody was quicker: perhaps ourselves, over a line whose answer was lost
                return self._stored(whole, log.handle)
            raise
        self.far.settle("", at_once=bool(self.hashing.program))  # SFTP itself knows no way for names
        log.note(placed=whole.name)
        log.keep("stored.json", self._receipt(whole))
        return Sighting(Stage.STORED, self._where(whole))

    def confirm(self, what: Consignment, log: Log) -> Sighting:
        """See ``DepositTarget``."""
        return self.look(what, log.handle)

    def verify(self, what: Consignment, log: Log, progress: Progress) -> Verification:
        """See ``DepositTarget``."""
        progress.start("Asking for digests" if self.hashing.program else "Reading back", what.files, what.octets)
        try:
            problems = tuple(Heap.whole(self.far, what).problems(self.hashing, progress.advance))
        finally:
            progress.finish()
        self._keep_told(log, "digests.txt")
        return Verification(not problems, self.hashing.proof, what.files, what.octets, problems)

    def close(self) -> None:
        """See ``DepositTarget``."""
        self.far.session.close()

    def _stored(self, whole: Heap, handle: Mapping[str, str]) -> Sighting:
        """What lies there under the name of the consignment: it is ours, or it is refused.

        What this deposit gave its name need not be read again to be known; to look for damage is for ``verify``.
        """
        ours = whole.as_large()
        if ours and handle.get("placed") != whole.name:
            ours = not any(whole.problems(self.hashing, lambda *_: None))
        if not ours:
            raise DepositRefused(
                f"Something else lies at {self._where(whole)}, and was not touched.",
                hint="See what it is. If it is a damaged copy of this package, move it away and deposit again.",
            )
        return Sighting(Stage.STORED, self._where(whole))

    def _where(self, heap: Heap) -> str:
        return self.login.url(names.shown(self.far.absolute(heap.name).decode("utf-8", "surrogateescape")))

    def _keep_told(self, log: Log, name: str) -> None:
        if told := self.hashing.told():
            log.keep(name, told)

    def _receipt(self, whole: Heap) -> bytes:
        told = {
            "server": self.far.session.server,
            "host_key": self.far.session.host_key,
            "stored": self._where(whole),
            "octets": None if whole.folder else self.far.size(whole.name),
            "digests_by": self.hashing.program or "reading back",
        }
        return (json.dumps({key: value for key, value in told.items() if value is not None}, indent=1) + "\n").encode()


def _received(there: Mapping[str, int]) -> int:
    return sum(size for size in there.values() if size != NO_FILE)
