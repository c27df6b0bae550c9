"""Looking without touching: one package, its story, and how the whole archive is."""

from __future__ import annotations

import os
from pathlib import Path

from preserve.describe.proposals import proposals_json
from preserve.describe.record import origins as origins_json
from preserve.describe.record.origins import ORIGINS_PATH, Origins
from preserve.describe.record.read_xml import read_record
from preserve.errors import NotABag
from preserve.history import file as history
from preserve.model import Event, Package
from preserve.premis.read import read_events
from preserve.premis.story import Told, with_history
from preserve.premis.vocabulary import EVENT_TYPES
from preserve.storage import names
from preserve.workflows.archive import Archive
from preserve.workflows.packages import DC, PREMIS, PROPOSALS, read_file
from preserve.workflows.places import names_at
from preserve.workflows.results import Details, Premis, Story, ToldEvent


def find(archive: Archive, text: str) -> Package:
    """The package that *text* names: an id, the beginning of one, a name, or a path.  ``UnknownPackage`` if none."""
    there = (archive.catalog.by_name(name) for name in names_at(archive.store, text))
    return next(filter(None, there), None) or archive.catalog.find(text)


def details(archive: Archive, text: str) -> Details:
    """One package with its description, read from the package itself."""
    package = find(archive, text)
    place = archive.place_of(package.name)
    record = read_record(read_part(place, DC))
    proposals = proposals_json.from_json(read_part(place, PROPOSALS))
    copies = archive.catalog.copies_of(package.id)
    return Details(package, place, record.statements, proposals, origins_at(place, ORIGINS_PATH), copies)


def origins_at(place: Path, path: str) -> Origins:
    """What the file *path* of the package at *place* tells of origins; nothing in packages that were sealed before 0.2.

    ``NotABag`` if it cannot be read.
    """
    return origins_json.from_json(read_part(place, path)) if os.path.lexists(place / path) else {}


def read_part(place: Path, path: str) -> bytes:
    """The bytes of the file *path* of the package at *place*.  ``NotABag`` if it cannot be read."""
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
    told = [_told("premis", event) for event in read_events(read_part(place, PREMIS))]
    past = history.read(archive.history_of(package.name), package_id=package.id)
    told += [_told("history", event) for event in past.events]
    return Story(package, tuple(told), past.problems)


def premis_of(archive: Archive, text: str) -> Premis:
    """One package with its objects, all that happened to it until now, and who did it, as one PREMIS document.

    ``UnknownPackage``; ``NotABag`` or ``DescriptionError`` if its premis.xml cannot be read or was not written here.
    """
    package = find(archive, text)
    data = read_part(archive.place_of(package.name), PREMIS)
    past = history.read(archive.history_of(package.name), package_id=package.id)
    told = [Told(entry.id, entry.event) for entry in past.entries]
    return Premis(package, with_history(data, package.id, told, archive.clock.now()), past.problems)


def _told(source: str, event: Event) -> ToldEvent:
    term = EVENT_TYPES.get(event.type)
    return ToldEvent(source, term.label if term else event.type, event)
