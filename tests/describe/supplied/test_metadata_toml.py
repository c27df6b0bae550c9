"""metadata.toml: what it can say, and every way in which it can be wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preserve.describe.supplied.read_toml import LARGEST, read_toml
from preserve.model import Severity, Statement

NAME = "letters/metadata.toml"


def said(text: str) -> list[tuple[str, str, str, str]]:
    statements, problems = read_toml(text.encode(), NAME)
    assert problems == ()
    assert {statement.origin for statement in statements} == {NAME}
    return [(s.term.removeprefix("dcterms:"), s.value, s.lang, s.scheme) for s in statements]


def test_texts_lists_dates_years_and_tables() -> None:
    assert said(
        """
        publisher = " Municipal Archive "
        creator = ["Ann", "Bob", ""]
        created = 1931-03-12
        issued = 1931
        modified = 1931-03-12T10:00:00Z
        valid = "193X"
        "title@fr" = "Lettres"
        subject = [{value = "Anchors", scheme = "LCSH"}, {value = "مرفأ", lang = "ar"}, "Harbours"]
        dc.type = "text"
        "dcterms:language" = "en"

        [dcterms]
        license = "https://creativecommons.org/licenses/by/4.0/"
        """
    ) == [
        ("publisher", "Municipal Archive", "", ""),
        ("creator", "Ann", "", ""),
        ("creator", "Bob", "", ""),
        ("created", "1931-03-12", "", "W3CDTF"),
        ("issued", "1931", "", "W3CDTF"),
        ("modified", "1931-03-12T10:00:00Z", "", "W3CDTF"),
        ("valid", "193X", "", ""),
        ("title", "Lettres", "fr", ""),
        ("subject", "Anchors", "", "LCSH"),
        ("subject", "مرفأ", "ar", ""),
        ("subject", "Harbours", "", ""),
        ("type", "Text", "", "DCMIType"),
        ("language", "en", "", "RFC4646"),
        ("license", "https://creativecommons.org/licenses/by/4.0/", "", "URI"),
    ]


def test_a_byte_order_mark_is_no_part_of_it() -> None:
    assert read_toml(b"\xef\xbb\xbftitle = 'A'", NAME)[0] == (Statement("dcterms:title", "A", origin=NAME),)


@pytest.mark.parametrize(
    ("text", "code", "severity", "words"),
    [
        ("titel = 'A'\ncreator = 'B'", "metadata-toml-term-unknown", Severity.WARNING, "mean dcterms:title"),
        ("titel = 'A'", "metadata-toml-nothing", Severity.WARNING, "no Dublin Core term"),
        ("[package]\nname = 'a crate'\nversion = '1'", "metadata-toml-nothing", Severity.WARNING, "no Dublin Core"),
        ("", "metadata-toml-nothing", Severity.WARNING, "no Dublin Core"),
        ("title = true", "metadata-toml-value", Severity.ERROR, "dcterms:title"),
        ("title = 1.5", "metadata-toml-value", Severity.ERROR, "dcterms:title"),
        ("title = [['A']]", "metadata-toml-value", Severity.ERROR, "dcterms:title"),
        ("title = {value = ['A']}", "metadata-toml-value", Severity.ERROR, "dcterms:title"),
        ("title = {lang = 'en'}", "metadata-toml-value", Severity.ERROR, "dcterms:title"),
        ("title = {value = 'A', language = 'en'}", "metadata-toml-value", Severity.ERROR, "dcterms:title"),
        ("created = '12/12/16'", "date-ambiguous", Severity.ERROR, "2016-12-12"),
        ("title = {value = 'A', lang = 'eng'}", "lang-corrected", Severity.WARNING, "en"),
        ("title = ", "metadata-toml-unreadable", Severity.ERROR, "invalid value"),
        ("title = 'A'\ncreator = ?\n", "metadata-toml-unreadable", Severity.ERROR, "line 2"),
        ("title = 'A'\ntitle = 'B'", "metadata-toml-unreadable", Severity.ERROR, "overwrite"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(text: str, code: str, severity: Severity, words: str) -> None:
    (problem,) = read_toml(text.encode(), NAME)[1]
    assert (problem.code, problem.severity, problem.path) == (code, severity, NAME)
    assert words in problem.message
    assert problem.hint
    assert "\n" not in problem.message


@pytest.mark.parametrize(
    "data",
    [
        b"title = '\xe9t\xe9'",
        "title = 'A'".encode("utf-16"),
        b"a = " + b"[" * 100_000,
        b"a = " + b"9" * 100_000,
        b"[" + b"a." * 50_000 + b"a]",
        b"# " + b"x" * LARGEST,
        b"title = 'a\x00b'",
        b"PK\x03\x04\x00\x00",
    ],
    ids=["latin-1", "utf-16", "nested", "number", "tables", "large", "nul", "zip"],
)
def test_hostile_files_are_one_sentence(data: bytes) -> None:
    statements, (problem,) = read_toml(data, NAME)
    assert statements == ()
    assert problem.code in ("metadata-toml-unreadable", "metadata-toml-nothing")
    assert len(problem.message) < 500


def test_a_thousand_wrong_values_are_not_told_one_by_one() -> None:
    text = "created = [" + ", ".join(f"'{n}/1/1'" for n in range(5000)) + "]"
    assert len(read_toml(text.encode(), NAME)[1]) == 100


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_give_findings(data: bytes) -> None:
    statements, problems = read_toml(data, NAME)
    assert statements or problems
