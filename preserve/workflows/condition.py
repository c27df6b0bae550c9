"""How the whole archive is.  No package is opened for it, and no history but those in doubt."""

from __future__ import annotations

import os
from collections.abc import Iterator

from preserve.catalog.store import Catalog
from preserve.model import Problem, Severity
from preserve.storage import names
from preserve.transfer.arrival import Arrivals
from preserve.transfer.incoming import arrivals
from preserve.workflows import rules
from preserve.workflows.agreement import found_amiss
from preserve.workflows.archive import Archive
from preserve.workflows.auditing.queue import queue
from preserve.workflows.depositing.standing import deposits_amiss
from preserve.workflows.pending import is_behind
from preserve.workflows.places import transfer_label
from preserve.workflows.reporting.places import places_amiss
from preserve.workflows.reporting.standing import doubted, last_audit, promise_of, silence
from preserve.workflows.results import StatusReport


def status(archive: Archive) -> StatusReport:
    """How the archive is, by its catalogue and a look at the folders; no package is opened."""
    catalog, incoming = archive.catalog, archive.config.incoming
    totals, last = catalog.totals(), last_audit(archive)
    arrived = arrivals(incoming) if os.path.isdir(incoming) else Arrivals(())
    unlisted = (one for one in arrived.problems if one.severity is Severity.ERROR)
    return StatusReport(
        home=archive.config.home,
        packages=totals.packages,
        files=totals.files,
        bytes=totals.bytes,
        waiting=_waiting(catalog, arrived),
        titles_missing=totals.untitled,
        problems=(
            *unlisted,
            *found_amiss(archive),
            *_found_bad(catalog),
            *_unaware(archive),
            *_doubted(archive),
            *places_amiss(archive),
            *deposits_amiss(archive),
            *filter(None, [silence(archive, last)]),
        ),
        due=catalog.owed(queue(archive.config, archive.clock.now())).copies,
        interval=archive.config.text("fixity.interval"),
        promise=promise_of(archive),
        last_audit=last,
        made=archive.clock.now(),
    )


def _waiting(catalog: Catalog, arrived: Arrivals) -> int:
    """How many transfers in incoming/ have no package of their name yet; nothing is read to find out."""
    labels = [transfer_label(each.name) for each in arrived.transfers]
    known = catalog.transfers_among(labels)
    return sum(label not in known for label in labels)


def _unaware(archive: Archive) -> Iterator[Problem]:
    if is_behind(archive.config):
        text = "Checks were recorded of which the catalogue could not be told, so what is said here may be too good."
        yield rules.CATALOG_UNAWARE.at("", text)


def _doubted(archive: Archive) -> Iterator[Problem]:
    for package, why in doubted(archive):
        text = f"Nothing can be recorded about the package {names.shown(package.name)}: {why}"
        yield rules.HISTORY_DOUBTED.at(package.name, text)


def _found_bad(catalog: Catalog) -> Iterator[Problem]:
    for package in catalog.found_bad():
        day = package.last_read_bad.date() if package.last_read_bad else "an unknown day"
        text = f"The package {names.shown(package.name)} did not pass its last check, on {day}."
        yield rules.CHECK_FAILED.at(package.name, text)
