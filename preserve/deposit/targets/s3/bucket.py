"""One bucket: what is in it, and how things are put into it.  Nothing in it is ever written over or deleted."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field
from typing import Any

from preserve.deposit.targets.s3.objects import Found, Keeping, found_in
from preserve.deposit.targets.s3.refusals import FAILURES, is_broken
from preserve.deposit.targets.s3.talking import Answer, Line, NotAble, Occupied
from preserve.errors import AccessRefused, DepositRefused, PreserveError, TargetUnreachable

_BLOCK = 1 << 20
_MOST_PARTS = 10_000


@dataclass(slots=True)
class Bucket:
    """See the module.  The errors are those of ``ports.depositing``."""

    line: Line
    keeping: Keeping = field(default_factory=Keeping)
    conditional: bool = True
    """Whether the server takes ``If-None-Match``; some say that they do not (501)."""

    def head(self, key: str) -> Found | None:
        """What is there under *key*; None if nothing is."""
        answer = self.line.call("head_object", safe=True, absent=True, Key=key)
        if answer is None:
            return None
        return found_in(answer, self.line.access.host)

    def put(self, key: str, body: bytes, said: Mapping[str, str]) -> None:
        """Put a whole object there in one call.  ``Occupied`` if there is one already."""
        given = {"Key": key, "Body": body, "ContentMD5": md5(body)[1], "Metadata": dict(said), **self.keeping.words()}
        if self.conditional:
            try:
                self.line.ask("put_object", safe=False, IfNoneMatch="*", **given)
            except NotAble:
                self.conditional = False
            else:
                return
        if self.head(key) is not None:
            raise Occupied
        self.line.ask("put_object", safe=False, **given)

    def begin(self, key: str, said: Mapping[str, str]) -> str:
        """Begin an object in parts; the id of the upload.  Nothing is to be seen under *key* until ``finish``."""
        answer = self.line.ask(
            "create_multipart_upload", safe=False, Key=key, Metadata=dict(said), **self.keeping.words()
        )
        if not (upload := str(answer.get("UploadId", ""))) or len(upload) > 2000:
            raise TargetUnreachable(f"{self.line.access.host} began an upload and did not say which.")
        return upload

    def part(self, key: str, upload: str, number: int, body: bytes) -> str:
        """Put one part there, over the one of the same number; its ETag."""
        answer = self.line.ask(
            "upload_part",
            safe=False,
            Key=key,
            UploadId=upload,
            PartNumber=number,
            Body=body,
            ContentMD5=md5(body)[1],
        )
        return str(answer.get("ETag", ""))

    def parts(self, key: str, upload: str) -> dict[int, tuple[int, str]] | None:
        """The size and ETag of each part that is there, by number; None if there is no such upload (any more)."""
        found: dict[int, tuple[int, str]] = {}
        after = 0
        while True:
            answer = self.line.call(
                "list_parts", safe=True, absent=True, Key=key, UploadId=upload, PartNumberMarker=after
            )
            if answer is None:
                return None
            for part in answer.get("Parts", ()):
                found[part.get("PartNumber", 0)] = max(0, part.get("Size", 0)), part.get("ETag", "")
            if not answer.get("IsTruncated"):
                return found
            after = self._further(after, int(answer.get("NextPartNumberMarker") or 0), _MOST_PARTS)

    def uploads(self, key: str, most: int) -> list[str] | None:
        """The ids of uploads of exactly *key* that are under way; None if we may not know, or there are too many."""
        try:
            answer = self.line.ask("list_multipart_uploads", Prefix=key, MaxUploads=1000)
        except (AccessRefused, NotAble):
            return None
        ids = [each.get("UploadId", "") for each in answer.get("Uploads", ()) if each.get("Key") == key]
        return None if answer.get("IsTruncated") or len(ids) > most else ids

    def finish(self, key: str, upload: str, tags: Mapping[int, str]) -> None:
        """Make one object of the parts.  ``Occupied`` if there is one already.

        Some servers do not hear the condition here (Ceph 16): whoever calls this has just looked.
        """
        parts = [{"PartNumber": number, "ETag": tags[number]} for number in sorted(tags)]
        given = {"Key": key, "UploadId": upload, "MultipartUpload": {"Parts": parts}}
        try:
            self._complete(given)
        except DepositRefused as error:
            if not is_broken(error.__cause__):
                raise
            self.abort(key, upload)
            text = f"{self.line.access.host} has not the parts that were sent; the upload is begun anew."
            raise TargetUnreachable(text) from error

    def _complete(self, given: Answer) -> None:
        if self.conditional:
            try:
                self.line.ask("complete_multipart_upload", safe=False, IfNoneMatch="*", **given)
            except NotAble:
                self.conditional = False
            else:
                return
        self.line.ask("complete_multipart_upload", safe=False, **given)

    def hold(self, key: str) -> bool:
        """Lock an object of our own as it was to be; whether it is then.

        Ceph 16 does not hear of the lock when an object in parts is begun.  This may be done once and often.
        """
        wanted = self.keeping.words()
        for _ in range(2):
            if (found := self.head(key)) is None:
                return False
            retain, hold = self.keeping.lock and not found.retained, self.keeping.legal_hold and not found.held
            if not (retain or hold):
                return True
            which: Answer = {"Key": key, **({"VersionId": found.version} if found.version else {})}
            if retain:
                until = {"Mode": wanted["ObjectLockMode"], "RetainUntilDate": wanted["ObjectLockRetainUntilDate"]}
                self.line.ask("put_object_retention", Retention=until, **which)
            if hold:
                self.line.ask("put_object_legal_hold", LegalHold={"Status": "ON"}, **which)
        return False

    def abort(self, key: str, upload: str) -> None:
        """Let go of the parts of an upload of our own.  That it could not be done is no harm."""
        with suppress(PreserveError, Occupied, NotAble):
            self.line.call("abort_multipart_upload", absent=True, Key=key, UploadId=upload)

    def listed(self, prefix: str, most: int) -> Iterator[tuple[str, int]]:
        """The key and size of what lies under *prefix*; of more than *most* only so many."""
        given: Answer = {}
        while True:
            answer = self.line.ask("list_objects_v2", Prefix=prefix, **given)
            for each in answer.get("Contents", ()):
                if not (key := each.get("Key", "")).startswith(prefix):
                    raise TargetUnreachable(f"{self.line.access.host} lists what it was not asked for.")
                yield key, max(0, each.get("Size", 0))
                if (most := most - 1) <= 0:
                    return
            if not answer.get("IsTruncated"):
                return
            following = {"ContinuationToken": str(answer.get("NextContinuationToken", ""))}
            if following == given or not answer.get("Contents"):
                raise TargetUnreachable(f"{self.line.access.host} does not come to the end of its list.")
            given = following

    def read(self, key: str) -> Iterator[bytes] | None:
        """The octets of an object as they are there now; None if there is none."""
        answer = self.line.call("get_object", safe=True, absent=True, Key=key)
        return None if answer is None else self._blocks(answer["Body"])

    def _blocks(self, body: Any) -> Iterator[bytes]:
        with closing(body):
            try:
                yield from body.iter_chunks(_BLOCK)
            except FAILURES as error:
                raise self.line.told(error) from error

    def _further(self, before: int, after: int, most: int) -> int:
        if before < after <= most:
            return after
        raise TargetUnreachable(f"{self.line.access.host} does not come to the end of its list.")


def md5(body: bytes) -> tuple[str, str]:
    """The MD5 of *body*: in hex, as most servers' ETags have it, and in Base64, as ``Content-MD5`` has it.

    It guards one call on its way, no more.  What proves a deposit is SHA-256.
    """
    found = hashlib.md5(body, usedforsecurity=False)
    return found.hexdigest(), base64.b64encode(found.digest()).decode("ascii")
