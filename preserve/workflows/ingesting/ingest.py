"""Ingest: what arrived becomes sealed packages, each whole or not at all."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from preserve.errors import CatalogError, Locked, StoreUnwritable
from preserve.model import Package, Problem
from preserve.ports import Progress
from preserve.storage import names
from preserve.storage.signals import uninterrupted
from preserve.transfer.arrival import Arrival
from preserve.workflows import record, rules
from preserve.workflows.archive import Archive
from preserve.workflows.ingesting import recognising
from preserve.workflows.ingesting.arriving import Said
from preserve.workflows.ingesting.bench import Made, Witnessed
from preserve.workflows.ingesting.line import Line, Published
from preserve.workflows.ingesting.making import Order
from preserve.workflows.ingesting.recognising import Twins
from preserve.workflows.ingesting.relatives import Relatives
from preserve.workflows.ingesting.supply import Numbered, crew_for, supply
from preserve.workflows.ingesting.tables import Tables
from preserve.workflows.ingesting.tools import Tools
from preserve.workflows.moving.moving import Sources
from preserve.workflows.places import transfer_label
from preserve.workflows.record import Sealed
from preserve.workflows.results import IngestResult, Status


def new_id() -> str:
    """A fresh package id: a random UUID (version 4)."""
    return str(uuid.uuid4())


@dataclass(frozen=True, slots=True)
class Ingest:
    """One run of ingest over an archive.

    *said* is what the person says of all transfers; *move* removes each source after its sealed package was read
    back and verified.  With a fixed clock and *make_id*, packages are reproducible byte for byte, whatever the number
    of *processes* (by default one for each core).
    """

    archive: Archive
    progress: Progress
    said: Said
    move: bool = False
    make_id: Callable[[], str] = new_id
    tables: Tables = field(default_factory=Tables)
    processes: int | None = None

    def run(self, arrivals: Iterable[Arrival]) -> Iterator[IngestResult]:
        """Take in all arrivals; the results come in their order.  A refused one does not stop the others.

        Many small ones are packaged side by side and published in batches, so that more may be sealed than was told
        yet.  ``StoreUnwritable``, ``CatalogError`` and ``Locked`` end the run: they would meet the next transfer too.
        """
        arrivals = tuple(arrivals)
        sources = Sources(arrivals) if self.move else None
        tools = Tools(self.archive.config, self.archive.clock, self.said, keep=self.move)
        crew = crew_for(arrivals, self.processes)
        relatives = Relatives(self.archive)
        publish = relatives.settling(self._publish)
        with Line(self.archive.workroom, tools, crew, publish, self.tables, relatives.relate) as line:
            for made, result in supply(line, arrivals, self._orders, self.progress):
                kept = self._move(sources, made, result) if sources is not None else ()
                yield replace(result, problems=(*result.problems, *kept))

    def _orders(self, some: Sequence[Numbered], place: Callable[[str], Path]) -> list[Order]:
        known = recognising.alike(self.archive, [arrival.name for _, arrival in some])
        orders = []
        for number, arrival in some:
            package_id = self.make_id()
            name = names.package_name(arrival.name, package_id)
            alike = known.get(transfer_label(arrival.name), ())
            orders.append(Order(number, arrival, package_id, name, place(package_id), alike))
        return orders

    def _move(self, sources: Sources, made: Made, result: IngestResult) -> tuple[Problem, ...]:
        """Remove the source of a package that was read back and verified: at its sealing, or now."""
        if made.transfer is None:
            return ()
        if result.status is Status.ALREADY_PACKAGED:
            package = self.archive.catalog.get(result.id)
            if package is None or not recognising.is_sound(self.archive, package, self.progress):
                name = names.shown(made.transfer.name)
                text = f"{name} was not removed: the package {result.name} is not valid any more."
                return (rules.SOURCE_KEPT.at("", text),)
        return sources.remove(made.order.arrival, made.transfer, result.id)

    def _publish(self, batch: Sequence[tuple[Made, Witnessed | None]]) -> Published:
        """Put the packages of *batch* into the store and on record, all that can be, in their order."""
        news: list[Sealed] = []
        told: list[tuple[Made, IngestResult]] = []
        failure = None
        published = 0
        try:
            with uninterrupted(), self.archive.workroom.locked():
                told = list(self._judged(batch, news))
                while published < len(news):
                    published += record.publish(self.archive, news[published:])
        except (StoreUnwritable, CatalogError, Locked) as error:
            failure = error
            unsealed = {one.package.id for one in news[published:]}
            told = told[: next((at for at, (_, result) in enumerate(told) if result.id in unsealed), len(told))]
        return Published(told, failure)

    def _judged(
        self, batch: Sequence[tuple[Made, Witnessed | None]], news: list[Sealed]
    ) -> Iterator[tuple[Made, IngestResult]]:
        """What will have become of each transfer when *news*, which is filled here, are published."""
        ready = [witnessed.package for _, witnessed in batch if witnessed and witnessed.package]
        twins = Twins(self.archive, ready) if ready else None
        for made, witnessed in batch:
            if witnessed is None:
                yield made, self._packaged(made, made.known) if made.known else _refused(made, made.problems)
            elif witnessed.package is None or twins is None:
                yield made, _refused(made, (*made.problems, *filter(None, [witnessed.refused])))
            else:
                package = witnessed.package
                others = twins.of(package)
                same = next((other for other in others if other.transfer == package.transfer), None)
                if same is not None:  # another run was faster with the same transfer, or it was named twice
                    yield made, self._packaged(made, same)
                else:
                    twins.add(package)
                    news.append(Sealed(made.order.bag, package, witnessed.events))
                    yield made, self._packaged(made, package, recognising.duplicates(others), Status.SEALED)

    def _packaged(
        self,
        made: Made,
        package: Package,
        more: tuple[Problem, ...] = (),
        status: Status = Status.ALREADY_PACKAGED,
    ) -> IngestResult:
        place = self.archive.place_of(package.name)
        problems = (*made.problems, *more)
        name = made.order.arrival.name
        return IngestResult(status, name, package.files, package.bytes, problems, package.id, package.name, place)


def _refused(made: Made, problems: tuple[Problem, ...]) -> IngestResult:
    return IngestResult(Status.REFUSED, made.order.arrival.name, made.files, made.bytes, problems)
