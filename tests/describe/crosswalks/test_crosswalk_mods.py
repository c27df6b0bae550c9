"""MODS 3.8: how our words become its."""

import pytest
from lxml import etree

from preserve.model import Statement
from tests.describe.crosswalk_samples import LEAST, codes, crossed

_NS = {"m": "http://www.loc.gov/mods/v3", "x": "http://www.w3.org/1999/xlink"}


def found(path: str, *said: Statement, **options: object) -> list[str]:
    """What the XPath *path* finds in the export of *said*."""
    root = etree.fromstring(crossed("mods", *said, **options).data)
    return [each if isinstance(each, str) else each.text for each in root.xpath(path, namespaces=_NS)]


def test_word_for_word() -> None:
    text = crossed("mods", *LEAST).data.decode()
    assert text.partition("mods-3-8.xsd")[2] == (
        '">\n'
        "  <titleInfo>\n"
        '    <title xml:lang="ar">رسائل</title>\n'
        "  </titleInfo>\n"
        '  <name type="personal">\n'
        '    <namePart type="family">Fenn</namePart>\n'
        '    <namePart type="given">Jane</namePart>\n'
        "    <role>\n"
        '      <roleTerm type="text" authority="marcrelator">creator</roleTerm>\n'
        '      <roleTerm type="code" authority="marcrelator">cre</roleTerm>\n'
        "    </role>\n"
        "  </name>\n"
        "  <typeOfResource>text</typeOfResource>\n"
        '  <genre authority="dct">Text</genre>\n'
        "  <originInfo>\n"
        '    <publisher xml:lang="en">Vellhaven Harbour Office</publisher>\n'
        '    <dateIssued encoding="w3cdtf">1931-02-03</dateIssued>\n'
        "  </originInfo>\n"
        '  <identifier type="uri">urn:uuid:6ba7b810-9dad-11d1-80b4-00c04fd430c8</identifier>\n'
        "</mods>\n"
    )


def test_a_name_that_is_not_parted_stands_there_whole_and_untyped() -> None:
    said = Statement("dcterms:creator", "Jane Fenn")
    assert found("//m:namePart[not(@type)]", said) == ["Jane Fenn"]
    assert found("//m:name/@type", said) == []
    assert found("//m:name/@type", said, organizations=frozenset(["Jane Fenn"])) == ["corporate"]
    dated = Statement("dcterms:creator", "Fenn, Jane, 1890-1950")
    assert found("//m:namePart[@type='date']", dated) == ["1890-1950"]


def test_a_title_that_stands_in_is_marked_as_supplied() -> None:
    title = Statement("dcterms:title", "letter.txt")
    assert found("//m:titleInfo/@supplied", title, stands_in=True) == ["yes"]
    assert found("//m:titleInfo/@supplied", title) == []


@pytest.mark.parametrize(
    ("value", "encoding"),
    [("1931", "w3cdtf"), ("1931~", "edtf"), ("1930/1931", "edtf"), ("193X", "edtf"), ("spring 1931", "")],
)
def test_dates_say_how_they_are_written(value: str, encoding: str) -> None:
    said = Statement("dcterms:created", value)
    assert found("//m:dateCreated", said) == [value]
    assert found("//m:dateCreated/@encoding", said) == ([encoding] if encoding else [])


@pytest.mark.parametrize(
    ("statement", "path"),
    [
        (Statement("dcterms:subject", "Anchors", scheme="LCSH"), "//m:subject/m:topic[@authority='lcsh']"),
        (Statement("dcterms:subject", "387.1", scheme="DDC"), "//m:classification[@authority='ddc']"),
        (Statement("dcterms:language", "ar", scheme="RFC4646"), "//m:languageTerm[@authority='rfc5646'][@type='code']"),
        (Statement("dcterms:language", "Old Norn"), "//m:languageTerm[@type='text']"),
        (Statement("dcterms:format", "text/plain", scheme="IMT"), "//m:internetMediaType"),
        (Statement("dcterms:spatial", "SY", scheme="ISO3166"), "//m:geographicCode[@authority='iso3166']"),
        (Statement("dcterms:spatial", "Aleppo", lang="en"), "//m:subject/m:geographic[@xml:lang='en']"),
        (Statement("dcterms:temporal", "1914/1918"), "//m:subject/m:temporal[@encoding='edtf']"),
        (Statement("dcterms:isPartOf", "Harbour papers"), "//m:relatedItem[@type='host']/m:titleInfo/m:title"),
        (Statement("dcterms:source", "https://example.org/a"), "//m:relatedItem[@type='original']/m:identifier"),
        (Statement("dcterms:requires", "A reader"), "//m:relatedItem[@otherType='requires']/m:titleInfo/m:title"),
        (Statement("dcterms:license", "https://example.org/l"), "//m:accessCondition[@x:href='https://example.org/l']"),
        (Statement("dcterms:identifier", "10.5072/a"), "//m:identifier[@type='doi']"),
        (Statement("dcterms:audience", "Pilots"), "//m:targetAudience"),
    ],
)  # fmt: skip
def test_schemes_languages_relations_and_rights(statement: Statement, path: str) -> None:
    assert found(path, statement) == [statement.value]
    assert codes(crossed("mods", statement)) == set()


def test_what_mods_says_less_exactly_is_told() -> None:
    assert codes(crossed("mods", Statement("dcterms:hasVersion", "The other one"))) == {"export-less-exact"}
