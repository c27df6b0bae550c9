"""The two steps of a package that any process may do: to make it, and to witness it once it is durable."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass

from preserve.bag.sealing import seal as sealing
from preserve.bag.sealing import second_opinion
from preserve.bag.sealing.staging import Staging
from preserve.errors import CatalogError, Locked, PreserveError, StoreUnwritable
from preserve.model import Event, Outcome, Package, Problem, Transfer
from preserve.ports import Progress
from preserve.storage.crew import Crew
from preserve.workflows import packages
from preserve.workflows.archive import software
from preserve.workflows.ingesting import describing, recognising
from preserve.workflows.ingesting.examine import examined, has_errors, read_companions
from preserve.workflows.ingesting.making import Making, Order
from preserve.workflows.ingesting.tools import Tools


@dataclass(frozen=True, slots=True)
class Made:
    """What came of one order.

    The bag is there, unless it was *refused*, is *known* already, or *failure* says why the whole run must end.
    *transfer* is told where somebody asked for it; *text* is the line of the fingerprint of its text, if it is one.
    """

    order: Order
    files: int = 0
    bytes: int = 0
    problems: tuple[Problem, ...] = ()
    refused: bool = False
    known: Package | None = None
    failure: PreserveError | None = None
    transfer: Transfer | None = None
    text: str = ""

    @property
    def is_staged(self) -> bool:
        """Whether there is a bag that waits for its witnesses."""
        return not (self.refused or self.known or self.failure)


@dataclass(frozen=True, slots=True)
class Witnessed:
    """A bag that both witnesses called valid and their words for its history, or why it is none.

    *package* is what kind of package it is; a bare bag is none.
    """

    number: int
    package: Package | None = None
    events: tuple[Event, ...] = ()
    refused: Problem | None = None
    failure: PreserveError | None = None


def make(tools: Tools, order: Order, progress: Progress, crew: Crew) -> Made:
    """Make the package, or say why not.  Never raises for what arrived."""
    transfer = examined(order.arrival, progress)
    try:
        return _made(tools, order, transfer, progress, crew)
    except (StoreUnwritable, CatalogError, Locked) as error:
        return Made(order, failure=error)
    except PreserveError as error:
        return _answer(tools, order, transfer, (*transfer.problems, Problem.of(error)), refused=True)
    finally:
        progress.finish()


def _made(tools: Tools, order: Order, transfer: Transfer, progress: Progress, crew: Crew) -> Made:
    if has_errors(transfer.problems):
        tools.tables.unread()
        return _answer(tools, order, transfer, transfer.problems, refused=True)
    if known := recognising.made_of(transfer, order.alike):
        describing.supplied(transfer, read_companions(transfer), tools.said, tools.tables)
        return _answer(tools, order, transfer, transfer.problems, known=known)
    making = Making(tools, transfer, order, Staging(order.bag), progress, crew)
    problems, text = (making.bare(), "") if tools.bare else making.described()
    return _answer(tools, order, transfer, problems, refused=has_errors(problems), text=text)


def _answer(
    tools: Tools,
    order: Order,
    transfer: Transfer,
    problems: tuple[Problem, ...],
    *,
    refused: bool = False,
    known: Package | None = None,
    text: str = "",
) -> Made:
    kept = transfer if tools.keep and not refused else None
    return Made(order, len(transfer.files), transfer.bytes, problems, refused, known, None, kept, text)


def forget(orders: Iterable[Order], crew: Crew) -> None:
    """See that these bags are read from the disk when they are witnessed; the disk may begin at once."""
    for order in orders:
        with suppress(StoreUnwritable):  # told when it is witnessed, by whoever cannot read it
            sealing.forget(order.bag, crew)


def witness(tools: Tools, order: Order, files: int, progress: Progress, crew: Crew) -> Witnessed:
    """Read the bag back from the disk, hear both witnesses, and read what kind of package it is."""
    algorithms = tools.config.algorithms
    asked = second_opinion.wanted(tools.config.text("bag.second_opinion"), files)
    try:
        heard = sealing.read_back(order.bag, algorithms, ask_bagit=asked, progress=progress, crew=crew)
        package = None if tools.bare else packages.read_package(order.bag, name=order.name)
    except StoreUnwritable as error:
        return Witnessed(order.number, failure=error)
    except PreserveError as error:
        return Witnessed(order.number, refused=Problem.of(error))
    now = tools.clock.now()
    detail = f"read back from the disk after sync: {files} files, every checksum verified (RFC 8493 §3)"
    events = [Event("val", now, Outcome.SUCCESS, (software(),), detail)]
    if heard.second is not None:
        opinion = heard.second
        events.append(Event("val", now, opinion.outcome, (opinion.agent,), "second opinion", opinion.note))
    return Witnessed(order.number, package, tuple(events))
