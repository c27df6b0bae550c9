"""Our schemas are restrictions of the official ones, and refuse what the official ones let through."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from lxml import etree

from preserve.describe.record.judge import judge_record
from preserve.describe.record.read_xml import check_oai_dc, check_record, read_record
from preserve.describe.record.terms import ELEMENT_OF, ELEMENTS, SCHEMES, name_of
from preserve.describe.record.values import legible
from preserve.describe.record.write_xml import dc_xml, oai_dc_xml
from preserve.model import Record, Severity, Statement
from tests.describe.official import official_oai_dc, official_record, records

HEAD = (
    '<record xmlns="urn:x-preserve:record:1.0" xmlns:dcterms="http://purl.org/dc/terms/" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" version="1.0">'
)
TITLE = "<dcterms:title>T</dcterms:title>"
OWN = "urn:uuid:6ba7b810-9dad-11d1-80b4-00c04fd430c8"
IDENTIFIER = f'<dcterms:identifier xsi:type="dcterms:URI">{OWN}</dcterms:identifier>'


def codes(xml: str) -> set[str]:
    return {problem.code for problem in check_record(xml.encode())}


def whole(rest: str) -> str:
    return f"{HEAD}{TITLE}{IDENTIFIER}{rest}</record>"


def typed(term: str, scheme: str, value: str) -> str:
    return whole(f'<dcterms:{term} xsi:type="dcterms:{scheme}">{value}</dcterms:{term}>')


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(record=records())
def test_what_is_valid_under_ours_is_valid_under_the_official_schemas(shared: Path, record: Record) -> None:
    official = official_record(shared / "reference" / "xsd")
    data = dc_xml(record)
    if any(problem.code == "dc-schema" for problem in check_record(data)):
        return
    assert official.validate(etree.fromstring(data)), official.error_log


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(record=records())
def test_the_judge_and_the_schema_agree_on_every_record(record: Record) -> None:
    errors = [p for p in judge_record(record) if p.severity is Severity.ERROR]
    refused = [p for p in check_record(dc_xml(record)) if p.code == "dc-schema"]
    if not errors:
        assert not refused


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(record=records())
def test_every_oai_dc_is_valid_under_ours_and_under_the_official_schema(shared: Path, record: Record) -> None:
    data = oai_dc_xml(record)
    official = official_oai_dc(shared / "reference" / "xsd")
    if any(not statement.value.strip() for statement in record.statements):
        return
    assert official.validate(etree.fromstring(data)), official.error_log
    if not judge_record(record):
        assert not check_oai_dc(data)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(record=records())
def test_a_record_is_read_back_as_it_was_written(record: Record) -> None:
    def bare(statements: tuple[Statement, ...]) -> list[tuple[str, ...]]:
        return sorted((s.about, s.term, legible(s.value), s.lang, s.scheme) for s in statements)

    data = dc_xml(record)
    again = read_record(data)
    assert bare(again.statements) == bare(record.statements)
    assert dc_xml(again) == data


def test_every_term_and_scheme_of_ours_is_official(shared: Path) -> None:
    official = official_record(shared / "reference" / "xsd")
    for term in ELEMENT_OF:
        xml = whole(f"<dcterms:{name_of(term)}>x</dcterms:{name_of(term)}>")
        assert official.validate(etree.fromstring(xml)), term
        if term not in ("dcterms:title", "dcterms:identifier"):  # those stand before all others
            assert "dc-schema" not in codes(xml), term
    for scheme in SCHEMES:
        xml = typed("subject", scheme, "nothing that fits")
        official.validate(etree.fromstring(xml))
        assert "not resolve" not in str(official.error_log), scheme


@pytest.mark.parametrize(
    "xml",
    [
        f"{HEAD}{TITLE}</record>",
        f"{HEAD}{IDENTIFIER}</record>",
        f"{HEAD}</record>",
        f"{HEAD}<dcterms:title/>{IDENTIFIER}</record>",
        f"{HEAD}<dcterms:title> \n </dcterms:title>{IDENTIFIER}</record>",
        f"{HEAD}{IDENTIFIER}{TITLE}</record>",
        whole("<dcterms:nonsense>x</dcterms:nonsense>"),
        whole('<x xmlns="urn:other">x</x>'),
        whole("<dcterms:subject>a<b/></dcterms:subject>"),
        whole("loose text"),
        whole('<dcterms:subject id="1">a</dcterms:subject>'),
        whole('<dcterms:subject xml:lang="en_GB">a</dcterms:subject>'),
        whole('<dcterms:subject xml:lang="">a</dcterms:subject>'),
        whole("<part path='data/x'/>"),
        whole("<part><dcterms:title>x</dcterms:title></part>"),
        whole("<part path='elsewhere/x'><dcterms:title>x</dcterms:title></part>"),
        whole("<part path='data/x'><dcterms:title>x</dcterms:title></part>" * 2),
        whole("").replace('version="1.0"', ""),
        whole("").replace('version="1.0"', 'version="2.0"'),
        typed("type", "DCMIType", "Novel"),
        typed("type", "Nonsense", "Text"),
        typed("date", "W3CDTF", "12/12/16"),
        typed("date", "W3CDTF", "2019-02-29"),
        typed("date", "W3CDTF", "1900-02-29"),
        typed("date", "W3CDTF", "2019-13"),
        typed("date", "W3CDTF", "2019-12-27T10:00Z"),
        typed("date", "W3CDTF", "0000"),
        typed("format", "IMT", "not a mime"),
        typed("identifier", "URI", "http://example.org/a b"),
        typed("identifier", "URI", "no-scheme"),
        typed("language", "RFC4646", "en_GB"),
        typed("language", "ISO639-2", "EN"),
        whole('<dcterms:date xsi:type="dcterms:W3CDTF" xml:lang="en">2019</dcterms:date>'),
    ],
)
def test_what_ours_refuses(xml: str) -> None:
    assert "dc-schema" in codes(xml)


@pytest.mark.parametrize(
    "xml",
    [
        whole(""),
        whole(
            "<part path='data/x&#10;y'><dcterms:identifier>1</dcterms:identifier>"
            "<dcterms:title>x</dcterms:title></part>"
        ),
        typed("date", "W3CDTF", "2000-02-29"),
        typed("identifier", "URI", "https://example.org/" + "x" * 100_000),
        typed("source", "URI", "https://مثال.إختبار/صفحة"),
        whole(f"<dcterms:abstract>{'long ' * 100_000}</dcterms:abstract>"),
    ],
    ids=["bare", "part", "leap", "long-uri", "iri", "long-text"],
)
def test_what_ours_accepts(xml: str) -> None:
    assert codes(xml) == {"type-missing"}


def test_the_fifteen_elements_are_all_in_oai_dc() -> None:
    record = Record(tuple(Statement(f"dcterms:{name}", "x") for name in ELEMENTS))
    assert check_oai_dc(oai_dc_xml(record)) == ()


def test_findings_come_with_their_line_and_the_schema_speaks_first() -> None:
    xml = whole(
        "\n<dcterms:type xsi:type='dcterms:DCMIType'>Novel</dcterms:type>\n<dcterms:language>English</dcterms:language>"
    )
    problems = check_record(xml.encode())
    found = [problem.code for problem in problems]
    assert set(found) == {"dc-schema", "type-illegal", "language-not-a-tag"}
    assert found.index("type-illegal") > max(place for place, code in enumerate(found) if code == "dc-schema")
    assert problems[0].message.startswith("Line 2: ")
    assert problems[-1].message.startswith("Line 3: ")
    assert all(problem.path == "metadata/descriptive/dc.xml" for problem in problems)


def test_a_document_type_is_a_finding_and_no_crash() -> None:
    data = b'<!DOCTYPE record [<!ENTITY e SYSTEM "file:///etc/passwd">]><record>&e;</record>'
    assert [problem.code for problem in check_record(data)] == ["dc-xml-unreadable"]
    assert [problem.code for problem in check_record(b"")] == ["dc-xml-unreadable"]


def test_messages_are_for_people() -> None:
    (first, *_) = check_record(typed("date", "W3CDTF", "it's 'x'.").encode())
    assert first.message.endswith("The value 'it's 'x'.' does not have the form that is demanded here.")
    assert "[0-9]" not in first.message
    assert "{http" not in first.message
