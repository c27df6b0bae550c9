"""A package as many objects, one for each of its files; one more, put there last, says that all of them are there."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from itertools import islice

from preserve.deposit import rules
from preserve.deposit.targets.s3 import keys
from preserve.deposit.targets.s3.bucket import Bucket
from preserve.deposit.targets.s3.comparing import differences
from preserve.deposit.targets.s3.crew import Crew
from preserve.deposit.targets.s3.objects import SHA256, Found
from preserve.deposit.targets.s3.sending import Upload, small_body
from preserve.deposit.targets.s3.single import Measures, foreign, said_of, stored, there_now, where
from preserve.deposit.targets.s3.talking import Occupied
from preserve.errors import TargetUnreachable
from preserve.model import Problem
from preserve.model.deposits import Sighting, Stage
from preserve.ports import Progress
from preserve.ports.depositing import Consignment, Log, Piece
from preserve.storage import names

_MOST = 1000
"""Unexpected objects that are named: somebody may have put a million there."""


@dataclass(frozen=True, slots=True)
class Loose:
    """See ``DepositTarget``.  *key* is that of the last object; the others lie below *folder*."""

    bucket: Bucket
    key: str
    folder: str
    what: Consignment
    measures: Measures

    def look(self, handle: Mapping[str, str]) -> Sighting:
        """What is there: all, or some of it."""
        if (found := self.bucket.head(self.key)) is not None:
            return self._judged(found)
        received, first = 0, True
        for key, size in self._listed():
            if first and not self._is_ours(self.bucket.head(key)):
                raise foreign(self.bucket, key)
            received, first = received + size, False
        if first:
            return Sighting(None)
        return Sighting(Stage.SENDING, where(self.bucket, self.folder), received=min(received, self.what.octets))

    def send(self, log: Log) -> Sighting:
        """Put there what is not there yet, and then say that it is all."""
        if (found := self.bucket.head(self.key)) is not None:
            return self._judged(found)
        there = dict(self._listed())
        expected = {self._key(piece) for piece in self.what.pieces()} if there else set()
        for key in there.keys() - expected:
            raise foreign(self.bucket, key)
        with Crew(self.measures.hands) as crew:
            for piece in self.what.pieces():
                if not (self._key(piece) in there and self._has(piece)):
                    self._send(piece, crew, log)
            crew.finish()
        self._close(log)
        return self._judged(there_now(self.bucket, self.key))

    def _send(self, piece: Piece, crew: Crew, log: Log) -> None:
        key, said = self._key(piece), said_of(self.what, piece.digest("sha256"))
        if piece.size <= self.measures.small:
            crew.give(partial(self._put, key, small_body(piece), said, piece))
            return
        try:
            Upload(self.bucket, key, piece, said, log, self.measures.part_size, self.measures.hands).send()
        except Occupied:
            self._must_have(piece)

    def _put(self, key: str, body: bytes, said: Mapping[str, str], piece: Piece) -> None:
        try:
            self.bucket.put(key, body, said)
        except Occupied:
            self._must_have(piece)

    def _must_have(self, piece: Piece) -> None:
        if not self._has(piece):
            raise TargetUnreachable(f"{names.shown(self._key(piece))} came and went while it was sent.")

    def _close(self, log: Log) -> None:
        told = {
            "label": self.what.label,
            "key": self.what.key,
            "form": self.what.form,
            "files": self.what.files,
            "octets": self.what.octets,
        }
        log.note(placed=self.key)
        with suppress(Occupied):  # by us, or by another: the next look tells
            self.bucket.put(self.key, json.dumps(told, indent=1).encode() + b"\n", said_of(self.what))

    def tidy(self, handle: Mapping[str, str]) -> None:
        """Nothing: each file's parts were needed to make it."""

    def problems(self, handle: Mapping[str, str], progress: Progress) -> Iterator[Problem]:
        """Read each object back; then see whether there are others."""
        expected = set()
        for piece in self.what.pieces():
            key = self._key(piece)
            expected.add(key)
            yield from differences(self.bucket, key, piece, piece.digest("sha256"), progress)
        strangers = (key for key, _ in self._listed() if key not in expected)
        for key in islice(strangers, _MOST):
            shown = names.shown(key)
            yield rules.FAR_UNEXPECTED.at(key.removeprefix(self.folder), f"{shown} was not deposited, and lies there.")

    def _listed(self) -> Iterator[tuple[str, int]]:
        """What lies in the folder; of very much that is not ours only the beginning."""
        return self.bucket.listed(self.folder, self.what.files + _MOST)

    def _key(self, piece: Piece) -> str:
        return keys.piece_key(self.folder, piece.path)

    def _has(self, piece: Piece) -> bool:
        """Whether *piece* is there, as far as the server says.  ``DepositRefused`` if something else is."""
        key = self._key(piece)
        if (found := self.bucket.head(key)) is None:
            return False
        same = found.size == piece.size and found.said.get(SHA256) == piece.digest("sha256")
        if not (self._is_ours(found) and same):
            raise foreign(self.bucket, key)
        return True

    def _is_ours(self, found: Found | None) -> bool:
        return found is None or found.key == self.what.key

    def _judged(self, found: Found) -> Sighting:
        if not self._is_ours(found):
            raise foreign(self.bucket, self.key)
        return stored(self.bucket, self.key, found)
