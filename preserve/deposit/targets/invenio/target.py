"""A package as a record of InvenioRDM: draft, files, compared, published."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from preserve.deposit import rules
from preserve.deposit.http import Answer
from preserve.deposit.http.origin import host_of
from preserve.deposit.targets.invenio.answers import Record
from preserve.deposit.targets.invenio.api import Records
from preserve.deposit.targets.invenio.body import body_of, urn_of
from preserve.deposit.targets.invenio.files import bring, compared, read_back
from preserve.deposit.targets.invenio.finding import Finder
from preserve.errors import DepositRefused, DescriptionError, TargetUnreachable
from preserve.model import Problem
from preserve.model.deposits import Promises, Proof, Sighting, Stage, Verification
from preserve.ports import Progress
from preserve.ports.depositing import Consignment, Log
from preserve.storage import names, sizes

_WAITING = frozenset(["in_review"])
_DECLINED = frozenset(["declined", "cancelled", "expired"])


@dataclass(frozen=True, slots=True)
class Wishes:
    """What ``[targets.NAME]`` asks for; see the settings of the kind."""

    publish: bool = True
    access: str = "public"
    community: str = ""
    read_back: bool = True
    most_files: int = 100
    search_delay: float = 10.0


class Invenio:
    """See ``DepositTarget``."""

    def __init__(self, name: str, records: Records, wishes: Wishes) -> None:
        self._name = name
        self._records = records
        self._wishes = wishes
        self._finder = Finder(records, wishes.search_delay)

    @property
    def promises(self) -> Promises:
        """See ``DepositTarget``.  What is gone on with is a deposit of several files, at the file that was cut."""
        return Promises(askable=True, resumes=True, proof=Proof.BYTES if self._wishes.read_back else Proof.WORD)

    def check(self) -> str:
        """See ``DepositTarget``."""
        count = self._records.count()
        return f"InvenioRDM at {host_of(self._records.client.base)}, {sizes.plural(count, 'record')} of this account"

    def plan(self, what: Consignment) -> tuple[Problem, ...]:
        """See ``DepositTarget``."""
        return tuple(self._planned(what))

    def _planned(self, what: Consignment) -> Iterator[Problem]:
        if self._records.client.unprotected:
            yield rules.LINE_UNPROTECTED.at("", f"The token would go to {self._records.client.base} unprotected.")
        if what.files > self._wishes.most_files:
            most = f"{what.files:,} files are to be sent, and a record holds {self._wishes.most_files:,}"
            yield rules.TOO_MANY_FILES.at("", f"{most}.")
        for piece in what.pieces():
            if "/" in piece.path:
                yield rules.NAME_IMPOSSIBLE.at(
                    piece.path, f"{names.shown(piece.path)} lies in a folder, and a record has none."
                )
            elif not names.is_utf8(piece.path):
                yield rules.NAME_IMPOSSIBLE.at(piece.path, f"{names.shown(piece.path)} has a name that is not UTF-8.")
        try:
            what.described("invenio")
        except DescriptionError as error:
            yield Problem.of(error)

    def look(self, what: Consignment, handle: Mapping[str, str]) -> Sighting:
        """See ``DepositTarget``."""
        record = self._found(what, handle)
        return self._seen(record, what) if record else Sighting(None)

    def send(self, what: Consignment, log: Log) -> Sighting:
        """See ``DepositTarget``."""
        record = self._found(what, log.handle) or self._begun(what, log)
        if record.published or record.status in _WAITING:
            return self._seen(record, what)
        bring(self._records, record.id, what)
        there, answer = self._records.files(record.id, draft=True)
        for problem in compared(there, what):
            raise TargetUnreachable(f"{problem.message} Nothing was published.", hint="Run the command again.")
        log.keep("files.json", answer.receipt())
        if self._wishes.publish:
            return self._published(record, what, log)
        return self._seen(record, what)

    def confirm(self, what: Consignment, log: Log) -> Sighting:
        """See ``DepositTarget``."""
        record = self._found(what, log.handle)
        if record is None:
            return Sighting(None)
        if record.published:
            self._keep_published(record, log)
        return self._seen(record, what, sent=True)

    def verify(self, what: Consignment, log: Log, progress: Progress) -> Verification:
        """See ``DepositTarget``.  First by what the repository tells of each file, then, if wished, by reading it."""
        proof = self.promises.proof
        record = self._found(what, log.handle)
        if record is None or not record.published:
            problem = rules.FAR_MISSING.at("", f"There is no published record of {what.label} any more.")
            return Verification(False, proof, 0, 0, (problem,))
        there, answer = self._records.files(record.id, draft=False)
        log.keep("files.json", answer.receipt())
        problems = list(compared(there, what))
        if self._wishes.read_back:
            told = {problem.path for problem in problems}
            progress.start("Reading back", what.files, what.octets)
            try:
                problems += read_back(self._records, record.id, what, told, progress)
            finally:
                progress.finish()
        return Verification(not problems, proof, what.files, what.octets, tuple(problems))

    def close(self) -> None:
        """See ``DepositTarget``."""
        self._records.client.close()

    def _found(self, what: Consignment, handle: Mapping[str, str]) -> Record | None:
        return self._finder.found(what, handle)

    # Sending

    def _begun(self, what: Consignment, log: Log) -> Record:
        """A draft for *what*, empty yet: of a new record, or of the next version of the record of a former state."""
        body = body_of(what.described("invenio"), what.key, urn_of(what.package.id), self._wishes.access)
        former = self._finder.former(what) if what.state > 1 else None
        log.note(asked=datetime.now(UTC).isoformat())
        record = self._next_version(former, body) if former else self._records.create(body)
        if record.complaints and self._wishes.publish:
            self._records.discard(record.id)
            raise DepositRefused(
                f"{self._host()} cannot publish {what.label}: {record.complaints}. The draft was deleted again.",
                hint="Correct the description and deposit again, or leave a draft there with publish = false.",
            )
        log.note(record=record.id)
        if record.answer:
            log.keep("draft.json", record.answer.receipt())
        return record

    def _next_version(self, former: Record, body: bytes) -> Record:
        draft = self._records.new_version(former.id)
        there, _ = self._records.files(draft.id, draft=True)
        if there or draft.title != former.title or not draft.names <= former.names:
            raise DepositRefused(
                f"Somebody has begun a next version of the record {former.id} already (draft {draft.id}).",
                hint="Publish or delete that draft in the repository, then deposit again.",
            )
        return self._records.rewrite(draft.id, body)

    def _published(self, record: Record, what: Consignment, log: Log) -> Sighting:
        """Publish *record*, or submit it to its community, unless it has happened already."""
        submits = bool(self._wishes.community) and record.status != "new_version_draft"  # that is in it already
        log.note(publishing=record.id)
        try:
            answer = self._submitted(record) if submits else self._records.publish(record.id)
        except DepositRefused:
            now = self._found(what, log.handle)
            if now is None or not (now.published or now.status in _WAITING):
                raise
        else:
            log.keep("submitted.json" if submits else "publishing.json", answer.receipt())
        now = self._found(what, log.handle)
        if now is None or not (now.published or now.status in _WAITING):
            raise TargetUnreachable(
                f"{self._host()} took {what.label} for publication, and does not show it published."
            )
        if now.published:
            self._keep_published(now, log)
        return self._seen(now, what, sent=True)

    def _submitted(self, record: Record) -> Answer:
        self._records.ask_review(record.id, self._records.community(self._wishes.community))
        return self._records.submit(record.id)

    def _keep_published(self, record: Record, log: Log) -> None:
        if log.handle.get("published") != record.id and record.answer:
            log.keep("record.json", record.answer.receipt())
            log.note(published=record.id, doi=names.shown(record.doi)[:200])

    # Telling

    def _seen(self, record: Record, what: Consignment, *, sent: bool = False) -> Sighting:
        """What *record* is of *what*; *sent* if all was sent, and only its publication is waited for."""
        doi = f"DOI {names.shown(record.doi)[:200]}" if record.doi else ""
        if record.published:
            return Sighting(Stage.STORED, self._page("records", record), doi, what.octets)
        where = self._page("uploads", record)
        if record.status in _WAITING:
            return Sighting(Stage.ACCEPTED, where, "It waits for the community to take it.", what.octets)
        if sent and record.status in _DECLINED:
            return Sighting(Stage.REFUSED, where, f"The community did not take it: {record.status}.")
        there, _ = self._records.files(record.id, draft=True)
        received = sum(entry.size for entry in there.values() if entry.complete)
        if any(compared(there, what)):
            return Sighting(Stage.SENDING, where, received=min(received, what.octets))
        if self._wishes.publish and not sent:
            return Sighting(Stage.SENDING, where, "All files are there; it is not published.", what.octets)
        note = "It is a draft there, and not published." + (f" {record.complaints}." if record.complaints else "")
        return Sighting(Stage.ACCEPTED, where, note, what.octets)

    def _page(self, kind: str, record: Record) -> str:
        return f"{self._records.client.base}{kind}/{record.id}"

    def _host(self) -> str:
        return host_of(self._records.client.base)
