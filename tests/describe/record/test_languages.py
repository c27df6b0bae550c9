"""Languages as people name them, and the tags of the registry."""

import pytest

from preserve.describe.record.correct import right_tag
from preserve.describe.record.languages import nearest_name, preferred_tag, tag_of_name
from preserve.describe.record.origins import Origin, chunks, from_json, key_of
from preserve.describe.record.read_xml import read_dc, read_record
from preserve.describe.record.set_values import set_statements
from preserve.describe.record.settle import settle
from preserve.describe.record.values import is_language_tag, same_case
from preserve.describe.supplied.read_csv import read_metadata_csv
from preserve.model import Statement


@pytest.mark.parametrize(
    ("written", "tag"),
    [
        ("en_GB", "en-GB"),
        ("eng", "en"),
        ("English", "en"),
        ("english language", "en"),
        ("Arabisch", "ar"),
        ("العربية", "ar"),
        ("français", "fr"),
        ("Русский", "ru"),
        ("Türkçe", "tr"),
        ("Farsi", "fa"),
        ("Old English (ca. 450-1100)", "ang"),
        ("iw", "he"),
        ("in", "id"),
        ("iw-IL", "he-IL"),
        ("no-bok", "nb"),
        ("i-klingon", "tlh"),
        ("zh-min-nan", "nan"),
        ("en-UK", "en-GB"),
    ],
)
def test_a_name_or_an_old_tag_is_written_as_the_registry_has_it(written: str, tag: str) -> None:
    assert is_language_tag(tag)
    assert right_tag(written) == tag
    spoken, [(rule, sentence)] = settle(Statement("dcterms:language", written))
    assert (spoken.value, spoken.scheme, rule.code) == (tag, "RFC4646", "language-corrected")
    assert tag in sentence
    titled, [(rule, sentence)] = settle(Statement("dcterms:title", "x", lang=written))
    assert (titled.lang, rule.code) == (tag, "lang-corrected")


@pytest.mark.parametrize("tag", ["en", "ar-EG", "zh-Hant", "es-419", "sr-Latn-RS", "arb", "x-private", "mul", "und"])
def test_a_tag_that_is_right_is_left_alone(tag: str) -> None:
    assert preferred_tag(tag) == ""
    assert settle(Statement("dcterms:language", tag)) == (Statement("dcterms:language", tag, scheme="RFC4646"), ())


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("Klingonese", ""),
        ("Englsh", "write en"),
        ("English and Arabic", "write en and ar"),
        ("en; ar", "write en and ar"),
        ("xx", ""),
    ],
)
def test_what_is_no_language_is_refused_and_the_likely_tag_is_named(written: str, words: str) -> None:
    statement, [(rule, sentence)] = settle(Statement("dcterms:language", written))
    assert (statement.value, rule.code) == (written, "language-not-a-tag")
    assert words in sentence


def test_two_languages_of_one_name_are_not_confused() -> None:
    assert tag_of_name("Klingonese") == ""
    assert nearest_name("Klingonese") == ""
    assert nearest_name("x" * 10_000) == ""


def test_a_column_of_the_wrong_thing_does_not_take_minutes() -> None:
    rows = "".join(f"f{n},a letter to nobody {n}\n" for n in range(3000))
    assert len(read_metadata_csv(f"filename,dc.language\n{rows}".encode(), "metadata.csv").problems) == 1000


@pytest.mark.parametrize("text", ["http " + " " * 100_000 + "x", "x/" * 50_000, "ca. " * 50_000, "und " * 50_000])
@pytest.mark.parametrize("term", ["date", "license", "language", "type", "format", "source"])
def test_a_long_value_costs_no_more_than_its_length(term: str, text: str) -> None:
    assert settle(Statement(f"dcterms:{term}", text))[0].value == text


@pytest.mark.parametrize(
    "tag", ["fr", "fr-CA", "zh-Hant-TW", "sr-Latn", "de-CH-1996", "en-a-bbb-x-us", "x-foo-us", "sgn-BE-FR", "es-419"]
)
def test_a_language_is_one_however_its_capitals_are_set(tag: str) -> None:
    for written in (tag, tag.upper(), tag.lower(), tag.swapcase()):
        assert same_case(written) == tag


@pytest.mark.parametrize("other", ["", "en_GB", "français", " FR", "a-very-longsubtag"])
def test_what_is_no_tag_keeps_its_capitals(other: str) -> None:
    assert same_case(other) == other


def test_no_second_language_appears_from_its_capitals() -> None:
    (said,) = set_statements(["title@FR-ca=A"])
    xml = '<r xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title xml:lang="FR-ca">A</dc:title></r>'
    ((read,), problems) = read_dc(xml.encode(), "a.xml")
    assert (said.lang, read.lang, problems) == ("fr-CA", "fr-CA", ())


def test_a_description_of_former_times_is_read_with_the_language_as_it_is_written_now() -> None:
    xml = (
        '<record xmlns="urn:x-preserve:record:1.0" xmlns:dcterms="http://purl.org/dc/terms/">'
        '<dcterms:title xml:lang="FR">A</dcterms:title></record>'
    )
    (read,) = read_record(xml.encode()).statements
    assert read.lang == "fr"
    written = b"".join(chunks([Statement("dcterms:title", "A", "FR", origin="set")]))
    assert from_json(written)[key_of(read)] == Origin("set")
