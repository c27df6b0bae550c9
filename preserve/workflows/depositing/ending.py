"""A person ends what is not over: what is left of it at the far end, nobody waits for any more."""

from __future__ import annotations

from collections.abc import Iterator

from preserve.deposit.journal import reading
from preserve.deposit.journal.writing import Journal
from preserve.errors import UsageError
from preserve.model import Package
from preserve.model.deposits import Stage
from preserve.storage import names
from preserve.workflows.archive import Archive, SystemClock
from preserve.workflows.depositing.deciding import deposited
from preserve.workflows.depositing.journal import alone, deposits_of
from preserve.workflows.depositing.recording import record, settle
from preserve.workflows.depositing.results import Deposited, Order, Outcome
from preserve.workflows.depositing.stages import GIVEN_UP

_OPEN = frozenset([Stage.PLANNED, Stage.SENDING, Stage.UNKNOWN, Stage.SENT, Stage.ACCEPTED])


def give_up(archive: Archive, package: Package, order: Order) -> Iterator[Deposited]:
    """End all deposits of *package* at the target that are not over; the history tells who did, and why.

    ``UsageError`` if there is none.  Errors as of ``settle`` and ``alone``.
    """
    who = next((agent.name for agent in reversed(order.agents)), "somebody")
    with alone(archive.store, package.name, order.target.name):
        at_target = [one for one in deposits_of(archive, package.name) if one.story.opening.target == order.target.name]
        unfinished = [one for one in at_target if one.story.stage in _OPEN]
        if not unfinished:
            raise UsageError(f"Nothing is unfinished of {names.shown(package.name)} at {order.target.name}.")
        for entry in unfinished:
            settle(archive, package, entry, order.agents)
            with Journal.resume(entry, SystemClock(), order.target.scrubber.octets) as journal:
                journal.step(Stage.REFUSED, note=f"{GIVEN_UP}{who} says: {order.given_up}")
            ended = reading.read(entry.folder)
            if ended is not None:
                record(archive, package, ended, order.agents)
                yield deposited(package, order, ended, Outcome.GIVEN_UP, ended.story.note)
