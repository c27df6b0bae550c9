"""Beside each copy of a package lie the journals and receipts of its deposits: there is no other evidence of them."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

from preserve.deposit.journal.lines import Receipt
from preserve.deposit.journal.reading import JOURNAL, RECEIPTS, Entry, judge
from preserve.errors import BagError, CatalogError, StoreUnreachable, StoreUnwritable
from preserve.history import file as history
from preserve.model import Package, Problem
from preserve.ports import Location
from preserve.storage import names
from preserve.workflows.archive import Archive
from preserve.workflows.copying import rules
from preserve.workflows.copying.locations import store_of
from preserve.workflows.copying.witness import keep_witness
from preserve.workflows.depositing.journal import deposits_of
from preserve.workflows.depositing.proving import unproven
from preserve.workflows.depositing.recording import contradicted, told_by


def keep_beside(archive: Archive, package: Package, location: Location) -> tuple[Problem, ...]:
    """Let *location* have the history of *package*, and then its deposits: see ``keep_witness``, ``keep_deposits``."""
    told = keep_witness(archive, package, location)
    return (*told, *keep_deposits(archive, package, location))


def keep_deposits(archive: Archive, package: Package, location: Location) -> tuple[Problem, ...]:
    """Let *location* have what is kept here of the deposits of *package*, as far as it is as it was written.

    What is not is told, and what there says something else is told, too, and never written over.  The history must have
    been kept there before: a journal is never behind it.  ``StoreUnwritable``, ``StoreUnreachable``.
    """
    try:
        past = history.read(archive.history_of(package.name), package_id=package.id).events
        entries = deposits_of(archive, package.name)
    except CatalogError as error:
        return (rules.DEPOSIT_NOT_KEPT.at(package.name, error.message),)
    told, heads = list(unproven(package, entries, past)), told_by(past)
    for entry in entries:
        if not entry.problems and contradicted(entry, heads.get(entry.folder.name)) is None:
            told += _keep(store_of(archive.config), location, package, entry)
    return tuple(told)


def _keep(here: Location, location: Location, package: Package, entry: Entry) -> list[Problem]:
    """The receipts first: no journal there tells of one that is not."""
    deposit, told = entry.folder.name, []
    receipts = {receipt_path(deposit, receipt): receipt for receipt in entry.story.receipts}
    for path in (*receipts, journal_path(deposit)):
        try:
            ours, receipt = here.deposit_file(package.name, path) or b"", receipts.get(path)
            if receipt is None:
                ours = ours[: entry.story.whole]
            elif not is_receipt(ours, receipt):
                continue  # told already
            theirs = location.deposit_file(package.name, path)
            if theirs is not None and not (ours == theirs if receipt else ours.startswith(theirs)):
                told.append(_disagrees(package, location, path))
            elif theirs != ours:
                location.keep_deposit_file(package.name, path, ours, theirs)
        except (StoreUnreachable, StoreUnwritable):
            raise
        except BagError as error:
            text = f"A deposit could not be kept beside the copy in {location.name}: {error.message}"
            told.append(rules.DEPOSIT_NOT_KEPT.at(package.name, text))
    return told


def _disagrees(package: Package, location: Location, path: str) -> Problem:
    text = f"{names.shown(path)} of the deposits of {names.shown(package.name)} says something else in {location.name}."
    return rules.DEPOSIT_COPY_DISAGREES.at(package.name, text)


def journal_path(deposit: str) -> str:
    """Where the journal of *deposit* is kept, in a location and here."""
    return f"{deposit}/{JOURNAL}"


def receipt_path(deposit: str, receipt: Receipt) -> str:
    """Where *receipt* is kept."""
    return f"{deposit}/{RECEIPTS}/{receipt.name}"


def is_receipt(data: bytes, receipt: Receipt) -> bool:
    """Whether *data* is *receipt* as it was kept."""
    return hashlib.sha256(data).hexdigest() == receipt.sha256


def journal_in(data: bytes, deposit: str) -> Entry | None:
    """What the octets of a journal tell."""
    return judge(Path(deposit), io.BytesIO(data))
