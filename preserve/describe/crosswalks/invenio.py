"""The ``metadata`` of a record of InvenioRDM, as its REST API takes it, with its default vocabularies."""

from __future__ import annotations

import html
import json
from collections.abc import Iterator
from typing import Any

from preserve.describe.crosswalks.agents import demand_known, name_of
from preserve.describe.crosswalks.datacite_words import DATES, DESCRIPTIONS, RELATIONS, RIGHTS
from preserve.describe.crosswalks.dates import plain_date_or_range
from preserve.describe.crosswalks.languages import is_more_than_language, three_letters
from preserve.describe.crosswalks.links import link_of, spdx_of
from preserve.describe.crosswalks.subject import Notes, Subject, all_terms, it_says
from preserve.describe.record.values import is_uri, legal_under, legible
from preserve.model import Statement

_SHORTEST = 3
"""Titles and descriptions of fewer characters are refused."""
_ROLES = {"dcterms:contributor": "other", "dcterms:rightsHolder": "rightsholder"}
_TYPES = {
    "Text": "publication",
    "Dataset": "dataset",
    "Event": "event",
    "Image": "image",
    "MovingImage": "video",
    "PhysicalObject": "physicalobject",
    "Software": "software",
    "Sound": "audio",
    "StillImage": "image",
}
_OTHER_TYPES = frozenset(["Collection", "InteractiveResource", "Service"])
_MAIN_DESCRIPTIONS = ("dcterms:abstract", "dcterms:description")
_DESCRIPTION_TYPES = {"Abstract": "abstract", "TableOfContents": "table-of-contents", "Other": "other"}
_CARRIED = (
    all_terms("title", "alternative", "creator", "publisher", "type", "subject", "language", "identifier")
    | all_terms("extent", "format", "medium", "spatial")
    | {*_ROLES, *DATES, *DESCRIPTIONS, *RELATIONS, *RIGHTS}
)

_Json = dict[str, Any]


def invenio(subject: Subject, notes: Notes) -> bytes:
    """The description as ``{"metadata": …}``, the body of a new draft.

    InvenioRDM demands a title of three characters, a creator, a type, a date of publication (EDTF level 0), and the
    family name of every person.  Who may read the record is not said here: that is decided at the deposit.
    """
    notes.rest(subject, _CARRIED)
    described = _long_enough(subject, notes)
    main = next((s for s in described if s.term in _MAIN_DESCRIPTIONS), None)
    metadata = {
        "resource_type": _type(subject, notes),
        "creators": list(_agents(subject, notes, "creator")),
        "title": _title(subject, notes),
        "additional_titles": list(_more_titles(subject, notes)),
        "publication_date": _publication_date(subject, notes),
        "publisher": _publisher(subject, notes),
        "description": _html(_text(main, notes)) if main else "",
        "additional_descriptions": [_description(s, notes) for s in described if s is not main],
        "contributors": list(_agents(subject, notes, "contributor", "rightsHolder")),
        "subjects": [{"subject": _text(s, notes)} for s in subject.of("subject")],
        "languages": _unique(_languages(subject, notes)),
        "dates": list(_dates(subject, notes)),
        "identifiers": _unique(_identifiers(subject)),
        "related_identifiers": _unique(_relations(subject, notes)),
        "rights": list(_rights(subject, notes)),
        "sizes": [_text(s, notes) for s in subject.of("extent")],
        "formats": [_text(s, notes) for s in subject.of("format", "medium")],
        "locations": _places(subject, notes),
    }
    for statement in subject.of("medium"):
        notes.less_exact(statement, "format")
    body = {"metadata": {field: value for field, value in metadata.items() if value}}
    return (json.dumps(body, ensure_ascii=False, indent=2) + "\n").encode()


def _text(statement: Statement, notes: Notes) -> str:
    """The value where InvenioRDM has no place for its language, and where a scheme that form does not tell is lost."""
    notes.language_left_out(statement)
    if statement.term in ("dcterms:subject", "dcterms:spatial") and statement.scheme not in ("", "URI"):
        notes.scheme_left_out(statement)
    return legible(statement.value.strip())


def _unique(values: Iterator[_Json]) -> list[_Json]:
    """*values*, each once, for InvenioRDM refuses what it is told twice."""
    return list({json.dumps(value): value for value in values}.values())


def _lang(statement: Statement, notes: Notes) -> _Json:
    code = three_letters(statement.lang)
    if not code:
        notes.language_left_out(statement)
    elif is_more_than_language(statement.lang):
        notes.less_exact(statement, f"a text in {code}")
    return {"lang": {"id": code}} if code else {}


def _type(subject: Subject, notes: Notes) -> _Json:
    types = subject.of("type")
    known = [s for s in types if s.value in _TYPES or s.value in _OTHER_TYPES]
    if not known:
        notes.missing("a type such as Text", "--set dcterms:type=…")
        return {}
    for statement in types:
        if statement is not known[0]:
            notes.left_out(statement, "InvenioRDM takes one type of its own list")
    if known[0].value in _OTHER_TYPES:
        notes.less_exact(known[0], "other")
    return {"id": _TYPES.get(known[0].value, "other")}


def _agents(subject: Subject, notes: Notes, *terms: str) -> Iterator[_Json]:
    said = subject.of(*terms)
    if not said and "creator" in terms:
        notes.missing("a creator", "--set dcterms:creator='Family, Given'")
    for statement in said:
        name = name_of(statement, subject)
        demand_known(name, notes)
        notes.language_left_out(statement)
        if name.dates:
            notes.less_exact(statement, "a name without its dates")
        if name.is_organization:
            agent = {"type": "organizational", "name": legible(name.written)}
        else:
            agent = {"type": "personal", "family_name": legible(name.family), "given_name": legible(name.given)}
        role = _ROLES.get(statement.term)
        yield {"person_or_org": agent, **({"role": {"id": role}} if role else {})}


def _title(subject: Subject, notes: Notes) -> str:
    titles = subject.of("title")
    if not titles or len(titles[0].value.strip()) < _SHORTEST:
        notes.missing(f"a title of at least {_SHORTEST} characters", "--set dcterms:title=…")
        return ""
    return _text(titles[0], notes)


def _more_titles(subject: Subject, notes: Notes) -> Iterator[_Json]:
    for statement in [*subject.of("title")[1:], *subject.of("alternative")]:
        text = legible(statement.value.strip())
        if len(text) < _SHORTEST:
            notes.left_out(statement, "InvenioRDM takes titles of at least three characters")
            continue
        kind = "alternative-title" if statement.term == "dcterms:alternative" else "other"
        yield {"title": text, "type": {"id": kind}, **_lang(statement, notes)}


def _publication_date(subject: Subject, notes: Notes) -> str:
    said = subject.of("issued") or subject.of("available")
    dates = {plain_date_or_range(statement.value) for statement in said}
    if len(dates) == 1 and "" not in dates:
        return dates.pop()
    what = f"one certain date of publication{it_says(said)}" if said else "a date of publication"
    notes.missing(what, "--set dcterms:issued=YYYY-MM-DD")
    return ""


def _publisher(subject: Subject, notes: Notes) -> str:
    publishers = subject.of("publisher")
    for statement in publishers[1:]:
        notes.left_out(statement, "InvenioRDM takes one publisher")
    return _text(publishers[0], notes) if publishers else ""


def _long_enough(subject: Subject, notes: Notes) -> list[Statement]:
    said = [s for s in subject.whole if s.term in DESCRIPTIONS]
    for statement in said:
        if len(statement.value.strip()) < _SHORTEST:
            notes.left_out(statement, "InvenioRDM takes descriptions of at least three characters")
    return [s for s in said if len(s.value.strip()) >= _SHORTEST]


def _description(statement: Statement, notes: Notes) -> _Json:
    kind = _DESCRIPTION_TYPES[DESCRIPTIONS[statement.term]]
    text = _html(legible(statement.value.strip()))
    return {"description": text, "type": {"id": kind}, **_lang(statement, notes)}


def _html(text: str) -> str:
    """*text* as InvenioRDM reads descriptions: markup in it is only text."""
    return html.escape(text, quote=False)


def _languages(subject: Subject, notes: Notes) -> Iterator[_Json]:
    for statement in subject.of("language"):
        is_code = statement.scheme == "ISO639-3" and legal_under(statement.scheme, statement.value)
        code = statement.value if is_code else three_letters(statement.value)
        if not code:
            notes.left_out(statement, "InvenioRDM takes codes of ISO 639-3")
            continue
        if is_more_than_language(statement.value):
            notes.less_exact(statement, code)
        yield {"id": code}


def _dates(subject: Subject, notes: Notes) -> Iterator[_Json]:
    as_publication = "dcterms:issued" if subject.of("issued") else "dcterms:available"
    for statement in subject.whole:
        if statement.term not in DATES or statement.term == as_publication:
            continue
        date = plain_date_or_range(statement.value)
        if not date:
            notes.left_out(statement, "InvenioRDM takes dates and ranges of EDTF level 0")
        elif statement.term == "dcterms:temporal":
            yield {"date": date, "type": {"id": "other"}, "description": "Temporal coverage"}
        else:
            yield {"date": date, "type": {"id": DATES[statement.term].lower()}}


def _identifiers(subject: Subject) -> Iterator[_Json]:
    for statement in subject.of("identifier"):
        link = link_of(statement.value)
        yield {"identifier": legible(link.value), "scheme": link.kind or "other"}


def _relations(subject: Subject, notes: Notes) -> Iterator[_Json]:
    for statement in subject.whole:
        if relation := RELATIONS.get(statement.term):
            link = link_of(statement.value)
            if link.kind:
                yield {"identifier": link.value, "scheme": link.kind, "relation_type": {"id": relation.lower()}}
            else:
                notes.left_out(statement, "InvenioRDM relates to identifiers such as a DOI or an address only")


def _rights(subject: Subject, notes: Notes) -> Iterator[_Json]:
    """A Creative Commons licence by its name in the vocabulary, all else in its own words.

    InvenioRDM files these words under a language of its pages; what has none of its own goes under English.
    """
    for statement in (s for s in subject.whole if s.term in RIGHTS):
        text = legible(statement.value.strip())
        if licence := spdx_of(text):
            yield {"id": licence.lower()}
            continue
        code = statement.lang.partition("-")[0].lower()
        if len(code) != 2:
            notes.language_left_out(statement)
        link = {"link": text} if is_uri(text) and text.startswith("http") else {}
        yield {"title": {code if len(code) == 2 else "en": text}, **link}


def _places(subject: Subject, notes: Notes) -> _Json:
    features = []
    for statement in subject.of("spatial"):
        if statement.scheme in ("Point", "Box"):
            notes.left_out(statement, "InvenioRDM takes names of places here")
        else:
            features.append({"place": _text(statement, notes)})
    return {"features": features} if features else {}
