"""InvenioRDM: the rules of its metadata reference, written as checks, and how our words become its."""

import json
from typing import Any

import jsonschema
import pytest
from hypothesis import given

from preserve.describe.crosswalks.subject import Subject
from preserve.describe.crosswalks.targets import cross
from preserve.errors import DescriptionError
from preserve.model import Statement
from tests.describe.crosswalk_samples import LEAST, codes, crossed, hostile


def _id(*values: str) -> dict[str, Any]:
    known: dict[str, Any] = {"enum": list(values)} if values else {"type": "string", "minLength": 1}
    return {"type": "object", "properties": {"id": known}, "required": ["id"], "additionalProperties": False}


def _object(required: list[str], **properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _list(items: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "array", "items": items, "minItems": 1, **more}


_SOME = {"type": "string", "minLength": 1}
_LONG = {"type": "string", "minLength": 3}
_DAY = r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?"
_DATE = {"type": "string", "pattern": f"^{_DAY}(/{_DAY})?$"}
_LANGUAGE = {"type": "object", "properties": {"id": {"pattern": "^[a-z]{3}$"}}, "required": ["id"]}
_SCHEMES = ["ark", "doi", "handle", "url", "urn"]
_AGENT = {
    "oneOf": [
        _object(["type", "family_name", "given_name"], type={"const": "personal"}, family_name=_SOME, given_name=_SOME),
        _object(["type", "name"], type={"const": "organizational"}, name=_SOME),
    ]
}
_RELATIONS = """ispartof haspart isversionof hasversion isobsoletedby obsoletes isrequiredby requires isreferencedby
    references isvariantformof isoriginalformof isderivedfrom""".split()  # noqa: SIM905
_DATES = "accepted available copyrighted created issued other submitted updated valid".split()  # noqa: SIM905
_TYPES = "publication dataset event image video audio physicalobject software other".split()  # noqa: SIM905
RULES = _object(
    ["metadata"],
    metadata=_object(
        ["resource_type", "creators", "title", "publication_date"],
        resource_type=_id(*_TYPES),
        creators=_list(_object(["person_or_org"], person_or_org=_AGENT)),
        title=_LONG,
        publication_date=_DATE,
        additional_titles=_list(
            _object(["title", "type"], title=_LONG, type=_id("alternative-title", "other"), lang=_LANGUAGE)
        ),
        description=_LONG,
        additional_descriptions=_list(
            _object(
                ["description", "type"],
                description=_LONG,
                type=_id("abstract", "table-of-contents", "other"),
                lang=_LANGUAGE,
            )
        ),
        rights=_list(
            {
                "oneOf": [
                    _id(),
                    _object(
                        ["title"],
                        title={"type": "object", "propertyNames": {"pattern": "^[a-z]{2}$"}, "minProperties": 1},
                        link={"type": "string", "pattern": "^https?://"},
                    ),
                ]
            }
        ),
        contributors=_list(_object(["person_or_org", "role"], person_or_org=_AGENT, role=_id("other", "rightsholder"))),
        subjects=_list(_object(["subject"], subject=_SOME)),
        languages=_list(_LANGUAGE, uniqueItems=True),
        dates=_list(_object(["date", "type"], date=_DATE, type=_id(*_DATES), description=_SOME)),
        publisher=_SOME,
        identifiers=_list(
            _object(["identifier", "scheme"], identifier=_SOME, scheme={"enum": [*_SCHEMES, "other"]}), uniqueItems=True
        ),
        related_identifiers=_list(
            _object(
                ["identifier", "scheme", "relation_type"],
                identifier=_SOME,
                scheme={"enum": _SCHEMES},
                relation_type=_id(*_RELATIONS),
            ),
            uniqueItems=True,
        ),
        sizes=_list(_SOME),
        formats=_list(_SOME),
        locations=_object(["features"], features=_list(_object(["place"], place=_SOME))),
    ),
)
"""InvenioRDM's metadata reference and the schemas of its service, as far as we write them."""


def metadata(*said: Statement, **options: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(crossed("invenio", *LEAST, *said, **options).data)["metadata"]
    return found


@given(subject=hostile())
def test_whatever_is_said_the_rules_are_kept(subject: Subject) -> None:
    jsonschema.Draft202012Validator(RULES).validate(json.loads(cross("invenio", subject).data))


def test_the_rules_would_notice() -> None:
    wrong = {"metadata": {**metadata(), "publication_date": "spring 1931"}}
    assert not jsonschema.Draft202012Validator(RULES).is_valid(wrong)


def test_the_least() -> None:
    assert metadata() == {
        "resource_type": {"id": "publication"},
        "creators": [{"person_or_org": {"type": "personal", "family_name": "Fenn", "given_name": "Jane"}}],
        "title": "رسائل",
        "publication_date": "1931-02-03",
        "publisher": "Vellhaven Harbour Office",
        "identifiers": [{"identifier": "urn:uuid:6ba7b810-9dad-11d1-80b4-00c04fd430c8", "scheme": "urn"}],
    }


def test_all_that_is_missing_is_named_at_once() -> None:
    with pytest.raises(DescriptionError) as refused:
        crossed("invenio", Statement("dcterms:title", "Ox"), Statement("dcterms:contributor", "Jane Fenn"))
    for missing in (
        "title of at least 3",
        "a creator",
        "a type",
        "a date of publication",
        "family name of 'Jane Fenn'",
    ):
        assert missing in refused.value.message
    assert "dcterms:issued=YYYY-MM-DD" in refused.value.hint


@pytest.mark.parametrize("issued", ["1931~", "193X", "spring 1931"])
def test_an_uncertain_date_is_no_date_of_publication(issued: str) -> None:
    said = [s for s in LEAST if s.term != "dcterms:issued"]
    with pytest.raises(DescriptionError, match="one certain date of publication"):
        crossed("invenio", *said, Statement("dcterms:issued", issued))


def test_markup_in_a_description_is_text() -> None:
    said = Statement("dcterms:abstract", "On <script>alert(1)</script> & more")
    assert metadata(said)["description"] == "On &lt;script&gt;alert(1)&lt;/script&gt; &amp; more"
    title = Statement("dcterms:alternative", "On <b> & more")
    assert metadata(title)["additional_titles"] == [{"title": "On <b> & more", "type": {"id": "alternative-title"}}]


def test_languages_are_three_letters_and_what_is_lost_of_them_is_told() -> None:
    said = [Statement("dcterms:language", tag, scheme="RFC4646") for tag in ("ar-EG", "ar", "zh-Hant")]
    assert metadata(*said)["languages"] == [{"id": "ara"}, {"id": "zho"}]
    assert "languages" not in metadata(Statement("dcterms:language", "0", scheme="ISO639-3"))
    assert "export-less-exact" in codes(crossed("invenio", *LEAST, *said))
    assert "export-mark-left-out" in codes(crossed("invenio", *LEAST)), "the title has a language"


@pytest.mark.parametrize(
    ("uri", "rights"),
    [
        ("https://creativecommons.org/licenses/by-nc/4.0/", {"id": "cc-by-nc-4.0"}),
        ("http://creativecommons.org/publicdomain/zero/1.0", {"id": "cc0-1.0"}),
        (
            "http://rightsstatements.org/vocab/InC/1.0/",
            {
                "title": {"en": "http://rightsstatements.org/vocab/InC/1.0/"},
                "link": "http://rightsstatements.org/vocab/InC/1.0/",
            },
        ),
    ],
)
def test_rights_by_address(uri: str, rights: dict[str, Any]) -> None:
    assert metadata(Statement("dcterms:rights", uri, scheme="URI"))["rights"] == [rights]


def test_dates_relations_places_and_organisations() -> None:
    said = (
        Statement("dcterms:created", "1930/1931"),
        Statement("dcterms:temporal", "1914"),
        Statement("dcterms:isPartOf", "https://doi.org/10.5072/x"),
        Statement("dcterms:spatial", "Aleppo"),
        Statement("dcterms:contributor", "Board of Trade"),
    )
    found = metadata(*said, organizations=frozenset(["Board of Trade"]))
    assert found["dates"] == [
        {"date": "1930/1931", "type": {"id": "created"}},
        {"date": "1914", "type": {"id": "other"}, "description": "Temporal coverage"},
    ]
    assert found["related_identifiers"] == [
        {"identifier": "10.5072/x", "scheme": "doi", "relation_type": {"id": "ispartof"}}
    ]
    assert found["locations"] == {"features": [{"place": "Aleppo"}]}
    assert found["contributors"] == [
        {"person_or_org": {"type": "organizational", "name": "Board of Trade"}, "role": {"id": "other"}}
    ]
