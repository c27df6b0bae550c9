"""Putting one piece into a bucket: in one call if it is small, else in parts that another run can go on with."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial

from preserve.deposit.targets.s3.bucket import Bucket, md5
from preserve.deposit.targets.s3.crew import Crew
from preserve.deposit.targets.s3.talking import Occupied
from preserve.errors import BagError
from preserve.ports.depositing import Log, Piece

MIB = 1 << 20
_MOST_PARTS = 10_000
_MOST_STRANGERS = 20
_TOO_MANY = "*"


def part_size(octets: int, wanted: int) -> int:
    """How large the parts of an object of so many *octets* are: as *wanted*, or more where there were too many."""
    least = -(-octets // _MOST_PARTS)
    return max(wanted, -(-least // MIB) * MIB)


def parts_of(piece: Piece, size: int) -> Iterator[bytes]:
    """The octets of *piece* in parts of *size*; the last may be smaller.  ``BagError`` if there are more or fewer."""
    blocks: list[bytes] = []
    held, left = 0, piece.size
    for block in piece.blocks():
        blocks.append(block)
        held, left = held + len(block), left - len(block)
        while held >= size:
            whole = b"".join(blocks)
            yield whole[:size]
            blocks, held = [whole[size:]], held - size
    if left:
        raise BagError(f"{piece.path} is not as long as it was when it was validated.", hint="Validate the package.")
    if held:
        yield b"".join(blocks)


@dataclass(slots=True)
class Upload:
    """One object that is sent in parts.  What is needed to go on stands in *log* before the first part leaves.

    *object* and *upload* say which upload is ours; *strangers* those that were under way when we asked for one, so that
    one whose id was lost is known again, and never taken for another's.
    """

    bucket: Bucket
    key: str
    piece: Piece
    said: Mapping[str, str]
    log: Log
    wanted: int
    hands: int
    tags: dict[int, str] = field(default_factory=dict)

    def send(self) -> None:
        """Send what is not there yet and make it one object.  ``Occupied`` if there is one already."""
        upload, size, there = self._going_on() or self._begun()
        try:
            digest = self._send_parts(upload, size, there)
            self.log.note(sha256=digest)
            if self.bucket.head(self.key) is not None:
                raise Occupied
            self.bucket.finish(self.key, upload, self.tags)
            self.bucket.hold(self.key)
        except (BagError, Occupied):
            self.bucket.abort(self.key, upload)
            raise

    def _send_parts(self, upload: str, size: int, there: Mapping[int, tuple[int, str]]) -> str:
        whole = hashlib.sha256()
        with Crew(self.hands) as crew:
            for number, part in enumerate(parts_of(self.piece, size), 1):
                whole.update(part)
                octets, tag = there.get(number, (-1, ""))
                if octets == len(part) and tag.strip('"') == md5(part)[0]:
                    self.tags[number] = tag
                else:
                    crew.give(partial(self._send_part, upload, number, part))
            crew.finish()
        return whole.hexdigest()

    def _send_part(self, upload: str, number: int, part: bytes) -> None:
        self.tags[number] = self.bucket.part(self.key, upload, number, part)

    def _going_on(self) -> tuple[str, int, dict[int, tuple[int, str]]] | None:
        """The upload that was noted before, its part size, and its parts, if the far end still has it."""
        noted = noted_upload(self.log.handle, self.key)
        if noted is None:
            return None
        there = self.bucket.parts(self.key, noted[0])
        if there is None:
            return None
        if max(there, default=0) > -(-self.piece.size // noted[1]):
            self.bucket.abort(self.key, noted[0])  # somebody put parts among ours: some servers take all or none
            return None
        return *noted, there

    def _begun(self) -> tuple[str, int, dict[int, tuple[int, str]]]:
        handle = self.log.handle
        under_way = self.bucket.uploads(self.key, _MOST_STRANGERS)
        if handle.get("object") == self.key and under_way is not None and handle.get("strangers") != _TOO_MANY:
            ours = set(under_way) - set(handle.get("strangers", "").split())
            for lost in ours:
                self.bucket.abort(self.key, lost)
            under_way = [upload for upload in under_way if upload not in ours]
        strangers = _TOO_MANY if under_way is None else " ".join(under_way)
        self.log.note(object=self.key, upload="", strangers=strangers)
        size = part_size(self.piece.size, self.wanted)
        upload = self.bucket.begin(self.key, self.said)
        self.log.note(upload=upload, part_size=str(size))
        return upload, size, {}


def noted_upload(handle: Mapping[str, str], key: str) -> tuple[str, int] | None:
    """The upload of *key* that *handle* tells of, and the size of its parts."""
    upload = handle.get("upload", "")
    with suppress(ValueError):
        if upload and handle.get("object") == key and (size := int(handle.get("part_size", ""))) > 0:
            return upload, size
    return None


def small_body(piece: Piece) -> bytes:
    """All octets of a small *piece*."""
    return b"".join(parts_of(piece, max(piece.size, 1)))
