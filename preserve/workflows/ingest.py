"""Ingest: what arrived becomes sealed packages, one after the other, each whole or not at all."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from preserve.bag.sealing import readme, second_opinion
from preserve.bag.sealing import seal as sealing
from preserve.bag.sealing.staging import Staging, store_errors
from preserve.describe import proposals_json, write_xml
from preserve.errors import CatalogError, Locked, PreserveError, StoreUnwritable
from preserve.identify.identifier import Identifier
from preserve.model import Companion, Event, Identification, Outcome, Package, Problem, Record, StoredFile, Transfer
from preserve.ports import Progress
from preserve.premis.write import Subject, premis_xml
from preserve.storage import names
from preserve.transfer.arrival import Arrival
from preserve.transfer.changes import changed_since
from preserve.transfer.verify import algorithms_for, verify
from preserve.workflows import describing, notes, packages, recognising, record, rules
from preserve.workflows.archive import Archive, software
from preserve.workflows.arriving import Said
from preserve.workflows.events import Story, until_sealing
from preserve.workflows.examine import examined, has_errors, is_read, read_companions, read_metadata
from preserve.workflows.moving import Sources
from preserve.workflows.results import IngestResult, Status
from preserve.workflows.tables import Tables


def new_id() -> str:
    """A fresh package id: a random UUID (version 4)."""
    return str(uuid.uuid4())


@dataclass(frozen=True, slots=True)
class Ingest:
    """One run of ingest over an archive.

    *said* is what the person says of all transfers; *move* removes each source after its sealed package was read
    back and verified.  With a fixed clock and *make_id*, packages are reproducible byte for byte.
    """

    archive: Archive
    progress: Progress
    said: Said
    move: bool = False
    make_id: Callable[[], str] = new_id
    tables: Tables = field(default_factory=Tables)

    def run(self, arrivals: Iterable[Arrival]) -> Iterator[IngestResult]:
        """Take in each arrival in turn.  A refused one does not stop the others.

        ``StoreUnwritable``, ``CatalogError`` and ``Locked`` end the run: they would meet the next transfer too.
        """
        config = self.archive.config
        arrivals = tuple(arrivals)
        sources = Sources(arrivals) if self.move else None
        with Identifier(timeout=config.number("identify.timeout"), clamav=config.text("identify.clamav")) as identifier:
            for arrival in arrivals:
                transfer = examined(arrival, self.progress)
                try:
                    result = self._take_in(transfer, identifier)
                    if sources is not None and result.status is not Status.REFUSED:
                        kept = self._move(sources, arrival, transfer, result)
                        result = replace(result, problems=(*result.problems, *kept))
                    yield result
                except (StoreUnwritable, CatalogError, Locked):
                    raise
                except PreserveError as error:
                    yield _refused(transfer, (*transfer.problems, Problem.of(error)))
                finally:
                    self.progress.finish()

    def _move(
        self, sources: Sources, arrival: Arrival, transfer: Transfer, result: IngestResult
    ) -> tuple[Problem, ...]:
        """Remove the source of a package that was read back and verified: at its sealing, or now."""
        if result.status is Status.ALREADY_PACKAGED:
            package = self.archive.catalog.get(result.id)
            if package is None or not recognising.is_sound(self.archive, package, self.progress):
                text = f"{names.shown(transfer.name)} was not removed: the package {result.name} is not valid any more."
                return (rules.SOURCE_KEPT.at("", text),)
        return sources.remove(arrival, transfer)

    def _take_in(self, transfer: Transfer, identifier: Identifier) -> IngestResult:
        if has_errors(transfer.problems):
            self.tables.unread()
            return _refused(transfer, transfer.problems)
        if known := recognising.known_source(self.archive, transfer):
            describing.supplied(transfer, read_companions(transfer), self.said, self.tables)
            return _packaged(Status.ALREADY_PACKAGED, self.archive, transfer, known, transfer.problems)
        package_id = self.make_id()
        with self.archive.workroom.begin(package_id, names.package_name(transfer.name, package_id)) as staging:
            return Making(self, transfer, identifier, package_id, staging).result()


@dataclass(frozen=True, slots=True)
class Making:
    """One package in the making: the steps from the copied payload to the place in the store."""

    run: Ingest
    transfer: Transfer
    identifier: Identifier
    package_id: str
    staging: Staging

    def result(self) -> IngestResult:
        """Copy, describe, seal, publish; or refuse, leaving nothing behind."""
        began = self.run.archive.clock.now()
        stored = self._copy()
        companions = self._copy_companions()
        problems = (*self.transfer.problems, *verify(self.transfer, stored), *changed_since(self.transfer))
        told = describing.supplied(self.transfer, companions, self.run.said, self.run.tables)
        problems += told.problems
        if has_errors(problems):
            return _refused(self.transfer, problems)
        identifications = self._identify(stored)
        config = self.run.archive.config
        problems += tuple(problem for found in identifications for problem in found.problems)
        problems += notes.not_scanned(identifications, config.text("identify.clamav"))
        problems += notes.only_recorded(self.transfer)
        dublin_core, wrong = describing.describe(
            config, self.package_id, self.transfer, stored, identifications, told.statements
        )
        problems += wrong
        if has_errors(problems):
            return _refused(self.transfer, problems)
        sealed = self.run.archive.clock.now()
        self._write_descriptions(dublin_core, identifications)
        self._write_premis(stored, identifications, began, sealed)
        self._write_frame(stored, dublin_core, sealed)
        return self._publish(self._witness(stored), problems)

    @property
    def _algorithms(self) -> tuple[str, ...]:
        return self.run.archive.config.algorithms

    def _copy(self) -> tuple[StoredFile, ...]:
        wanted = algorithms_for(self.transfer)
        self.run.progress.start(
            f"Copying {names.shown(self.transfer.name)}", len(self.transfer.files), self.transfer.bytes
        )
        stored = []
        for file in self.transfer.files:
            algorithms = tuple(dict.fromkeys((*self._algorithms, *wanted.get(file.path, ()))))
            stored.append(self.staging.add_payload(file, algorithms))
            self.run.progress.advance(1, file.size)
        return tuple(sorted(stored, key=lambda file: file.path))

    def _copy_companions(self) -> list[tuple[Companion, bytes]]:
        copies = [(one, self.staging.add_companion(one, self._algorithms)) for one in self.transfer.companions]
        return [(one, read_metadata(copy, one.path)) for one, copy in copies if is_read(one)]

    def _identify(self, stored: Sequence[StoredFile]) -> tuple[Identification, ...]:
        self.run.progress.start(f"Identifying {names.shown(self.transfer.name)}", len(stored), self.transfer.bytes)
        found = []
        files = [(self.staging.bag / file.path, file.path) for file in stored]
        for file, identification in zip(stored, self.identifier.identify_many(files), strict=True):
            found.append(identification)
            self.run.progress.advance(1, file.size)
        return tuple(found)

    def _write_descriptions(self, dublin_core: Record, identifications: Sequence[Identification]) -> None:
        with store_errors(self.staging.bag):
            found = describing.proposals(self.staging.bag, self.transfer, identifications)
        self._add_tag(packages.DC, write_xml.dc_xml(dublin_core))
        self._add_tag(packages.OAI_DC, write_xml.oai_dc_xml(dublin_core))
        self._add_tag(packages.PROPOSALS, proposals_json.to_json(found))

    def _write_premis(
        self,
        stored: tuple[StoredFile, ...],
        identifications: tuple[Identification, ...],
        began: datetime,
        sealed: datetime,
    ) -> None:
        agents = self.run.archive.agents()
        events = until_sealing(Story(self.transfer, stored, identifications, self._algorithms, agents, began, sealed))
        name = self.staging.bag.name
        subject = Subject(self.package_id, name, self.transfer, stored, identifications, events, sealed)
        self._add_tag(packages.PREMIS, premis_xml(subject))

    def _write_frame(self, stored: Sequence[StoredFile], dublin_core: Record, sealed: datetime) -> None:
        config = self.run.archive.config
        organization, group = config.text("archive.organization"), config.text("describe.collection")
        label = packages.transfer_label(self.transfer.name)
        facts = readme.Facts(
            self.package_id,
            label,
            ", ".join(filter(None, (config.text("archive.name"), organization))),
            sealed,
            len(stored),
            self.transfer.bytes,
            self._algorithms,
            [names.shown(file.path) for file in stored if set(file.path) & set("%\r\n")],
        )
        self._add_tag(readme.PATH, readme.text(facts))
        info = packages.info_for(self.package_id, self.transfer.name, stored, sealed, dublin_core, group, organization)
        sealing.write_tag_files(self.staging, stored, info, self._algorithms)

    def _add_tag(self, path: str, data: bytes) -> None:
        self.staging.add_tag(path, data, self._algorithms)

    def _witness(self, stored: Sequence[StoredFile]) -> tuple[Event, ...]:
        """Hear both witnesses; returns their words as events for the history."""
        setting = self.run.archive.config.text("bag.second_opinion")
        asked = second_opinion.wanted(setting, len(stored))
        heard = sealing.read_back(self.staging, stored, self._algorithms, ask_bagit=asked, progress=self.run.progress)
        now = self.run.archive.clock.now()
        detail = f"read back from the disk after sync: {len(stored)} files, every checksum verified (RFC 8493 §3)"
        events = [Event("val", now, Outcome.SUCCESS, (software(),), detail)]
        if heard.second is not None:
            opinion = heard.second
            events.append(Event("val", now, opinion.outcome, (opinion.agent,), "second opinion", opinion.note))
        return tuple(events)

    def _publish(self, events: tuple[Event, ...], problems: tuple[Problem, ...]) -> IngestResult:
        archive = self.run.archive
        package = packages.read_package(self.staging.bag)
        with archive.workroom.locked():
            others = recognising.twins(archive, package)
            same = next((other for other in others if other.transfer == package.transfer), None)
            if same is None:
                record.publish(archive, self.staging, package, events)
        if same is not None:  # another run was faster with the same transfer
            return _packaged(Status.ALREADY_PACKAGED, archive, self.transfer, same, problems)
        problems += recognising.duplicates(others)
        return _packaged(Status.SEALED, archive, self.transfer, package, problems)


def _packaged(
    status: Status, archive: Archive, transfer: Transfer, package: Package, problems: tuple[Problem, ...]
) -> IngestResult:
    place = archive.place_of(package.name)
    return IngestResult(status, transfer.name, package.files, package.bytes, problems, package.id, package.name, place)


def _refused(transfer: Transfer, problems: tuple[Problem, ...]) -> IngestResult:
    return IngestResult(Status.REFUSED, transfer.name, len(transfer.files), transfer.bytes, problems)
