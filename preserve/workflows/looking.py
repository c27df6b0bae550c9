"""Looking without touching: one package, its story, and how the whole archive is."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from preserve.catalog.store import Catalog
from preserve.describe import proposals_json
from preserve.describe.read_xml import read_record
from preserve.errors import Locked, NotABag, StoreUnwritable
from preserve.history import file as history
from preserve.model import Event, Package, Problem, Severity
from preserve.premis.read import read_events
from preserve.premis.vocabulary import EVENT_TYPES
from preserve.storage import names
from preserve.transfer.arrival import Arrivals
from preserve.transfer.incoming import arrivals
from preserve.workflows import rules
from preserve.workflows.archive import Archive
from preserve.workflows.packages import DC, PREMIS, PROPOSALS, folders_in, histories_in, read_file, transfer_label
from preserve.workflows.recorded import history_missing
from preserve.workflows.results import Details, StatusReport, Story, ToldEvent


def find(archive: Archive, text: str) -> Package:
    """The package that *text* names: an id, the beginning of one, a name, or a path.  ``UnknownPackage`` if none."""
    name = package_at(archive.catalog, archive.store, text)
    return name or archive.catalog.find(text)


def package_at(catalog: Catalog, store: Path, text: str) -> Package | None:
    """The package of this store that lies at the path *text*, if it is one, whatever links lead there."""
    for name in _names_in_store(store, text):
        if package := catalog.by_name(name):
            return package
    return None


def name_in_store(store: Path, text: str) -> str:
    """What the folder at the path *text* is called in this store, whatever links lead there; "" if it is not in it."""
    visible = (name for name in _names_in_store(store, text) if not name.startswith("."))
    return next((name for name in visible if os.path.isdir(store / name)), "")


def _names_in_store(store: Path, text: str) -> Iterator[str]:
    path = os.path.abspath(text)
    beside = os.path.join(os.path.realpath(os.path.dirname(path)), os.path.basename(path))
    for place in (beside, os.path.realpath(path)):
        parent, name = os.path.split(place)
        if parent == os.path.realpath(store):
            yield name


def details(archive: Archive, text: str) -> Details:
    """One package with its description, read from the package itself."""
    package = find(archive, text)
    place = archive.place_of(package.name)
    record = read_record(_read(place, DC))
    proposals = proposals_json.from_json(_read(place, PROPOSALS))
    return Details(package, place, record.statements, proposals)


def _read(place: Path, path: str) -> bytes:
    try:
        return read_file(place / path)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise NotABag(
            f"{path} of the package {names.shown(place.name)} cannot be read: {reason}.",
            hint=f"See what is wrong with: preserve validate {names.shown(place.name)}",
        ) from error


def story(archive: Archive, text: str) -> Story:
    """Everything that happened to one package: its premis.xml up to sealing, its history since."""
    package = find(archive, text)
    place = archive.place_of(package.name)
    told = [_told("premis", event) for event in read_events(_read(place, PREMIS))]
    past = history.read(archive.history_of(package.name), package_id=package.id)
    told += [_told("history", event) for event in past.events]
    return Story(package, tuple(told), past.problems)


def _told(source: str, event: Event) -> ToldEvent:
    term = EVENT_TYPES.get(event.type)
    return ToldEvent(source, term.label if term else event.type, event)


def status(archive: Archive) -> StatusReport:
    """How the archive is, by its catalogue and a look at the folders; no package is opened."""
    totals = archive.catalog.totals()
    incoming = archive.config.incoming
    arrived = arrivals(incoming) if os.path.isdir(incoming) else Arrivals(())
    untitled = sum(package.title_stands_in for package in archive.catalog.packages(with_pins=False))
    unlisted = tuple(one for one in arrived.problems if one.severity is Severity.ERROR)
    problems = (*unlisted, *_settled_disagreements(archive))
    waiting = _waiting(archive, arrived)
    return StatusReport(archive.config.home, totals.packages, totals.files, totals.bytes, waiting, untitled, problems)


def _waiting(archive: Archive, arrived: Arrivals) -> int:
    """How many transfers in incoming/ have no package of their name yet; nothing is read to find out."""
    known = {package.transfer for package in archive.catalog.packages(with_pins=False)}
    return sum(transfer_label(each.name) not in known for each in arrived.transfers)


def _settled_disagreements(archive: Archive) -> tuple[Problem, ...]:
    """``disagreements``, without what a run at work has not finished yet: a second look waits until it publishes none.

    Where nobody may wait, in a store that cannot be written, the first look stands.
    """
    found = tuple(disagreements(archive))
    if found:
        with suppress(StoreUnwritable, Locked), archive.workroom.locked():
            found = tuple(disagreements(archive))
    return found


def disagreements(archive: Archive) -> Iterator[Problem]:
    """Where the store and the catalogue do not agree, and where a history is gone.

    Only true for whoever holds the store's lock: a package that is being published is in one and not yet in the other.
    """
    present = set(folders_in(archive.store))
    known = set()
    for package in archive.catalog.packages(with_pins=False):
        known.add(package.name)
        if package.name not in present:
            yield rules.PACKAGE_MISSING.at(
                package.name, f"The package {names.shown(package.name)} is in the catalogue but not in the store."
            )
        elif not archive.history_of(package.name).is_file():
            yield history_missing(package.name)
    for name in sorted(histories_in(archive.store) - present - known):
        yield rules.HISTORY_ALONE.at(name, f"There is a history of the package {names.shown(name)}, but no package.")
    for name in sorted(present - known):
        yield rules.PACKAGE_NOT_RECORDED.at(
            name, f"The folder {names.shown(name)} is in the store but not in the catalogue."
        )
