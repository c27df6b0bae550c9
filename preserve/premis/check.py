"""What the official PREMIS schema does not look at: words, links, identifiers, times.

The schema accepts any event type and any link (it types them all as strings).  These rules are pure: bytes in,
findings out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from preserve.errors import UnsafeXml
from preserve.model import Problem, Rule
from preserve.premis import check_parts, rules, vocabulary
from preserve.premis.elements import AGENT, EVENT, LIMIT, OBJECT, RIGHTS, all_of, kind_of, pairs, parts, text_of
from preserve.premis.events import TAG_FILE, TAG_FILE_EXACT
from preserve.premis.objects import EXACT_NAME, EXACT_PATH, MODIFIED
from preserve.premis.text import from_exact
from preserve.premis.vocabulary import Term
from preserve.storage.names import shown
from preserve.storage.safe_xml import Element
from preserve.storage.times import from_rfc3339, from_rfc3339_ns

PATH = "metadata/preservation/premis.xml"
"""Where the record stands in a package; the path of every finding."""

_REGISTRY_ROLE = "objectCharacteristics/format/formatRegistry/formatRegistryRole"
_WORDS: dict[str, Iterable[Term]] = {
    "eventType": vocabulary.EVENT_TYPES.values(),
    "eventOutcomeInformation/eventOutcome": vocabulary.OUTCOMES.values(),
    "linkingAgentIdentifier/linkingAgentRole": vocabulary.AGENT_ROLES.values(),
    "linkingObjectIdentifier/linkingObjectRole": vocabulary.OBJECT_ROLES.values(),
    "agentType": vocabulary.AGENT_TYPES.values(),
    _REGISTRY_ROLE: vocabulary.FORMAT_REGISTRY_ROLES.values(),
    "rightsBasis": vocabulary.RIGHTS_BASES.values(),
    "relationship/relationshipType": (vocabulary.STRUCTURAL,),
    "relationship/relationshipSubType": (vocabulary.INCLUDED_IN,),
}
_LEGAL = {tags: {(term.uri, term.label) for term in terms} for tags, terms in _WORDS.items()}
_WORDS_OF = {
    OBJECT: (_REGISTRY_ROLE, "relationship/relationshipType", "relationship/relationshipSubType"),
    EVENT: (
        "eventType",
        "eventOutcomeInformation/eventOutcome",
        "linkingAgentIdentifier/linkingAgentRole",
        "linkingObjectIdentifier/linkingObjectRole",
    ),
    AGENT: ("agentType",),
    RIGHTS: ("rightsBasis",),
}
_IDENTIFIER = {
    OBJECT: "objectIdentifier",
    EVENT: "eventIdentifier",
    AGENT: "agentIdentifier",
    RIGHTS: "rightsStatementIdentifier",
}
_IN_THE_BAG = frozenset({TAG_FILE, TAG_FILE_EXACT})


def check(data: bytes, *, limit: int = LIMIT) -> tuple[Problem, ...]:
    """Everything that is wrong in *data* beyond the schema, in document order; dangling links last.

    Never raises for content: what is not plain XML in UTF-8 of at most *limit* bytes is one finding.
    """
    ledger = _Ledger()
    try:
        for element in parts(data, limit=limit):
            ledger.take(element)
    except UnsafeXml as error:
        ledger.find(rules.UNREADABLE, error.message)
    else:
        ledger.close()
    return tuple(ledger.problems)


@dataclass(slots=True)
class _Ledger:
    """Identifiers that were given and links that were made, so far."""

    problems: list[Problem] = field(default_factory=list)
    given: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    linked: dict[tuple[str, str, str], int] = field(default_factory=dict)
    paths: Counter[str] = field(default_factory=Counter)
    packages: int = 0

    def find(self, rule: Rule, message: str) -> None:
        self.problems.append(rule.at(PATH, message))

    def take(self, element: Element) -> None:
        line = element.sourceline
        self._take_identifiers(element, line)
        self._take_links(element, line)
        self.problems.extend(_words(element, line))
        self.problems.extend(_times(element, line))
        self.problems.extend(rule.at(PATH, message) for rule, message in check_parts.entity(element, line))
        if element.tag == OBJECT:
            self._take_object(element, line)

    def _take_identifiers(self, element: Element, line: int) -> None:
        found = [each for each in pairs(element, _IDENTIFIER[element.tag]) if each[1]]
        if not found:
            self.find(rules.IDENTIFIER_MISSING, f"The entity on line {line} has no identifier.")
        for kind, value in found:
            self.given[element.tag, kind, value] += 1
            if self.given[element.tag, kind, value] == 2:
                self.find(rules.IDENTIFIER_TWICE, f"The identifier {shown(value)!r} on line {line} is used twice.")

    def _take_links(self, element: Element, line: int) -> None:
        for kind, value in pairs(element, "linkingAgentIdentifier"):
            self.linked.setdefault((AGENT, kind, value), line)
        for kind, value in pairs(element, "linkingObjectIdentifier"):
            if kind not in _IN_THE_BAG:
                self.linked.setdefault((OBJECT, kind, value), line)
        for relationship in all_of(element, "relationship"):
            for kind, value in pairs(relationship, "relatedObjectIdentifier"):
                self.linked.setdefault((OBJECT, kind, value), line)

    def _take_object(self, element: Element, line: int) -> None:
        self.packages += kind_of(element) == "representation"
        path = text_of(element, "storage/contentLocation/contentLocationValue")
        for kind, value in pairs(element, "significantProperties"):
            if kind in (EXACT_NAME, EXACT_PATH):
                try:
                    exact = from_exact(value)
                except ValueError:
                    self.find(rules.NAME_UNREADABLE, f"The exact bytes of a name, line {line}, are not base64.")
                    continue
                path = exact if kind == EXACT_PATH else path
        if kind_of(element) == "file":
            self.paths[path] += 1
            if self.paths[path] == 2 and path:
                self.find(rules.PATH_TWICE, f"Two files are said to be at {shown(path)!r} (line {line}).")

    def close(self) -> None:
        if self.packages != 1:
            self.find(rules.IDENTIFIER_MISSING, f"The record describes {self.packages} packages instead of one.")
        for (entity, kind, value), line in self.linked.items():
            if (entity, kind, value) not in self.given:
                self.find(rules.LINK_DANGLING, f"Line {line} links to {shown(value)!r}, which is not described.")


def _words(element: Element, line: int) -> Iterator[Problem]:
    for tags in _WORDS_OF[element.tag]:
        for word in all_of(element, tags):
            uri, label = word.get("valueURI") or "", (word.text or "").strip()
            if (uri, label) not in _LEGAL[tags]:
                what = f"{tags.rpartition('/')[2]} {shown(label)!r}" + (f" ({shown(uri)})" if uri else "")
                yield rules.WORD_UNKNOWN.at(PATH, f"The {what} on line {line} is in no vocabulary.")


def _times(element: Element, line: int) -> Iterator[Problem]:
    if element.tag == EVENT:
        yield from _time(text_of(element, "eventDateTime"), line, from_rfc3339)
    for kind, value in pairs(element, "significantProperties"):
        if kind == MODIFIED:
            yield from _time(value, line, from_rfc3339_ns)


def _time(text: str, line: int, reader: Callable[[str], object]) -> Iterator[Problem]:
    try:
        reader(text)
    except ValueError:
        yield rules.TIME_UNREADABLE.at(PATH, f"The time {shown(text)!r} on line {line} cannot be read.")
