"""Whether the record of a package's deposits is whole: journals, receipts and history hold each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from preserve.deposit.journal.reading import Entry, receipt_problems
from preserve.model import Event, Package, Problem
from preserve.storage.names import shown
from preserve.workflows import rules
from preserve.workflows.depositing.recording import contradicted, told_by


def unproven(package: Package, entries: Iterable[Entry], events: Iterable[Event]) -> Iterator[Problem]:
    """What is wrong with the *entries*, of which the *events* of the history tell, and with their receipts.

    Nothing is wrong with a journal that is longer than the history knows: a run may have died before it told.
    """
    told = told_by(events)
    known = set()
    for entry in entries:
        known.add(entry.folder.name)
        if entry.problems:
            yield from entry.problems
            continue
        if problem := contradicted(entry, told.get(entry.folder.name)):
            yield problem
        yield from receipt_problems(entry)
    for deposit in sorted(told.keys() - known):
        text = f"The history of {shown(package.name)} tells of the deposit {shown(deposit)}, whose journal is gone."
        yield rules.DEPOSIT_LOST.at(package.name, text)
