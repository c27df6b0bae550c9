"""Events and agents as PREMIS XML."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple
from uuid import UUID

from preserve.model import Agent, Event
from preserve.premis import identifiers
from preserve.premis.text import exact, name, text, word
from preserve.premis.vocabulary import AGENT_ROLES, AGENT_TYPES, EVENT_TYPES, MAKING, OUTCOMES, object_role
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

    Its objects are said to be its source or its outcome where its type leaves no doubt.  Files that an event names one
    by one were looked at, unless it says that they are its outcome: to say so would make the record a tenth longer.

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
        f"{word('eventType', EVENT_TYPES[event.type])}\n"
        f"<eventDateTime>{rfc3339(event.time)}</eventDateTime>\n{detail}"
        f"<eventOutcomeInformation>{word('eventOutcome', OUTCOMES[event.outcome])}{note}</eventOutcomeInformation>\n"
        f"{''.join(_linking_agent(agent, event.type) for agent in event.agents)}"
    )
    role = object_role(event.type) if not event.objects or event.type in MAKING else None
    end = f"{word('linkingObjectRole', role, brief=True) if role else ''}</linkingObjectIdentifier>\n"
    for each in objects:
        yield linking_object(each.type, each.value, end)
    yield "</event>\n"


def _linking_agent(agent: Agent, event_type: str) -> str:
    is_tool = agent.kind in ("software", "hardware")
    role = AGENT_ROLES["val" if is_tool and event_type == "val" else "exe" if is_tool else "imp"]
    return (
        f"<linkingAgentIdentifier><linkingAgentIdentifierType>{identifiers.TYPE}</linkingAgentIdentifierType>"
        f"<linkingAgentIdentifierValue>{identifiers.of_agent(agent)}</linkingAgentIdentifierValue>"
        f"{word('linkingAgentRole', role)}</linkingAgentIdentifier>\n"
    )


def linking_object(kind: str, value: str, end: str = "</linkingObjectIdentifier>\n") -> str:
    """A linkingObjectIdentifier of two values that are ready for XML; *end* may put a role before its end tag."""
    return (
        f"<linkingObjectIdentifier><linkingObjectIdentifierType>{kind}</linkingObjectIdentifierType>"
        f"<linkingObjectIdentifierValue>{value}</linkingObjectIdentifierValue>{end}"
    )


def agent_xml(agent: Agent) -> str:
    """One PREMIS agent.  ``ValueError`` if its kind is in no vocabulary."""
    if agent.kind not in AGENT_TYPES:
        raise ValueError(f"{agent.kind!r} is no kind of agent")
    version = f"<agentVersion>{text(agent.version)}</agentVersion>" if agent.version else ""
    return (
        f"<agent>\n<agentIdentifier><agentIdentifierType>{identifiers.TYPE}</agentIdentifierType>"
        f"<agentIdentifierValue>{identifiers.of_agent(agent)}</agentIdentifierValue></agentIdentifier>\n"
        f"<agentName>{text(agent.name)}</agentName>{word('agentType', AGENT_TYPES[agent.kind])}{version}\n</agent>\n"
    )
