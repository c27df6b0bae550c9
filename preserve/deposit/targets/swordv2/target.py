"""The target: it plans, looks, sends, asks and reads back, in the calls of the other modules of this folder."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from preserve.deposit import rules as shared
from preserve.deposit.http import client_of
from preserve.deposit.targets.swordv2 import container, finding, rules
from preserve.deposit.targets.swordv2.container import Container
from preserve.deposit.targets.swordv2.dialects import PACKAGINGS, Back, Order
from preserve.deposit.targets.swordv2.entry import described, title_of
from preserve.deposit.targets.swordv2.judging import gone, judged
from preserve.deposit.targets.swordv2.options import auth_of, options_of
from preserve.deposit.targets.swordv2.sending import Sending
from preserve.deposit.targets.swordv2.talking import Talk
from preserve.errors import DepositRefused, DescriptionError, TargetUnreachable
from preserve.model import Mismatch, Problem
from preserve.model.deposits import Promises, Proof, Sighting, Stage, Verification
from preserve.storage.names import shown
from preserve.storage.sizes import octets

if TYPE_CHECKING:
    from preserve.deposit.given import Given
    from preserve.ports import Progress
    from preserve.ports.depositing import Consignment, Log, Piece


class SwordTarget:
    """One collection of one SWORD v2 server."""

    def __init__(self, given: Given) -> None:
        self.options = options_of(given)
        client = client_of(given, auth=auth_of(given, self.options.dialect))
        texts = (given.text("url"), given.text("collection"), given.text("on_behalf_of"))
        self.talk = Talk(client, self.options.dialect, *texts)
        self._absent = ""  # the key of what was looked for a moment ago, and is not there

    @property
    def promises(self) -> Promises:
        """See ``DepositTarget.promises``."""
        proof = Proof.NONE if self.options.back is Back.NO else Proof.BYTES
        return Promises(self.options.lists, self.options.order is Order.PARTS, proof)

    def check(self) -> str:
        """See ``DepositTarget.check``."""
        one, server = self.talk.collection, self.options.dialect.server
        most = f", at most {octets(one.most * self.options.dialect.most_unit)}" if one.most else ""
        return f"{self.talk.host} ({server}): {shown(one.title or one.href)[:200]}{most}"

    def plan(self, what: Consignment) -> tuple[Problem, ...]:
        """See ``DepositTarget.plan``."""
        return tuple(self._objections(what))

    def look(self, what: Consignment, handle: Mapping[str, str]) -> Sighting:
        """See ``DepositTarget.look``.  By the address that was noted, or else in the collection's list."""
        place = container.noted(handle)
        if place is None:
            try:
                place = self._found(what, handle)
            except finding.CannotTell as error:
                where = shown(self.talk.collection.href)
                return Sighting(Stage.UNKNOWN, where, f"{error}; look in {where} for {what.label}, or {what.key}")
        if place is None:
            self._absent = what.key
            return Sighting(None)
        return self._seen(place, handle)[0]

    def send(self, what: Consignment, log: Log) -> Sighting:
        """See ``DepositTarget.send``."""
        place = container.noted(log.handle) or self._found_or_unknown(what, log)
        if place:
            seen, _ = self._seen(place, log.handle)
            if seen.stage is None:
                log.note(**container.NOTHING)
                place = None
            elif seen.stage is Stage.REFUSED:
                raise DepositRefused(f"{self.talk.host} refused {what.label}: {seen.note}")
            elif seen.stage is Stage.UNKNOWN:
                raise TargetUnreachable(f"What became of {what.label} cannot be told: {seen.note}")
            elif seen.stage is not Stage.SENDING:
                return seen
        self._absent = ""
        place = Sending(self.talk, self.options, what, log).go(place)
        return Sighting(Stage.ACCEPTED, shown(place.edit))

    def confirm(self, what: Consignment, log: Log) -> Sighting:
        """See ``DepositTarget.confirm``.  The statement is kept whenever its state is another one."""
        place = container.noted(log.handle)
        if place is None:
            seen = self.look(what, log.handle)
            return seen if seen.stage is not None else Sighting(Stage.UNKNOWN, seen.where, seen.note)
        seen, statement = self._seen(place, log.handle)
        said = f"{seen.stage} {seen.note}"
        if statement and said != log.handle.get("said"):
            log.keep("statement.http", statement)
            log.note(said=said)
        return seen

    def verify(self, what: Consignment, log: Log, progress: Progress) -> Verification:
        """See ``DepositTarget.verify``.  The file is read back from where the server says that it lies as it came."""
        (piece,) = what.pieces()
        place = container.noted(log.handle) or self._found(what, log.handle)
        url = self._to_read(place) if place else ""
        if not url:
            raise TargetUnreachable(
                f"{self.talk.host} does not say where the file lies as it was sent; it was not read back.",
                hint='If this server never does, set read_back = "no" in the target\'s table.',
            )
        progress.start(f"Reading {shown(piece.path)} back", 1, piece.size)
        try:
            return self._compared(piece, url, progress)
        finally:
            progress.finish()

    def close(self) -> None:
        """See ``DepositTarget.close``."""
        self.talk.client.close()

    def _objections(self, what: Consignment) -> Iterator[Problem]:
        one, packaging = self.talk.collection, self.options.packaging
        taken = self.options.dialect.packagings
        if (taken and packaging not in taken) or (one.packagings and packaging not in one.packagings):
            names = ", ".join(shown(each)[:100] for each in (one.packagings or taken)[:10])
            yield rules.NO_SUCH_PACKAGING.at("", f"{self.talk.host} takes no {packaging} here, but {names}.")
        elif not one.packagings and not taken:
            yield rules.PACKAGING_UNTOLD.at("", f"{self.talk.host} does not say whether it takes {packaging}.")
        if packaging == PACKAGINGS["bagit"] and what.form != "zip":
            yield rules.NO_SUCH_PACKAGING.at("", f"A bag is sent as zip to a SWORD server, and not as {what.form}.")
        most = one.most * self.options.dialect.most_unit
        if most and what.octets > most and self.options.order is not Order.PARTS:
            text = f"{what.label} has {octets(what.octets)}; {self.talk.host} takes at most {octets(most)}."
            yield rules.TOO_LARGE.at("", text)
        if self.options.order is not Order.PARTS:
            try:
                described(what)
            except DescriptionError as error:
                yield Problem.of(error)
        if self.talk.client.unprotected:
            yield rules.IN_THE_CLEAR.at(
                "", f"The password goes to {self.talk.host} in the clear: its address is http:."
            )
        if not self.options.lists:
            text = f"{self.talk.host} cannot be asked for a deposit of which no answer came."
            yield rules.CANNOT_BE_ASKED.at("", text)

    def _found(self, what: Consignment, handle: Mapping[str, str]) -> Container | None:
        """The one deposit of *what* that the collection lists.  ``CannotTell`` if it cannot, or lists several."""
        if not self.options.lists:
            if handle.get("begun"):
                raise finding.CannotTell("this server cannot be asked, and the answer to what was sent was lost")
            return None
        title = title_of(what, described(what), labelled=self.options.titled)
        several = finding.found(self.talk, what, title)
        if len(several) > 1:
            places = ", ".join(shown(each.edit)[:200] for each in several[:5])
            raise finding.CannotTell(f"it is there {len(several)} times: {places}")
        return several[0] if several else None

    def _found_or_unknown(self, what: Consignment, log: Log) -> Container | None:
        if self._absent == what.key:
            return None
        try:
            return self._found(what, log.handle)
        except finding.CannotTell as error:
            raise TargetUnreachable(f"Whether {what.label} is there cannot be told: {error}.") from error

    def _seen(self, place: Container, handle: Mapping[str, str]) -> tuple[Sighting, bytes]:
        """What is there at *place* now, and the statement that says so."""
        told, answer = self.talk.statement(place)
        if answer is None:
            return gone(place, handle), b""
        seen = judged(self.options.dialect, place, told, handle, finishes=self.options.finishes)
        return seen, answer.receipt()

    def _to_read(self, place: Container) -> str:
        """Where the file lies as it was sent; "" if the server does not say, or names another server."""
        if self.options.back is Back.MEDIA:
            return place.media
        if place.original:
            return place.original
        told, _ = self.talk.statement(place)
        originals = (
            [url for each in told.originals if (url := container.safe(self.talk.client.base, each))] if told else []
        )
        if originals:
            return originals[-1]  # of several, an earlier one is of a sending that was broken off
        entry = self.talk.entry(place.edit)
        known = container.of_entry(entry, self.talk.client.base, self.options.dialect, "") if entry else None
        return known.original if known else ""

    def _compared(self, piece: Piece, url: str, progress: Progress) -> Verification:
        hasher, size = hashlib.sha256(), 0
        headers = {"Accept-Packaging": self.options.packaging}
        for block in self.talk.client.read(url, most=piece.size, headers=headers):
            hasher.update(block)
            size += len(block)
            progress.advance(0, len(block))
        expected, found = piece.digest("sha256"), hasher.hexdigest()
        if size == piece.size and found == expected:
            return Verification(True, Proof.BYTES, 1, size)
        what = "is longer" if size > piece.size else f"has {size:,} octets" if size < piece.size else "is not the same"
        text = f"{shown(piece.path)} as {self.talk.host} gives it back {what}: sent were {piece.size:,} octets."
        problem = shared.FAR_ALTERED.at(piece.path, text, Mismatch("sha256", expected, found))
        return Verification(False, Proof.BYTES, 1, size, (problem,))
