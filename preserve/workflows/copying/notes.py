"""What is to be recorded of a copy, as a text that waits beside it until it is: see ``ports.Word``."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Sequence

from preserve.history import file as history
from preserve.history.entry import NewEntry, decode, encode, package_urn
from preserve.history.readings import copies_told, last_readings
from preserve.model import Copy, Event
from preserve.workflows.archive import Archive
from preserve.workflows.pending import announced


def as_text(package_id: str, events: Sequence[Event]) -> str:
    """What ``recorder`` will write into the history of the package: *events*."""
    urn = package_urn(package_id)
    lines = [encode(_named(event), seq=0, package=urn, previous="").decode() for event in events]
    return json.dumps({"package": package_id, "events": lines})


def recorder(archive: Archive) -> Callable[[str, str], None]:
    """What records such a text: in the history of the package called so, then in the catalogue.  Can be repeated.

    ``CatalogError``, ``StoreUnwritable`` or ``Locked`` if that cannot be done.
    """

    def record(name: str, text: str) -> None:
        said = json.loads(text)
        entries = [decode(json.loads(line), "") for line in said["events"]]
        write_entries(archive, said["package"], name, [NewEntry(entry.event, entry.id) for entry in entries])

    return record


def write_down(archive: Archive, package_id: str, name: str, events: Sequence[Event]) -> None:
    """Write *events* into the history, and what it tells of those copies then into the catalogue.

    ``CatalogError``, ``StoreUnwritable`` or ``Locked`` if that cannot be done.
    """
    write_entries(archive, package_id, name, [_named(event) for event in events])


def _named(event: Event) -> NewEntry:
    """*event* with an id of its own: two checks in the same second are two, also if they found the same."""
    return NewEntry(event, str(uuid.uuid4()))


def write_entries(archive: Archive, package_id: str, name: str, entries: Sequence[NewEntry]) -> None:
    """As ``write_down``, of entries that have ids: one that is there already is not written again."""
    with announced(archive.config, [package_id]) as catalogued:
        _write_both(archive, package_id, name, entries)
        catalogued()


def _write_both(archive: Archive, package_id: str, name: str, entries: Sequence[NewEntry]) -> None:
    place = archive.history_of(name)
    history.append(place, package_id, entries)
    told = history.read(place, package_id=package_id).events
    package = archive.catalog.get(package_id)
    if package is None:  # it was taken out of the catalogue meanwhile; a rebuild reads the history
        return
    elsewhere = copies_told(told)
    for location in {entry.event.location for entry in entries}:
        if not location:
            archive.catalog.record_readings(package_id, *last_readings(told))
        elif location in elsewhere:
            made, (ok, bad) = elsewhere[location]
            archive.catalog.put_copies([Copy(package, location, made, ok, bad)])
        else:
            archive.catalog.remove_copy(package_id, location)
