"""schema.org: only properties of a CreativeWork, with values of the kinds that its pages expect."""

import json
from typing import Any

from hypothesis import given

from preserve.describe.crosswalks.subject import Subject
from preserve.describe.crosswalks.targets import cross
from preserve.model import Statement
from tests.describe.crosswalk_samples import LEAST, codes, crossed, hostile

TEXTS = {"name", "alternateName", "abstract", "description", "conditionsOfAccess", "creditText", "copyrightNotice"} | {
    *("encodingFormat", "materialExtent", "material", "educationalLevel", "inLanguage", "genre", "temporalCoverage"),
    *("keywords", "identifier", "additionalType", "dateCreated", "datePublished", "dateModified", "usageInfo"),
}
NODES = {
    "creator": {"Person", "Organization"},
    "contributor": {"Person", "Organization"},
    "publisher": {"Person", "Organization"},
    "copyrightHolder": {"Person", "Organization"},
    "isPartOf": {"CreativeWork"},
    "hasPart": {"CreativeWork"},
    "isBasedOn": {"CreativeWork"},
    "citation": {"CreativeWork"},
    "license": {"CreativeWork"},
    "about": {"DefinedTerm"},
    "audience": {"Audience"},
    "spatialCoverage": {"Place"},
}
"""The properties of CreativeWork and Thing that we write, and the types that they expect beside text."""


def described_as(*said: Statement, **options: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(crossed("schema.org", *said, **options).data)
    return found


def check(thing: dict[str, Any]) -> None:
    assert thing["@context"] == "https://schema.org"
    assert thing["@type"] in {"CreativeWork", "Collection", "Dataset", "ImageObject", "VideoObject", "AudioObject"}
    assert thing["@id"].startswith("urn:uuid:")
    for key, found in thing.items():
        if key.startswith("@"):
            continue
        for value in found if isinstance(found, list) else [found]:
            if key == "copyrightYear":
                assert isinstance(value, int)
            elif isinstance(value, str) or "@value" in value:
                assert key in TEXTS or key == "license", key
            else:
                assert "@id" in value or value.get("@type", "Person") in NODES[key], key
                assert "name" in value or "@id" in value or "audienceType" in value


@given(subject=hostile())
def test_every_property_and_value_is_one_that_schema_org_expects(subject: Subject) -> None:
    check(json.loads(cross("schema.org", subject).data))


def test_the_least() -> None:
    assert described_as(*LEAST) == {
        "@context": "https://schema.org",
        "@type": "CreativeWork",
        "@id": "urn:uuid:6ba7b810-9dad-11d1-80b4-00c04fd430c8",
        "name": {"@value": "رسائل", "@language": "ar"},
        "identifier": "urn:uuid:6ba7b810-9dad-11d1-80b4-00c04fd430c8",
        "creator": {"@type": "Person", "name": "Fenn, Jane", "familyName": "Fenn", "givenName": "Jane"},
        "publisher": {"name": {"@value": "Vellhaven Harbour Office", "@language": "en"}},
        "datePublished": "1931-02-03",
        "additionalType": "http://purl.org/dc/dcmitype/Text",
    }


def test_who_or_what_a_name_belongs_to_is_not_guessed() -> None:
    said = Statement("dcterms:creator", "Jane Fenn")
    assert described_as(said)["creator"] == {"name": "Jane Fenn"}
    assert described_as(said, organizations=frozenset(["Jane Fenn"]))["creator"]["@type"] == "Organization"


def test_schemes_and_addresses() -> None:
    heading = Statement("dcterms:subject", "Anchors", scheme="LCSH")
    assert described_as(heading)["about"]["inDefinedTermSet"] == "http://id.loc.gov/authorities/subjects"
    assert described_as(Statement("dcterms:subject", "Anchors"))["keywords"] == "Anchors"
    licence = "https://creativecommons.org/licenses/by/4.0/"
    assert described_as(Statement("dcterms:rights", licence, scheme="URI"))["license"] == licence
    other = "http://rightsstatements.org/vocab/InC/1.0/"
    assert described_as(Statement("dcterms:rights", other, scheme="URI"))["usageInfo"] == other
    assert described_as(Statement("dcterms:identifier", "doi:10.5072/x"))["identifier"] == "https://doi.org/10.5072/x"
    assert described_as(Statement("dcterms:dateCopyrighted", "1931"))["copyrightYear"] == 1931


def test_a_date_that_is_not_certain_is_left_out_and_told() -> None:
    done = crossed("schema.org", Statement("dcterms:created", "1931~"))
    assert b"1931" not in done.data
    assert codes(done) == {"export-value-left-out"}
