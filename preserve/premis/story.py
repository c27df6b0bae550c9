"""PREMIS of what happened after sealing: of one package, with all that its premis.xml tells, or of a whole archive.

The entries of a history carry identifiers of their own, and so do these events.  PREMIS has no place for where a copy
lies that an event is about: that is told in its detail.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from preserve.errors import DescriptionError
from preserve.model import Agent, Event
from preserve.premis import identifiers
from preserve.premis.events import TAG_FILE, TAG_FILE_EXACT, Reference, agent_xml, event_xml
from preserve.premis.objects import EXACT_NAME, identifier_xml, property_xml
from preserve.premis.text import exact, name, text
from preserve.premis.vocabulary import AGENT_TYPES, EVENT_TYPES
from preserve.premis.write import NAMESPACE
from preserve.storage.times import rfc3339

_OPEN = """<?xml version="1.0" encoding="UTF-8"?>
<!-- PREMIS 3.0: {about}, written {created}. -->
<premis xmlns="{namespace}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" \
xsi:schemaLocation="{namespace} https://www.loc.gov/standards/premis/premis.xsd" version="3.0">
"""
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_IDENTIFIER = re.compile(rb"<(?:object|agent)IdentifierValue>([^<]*)</")
_AGENT, _END = b"\n<agent>\n", b"</premis>"
_RIGHTS = b"\n<rights>"
_ABOUT = "what a package holds and what happened to it until now"


class Told(NamedTuple):
    """An event of a history, and its identifier there."""

    id: str
    event: Event


class PackageName(NamedTuple):
    """A package without its documents."""

    id: str
    name: str
    transfer: str


def archive_chunks(
    packages: Iterable[PackageName], events: Iterable[tuple[str, Iterable[Told]]], created: datetime
) -> Iterator[bytes]:
    """One document with every package as an object, and all *events*, each with the id of its package; streamed.

    The agents stand at the end.  ``ValueError`` for an id that is no UUID.
    """
    about = "the packages of an archive and what happened to them after sealing"
    yield _OPEN.format(namespace=NAMESPACE, about=about, created=rfc3339(created)).encode()
    for package in packages:
        yield _object(package).encode()
    agents: dict[Agent, None] = {}
    for package_id, told in events:
        for each in map(_known, told):
            agents |= dict.fromkeys(each.event.agents)
            yield from _event(each, identifiers.package(package_id), frozenset())
    for agent in agents:
        yield agent_xml(agent).encode()
    yield _END + b"\n"


def with_history(data: bytes, package_id: str, told: Iterable[Told], created: datetime) -> Iterator[bytes]:
    """The premis.xml *data* of a package, and behind its events those of its history.

    ``DescriptionError`` if *data* is not spelt as preserve writes it.
    """
    events, rights, end = _places(data)
    package = identifiers.package(package_id)
    news = tuple(map(_known, told))
    agents = {identifiers.of_agent(agent): agent for each in news for agent in each.event.agents}
    named = {identifiers.of_file(package, path) for each in news for path in each.event.objects}
    there = {value for found in _IDENTIFIER.finditer(data) if (value := found[1].decode()) in named or value in agents}
    head = _COMMENT.sub(f"<!-- PREMIS 3.0: {_ABOUT}, written {rfc3339(created)}. -->".encode(), data[:events], count=1)
    yield head
    for each in news:
        yield from _event(each, package, there)
    yield data[events:rights]
    yield from (agent_xml(agent).encode() for identifier, agent in agents.items() if identifier not in there)
    yield data[rights:end]
    yield _END + b"\n"


def _places(data: bytes) -> tuple[int, int, int]:
    """Where the first agent begins, where the rights begin or all ends, and where the last tag stands."""
    end = data.rfind(_END)
    events = data.find(_AGENT) + 1
    rights = data.find(_RIGHTS) + 1 or end
    if not (0 < events <= rights <= end) or f'xmlns="{NAMESPACE}"'.encode() not in data[:2000]:
        raise DescriptionError(
            "premis.xml is not spelt as preserve writes it, so nothing can be added behind it.",
            hint="See what is wrong with the package with: preserve validate",
        )
    return events, rights, end


def _object(package: PackageName) -> str:
    exact_name = exact(package.transfer)
    return (
        '<object xsi:type="representation">\n'
        f"{identifier_xml(identifiers.TYPE, identifiers.package(package.id).urn)}"
        f"{identifier_xml('package name', text(package.name))}"
        f"{property_xml(EXACT_NAME, exact_name) if exact_name else ''}"
        f"<originalName>{name(package.transfer)}</originalName>\n</object>\n"
    )


def _known(told: Told) -> Told:
    """*told* in words that PREMIS knows: a later version may have written others."""
    event = told.event
    if event.type not in EVENT_TYPES:
        event = replace(event, type="note", detail=f"{event.type}: {event.detail}")
    if event.location:
        event = replace(event, detail=f"{event.detail} (the copy in the location {event.location})".strip())
    agents = (each if each.kind in AGENT_TYPES else replace(each, kind="software") for each in event.agents)
    return Told(told.id, replace(event, agents=tuple(agents)))


def _event(told: Told, package: uuid.UUID, there: Collection[str]) -> Iterator[bytes]:
    for part in event_xml(told.event, _identifier(told.id), _references(told.event, package, there)):
        yield part.encode()


def _identifier(given: str) -> str:
    try:
        return uuid.UUID(given).urn
    except ValueError:
        return uuid.uuid5(uuid.NAMESPACE_URL, given).urn


def _references(event: Event, package: uuid.UUID, there: Collection[str]) -> Iterator[Reference]:
    """The package, and each file that the event names: by its object where there is one, else by its path."""
    yield Reference(identifiers.TYPE, package.urn)
    for path in event.objects:
        file_id = identifiers.of_file(package, path)
        if file_id in there:
            yield Reference(identifiers.TYPE, file_id)
        else:
            octets = exact(path)
            yield Reference(TAG_FILE_EXACT, octets) if octets else Reference(TAG_FILE, name(path))
