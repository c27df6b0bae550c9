"""Sending: the calls of each order, each noted before it is made, none made twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from preserve.deposit.http import Answer, Body, not_sent
from preserve.deposit.targets.swordv2 import bodies
from preserve.deposit.targets.swordv2.container import NOTHING, Container, noted, safe
from preserve.deposit.targets.swordv2.dialects import Finish, Order
from preserve.deposit.targets.swordv2.entry import atom, described, slug, title_of
from preserve.deposit.targets.swordv2.finding import CannotTell, found
from preserve.deposit.targets.swordv2.options import Options
from preserve.deposit.targets.swordv2.talking import ENTRY_TYPE, Talk
from preserve.errors import AccessRefused, DepositRefused, NoRoom, TargetUnreachable
from preserve.model.deposits import Stage
from preserve.ports.depositing import Consignment, Log


class Sending:
    """One run of sending *what*.  *place* is what is there of it already, if anything is."""

    def __init__(self, talk: Talk, options: Options, what: Consignment, log: Log) -> None:
        self.talk = talk
        self.options = options
        self.what = what
        self.log = log
        (self.piece,) = what.pieces()

    def go(self, place: Container | None) -> Container:
        """Do what is left to do.  ``DepositRefused`` after what was made was taken away again, or else names it."""
        if place is not None:
            place = self._emptied(place)
        try:
            if self.options.order is Order.PARTS:
                return self._parts(place)
            place = place or self._begun()
            self._fill(place)
            self._finish(place)
        except DepositRefused as error:
            raise self._given_up(error, noted(self.log.handle)) from error
        return noted(self.log.handle) or place

    # The steps

    def _begun(self) -> Container:
        """The first call, which makes the container."""
        order, more = self.options.order, self._more()
        self.log.note(**{**NOTHING, "begun": str(order)})
        if order is Order.ENTRY:
            headers = {**self._common(in_progress=True), "Content-Type": ENTRY_TYPE}
            answer = self._first(headers, self._entry())
        elif order is Order.BINARY:
            headers = {**self._common(in_progress=more), **self._about()}
            answer = self._first(headers, self.piece.blocks, self.piece.size)
        else:
            kind, body, size = bodies.together(self._entry(), self.piece, self.options.packaging)
            headers = {**self._common(in_progress=more), "Content-Type": kind, "MIME-Version": "1.0"}
            answer = self._first(headers, body, size)
        self.log.keep("receipt.http", answer.receipt())
        place = self.talk.made(answer)
        facts = place.facts()
        if order is not Order.ENTRY:
            facts["uploaded"] = "yes"
        if not more:
            facts["finished"] = "yes"
        self.log.note(**facts)
        return place

    def _first(self, headers: Mapping[str, str], body: Body, size: int | None = None) -> Answer:
        """A call to the collection.  What was refused, or certainly reached nobody, was not begun."""
        try:
            return self.talk.send("POST", self.talk.collection.href, headers, body, size)
        except (DepositRefused, TargetUnreachable) as error:
            untaken = isinstance(error, NoRoom) and not self.options.lists  # who can be asked may show what it began
            if untaken or isinstance(error, DepositRefused) or not_sent(error):
                self.log.note(**NOTHING)
            raise

    def _fill(self, place: Container) -> None:
        """The file into the container, where it is not there yet; or the description, where that is to follow."""
        handle = self.log.handle
        if self.options.order is Order.BINARY and not handle.get("described") and not handle.get("finished"):
            headers = {**self._common(in_progress=True), "Content-Type": ENTRY_TYPE}
            answer = self.talk.send("PUT", place.edit, headers, self._entry())
            self.log.keep("described.http", answer.receipt())
            self.log.note(described="yes")
        if handle.get("uploaded"):
            return
        method = "PUT" if handle.get("uploading") else "POST"  # what a broken call may have left is replaced
        self.log.note(uploading="yes")
        if not place.media:
            raise DepositRefused(f"{self.talk.host} gave no address to send the file to.")
        headers = {**self._common(in_progress=True), **self._about()}
        answer = self.talk.send(method, place.media, headers, self.piece.blocks, self.piece.size)
        self.log.keep("content.http", answer.receipt())
        self.log.note(uploaded="yes", **self._original(answer, place))

    def _finish(self, place: Container) -> None:
        """The word that nothing more will come."""
        if not self.options.finishes or self.log.handle.get("finished"):
            return
        self.log.note(finishing="yes")
        if self.talk.dialect.finish is Finish.PUT:
            headers = {**self._common(in_progress=False), "Content-Type": ENTRY_TYPE}
            answer = self.talk.send("PUT", place.edit, headers, self._entry(status="buffer"))
        else:
            headers = {"In-Progress": "false"}  # and no type: DSpace would look for an entry in nothing
            answer = self.talk.send("POST", place.add or place.edit, headers)
        self.log.keep("finished.http", answer.receipt())
        self.log.note(finished="yes")

    def _parts(self, place: Container | None) -> Container:
        """The file in numbered parts.  One that is sent again under its number takes the place of the one before."""
        handle = self.log.handle
        size = int(handle.get("part_size") or self.options.part_size or self.piece.size or 1)
        count = max(1, -(-self.piece.size // size))
        done = int(handle.get("parts") or 0) if place else 0
        if place is None:
            self.log.note(**{**NOTHING, "begun": "parts", "part_size": str(size), "parts": "0"})
        for number in range(done + 1, count + 1):
            last = number == count
            if last:
                self.log.note(finishing="yes")
            answer = self._part(place, number, count, size)
            self.log.keep("receipt.http", answer.receipt())
            place = place or self.talk.made(answer)
            facts = {"uploaded": "yes", "finished": "yes"} if last else {}
            self.log.note(parts=str(number), **facts, **place.facts())
        assert place  # noqa: S101  there is at least one part
        return place

    def _part(self, place: Container | None, number: int, count: int, size: int) -> Answer:
        piece, packaging = self.piece, self.options.packaging
        headers = self._common(in_progress=number < count)
        start = (number - 1) * size
        length = min(size, piece.size - start)
        headers |= bodies.about_part(piece, number, start, length, packaging) if count > 1 else self._about()

        def body() -> Iterator[bytes]:
            return bodies.some(piece, start, length)

        if place is None:
            return self._first(headers, body, length)
        return self.talk.send("POST", place.add or place.edit, headers, body, length)

    # What was begun before, and what is given up

    def _emptied(self, place: Container) -> Container | None:
        """*place*, fit to be filled; None where it had to be taken away, because its server replaces no files."""
        self.log.note(**place.facts())
        handle = self.log.handle
        if handle.get("uploaded") or self.talk.dialect.replaces:
            if not handle.get("uploaded"):
                self.log.note(uploading="yes")
            return place
        if handle.get("begun") and not handle.get("uploading"):
            return place
        if not handle.get("begun"):
            raise DepositRefused(
                f"{self.talk.host} holds a draft of it that the journal here does not tell of: {place.edit}",
                hint="Look whether it is whole. If it is not, have it removed there, then deposit again.",
            )
        self._delete(place)
        self.log.note(**NOTHING)
        return None

    def _given_up(self, error: DepositRefused, place: Container | None) -> DepositRefused:
        """*error*, after the draft was removed that this deposit made; or with the address of what is left."""
        if isinstance(error, AccessRefused) or self.log.handle.get("finished"):
            return error
        place = place or self._orphan()
        if place is None:
            return error
        try:
            told, _ = self.talk.statement(place)
            stage, _ = self.talk.dialect.stage(told.states) if told else (None, "")
            if self.talk.dialect.deletes and stage is Stage.SENDING:
                self._delete(place)
                self.log.note(**NOTHING)
                return DepositRefused(f"{error.message} The draft of it was removed there.", hint=error.hint)
        except (DepositRefused, TargetUnreachable):
            pass
        return DepositRefused(f"{error.message} It left a draft there: {place.edit}", hint="Have it removed there.")

    def _orphan(self) -> Container | None:
        """What a refused first call left there all the same, as EPrints does."""
        if not self.options.lists:
            return None
        try:
            title = title_of(self.what, described(self.what), labelled=self.options.titled)
            several = found(self.talk, self.what, title)
        except (CannotTell, DepositRefused, TargetUnreachable):
            return None
        return several[0] if len(several) == 1 else None

    def _delete(self, place: Container) -> None:
        """Take away the draft that this very deposit made."""
        self.log.note(finishing="")  # that it is gone is our doing then, and not that of a curator
        answer = self.talk.send("DELETE", place.edit, {})
        self.log.keep("deleted.http", answer.receipt())

    # What calls have in common

    def _more(self) -> bool:
        """Whether something has to follow the first call."""
        return self.options.order in (Order.ENTRY, Order.BINARY) or not self.options.finishes

    def _common(self, *, in_progress: bool) -> dict[str, str]:
        return {"In-Progress": "true" if in_progress else "false", "Slug": slug(self.what.label)}

    def _about(self) -> dict[str, str]:
        return bodies.about(self.piece, self.options.packaging)

    def _entry(self, *, status: str = "") -> bytes:
        return atom(self.what, described(self.what), labelled=self.options.titled, status=status)

    def _original(self, answer: Answer, place: Container) -> dict[str, str]:
        """Where the file lies as it came, if the answer to its sending says so."""
        where = safe(self.talk.client.base, answer.headers.get("location", ""))
        return {"original": where} if where and where not in (place.media, place.edit) else {}
