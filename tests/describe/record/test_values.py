"""Single values: what is legal, and what happens to characters that XML cannot hold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from preserve.describe.record import values
from preserve.describe.record.terms import heading, nearest, term_of


@pytest.mark.parametrize(
    "tag", ["en", "ar-EG", "zh-Hant", "sr-Latn-RS", "x-private", "i-klingon", "iw", "arb", "es-419"]
)
def test_registered_language_tags_are_legal(tag: str) -> None:
    assert values.is_language_tag(tag)


@pytest.mark.parametrize(
    ("tag", "better"),
    [
        ("en_GB", "en-GB"),
        ("eng", "en"),
        ("fra", "fr"),
        ("ara", "ar"),
        ("English", ""),
        ("", ""),
        ("xx", ""),
        ("e n", ""),
    ],
)
def test_other_tags_are_not_and_the_right_one_is_named(tag: str, better: str) -> None:
    assert not values.is_language_tag(tag)
    assert values.better_tag(tag) == better


@given(st.text())
def test_no_text_breaks_a_check(text: str) -> None:
    for scheme in ("W3CDTF", "IMT", "URI", "DCMIType", "RFC4646", "ISO639-2", "ISO3166", "LCSH"):
        values.legal_under(scheme, text)
    values.better_tag(text)
    values.lacks_seconds(text)
    heading(text)
    nearest(text)


@given(st.text(st.characters(codec=None)))
def test_legible_text_is_always_xml_and_loses_nothing_silently(text: str) -> None:
    shown = values.legible(text)
    element = etree.Element("x")
    element.text = shown  # lxml refuses what XML cannot hold
    assert len(shown) >= len(text)
    assert (shown == text) == (not values.illegal_characters(text))


def test_stray_bytes_and_control_characters_are_written_out() -> None:
    assert values.legible("a\x0bb\udce9c\ud83d\ufffe") == r"a\x0bb\xe9c\ud83d\ufffe"


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("letter.txt", "letter.txt"),
        ("b\udce9b\udce9.txt", r"b\xe9b\xe9.txt"),
        ("two\nlines", r"two\x0alines"),
        ("نامه\u200cها.txt", "نامه\u200cها.txt"),
        ("evil\u202etxt.exe", r"evil\u202etxt.exe"),
        (" ", "' '"),
    ],
)
def test_a_file_name_that_stands_in_for_a_title(name: str, title: str) -> None:
    assert values.title_from_name(name) == title


@pytest.mark.parametrize(
    ("written", "term"),
    [
        ("dcterms:title", "dcterms:title"),
        ("dc:title", "dcterms:title"),
        ("dc.title", "dcterms:title"),
        ("DC.Title", "dcterms:title"),
        (" dcterms.isPartOf ", "dcterms:isPartOf"),
        ("dcterms.ispartof", "dcterms:isPartOf"),
        ("title", "dcterms:title"),
        ("http://purl.org/dc/terms/created", "dcterms:created"),
        ("http://purl.org/dc/elements/1.1/creator", "dcterms:creator"),
        ("dc.date.issued", "dcterms:issued"),
        ("dc.contributor.author", "dcterms:creator"),
        ("dc.description.abstract", "dcterms:abstract"),
        ("dc.title.none", "dcterms:title"),
        ("dc.titel", ""),
        ("dc.title.issued", ""),
        ("", ""),
        ("dc.", ""),
        ("filename", ""),
    ],
)
def test_the_usual_ways_of_writing_a_term(written: str, term: str) -> None:
    assert term_of(written) == term


def test_languages_in_headings() -> None:
    assert (heading("dc.title[en_US]").term, heading("dc.title[en_US]").lang) == ("dcterms:title", "en_US")
    assert (heading("title@ar").term, heading("title@ar").lang) == ("dcterms:title", "ar")
    assert heading("dc.title[]").lang == ""


def test_the_nearest_term_is_found() -> None:
    assert nearest("dc.titel") == "dcterms:title"
    assert nearest("dcterms:creater") == "dcterms:creator"
    assert nearest("zzzzzz") == ""


def test_schemes_are_added_only_where_the_form_leaves_no_doubt() -> None:
    assert values.scheme_for("dcterms:created", "2019-12-27") == "W3CDTF"
    assert values.scheme_for("dcterms:created", "1999~") == ""
    assert values.scheme_for("dcterms:identifier", "https://example.org/1") == "URI"
    assert values.scheme_for("dcterms:identifier", "Box:12") == ""
    assert values.scheme_for("dcterms:title", "2019") == ""
    assert values.scheme_for("dcterms:language", "English") == ""
