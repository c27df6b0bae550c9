"""The rules of the profile over a whole record, and over single values: types, formats, addresses, relations."""

import pytest

from preserve.describe.record.judge import judge_record
from preserve.describe.record.read_xml import check_record
from preserve.describe.record.settle import settle
from preserve.describe.record.terms import DCMI_TYPES
from preserve.describe.record.write_xml import dc_xml
from preserve.model import Record, Statement

OWN = "urn:uuid:6ba7b810-9dad-11d1-80b4-00c04fd430c8"
LEAST = (
    Statement("dcterms:title", "Letters"),
    Statement("dcterms:identifier", OWN, scheme="URI"),
    Statement("dcterms:type", "Text", scheme="DCMIType"),
)


def codes(*statements: Statement) -> list[str]:
    return [problem.code for problem in judge_record(Record(statements))]


def found(term: str, value: str, scheme: str = "") -> tuple[Statement, list[str]]:
    statement, findings = settle(Statement(f"dcterms:{term}", value, scheme=scheme))
    return statement, [rule.code for rule, _ in findings]


def test_a_title_an_identifier_and_one_type_are_enough() -> None:
    assert codes(*LEAST) == []
    assert check_record(dc_xml(Record(LEAST))) == ()


def test_each_of_them_is_missed() -> None:
    assert codes() == ["title-missing", "identifier-missing", "type-missing"]
    assert "value-empty" in codes(Statement("dcterms:title", " "), *LEAST[1:])


def test_two_types_are_an_error_for_the_whole_and_for_a_file() -> None:
    assert codes(*LEAST, Statement("dcterms:type", "Image", scheme="DCMIType")) == ["type-several"]
    assert codes(*LEAST, Statement("dcterms:type", "Image", scheme="DCMIType", about="data/a.png")) == []
    parts = [Statement("dcterms:type", kind, scheme="DCMIType", about="data/a.png") for kind in ("Image", "Text")]
    assert codes(*LEAST, *parts) == ["type-several"]


@pytest.mark.parametrize("kind", DCMI_TYPES)
def test_a_type_may_be_spelt_as_people_do(kind: str) -> None:
    spaced = "".join(f" {char}" if char.isupper() else char for char in kind).strip()
    for written in (kind.lower(), kind.upper(), spaced, spaced.lower().replace(" ", "_"), spaced.replace(" ", "-")):
        statement, problems = found("type", written)
        assert (statement.value, statement.scheme, problems) == (kind, "DCMIType", [])


def test_another_type_is_kept_and_the_likely_one_is_named() -> None:
    statement, [(rule, sentence)] = settle(Statement("dcterms:type", "Photograph"))
    assert (statement.value, rule.code) == ("Photograph", "type-not-dcmi")
    assert "StillImage" in sentence
    assert found("type", "Photograph", "DCMIType")[1] == ["type-illegal"]


@pytest.mark.parametrize(
    ("written", "meant"), [("PDF", "application/pdf"), (".txt", "text/plain"), ("text\\plain", "text/plain")]
)
def test_a_format_that_is_nearly_a_media_type_gets_one(written: str, meant: str) -> None:
    _, [(rule, sentence)] = settle(Statement("dcterms:format", written))
    assert rule.code == "format-not-media-type"
    assert meant in sentence
    assert found("format", written, "IMT")[1] == ["media-type-illegal"]
    assert found("format", "3 folded sheets")[1] == []


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("www.example.org/a", "https://www.example.org/a"),
        ("example.org/a", "https://example.org/a"),
        ("http://example.org/a letter.txt", "http://example.org/a%20letter.txt"),
        ("http://example.org/a (seen on 3 May 2011)", "http://example.org/a"),
        ("http//example.org/a", "http://example.org/a"),
        ("http:\\\\example.org\\a", "http://example.org/a"),
        ("urn:uuid:1", "32 figures"),
        ("urn:x", "urn:"),
    ],
)
def test_an_address_that_is_not_whole_is_told_with_the_whole_one(written: str, meant: str) -> None:
    for term in ("source", "isPartOf", "isVersionOf", "relation", "identifier"):
        statement, [(rule, sentence)] = settle(Statement(f"dcterms:{term}", written))
        assert (statement.value, statement.scheme, rule.code) == (written, "", "address-doubtful")
        assert meant in sentence
    assert found("source", written, "URI")[1] == ["uri-illegal"]


@pytest.mark.parametrize(
    "value", ["Box 7", "The harbour papers", "vol. 3.org", "urn:isbn:0451450523", OWN, "doi:10.1/x"]
)
def test_what_is_an_address_or_none_at_all_is_left_alone(value: str) -> None:
    assert found("source", value)[1] == []


def test_a_package_is_no_version_of_itself() -> None:
    assert codes(*LEAST, Statement("dcterms:isVersionOf", OWN, scheme="URI")) == ["relation-to-itself"]


def test_findings_of_the_whole_come_after_those_of_lines_and_all_in_one_report() -> None:
    record = Record(
        (*LEAST, Statement("dcterms:type", "Image", scheme="DCMIType"), Statement("dcterms:date", "1/2/03"))
    )
    problems = check_record(dc_xml(record))
    assert [p.code for p in problems] == ["date-ambiguous", "type-several"]
    assert problems[0].message.startswith("Line 5: ")
    assert {p.path for p in problems} == {"metadata/descriptive/dc.xml"}
