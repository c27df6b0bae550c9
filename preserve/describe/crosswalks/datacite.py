"""DataCite 4.7 (kernel-4) in XML, as it is sent along when a DOI is registered."""

from __future__ import annotations

from collections.abc import Iterator

from preserve.describe.crosswalks import rules
from preserve.describe.crosswalks.agents import demand_known, name_of
from preserve.describe.crosswalks.datacite_words import (
    CONTRIBUTORS,
    DATES,
    DESCRIPTIONS,
    GENERAL_TYPES,
    LINKS,
    OTHER_RELATIONS,
    RELATIONS,
    RIGHTS,
    SCHEMES,
)
from preserve.describe.crosswalks.dates import plain_date_or_range, year_of
from preserve.describe.crosswalks.links import link_of, spdx_of
from preserve.describe.crosswalks.markup import Node, document, group, lang, node
from preserve.describe.crosswalks.subject import Notes, Subject, all_terms, it_says
from preserve.describe.record.terms import DCMI_TYPES, XSI_NS
from preserve.describe.record.values import is_language_tag, is_uri
from preserve.model import Statement

_NAMESPACE = "http://datacite.org/schema/kernel-4"
_SCHEMA = f"{_NAMESPACE} https://schema.datacite.org/meta/kernel-4.7/metadata.xsd"

_CARRIED = (
    all_terms("title", "alternative", "creator", "publisher", "type", "subject", "language", "identifier")
    | all_terms("extent", "format", "medium", "spatial")
    | {*CONTRIBUTORS, *DATES, *DESCRIPTIONS, *RELATIONS, *OTHER_RELATIONS, *RIGHTS}
)


def datacite(subject: Subject, notes: Notes) -> bytes:
    """The description as a DataCite ``resource``.

    DataCite demands a title, a creator, a publisher, a year of publication and a general type, and writes the names of
    persons ``Family, Given``: what of this nobody has said is noted as missing.
    """
    notes.rest(subject, _CARRIED)
    content = [
        *_identifiers(subject, notes),
        *group("creators", _creators(subject, notes)),
        *group("titles", _titles(subject, notes)),
        *_publisher(subject, notes),
        *_year(subject, notes),
        *_resource_type(subject, notes),
        *group("subjects", (_subject(s) for s in subject.of("subject"))),
        *group("contributors", _contributors(subject, notes)),
        *group("dates", _dates(subject, notes)),
        *_language(subject, notes),
        *group("relatedIdentifiers", _relations(subject, notes)),
        *group("sizes", (_plain("size", s, notes) for s in subject.of("extent"))),
        *group("formats", _formats(subject, notes)),
        *group("rightsList", (_rights(s) for s in subject.whole if s.term in RIGHTS)),
        *group("descriptions", _descriptions(subject, notes)),
        *group("geoLocations", _places(subject, notes)),
    ]
    root = {"xmlns": _NAMESPACE, "xmlns:xsi": XSI_NS, "xsi:schemaLocation": _SCHEMA}
    return document(node("resource", content, root))


def _identifiers(subject: Subject, notes: Notes) -> Iterator[Node]:
    """The DOI if there is one, else the package's own URN; everything else that identifies it beside that."""
    values = dict.fromkeys(link_of(s.value) for s in subject.of("identifier"))
    links = list(values) or [link_of(subject.urn)]
    main = next((link for link in links if link.kind == "doi"), None) or next(
        (link for link in links if link.value == subject.urn), links[0]
    )
    if main.kind != "doi":
        sentence = "The package has no DOI yet, so something else stands where DataCite has the DOI."
        notes.remark(rules.NO_DOI, sentence)
    yield node("identifier", main.value, {"identifierType": LINKS.get(main.kind, "Local")})
    others = (link for link in links if link != main)
    yield from group(
        "alternateIdentifiers",
        (
            node("alternateIdentifier", link.value, {"alternateIdentifierType": LINKS.get(link.kind, "Local")})
            for link in others
        ),
    )


def _creators(subject: Subject, notes: Notes) -> Iterator[Node]:
    creators = subject.of("creator")
    if not creators:
        notes.missing("a creator", "--set dcterms:creator='Family, Given'")
    for statement in creators:
        yield node("creator", _name("creatorName", statement, subject, notes))


def _contributors(subject: Subject, notes: Notes) -> Iterator[Node]:
    for statement in subject.of("contributor", "rightsHolder"):
        kind = CONTRIBUTORS[statement.term]
        yield node("contributor", _name("contributorName", statement, subject, notes), {"contributorType": kind})


def _name(element: str, statement: Statement, subject: Subject, notes: Notes) -> list[Node]:
    name = name_of(statement, subject)
    demand_known(name, notes)
    kind = "Organizational" if name.is_organization else "Personal"
    parts = [node("givenName", name.given), node("familyName", name.family)] if name.family else []
    return [node(element, name.written, {"nameType": kind, **lang(statement)}), *parts]


def _titles(subject: Subject, notes: Notes) -> Iterator[Node]:
    titles = subject.of("title")
    if not titles:
        notes.missing("a title", "--set dcterms:title=…")
    for statement in titles:
        yield node("title", statement.value, lang(statement))
    for statement in subject.of("alternative"):
        yield node("title", statement.value, {"titleType": "AlternativeTitle", **lang(statement)})


def _publisher(subject: Subject, notes: Notes) -> Iterator[Node]:
    publishers = subject.of("publisher")
    if not publishers:
        notes.missing("a publisher", "--set dcterms:publisher=…")
    for statement in publishers[1:]:
        notes.left_out(statement, "DataCite takes one publisher")
    for statement in publishers[:1]:
        yield node("publisher", statement.value, lang(statement))


def _year(subject: Subject, notes: Notes) -> Iterator[Node]:
    """The year in which it was, or will be, open to the public; the day of sealing says nothing about that."""
    said = subject.of("issued") or subject.of("available")
    years = {year_of(statement.value) for statement in said}
    if len(years) == 1 and "" not in years:
        yield node("publicationYear", years.pop())
    elif said:
        notes.missing(f"one certain year of publication{it_says(said)}", "--set dcterms:issued=YYYY")
    else:
        notes.missing("a year of publication", "--set dcterms:issued=YYYY")


def _resource_type(subject: Subject, notes: Notes) -> Iterator[Node]:
    types = subject.of("type")
    general = [s for s in types if s.value in DCMI_TYPES]
    own = [s for s in types if s.value not in DCMI_TYPES]
    if not general:
        notes.missing("a general type such as Text", "--set dcterms:type=…")
        return
    for statement in [*general[1:], *own[1:]]:
        notes.left_out(statement, "DataCite takes one type")
    kind = general[0].value
    yield node("resourceType", (own or general)[0].value, {"resourceTypeGeneral": GENERAL_TYPES.get(kind, kind)})


def _subject(statement: Statement) -> Node:
    scheme, address = SCHEMES.get(statement.scheme, ("", ""))
    uri = statement.value if statement.scheme == "URI" and is_uri(statement.value) else ""
    marks = {"subjectScheme": scheme, "schemeURI": address, "valueURI": uri, **lang(statement)}
    return node("subject", statement.value, marks)


def _dates(subject: Subject, notes: Notes) -> Iterator[Node]:
    for statement in subject.whole:
        if statement.term not in DATES:
            continue
        date = plain_date_or_range(statement.value)
        if not date:
            notes.left_out(statement, "DataCite takes a year, a month, a day, or a range of them with a slash")
            continue
        exact = date if "/" in date else statement.value.strip()
        yield node("date", exact, {"dateType": DATES[statement.term]})


def _language(subject: Subject, notes: Notes) -> Iterator[Node]:
    tags = [s for s in subject.of("language") if is_language_tag(s.value)]
    for statement in subject.of("language"):
        if statement not in tags:
            notes.left_out(statement, "DataCite takes language tags only")
    for statement in tags[1:]:
        notes.left_out(statement, "DataCite takes one language")
    yield from (node("language", statement.value) for statement in tags[:1])


def _relations(subject: Subject, notes: Notes) -> Iterator[Node]:
    for statement in subject.whole:
        known, other = RELATIONS.get(statement.term, ""), OTHER_RELATIONS.get(statement.term, "")
        if not known and not other:
            continue
        link = link_of(statement.value)
        if not link.kind:
            notes.left_out(statement, "DataCite relates to identifiers such as a DOI or an address only")
            continue
        marks = {"relatedIdentifierType": LINKS[link.kind], "relationType": known or "Other"}
        yield node("relatedIdentifier", link.value, {**marks, "relationTypeInformation": other})


def _formats(subject: Subject, notes: Notes) -> Iterator[Node]:
    for statement in subject.of("format", "medium"):
        if statement.term == "dcterms:medium":
            notes.less_exact(statement, "format")
        yield _plain("format", statement, notes)


def _plain(element: str, statement: Statement, notes: Notes) -> Node:
    notes.language_left_out(statement)
    return node(element, statement.value)


def _rights(statement: Statement) -> Node:
    marks = {"rightsURI": statement.value if is_uri(statement.value) else ""}
    if licence := spdx_of(statement.value):
        marks |= {
            "rightsIdentifier": licence,
            "rightsIdentifierScheme": "SPDX",
            "schemeURI": "https://spdx.org/licenses/",
        }
    return node("rights", statement.value, {**marks, **lang(statement)})


def _descriptions(subject: Subject, notes: Notes) -> Iterator[Node]:
    for statement in subject.whole:
        if kind := DESCRIPTIONS.get(statement.term):
            if statement.term == "dcterms:provenance":
                notes.less_exact(statement, "description")
            yield node("description", statement.value, {"descriptionType": kind, **lang(statement)})


def _places(subject: Subject, notes: Notes) -> Iterator[Node]:
    for statement in subject.of("spatial"):
        if statement.scheme in ("Point", "Box"):
            notes.left_out(statement, "DataCite takes names of places here")
            continue
        if statement.scheme:
            notes.scheme_left_out(statement)
        yield node("geoLocation", [_plain("geoLocationPlace", statement, notes)])
