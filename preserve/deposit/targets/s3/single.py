"""A package in one object: its octets and its name come into being in one step."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass

from preserve.deposit.targets.s3 import keys
from preserve.deposit.targets.s3.bucket import Bucket
from preserve.deposit.targets.s3.comparing import differences
from preserve.deposit.targets.s3.objects import KEY, SHA256, Found
from preserve.deposit.targets.s3.sending import Upload, noted_upload, small_body
from preserve.deposit.targets.s3.talking import Occupied
from preserve.errors import DepositRefused, TargetUnreachable
from preserve.model import Problem
from preserve.model.deposits import Sighting, Stage
from preserve.ports import Progress
from preserve.ports.depositing import Consignment, Log
from preserve.storage import names


@dataclass(frozen=True, slots=True)
class Measures:
    """How large parts are, how many leave at once, and how large an object is at most that goes in one call."""

    part_size: int
    hands: int
    small: int


def where(bucket: Bucket, key: str, version: str = "") -> str:
    """An object as people write it."""
    return f"s3://{bucket.line.access.bucket}/{key}" + (f"?versionId={version}" if version else "")


def foreign(bucket: Bucket, key: str) -> DepositRefused:
    """The error for what lies in the way."""
    return DepositRefused(
        f"Something else lies at {names.shown(where(bucket, key))}, and was not touched.",
        hint="See what it is. If it is a damaged copy of this package, have it taken away and deposit again.",
    )


def said_of(what: Consignment, digest: str = "") -> dict[str, str]:
    """What an object of *what* says of itself, in headers."""
    said = {
        KEY: what.key,
        "preserve-label": keys.label_as_header(what.label),
        "preserve-package": what.package.id,
        "preserve-form": what.form,
    }
    return said | ({SHA256: digest} if digest else {})


def there_now(bucket: Bucket, key: str) -> Found:
    """What is there after it was put there, by us or by another."""
    if (found := bucket.head(key)) is None:
        raise TargetUnreachable(f"{bucket.line.access.host} took {names.shown(key)}, and does not have it.")
    return found


def stored(bucket: Bucket, key: str, found: Found) -> Sighting:
    """What is to be said of an object that is ours."""
    return Sighting(Stage.STORED, where(bucket, key, found.version), found.locked)


@dataclass(frozen=True, slots=True)
class Single:
    """See ``DepositTarget``; *key* is that of the object."""

    bucket: Bucket
    key: str
    what: Consignment
    measures: Measures

    def look(self, handle: Mapping[str, str]) -> Sighting:
        """What is there: the object, the parts of our upload, or nothing."""
        if (found := self.bucket.head(self.key)) is not None:
            return self._judged(found)
        noted = noted_upload(handle, self.key)
        parts = self.bucket.parts(self.key, noted[0]) if noted else None
        if parts is None:
            return Sighting(None)
        received = min(sum(size for size, _ in parts.values()), self.what.octets)
        return Sighting(Stage.SENDING, where(self.bucket, self.key), received=received)

    def send(self, log: Log) -> Sighting:
        """Put it there, or say what is there already."""
        if (found := self.bucket.head(self.key)) is not None:
            return self._judged(found)
        piece = next(iter(self.what.pieces()))
        with suppress(Occupied):  # somebody was first; whether it was we, is to be seen
            if piece.size <= self.measures.small:
                body = small_body(piece)
                digest = hashlib.sha256(body).hexdigest()
                log.note(object=self.key, sha256=digest)
                self.bucket.put(self.key, body, said_of(self.what, digest))
            else:
                said = said_of(self.what)
                Upload(self.bucket, self.key, piece, said, log, self.measures.part_size, self.measures.hands).send()
        return self._judged(there_now(self.bucket, self.key))

    def tidy(self, handle: Mapping[str, str]) -> None:
        """The object is there: let go of the parts of an upload of ours that another run made useless."""
        if noted := noted_upload(handle, self.key):
            self.bucket.abort(self.key, noted[0])

    def problems(self, handle: Mapping[str, str], progress: Progress) -> Iterator[Problem]:
        """Read it back."""
        piece = next(iter(self.what.pieces()))
        sent = handle.get("sha256", "") if handle.get("object") == self.key else ""
        yield from differences(self.bucket, self.key, piece, sent or piece.digest("sha256"), progress)

    def _judged(self, found: Found) -> Sighting:
        if found.key != self.what.key or found.size != self.what.octets:
            raise foreign(self.bucket, self.key)
        return stored(self.bucket, self.key, found)
