"""Languages as people name them, and the tags of the registry."""

import pytest

from preserve.describe.record.correct import right_tag
from preserve.describe.record.languages import nearest_name, preferred_tag, tag_of_name
from preserve.describe.record.settle import settle
from preserve.describe.record.values import is_language_tag
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
