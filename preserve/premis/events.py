"""Events and agents as PREMIS XML."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple
from uuid import UUID

from preserve.model import Agent, Event
from preserve.premis import identifiers
from preserve.premis.text import exact, name, text
from preserve.premis.vocabulary import AGENT_ROLES, AGENT_TYPES, BASE, EVENT_TYPES, OUTCOMES, Term
from preserve.storage.times import rfc3339

TAG_FILE = "bag path"
TAG_FILE_EXACT = "bag path, exact bytes in base64"
"""How an event points to a file of the package that has no object of its own: one outside ``data/``."""


class Reference(NamedTuple):
    """A linkingObjectIdentifier: its type and its value, ready for XML."""

    type: str
    value: str


def objects_of(event: Event, package: UUID, ids: Mapping[str, str]) -> Iterator[Reference]:
    """What *event* points to: the package if it names no paths.

    *ids* holds the identifier of every payload file.  ``ValueError`` for a path under ``data/`` that is not in it.
    """
    if not event.objects:
        yield Reference(identifiers.TYPE, package.urn)
    for path in event.objects:
        yield _reference(path, ids)


def _reference(path: str, ids: Mapping[str, str]) -> Reference:
    if path in ids:
        return Reference(identifiers.TYPE, ids[path])
    if path.startswith("data/"):
        raise ValueError(f"an event names {path!r}, which is not in the package")
    bytes_of_path = exact(path)
    return Reference(TAG_FILE_EXACT, bytes_of_path) if bytes_of_path else Reference(TAG_FILE, name(path))


def event_xml(event: Event, event_id: str, objects: Iterable[Reference]) -> Iterator[str]:
    """One PREMIS event, in parts, for it may name very many files.

    ``ValueError`` if its type is in no vocabulary or its time has no zone.
    """
    if event.type not in EVENT_TYPES:
        raise ValueError(f"{event.type!r} is no event type")
    detail = (
        f"<eventDetailInformation><eventDetail>{text(event.detail)}</eventDetail></eventDetailInformation>\n"
        if event.detail
        else ""
    )
    note = (
        f"<eventOutcomeDetail><eventOutcomeDetailNote>{text(event.note)}</eventOutcomeDetailNote></eventOutcomeDetail>"
        if event.note
        else ""
    )
    yield (
        f"<event>\n<eventIdentifier><eventIdentifierType>{identifiers.TYPE}</eventIdentifierType>"
        f"<eventIdentifierValue>{event_id}</eventIdentifierValue></eventIdentifier>\n"
        f"{_term('eventType', EVENT_TYPES[event.type])}\n"
        f"<eventDateTime>{rfc3339(event.time)}</eventDateTime>\n{detail}"
        f"<eventOutcomeInformation>{_term('eventOutcome', OUTCOMES[event.outcome])}{note}</eventOutcomeInformation>\n"
        f"{''.join(_linking_agent(agent) for agent in event.agents)}"
    )
    yield from map(_linking_object, objects)
    yield "</event>\n"


def _term(tag: str, term: Term) -> str:
    if not term.uri:
        return f"<{tag}>{term.label}</{tag}>"
    source = f'authority="{term.scheme}" authorityURI="{BASE}{term.scheme}" valueURI="{term.uri}"'
    return f"<{tag} {source}>{term.label}</{tag}>"


def _linking_agent(agent: Agent) -> str:
    role = AGENT_ROLES["exe" if agent.kind in ("software", "hardware") else "imp"]
    return (
        f"<linkingAgentIdentifier><linkingAgentIdentifierType>{identifiers.TYPE}</linkingAgentIdentifierType>"
        f"<linkingAgentIdentifierValue>{identifiers.of_agent(agent)}</linkingAgentIdentifierValue>"
        f"{_term('linkingAgentRole', role)}</linkingAgentIdentifier>\n"
    )


def _linking_object(reference: Reference) -> str:
    return (
        f"<linkingObjectIdentifier><linkingObjectIdentifierType>{reference.type}</linkingObjectIdentifierType>"
        f"<linkingObjectIdentifierValue>{reference.value}</linkingObjectIdentifierValue></linkingObjectIdentifier>\n"
    )


def agent_xml(agent: Agent) -> str:
    """One PREMIS agent.  ``ValueError`` if its kind is in no vocabulary."""
    if agent.kind not in AGENT_TYPES:
        raise ValueError(f"{agent.kind!r} is no kind of agent")
    version = f"<agentVersion>{text(agent.version)}</agentVersion>" if agent.version else ""
    return (
        f"<agent>\n<agentIdentifier><agentIdentifierType>{identifiers.TYPE}</agentIdentifierType>"
        f"<agentIdentifierValue>{identifiers.of_agent(agent)}</agentIdentifierValue></agentIdentifier>\n"
        f"<agentName>{text(agent.name)}</agentName>{_term('agentType', AGENT_TYPES[agent.kind])}{version}\n</agent>\n"
    )
