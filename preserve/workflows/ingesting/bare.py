"""Bare bags: payload, manifests and nothing else, sealed as packages are, but neither described nor recorded.

This is the sealing of ``ingest`` by itself: copied with one read, made durable, read back from the disk, renamed.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from preserve.bag.sealing import seal as sealing
from preserve.bag.sealing.staging import Workroom
from preserve.config import load
from preserve.errors import Locked, StoreUnwritable
from preserve.ports import Progress, Silent
from preserve.storage import names
from preserve.storage.signals import uninterrupted
from preserve.transfer.each import named_each
from preserve.workflows.archive import SystemClock
from preserve.workflows.ingesting.arriving import Said
from preserve.workflows.ingesting.bench import Made, Witnessed
from preserve.workflows.ingesting.line import Line, Published
from preserve.workflows.ingesting.making import Order
from preserve.workflows.ingesting.supply import Numbered, crew_for, supply
from preserve.workflows.ingesting.tables import Tables
from preserve.workflows.ingesting.tools import Tools
from preserve.workflows.results import IngestResult, Status


def seal_bare(
    paths: Sequence[Path], store: Path, *, processes: int | None = None, progress: Progress | None = None
) -> Iterator[IngestResult]:
    """Make a bag with sha256 and sha512 of each of *paths* in the folder *store*; one result each, in their order.

    Every bag is durable and was read back from the disk when it is told.  Nothing is known of earlier runs: what is
    sealed twice makes two bags.  ``StoreUnwritable`` or ``Locked`` if the store cannot be used.
    """
    paths_of = {"paths.packages": str(store), "paths.incoming": f"{store}.incoming"}  # nothing is looked for there
    config = load(store, environment={}, flags={**paths_of, "bag.second_opinion": "never"})
    shelf = _Shelf(store, Workroom(config.workroom))
    shelf.workroom.prepare()
    shelf.workroom.sweep()
    arrivals = named_each(paths)
    tools = Tools(config, SystemClock(), Said(), bare=True)
    with Line(shelf.workroom, tools, crew_for(arrivals, processes), shelf.publish, Tables()) as line:
        for _, result in supply(line, arrivals, shelf.orders, progress or Silent()):
            yield result


@dataclass(frozen=True, slots=True)
class _Shelf:
    """Where bare bags are made and put."""

    store: Path
    workroom: Workroom

    def orders(self, some: Sequence[Numbered], place: Callable[[str], Path]) -> list[Order]:
        orders = []
        for number, arrival in some:
            package_id = str(uuid.uuid4())
            name = names.package_name(arrival.name, package_id)
            orders.append(Order(number, arrival, package_id, name, place(package_id)))
        return orders

    def publish(self, batch: Sequence[tuple[Made, Witnessed | None]]) -> Published:
        told: list[tuple[Made, IngestResult]] = []
        orders = [made.order for made, witnessed in batch if witnessed and not witnessed.refused]
        bags = [(order.bag, order.name) for order in orders]
        done = 0
        try:
            with uninterrupted(), self.workroom.locked():
                while done < len(bags):
                    done += len(sealing.publish(bags[done:], self.store))
        except (StoreUnwritable, Locked) as error:
            left = {bag for bag, _ in bags[done:]}
            told = [(made, self._result(made, witnessed)) for made, witnessed in batch if made.order.bag not in left]
            return Published(told, error)
        return Published([(made, self._result(made, witnessed)) for made, witnessed in batch])

    def _result(self, made: Made, witnessed: Witnessed | None) -> IngestResult:
        order, name = made.order, made.order.arrival.name
        if witnessed is None or witnessed.refused:
            late = (witnessed.refused,) if witnessed and witnessed.refused else ()
            return IngestResult(Status.REFUSED, name, made.files, made.bytes, (*made.problems, *late))
        place = self.store / order.name
        return IngestResult(
            Status.SEALED, name, made.files, made.bytes, made.problems, order.package_id, place.name, place
        )
