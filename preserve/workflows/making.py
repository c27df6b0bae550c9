"""Making one package on the workbench: from what arrived to a bag that waits for its witnesses.

This is done in the process of whoever has time for it; it touches neither the catalogue nor the store.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path

from preserve.bag.sealing import readme, second_opinion
from preserve.bag.sealing import seal as sealing
from preserve.bag.sealing.staging import Staging, store_errors
from preserve.config import Config
from preserve.describe import proposals_json, write_xml
from preserve.errors import CatalogError, Locked, PreserveError, StoreUnwritable
from preserve.identify.identifier import Identifier
from preserve.model import Companion, Event, Identification, Outcome, Package, Problem, Record, StoredFile, Transfer
from preserve.ports import Clock, Progress
from preserve.premis.write import Subject, premis_xml
from preserve.storage import names
from preserve.transfer.arrival import Arrival
from preserve.transfer.changes import changed_since
from preserve.transfer.verify import algorithms_for, verify
from preserve.workflows import describing, notes, packages, recognising
from preserve.workflows.archive import agents_of, software
from preserve.workflows.arriving import Said
from preserve.workflows.events import Story, until_sealing
from preserve.workflows.examine import examined, has_errors, is_read, read_companions, read_metadata
from preserve.workflows.tables import Gathered, Tables


@dataclass(frozen=True, slots=True)
class Order:
    """A package to be made of *arrival*: its id, the folder to put it together in, and its *number* in the run.

    *alike* are the packages of this archive that were made of a transfer of this name.
    """

    number: int
    arrival: Arrival
    package_id: str
    bag: Path
    alike: tuple[Package, ...] = ()


@dataclass(frozen=True, slots=True)
class Made:
    """What came of one order.

    The bag is there, unless it was *refused*, is *known* already, or *failure* says why the whole run must end.
    *transfer* is told where somebody asked for it.
    """

    order: Order
    files: int = 0
    bytes: int = 0
    problems: tuple[Problem, ...] = ()
    refused: bool = False
    known: Package | None = None
    failure: PreserveError | None = None
    transfer: Transfer | None = None

    @property
    def is_staged(self) -> bool:
        """Whether there is a bag that waits for its witnesses."""
        return not (self.refused or self.known or self.failure)


@dataclass(frozen=True, slots=True)
class Witnessed:
    """A bag that both witnesses called valid, what it is, and their words for its history; or why it is neither."""

    number: int
    package: Package | None = None
    events: tuple[Event, ...] = ()
    refused: Problem | None = None
    failure: PreserveError | None = None


@dataclass
class Bench:
    """Where packages are made and witnessed, one after the other.  *keep* asks for the transfers themselves."""

    config: Config
    clock: Clock
    said: Said
    keep: bool = False
    tables: Tables = field(default_factory=Tables)

    @cached_property
    def identifier(self) -> Identifier:
        """The tools that say what a file is; they start when they are needed first."""
        config = self.config
        return Identifier(timeout=config.number("identify.timeout"), clamav=config.text("identify.clamav"))

    def close(self) -> None:
        """End the tools."""
        if "identifier" in self.__dict__:
            self.identifier.close()
            del self.identifier

    def gathered(self) -> Gathered:
        """What the tables were found to say since somebody asked last."""
        return self.tables.gathered()

    def make(self, order: Order, progress: Progress) -> Made:
        """Make the package, or say why not.  Never raises for what arrived."""
        transfer = examined(order.arrival, progress)
        try:
            return self._made(order, transfer, progress)
        except (StoreUnwritable, CatalogError, Locked) as error:
            return Made(order, failure=error)
        except PreserveError as error:
            return self._refused(order, transfer, (*transfer.problems, Problem.of(error)))
        finally:
            progress.finish()

    def _made(self, order: Order, transfer: Transfer, progress: Progress) -> Made:
        if has_errors(transfer.problems):
            self.tables.unread()
            return self._refused(order, transfer, transfer.problems)
        if known := recognising.made_of(transfer, order.alike):
            describing.supplied(transfer, read_companions(transfer), self.said, self.tables)
            return self._answer(order, transfer, transfer.problems, known=known)
        problems = Making(self, transfer, order, Staging(order.bag), progress).problems()
        return self._answer(order, transfer, problems, refused=has_errors(problems))

    def _refused(self, order: Order, transfer: Transfer, problems: tuple[Problem, ...]) -> Made:
        return self._answer(order, transfer, problems, refused=True)

    def _answer(
        self,
        order: Order,
        transfer: Transfer,
        problems: tuple[Problem, ...],
        *,
        refused: bool = False,
        known: Package | None = None,
    ) -> Made:
        kept = transfer if self.keep and not refused else None
        return Made(order, len(transfer.files), transfer.bytes, problems, refused, known, None, kept)

    def witness(self, order: Order, files: int, progress: Progress) -> Witnessed:
        """Read the bag back from the disk, hear both witnesses, and read what kind of package it is."""
        asked = second_opinion.wanted(self.config.text("bag.second_opinion"), files)
        try:
            heard = sealing.read_back(order.bag, self.config.algorithms, ask_bagit=asked, progress=progress)
            package = packages.read_package(order.bag)
        except StoreUnwritable as error:
            return Witnessed(order.number, failure=error)
        except PreserveError as error:
            return Witnessed(order.number, refused=Problem.of(error))
        now = self.clock.now()
        detail = f"read back from the disk after sync: {files} files, every checksum verified (RFC 8493 §3)"
        events = [Event("val", now, Outcome.SUCCESS, (software(),), detail)]
        if heard.second is not None:
            opinion = heard.second
            events.append(Event("val", now, opinion.outcome, (opinion.agent,), "second opinion", opinion.note))
        return Witnessed(order.number, package, tuple(events))


@dataclass(frozen=True, slots=True)
class Making:
    """One package in the making: the steps from the copied payload to the manifests."""

    bench: Bench
    transfer: Transfer
    order: Order
    staging: Staging
    progress: Progress

    def problems(self) -> tuple[Problem, ...]:
        """Copy and describe it; what a person should know of it.  With an error among them, it is not finished."""
        began = self.bench.clock.now()
        stored = self._copy()
        companions = self._copy_companions()
        problems = (*self.transfer.problems, *verify(self.transfer, stored), *changed_since(self.transfer))
        told = describing.supplied(self.transfer, companions, self.bench.said, self.bench.tables)
        problems += told.problems
        if has_errors(problems):
            return problems
        identifications = self._identify(stored)
        config = self.bench.config
        problems += tuple(problem for found in identifications for problem in found.problems)
        problems += notes.not_scanned(identifications, config.text("identify.clamav"))
        problems += notes.only_recorded(self.transfer)
        dublin_core, wrong = describing.describe(
            config, self.order.package_id, self.transfer, stored, identifications, told.statements
        )
        problems += wrong
        if has_errors(problems):
            return problems
        sealed = self.bench.clock.now()
        self._write_descriptions(dublin_core, identifications)
        self._write_premis(stored, identifications, began, sealed)
        self._write_frame(stored, dublin_core, sealed)
        return problems

    @property
    def _algorithms(self) -> tuple[str, ...]:
        return self.bench.config.algorithms

    def _copy(self) -> tuple[StoredFile, ...]:
        wanted = algorithms_for(self.transfer)
        self.progress.start(f"Copying {names.shown(self.transfer.name)}", len(self.transfer.files), self.transfer.bytes)
        stored = []
        for file in self.transfer.files:
            algorithms = tuple(dict.fromkeys((*self._algorithms, *wanted.get(file.path, ()))))
            stored.append(self.staging.add_payload(file, algorithms))
            self.progress.advance(1, file.size)
        return tuple(sorted(stored, key=lambda file: file.path))

    def _copy_companions(self) -> list[tuple[Companion, bytes]]:
        copies = [(one, self.staging.add_companion(one, self._algorithms)) for one in self.transfer.companions]
        return [(one, read_metadata(copy, one.path)) for one, copy in copies if is_read(one)]

    def _identify(self, stored: Sequence[StoredFile]) -> tuple[Identification, ...]:
        self.progress.start(f"Identifying {names.shown(self.transfer.name)}", len(stored), self.transfer.bytes)
        found = []
        files = [(self.staging.bag / file.path, file.path) for file in stored]
        for file, identification in zip(stored, self.bench.identifier.identify_many(files), strict=True):
            found.append(identification)
            self.progress.advance(1, file.size)
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
        agents = agents_of(self.bench.config)
        events = until_sealing(Story(self.transfer, stored, identifications, self._algorithms, agents, began, sealed))
        name = self.staging.bag.name
        subject = Subject(self.order.package_id, name, self.transfer, stored, identifications, events, sealed)
        self._add_tag(packages.PREMIS, premis_xml(subject))

    def _write_frame(self, stored: Sequence[StoredFile], dublin_core: Record, sealed: datetime) -> None:
        config = self.bench.config
        organization, group = config.text("archive.organization"), config.text("describe.collection")
        label = packages.transfer_label(self.transfer.name)
        facts = readme.Facts(
            self.order.package_id,
            label,
            ", ".join(filter(None, (config.text("archive.name"), organization))),
            sealed,
            len(stored),
            self.transfer.bytes,
            self._algorithms,
            [names.shown(file.path) for file in stored if set(file.path) & set("%\r\n")],
        )
        self._add_tag(readme.PATH, readme.text(facts))
        package_id, name = self.order.package_id, self.transfer.name
        info = packages.info_for(package_id, name, stored, sealed, dublin_core, group, organization)
        sealing.write_tag_files(self.staging, stored, info, self._algorithms)

    def _add_tag(self, path: str, data: bytes) -> None:
        self.staging.add_tag(path, data, self._algorithms)
