"""Reading a premis.xml that ``preserve.premis.write`` wrote: all that stands in it comes back as it went in.

Nothing is guessed: an outcome that is not a plain success, fail or warning is "not done", and a time or a size that
cannot be read is an error.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TypeVar

from preserve.errors import DescriptionError
from preserve.model import Agent, Digest, Event, Outcome, SourceFolder, SourceLink, StoredFile
from preserve.premis import identifiers, vocabulary
from preserve.premis.elements import AGENT, EVENT, LIMIT, OBJECT, all_of, detail_of, kind_of, pairs, parts, text_of
from preserve.premis.events import TAG_FILE, TAG_FILE_EXACT
from preserve.premis.objects import EXACT_NAME, EXACT_PATH, MODIFIED
from preserve.premis.text import from_exact
from preserve.premis.write import EMPTY_FOLDER, FOLDER, LINK
from preserve.storage import names
from preserve.storage.digests import normalise
from preserve.storage.safe_xml import Element
from preserve.storage.times import from_rfc3339, from_rfc3339_ns

_T = TypeVar("_T")
_EVENT_CODES = {term.uri: code for code, term in vocabulary.EVENT_TYPES.items() if term.uri} | {
    term.label: code for code, term in vocabulary.EVENT_TYPES.items()
}
_OUTCOMES = {term.uri: outcome for outcome, term in vocabulary.OUTCOMES.items() if term.uri} | {
    term.label: outcome for outcome, term in vocabulary.OUTCOMES.items()
}


@dataclass(frozen=True, slots=True)
class Contents:
    """What one premis.xml says.  The digests of *files* are those that were computed at ingest."""

    package_id: str
    package_name: str
    transfer_name: str
    files: tuple[StoredFile, ...]
    folders: tuple[SourceFolder, ...]
    links: tuple[SourceLink, ...]
    events: tuple[Event, ...]


def read(data: bytes, *, limit: int = LIMIT) -> Contents:
    """Everything in *data*.

    ``UnsafeXml`` if it is not plain XML in UTF-8 of at most *limit* bytes; ``DescriptionError`` if a time, a size or
    a base64 text in it cannot be read.
    """
    draft = _Draft()
    _for_each(data, limit, draft.take)
    return draft.finished()


def read_events(data: bytes, *, limit: int = LIMIT) -> tuple[Event, ...]:
    """The events in *data*, in document order.  Errors as ``read``, but that of the files only the paths are read.

    The files stand before the events, and hardly any of them is named in one: so they are passed over, and looked for
    once it is known which.
    """
    draft = _Draft()
    _for_each(data, limit, lambda element: None if _is_file(element) else draft.take(element))
    named = {value for event in draft.events for kind, value in event.objects if kind == identifiers.TYPE}
    if wanted := named - {draft.package[0]}:
        _for_each(data, limit, lambda element: draft.take_path(element, wanted) if _is_file(element) else None)
    return draft.finished().events


def _for_each(data: bytes, limit: int, take: Callable[[Element], None]) -> None:
    for element in parts(data, limit=limit):
        try:
            take(element)
        except ValueError as error:
            raise DescriptionError(
                f"premis.xml, line {element.sourceline}: {error}.",
                hint="Compare it with another copy of the package; it was not written like this.",
            ) from error


def original_names(data: bytes, *, limit: int = LIMIT) -> Mapping[str, bytes]:
    """For each payload file, by its path in the bag, the bytes of its name in the transfer.  Errors as ``read``."""
    return MappingProxyType({file.path: names.raw(file.original) for file in read(data, limit=limit).files})


@dataclass(slots=True)
class _RawEvent:
    """An event whose agents and objects are still identifiers: agents stand at the end of the document."""

    event: Event
    agents: list[str]
    objects: list[tuple[str, str]]


@dataclass(slots=True)
class _Draft:
    """What was read so far."""

    package: tuple[str, str, str] = ("", "", "")
    files: list[StoredFile] = field(default_factory=list)
    paths: dict[str, str] = field(default_factory=dict)
    folders: list[SourceFolder] = field(default_factory=list)
    links: list[SourceLink] = field(default_factory=list)
    events: list[_RawEvent] = field(default_factory=list)
    agents: dict[str, Agent] = field(default_factory=dict)

    def take(self, element: Element) -> None:
        if element.tag == AGENT:
            self._take_agent(element)
        elif element.tag == EVENT:
            self.events.append(_raw_event(element))
        elif _is_file(element):
            file = _file(element)
            self.files.append(file)
            self.paths |= {identifier: file.path for _, identifier in pairs(element, "objectIdentifier")}
        elif kind_of(element) == "representation":
            self._take_package(element)

    def take_path(self, element: Element, wanted: set[str]) -> None:
        for _, identifier in pairs(element, "objectIdentifier"):
            if identifier in wanted:
                self.paths[identifier] = _path(element, dict(pairs(element, "significantProperties")))

    def _take_agent(self, element: Element) -> None:
        agent = Agent(text_of(element, "agentName"), text_of(element, "agentVersion"), text_of(element, "agentType"))
        for _, identifier in pairs(element, "agentIdentifier"):
            self.agents[identifier] = agent

    def _take_package(self, element: Element) -> None:
        identifiers = [value for _, value in pairs(element, "objectIdentifier")]
        original = text_of(element, "originalName")
        for each in all_of(element, "significantProperties"):
            kind, value = text_of(each, "significantPropertiesType"), text_of(each, "significantPropertiesValue")
            path = _exact_or(detail_of(each, "pathBase64"), value)
            if kind in (FOLDER, EMPTY_FOLDER):
                modified = from_rfc3339_ns(detail_of(each, "modified"))
                self.folders.append(SourceFolder(path, modified, kind == EMPTY_FOLDER))
            elif kind == LINK:
                target = _exact_or(detail_of(each, "targetBase64"), detail_of(each, "target"))
                self.links.append(SourceLink(path, target))
            elif kind == EXACT_NAME:
                original = from_exact(value)
        package_id, package_name, *_ = (*identifiers, "", "")
        self.package = (package_id, package_name, original)

    def finished(self) -> Contents:
        return Contents(
            *self.package,
            files=tuple(self.files),
            folders=tuple(self.folders),
            links=tuple(self.links),
            events=tuple(self._event(raw) for raw in self.events),
        )

    def _event(self, raw: _RawEvent) -> Event:
        objects = [self._object(kind, value) for kind, value in raw.objects]
        return Event(
            type=raw.event.type,
            time=raw.event.time,
            outcome=raw.event.outcome,
            agents=tuple(self.agents[agent] for agent in raw.agents if agent in self.agents),
            detail=raw.event.detail,
            note=raw.event.note,
            objects=tuple(path for path in objects if path),
        )

    def _object(self, kind: str, value: str) -> str:
        if kind == TAG_FILE_EXACT:
            return from_exact(value)
        return value if kind == TAG_FILE else self.paths.get(value, "")


def _exact_or(encoded: str, shown: str) -> str:
    return from_exact(encoded) if encoded else shown


def _is_file(element: Element) -> bool:
    return element.tag == OBJECT and kind_of(element) == "file"


def _path(element: Element, properties: Mapping[str, str]) -> str:
    shown = text_of(element, "storage/contentLocation/contentLocationValue")
    return _exact_or(properties.get(EXACT_PATH, ""), shown)


def _file(element: Element) -> StoredFile:
    properties = dict(pairs(element, "significantProperties"))
    digests = [
        Digest(normalise(text_of(each, "messageDigestAlgorithm")), text_of(each, "messageDigest"))
        for each in all_of(element, "objectCharacteristics/fixity")
        if not text_of(each, "messageDigestOriginator").startswith("producer ")
    ]
    return StoredFile(
        path=_path(element, properties),
        original=_exact_or(properties.get(EXACT_NAME, ""), text_of(element, "originalName")),
        size=int(text_of(element, "objectCharacteristics/size")),
        mtime_ns=from_rfc3339_ns(properties.get(MODIFIED, "")),
        digests=tuple(digests),
    )


def _raw_event(element: Element) -> _RawEvent:
    kind = all_of(element, "eventType")
    outcome = all_of(element, "eventOutcomeInformation/eventOutcome")
    event = Event(
        type=_word(kind[0], _EVENT_CODES, (kind[0].text or "").strip()) if kind else "",
        time=from_rfc3339(text_of(element, "eventDateTime")),
        outcome=_word(outcome[0], _OUTCOMES, Outcome.NOT_DONE) if outcome else Outcome.NOT_DONE,
        agents=(),
        detail=text_of(element, "eventDetailInformation/eventDetail"),
        note=text_of(element, "eventOutcomeInformation/eventOutcomeDetail/eventOutcomeDetailNote"),
    )
    agents = [value for _, value in pairs(element, "linkingAgentIdentifier")]
    return _RawEvent(event, agents, pairs(element, "linkingObjectIdentifier"))


def _word(element: Element, known: Mapping[str, _T], otherwise: _T) -> _T:
    return known.get(element.get("valueURI") or (element.text or "").strip(), otherwise)
