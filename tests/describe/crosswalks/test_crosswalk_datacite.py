"""DataCite: what it demands, and how our words become its."""

from pathlib import Path

import pytest
from lxml import etree

from preserve.describe.crosswalks.dates import plain_range, year_of
from preserve.errors import DescriptionError
from preserve.model import Statement
from tests.describe.crosswalk_samples import LEAST, URN, codes, crossed, official

_NS = {"d": "http://datacite.org/schema/kernel-4"}


def found(path: str, *said: Statement) -> list[str]:
    """What the XPath *path* finds in the export of *said* beside the least that DataCite demands."""
    root = etree.fromstring(crossed("datacite", *LEAST, *said).data)
    return [each if isinstance(each, str) else each.text for each in root.xpath(path, namespaces=_NS)]


def test_all_that_is_missing_is_named_at_once_with_the_way_to_supply_it() -> None:
    said = (Statement("dcterms:creator", "J. Fenn"), URN)
    with pytest.raises(DescriptionError) as refused:
        crossed("datacite", *said)
    assert refused.value.exit_code == 21
    assert refused.value.message == (
        "DataCite demands what the description of letters-6ba7b810 does not say: the family name of 'J. Fenn', or that "
        "it is an organisation; a title; a publisher; a year of publication; a general type such as Text."
    )
    assert refused.value.hint == (
        "Nothing is invented. Write a person's name as 'Family, Given', or name an organisation with --organization "
        "NAME. Say it with: preserve describe letters-6ba7b810 --set dcterms:title=… --set dcterms:publisher=… "
        "--set dcterms:issued=YYYY --set dcterms:type=…"
    )


@pytest.mark.parametrize("term", ["title", "creator", "publisher", "issued", "type"])
def test_each_demand_by_itself(term: str) -> None:
    with pytest.raises(DescriptionError):
        crossed("datacite", *(s for s in LEAST if s.term != f"dcterms:{term}"))


@pytest.mark.parametrize("issued", ["1931~", "193X", "1930/1932", "spring 1931", "1931?", "03.02.1931"])
def test_an_uncertain_year_is_no_year(issued: str) -> None:
    said = [s for s in LEAST if s.term != "dcterms:issued"]
    with pytest.raises(DescriptionError, match="one certain year of publication"):
        crossed("datacite", *said, Statement("dcterms:issued", issued))


def test_the_end_of_an_embargo_is_a_year_of_publication_and_the_day_of_creation_is_none() -> None:
    said = [s for s in LEAST if s.term != "dcterms:issued"]
    with pytest.raises(DescriptionError, match="a year of publication"):
        crossed("datacite", *said, Statement("dcterms:created", "1931"))
    done = crossed("datacite", *said, Statement("dcterms:available", "2041-01-01"))
    assert b"<publicationYear>2041</publicationYear>" in done.data


@pytest.mark.parametrize(
    ("written", "family", "given"),
    [
        ("Fenn, Jane", "Fenn", "Jane"),
        ("van der Berg, A. B.", "van der Berg", "A. B."),
        ("حسين، طه", "حسين", "طه"),
        ("Fenn, Jane, 1890-1950", "Fenn", "Jane"),
    ],
)
def test_a_name_is_parted_only_where_it_is_written_parted(written: str, family: str, given: str) -> None:
    said = Statement("dcterms:contributor", written)
    assert found("//d:contributor/d:familyName", said) == [family]
    assert found("//d:contributor/d:givenName", said) == [given]
    assert found("//d:contributorName", said) == [written]
    assert found("//d:contributorName/@nameType", said) == ["Personal"]


@pytest.mark.parametrize("written", ["Jane Fenn", "Fenn", ",", "Fenn,", ", Jane", "A, B, C", "Fenn, 1890-1950"])
def test_no_other_name_is_parted(written: str) -> None:
    with pytest.raises(DescriptionError, match="family name"):
        crossed("datacite", *LEAST, Statement("dcterms:contributor", written))


def test_a_person_can_say_that_a_name_is_an_organisations() -> None:
    name = "Ministry of Works, Harbours"
    done = crossed("datacite", *LEAST, Statement("dcterms:contributor", name), organizations=frozenset([name]))
    assert f'nameType="Organizational">{name}<'.encode() in done.data
    assert b"familyName>Ministry" not in done.data


def test_a_doi_is_the_identifier_and_without_one_a_person_is_told() -> None:
    assert "export-no-doi" in codes(crossed("datacite", *LEAST))
    assert found("d:identifier/@identifierType") == ["URN"]
    said = Statement("dcterms:identifier", "https://doi.org/10.5072/example-1", scheme="URI")
    assert "export-no-doi" not in codes(crossed("datacite", *LEAST, said))
    assert found("d:identifier[@identifierType='DOI']", said) == ["10.5072/example-1"]
    assert found("//d:alternateIdentifier", said) == [URN.value]


def test_words_dates_relations_rights_and_languages_are_carried() -> None:
    assert found("//d:title/@xml:lang") == ["ar"]
    assert found("//d:title[@titleType='AlternativeTitle']", Statement("dcterms:alternative", "Briefe")) == ["Briefe"]
    assert found("//d:date[@dateType='Created']", Statement("dcterms:created", "1930/1931")) == ["1930/1931"]
    assert found("//d:date[@dateType='Coverage']", Statement("dcterms:temporal", "1914/1918")) == ["1914/1918"]
    part = Statement("dcterms:isPartOf", "hdl:10568/42")
    assert found("//d:relatedIdentifier[@relatedIdentifierType='Handle'][@relationType='IsPartOf']", part) == [
        "10568/42"
    ]
    rights = Statement("dcterms:license", "https://creativecommons.org/licenses/by/4.0/", scheme="URI")
    assert found("//d:rights/@rightsURI", rights) == [rights.value]
    assert found("//d:rights/@rightsIdentifier", rights) == ["CC-BY-4.0"]
    heading = Statement("dcterms:subject", "Anchors", scheme="LCSH")
    assert found("//d:subject/@subjectScheme", heading) == ["Library of Congress Subject Headings"]
    moving = [s for s in LEAST if s.term != "dcterms:type"]
    done = crossed("datacite", *moving, Statement("dcterms:type", "MovingImage"), Statement("dcterms:type", "Newsreel"))
    assert b'<resourceType resourceTypeGeneral="Audiovisual">Newsreel</resourceType>' in done.data


def test_the_official_examples_pass_the_oracle_and_a_record_without_a_creator_does_not(shared: Path) -> None:
    schema = official(shared / "reference/xsd", "datacite-4.7/kernel-4.7/metadata.xsd")
    examples = sorted((shared / "reference/xsd/datacite-4.7/kernel-4.7/example").glob("*.xml"))
    assert examples
    assert all(schema.validate(etree.parse(example)) for example in examples)
    root = etree.fromstring(crossed("datacite", *LEAST).data)
    root.remove(root.find("d:creators", _NS))
    assert not schema.validate(root)


def test_what_dates_say_for_certain() -> None:
    assert [year_of(text) for text in ("1931", "1931-02", "1931-02-03T10:00:00Z", "1931-01/1931-12")] == ["1931"] * 4
    assert [year_of(text) for text in ("", "1931~", "1931/1932", "0000", "١٩٣١", "1931/..")] == [""] * 6
    assert plain_range("1932/1931") == ""
