"""Deposit: packages are handed over to a target, each with a journal, receipts and an event in its history.

A package is read whole and held against what was pinned before any of it leaves.  What was begun before is gone on
with: the same state of a package goes to the same target once, unless a person says that it is to go again.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import replace

from preserve.model import Package
from preserve.storage.sizes import plural
from preserve.workflows.archive import Archive
from preserve.workflows.depositing.preparing import prepare
from preserve.workflows.depositing.results import Deposited, Order
from preserve.workflows.depositing.sending import Done, Sender, Work, conclude
from preserve.workflows.depositing.sharing import SharedPace, SharedProgress


def deposit_all(archive: Archive, packages: Sequence[Package], order: Order) -> Generator[Deposited, None, None]:
    """Hand *packages* over as *order* says; what became of each, as soon as it is known.

    With ``order.resume`` those of which nothing is unfinished are passed over.  ``StoreUnreachable``,
    ``StoreUnwritable``, ``CatalogError`` or ``Locked`` end the run.  What was told by then is done.  Whoever closes it
    before its end stops what is being sent.
    """
    order = replace(order, agents=order.agents or archive.agents())
    pace, progress = SharedPace(order.rate), SharedProgress(order.progress, together=order.jobs > 1)
    if order.jobs > 1:
        what = f"Depositing {plural(len(packages), 'package')} at {order.target.name}"
        order.progress.start(what, sum(each.files for each in packages), sum(each.bytes for each in packages))
    try:
        for found in _side_by_side(archive, packages, order, pace, progress):
            if found is not None:
                progress.done(found)
                yield found
    finally:
        order.progress.finish()


def _side_by_side(
    archive: Archive, packages: Sequence[Package], order: Order, pace: SharedPace, progress: SharedProgress
) -> Iterator[Deposited | None]:
    """Packages are looked at, and results recorded, in this thread; only what talks to the far end runs in others."""
    with Sender(order, progress) as sender:
        if order.jobs <= 1:
            for package in packages:
                found = prepare(archive, package, order, pace, progress)
                yield conclude(archive, order, sender.send(found)) if isinstance(found, Work) else found
            return
        with ThreadPoolExecutor(order.jobs) as pool, pace.stopping():
            waiting: set[Future[Done]] = set()
            for package in packages:
                found = prepare(archive, package, order, pace, progress)
                if not isinstance(found, Work):
                    yield found
                    continue
                waiting.add(pool.submit(sender.send, found))
                if len(waiting) >= order.jobs:
                    done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                    yield from (conclude(archive, order, one.result()) for one in done)
            while waiting:
                done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                yield from (conclude(archive, order, one.result()) for one in done)
