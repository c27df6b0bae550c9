"""Whether the record of a package's deposits is whole: journals, receipts and history hold each other."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from preserve.deposit import rules as deposit_rules
from preserve.deposit.journal.reading import Entry, receipt_problems
from preserve.model import Event, Package, Problem
from preserve.storage.names import shown
from preserve.workflows import rules
from preserve.workflows.depositing.recording import TRANSFER

_TOLD = re.compile(r"(?:^|.* )Deposit (\S+), journal (sha256:[0-9a-f]{64})\.", re.DOTALL)
"""How ``recording`` ends the note of an event; what stands before it, others may have said."""


def unproven(package: Package, entries: Iterable[Entry], events: Iterable[Event]) -> Iterator[Problem]:
    """What is wrong with the *entries*, of which the *events* of the history tell, and with their receipts.

    Nothing is wrong with a journal that is longer than the history knows: a run may have died before it told.
    """
    heads = _heads(events)
    known = set()
    for entry in entries:
        known.add(entry.folder.name)
        if entry.problems:
            yield from entry.problems
            continue
        if not heads.get(entry.folder.name, frozenset()) <= set(entry.story.heads):
            text = f"The journal of the deposit {shown(entry.folder.name)} is not the one of which the history tells."
            yield deposit_rules.JOURNAL_ALTERED.at(package.name, text)
        yield from receipt_problems(entry)
    for deposit in sorted(heads.keys() - known):
        text = f"The history of {shown(package.name)} tells of the deposit {shown(deposit)}, whose journal is gone."
        yield rules.DEPOSIT_LOST.at(package.name, text)


def _heads(events: Iterable[Event]) -> Mapping[str, frozenset[str]]:
    """The hashes of journal lines that the history repeats, by the name of the deposit."""
    heads = defaultdict[str, frozenset[str]](frozenset)
    for event in events:
        if event.type == TRANSFER and (found := _TOLD.fullmatch(event.note)):
            heads[found[1]] |= {found[2]}
    return heads
