"""Deposit: packages are handed over to a target, each with a journal, receipts and an event in its history.

A package is read whole and held against what was pinned before any of it leaves.  What was begun before is gone on
with: the same state of a package goes to the same target once, unless a person says that it is to go again.
"""

from __future__ import annotations

import math
import time
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import replace

from preserve.model import Package
from preserve.storage.sizes import plural
from preserve.workflows.archive import Archive
from preserve.workflows.depositing.ending import give_up
from preserve.workflows.depositing.preparing import prepare
from preserve.workflows.depositing.results import Deposited, Order, Outcome
from preserve.workflows.depositing.sending import Done, Sender, Work, conclude
from preserve.workflows.depositing.sharing import SharedPace, SharedProgress

_MAY_STILL_COME = (Outcome.SENT, Outcome.ACCEPTED)
_FIRST_PAUSE, _LONGEST_PAUSE = 2.0, 60.0


def deposit_all(archive: Archive, packages: Sequence[Package], order: Order) -> Generator[Deposited, None, None]:
    """Hand *packages* over as *order* says; what became of each, as soon as it is known.

    With ``order.resume`` those of which nothing is unfinished are passed over.  ``StoreUnreachable``,
    ``StoreUnwritable``, ``CatalogError`` or ``Locked`` end the run.  What was told by then is done.  Whoever closes it
    before its end stops what is being sent.
    """
    order = replace(order, agents=order.agents or archive.agents())
    if order.given_up:
        for package in packages:
            yield from give_up(archive, package, order)
        return
    pace, progress = SharedPace(order.rate), SharedProgress(order.progress, together=order.jobs > 1)
    if order.jobs > 1:
        what = f"Depositing {plural(len(packages), 'package')} at {order.target.name}"
        order.progress.start(what, sum(each.files for each in packages), sum(each.bytes for each in packages))
    try:
        yield from _one_after_all(archive, packages, order, pace, progress)
    finally:
        order.progress.finish()


def _one_after_all(
    archive: Archive, packages: Sequence[Package], order: Order, pace: SharedPace, progress: SharedProgress
) -> Iterator[Deposited]:
    """All are sent before any is waited for: a far end may take days to make up its mind about each."""
    at_first = replace(order, wait=None) if len(packages) > 1 else order
    waiting: dict[str, Deposited] = {}
    for found in _side_by_side(archive, packages, at_first, pace, progress):
        if found is not None:
            progress.done(found)
            if order.wait is not None and at_first.wait is None and found.status in _MAY_STILL_COME:
                waiting[found.package.id] = found
            else:
                yield found
    yield from _waited_for(archive, waiting, order, pace, progress)


def _waited_for(
    archive: Archive, waiting: dict[str, Deposited], order: Order, pace: SharedPace, progress: SharedProgress
) -> Iterator[Deposited]:
    """Ask what became of all that are *waiting*, again and again, until none is or the time is over."""
    pause, until = _FIRST_PAUSE, time.monotonic() + order.wait if order.wait else math.inf
    asking = replace(order, wait=None, resume=True, again=False)
    while waiting and time.monotonic() < until:
        time.sleep(min(pause, max(0.0, until - time.monotonic())))
        pause = min(2 * pause, _LONGEST_PAUSE)
        packages = [one.package for one in waiting.values()]
        for found in _side_by_side(archive, packages, asking, pace, progress):
            if found is not None:
                waiting[found.package.id] = found
                if found.status not in _MAY_STILL_COME:
                    yield waiting.pop(found.package.id)
    yield from waiting.values()


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
