"""Making one package on the workbench: from what arrived to a bag that waits for its witnesses.

This is done in the process of whoever has time for it; it touches neither the catalogue nor the store.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from preserve.bag.sealing import readme
from preserve.bag.sealing import seal as sealing
from preserve.bag.sealing.errors import store_errors
from preserve.bag.sealing.staging import Staging
from preserve.bag.sealing.stored import StoredFiles
from preserve.describe.proposals import proposals_json
from preserve.describe.record import origins as origins_json
from preserve.describe.record import write_xml
from preserve.model import Companion, Identification, Package, Problem, Record, StoredFile, Transfer
from preserve.ports import Progress
from preserve.premis.write import Subject, premis_chunks
from preserve.storage import names
from preserve.storage.crew import Crew
from preserve.transfer.arrival import Arrival
from preserve.transfer.changes import changed_since
from preserve.transfer.verify import algorithms_for, verify
from preserve.workflows import packages
from preserve.workflows.archive import agents_of
from preserve.workflows.ingesting import describing, notes
from preserve.workflows.ingesting.events import Story, until_sealing
from preserve.workflows.ingesting.examine import has_errors, is_read, read_metadata
from preserve.workflows.ingesting.insight import Insight, look_into
from preserve.workflows.ingesting.tools import Tools
from preserve.workflows.places import transfer_label


@dataclass(frozen=True, slots=True)
class Order:
    """A package to be made of *arrival*: its id and name, where to put it together, and its *number* in the run.

    *alike* are the packages of this archive that were made of a transfer of this name.
    """

    number: int
    arrival: Arrival
    package_id: str
    name: str
    bag: Path
    alike: tuple[Package, ...] = ()


@dataclass(frozen=True, slots=True)
class Making:
    """One package in the making: the steps from the copied payload to the manifests."""

    tools: Tools
    transfer: Transfer
    order: Order
    staging: Staging
    progress: Progress
    crew: Crew

    def bare(self) -> tuple[Problem, ...]:
        """Copy it and write its manifests; what a person should know of it."""
        stored = self._copy()
        problems = (*self.transfer.problems, *verify(self.transfer, stored), *changed_since(self.transfer))
        if not has_errors(problems):
            info = [("Payload-Oxum", f"{self.transfer.bytes}.{len(stored)}")]
            sealing.write_tag_files(self.staging, stored, info, self._algorithms)
        return problems

    def described(self) -> tuple[tuple[Problem, ...], str]:
        """Copy and describe it; what a person should know of it, and the fingerprint of its text.

        With an error among the problems, it is not finished.
        """
        began = self.tools.clock.now()
        stored = self._copy()
        companions = self._copy_companions()
        problems = (*self.transfer.problems, *verify(self.transfer, stored), *changed_since(self.transfer))
        told = describing.supplied(self.transfer, companions, self.tools.said, self.tools.tables)
        problems += told.problems
        if has_errors(problems):
            return problems, ""
        insight = self._look_into(stored)
        identifications = insight.identifications
        config = self.tools.config
        if any(found.problems for found in identifications.distinct()):
            problems += tuple(problem for found in identifications for problem in found.problems)
        problems += notes.not_scanned(identifications, config.text("identify.clamav"))
        problems += notes.only_recorded(self.transfer)
        dublin_core, wrong = describing.describe(
            config, self.order.package_id, self.transfer, stored, identifications, told.statements
        )
        problems += wrong
        if has_errors(problems):
            return problems, ""
        sealed = self.tools.clock.now()
        self._write_descriptions(dublin_core, insight)
        self._write_premis(stored, identifications, dublin_core, began, sealed)
        self._write_frame(stored, dublin_core, sealed, insight.text)
        return problems, insight.text

    @property
    def _algorithms(self) -> tuple[str, ...]:
        return self.tools.config.algorithms

    def _copy(self) -> StoredFiles:
        wanted = algorithms_for(self.transfer)
        self.progress.start(f"Copying {names.shown(self.transfer.name)}", len(self.transfer.files), self.transfer.bytes)
        return self.staging.add_payload(self.transfer.files, self._algorithms, wanted, self.crew, self.progress)

    def _copy_companions(self) -> list[tuple[Companion, bytes]]:
        copies = [(one, self.staging.add_companion(one, self._algorithms)) for one in self.transfer.companions]
        return [(one, read_metadata(copy, one.path)) for one, copy in copies if is_read(one)]

    def _look_into(self, stored: Sequence[StoredFile]) -> Insight:
        self.progress.start(f"Identifying {names.shown(self.transfer.name)}", len(stored), self.transfer.bytes)
        lists = frozenset(names.payload_path(companion.path) for companion in self.transfer.companions)
        with store_errors(self.staging.bag):
            return look_into(self.tools.number, self.staging.bag, stored, lists, self.crew, self.progress)

    def _write_descriptions(self, dublin_core: Record, insight: Insight) -> None:
        self._add_tag(packages.DC, write_xml.dc_xml(dublin_core))
        self._add_tag(packages.OAI_DC, write_xml.oai_dc_xml(dublin_core))
        origins = origins_json.chunks(dublin_core.statements)
        self.staging.add_tag_in_parts(origins_json.ORIGINS_PATH, origins, self._algorithms)
        proposals = proposals_json.chunks(insight.proposals())
        self.staging.add_tag_in_parts(packages.PROPOSALS, proposals, self._algorithms)

    def _write_premis(
        self,
        stored: Sequence[StoredFile],
        identifications: Sequence[Identification],
        dublin_core: Record,
        began: datetime,
        sealed: datetime,
    ) -> None:
        agents = agents_of(self.tools.config)
        events = until_sealing(Story(self.transfer, stored, identifications, self._algorithms, agents, began, sealed))
        subject = Subject(
            self.order.package_id,
            self.order.name,
            self.transfer,
            stored,
            identifications,
            events,
            sealed,
            dublin_core.statements,
        )
        self.staging.add_tag_in_parts(packages.PREMIS, premis_chunks(subject), self._algorithms)

    def _write_frame(self, stored: StoredFiles, dublin_core: Record, sealed: datetime, text: str) -> None:
        config = self.tools.config
        organization, group = config.text("archive.organization"), config.text("describe.collection")
        label = transfer_label(self.transfer.name)
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
        info = packages.info_for(package_id, name, stored, sealed, dublin_core, group, organization, text)
        sealing.write_tag_files(self.staging, stored, info, self._algorithms)

    def _add_tag(self, path: str, data: bytes) -> None:
        self.staging.add_tag(path, data, self._algorithms)
