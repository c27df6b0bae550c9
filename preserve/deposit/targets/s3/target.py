"""The S3 target: it decides by the form of a package how it lies in the bucket, and asks that."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from preserve.deposit.targets.s3 import keys, rules
from preserve.deposit.targets.s3.bucket import Bucket
from preserve.deposit.targets.s3.loose import Loose
from preserve.deposit.targets.s3.single import Measures, Single
from preserve.deposit.targets.s3.talking import NotAble
from preserve.errors import DepositRefused, PreserveError
from preserve.model import Problem
from preserve.model.deposits import Promises, Proof, Sighting, Stage, Verification
from preserve.ports import Progress
from preserve.ports.depositing import Consignment, Log
from preserve.storage import names

_LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class S3:
    """See ``DepositTarget``."""

    bucket: Bucket
    prefix: str
    measures: Measures

    @property
    def promises(self) -> Promises:
        """See ``DepositTarget``."""
        return Promises(askable=True, resumes=True, proof=Proof.BYTES)

    def check(self) -> str:
        """See ``DepositTarget``."""
        access = self.bucket.line.access
        server = self._reached()
        under = f", prefix {names.shown(self.prefix)}" if self.prefix else ""
        lock = ", with object lock" if self._locks() else ""
        return f"{server}, bucket {names.shown(access.bucket)}{under}{lock}"

    def plan(self, what: Consignment) -> tuple[Problem, ...]:
        """See ``DepositTarget``."""
        self._reached()
        return tuple(self._problems(what))

    def _problems(self, what: Consignment) -> Iterator[Problem]:
        url = urlsplit(self.bucket.line.access.url)
        if url.scheme == "http" and url.hostname not in _LOOPBACK:
            yield rules.LINE_OPEN.at("", f"What is sent to {url.netloc} goes over a line that is not protected.")
        if self.bucket.keeping.locks and not self._locks():
            bucket = names.shown(self.bucket.line.access.bucket)
            yield rules.LOCKS_NOTHING.at("", f"The bucket {bucket} cannot lock objects, as is asked for.")
        yield from keys.problems(self.prefix, what)

    def look(self, what: Consignment, handle: Mapping[str, str]) -> Sighting:
        """See ``DepositTarget``."""
        return self._lying(what).look(handle)

    def send(self, what: Consignment, log: Log) -> Sighting:
        """See ``DepositTarget``."""
        seen = self._lying(what).send(log)
        self._keep(seen, log)
        return seen

    def confirm(self, what: Consignment, log: Log) -> Sighting:
        """See ``DepositTarget``."""
        seen = self._lying(what).look(log.handle)
        self._keep(seen, log)
        return seen

    def verify(self, what: Consignment, log: Log, progress: Progress) -> Verification:
        """See ``DepositTarget``.  Clears away what a run that was killed in the last moment left."""
        lying = self._lying(what)
        progress.start("Reading back", what.files, what.octets)
        try:
            problems = tuple(lying.problems(log.handle, progress))
        finally:
            progress.finish()
        if not problems:
            self._keep(lying.look(log.handle), log)
            lying.tidy(log.handle)
        return Verification(not problems, Proof.BYTES, what.files, what.octets, problems)

    def _keep(self, seen: Sighting, log: Log) -> None:
        """Keep, once, what the server says of the object: it was the last that it said."""
        if seen.stage is Stage.STORED and "receipt" not in log.handle:
            log.keep("stored.txt", self.bucket.line.receipt())
            log.note(receipt="stored.txt")

    def close(self) -> None:
        """See ``DepositTarget``."""
        self.bucket.line.close()

    def _lying(self, what: Consignment) -> Single | Loose:
        key = keys.key_of(self.prefix, what)
        if keys.is_one_file(what):
            return Single(self.bucket, key, what, self.measures)
        return Loose(self.bucket, key, keys.folder_of(self.prefix, what), what, self.measures)

    def _reached(self) -> str:
        """The server, and the program that it says to be.  ``DepositRefused`` if it has no such bucket."""
        access = self.bucket.line.access
        answer = self.bucket.line.call("head_bucket", safe=True, absent=True)
        if answer is None:
            hint = "Have it made, or correct bucket or url in the target's table."
            raise DepositRefused(f"There is no bucket {names.shown(access.bucket)} at {access.host}.", hint=hint)
        program = answer.get("ResponseMetadata", {}).get("HTTPHeaders", {}).get("server", "")
        return f"{access.host} ({names.shown(str(program))[:60]})" if program else access.host

    def _locks(self) -> bool:
        """Whether the bucket can lock objects; that the server does not say so is no error here."""
        try:
            answer = self.bucket.line.ask("get_object_lock_configuration")
        except (PreserveError, NotAble):
            return False
        return bool(answer.get("ObjectLockConfiguration", {}).get("ObjectLockEnabled") == "Enabled")
