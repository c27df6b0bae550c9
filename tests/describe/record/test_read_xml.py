"""Dublin Core files of other people, in the shapes that they come in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preserve.describe.record.read_xml import aimed_at, read_dc, read_record
from preserve.describe.record.write_xml import TITLE_STANDS_IN, dc_xml
from preserve.errors import DescriptionError
from preserve.model import Record, Severity, Statement

DC = 'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"'
XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
NAME = "letter.txt.dc.xml"


def pairs(xml: str) -> list[tuple[str, str]]:
    statements, problems = read_dc(xml.encode(), NAME)
    assert problems == ()
    return [(s.term, s.value) for s in statements]


@pytest.mark.parametrize(
    "xml",
    [
        f'<record xmlns="urn:x-preserve:record:1.0" version="1.0" {DC}><dcterms:title>A</dcterms:title>'
        "<dcterms:creator>B</dcterms:creator></record>",
        f'<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" {DC}><dc:title>A</dc:title>'
        "<dc:creator>B</dc:creator></oai_dc:dc>",
        f"<dcterms:dublincore {DC}><dc:title>A</dc:title><dcterms:creator>B</dcterms:creator></dcterms:dublincore>",
        '<dublin_core schema="dc"><dcvalue element="title" qualifier="none">A</dcvalue>'
        '<dcvalue element="contributor" qualifier="author">B</dcvalue></dublin_core>',
        f"<metadata {DC}>\n <!-- c --><?p i?> <dc:title> A </dc:title><dcterms:creator>B</dcterms:creator></metadata>",
        f"<OAI><record><metadata {DC}><dc:title>A</dc:title><dc:creator>B</dc:creator></metadata></record></OAI>",
    ],
)
def test_every_usual_shape_is_read(xml: str) -> None:
    assert pairs(xml) == [("dcterms:title", "A"), ("dcterms:creator", "B")]


def test_languages_and_schemes_are_kept() -> None:
    xml = (
        f'<m {DC} {XSI}><dc:title xml:lang="ar">قصة</dc:title>'
        '<dcterms:created xsi:type="dcterms:W3CDTF">2019</dcterms:created></m>'
    )
    assert read_dc(xml.encode(), NAME)[0] == (
        Statement("dcterms:title", "قصة", "ar", "", NAME),
        Statement("dcterms:created", "2019", "", "W3CDTF", NAME),
    )


def test_utf16_and_latin1_files_are_read_by_their_declaration() -> None:
    xml = f'<?xml version="1.0" encoding="%s"?><m {DC}><dc:title>é</dc:title></m>'
    assert read_dc((xml % "UTF-16").encode("utf-16"), NAME)[0][0].value == "é"
    assert read_dc((xml % "ISO-8859-1").encode("latin-1"), NAME)[0][0].value == "é"


@pytest.mark.parametrize(
    ("inner", "code", "severity"),
    [
        ('<dc:title xml:lang="en_GB">A</dc:title>', "lang-corrected", Severity.WARNING),
        ('<dc:title xml:lang="English">A</dc:title>', "lang-corrected", Severity.WARNING),
        ("<dc:titel>B</dc:titel><dc:title>A</dc:title>", "dc-xml-ignored", Severity.WARNING),
        ("<dc:title>A <b>bold</b></dc:title>", "dc-xml-ignored", Severity.WARNING),
        ('<dc:date xsi:type="dcterms:W3CDTF">yesterday</dc:date>', "date-illegal", Severity.ERROR),
        ('<dc:date xsi:type="dcterms:W3CDTF">2019-12-27T10:00Z</dc:date>', "date-without-seconds", Severity.WARNING),
        ('<dc:date xsi:type="dcterms:Unheard">2019</dc:date>', "dc-xml-ignored", Severity.WARNING),
        ('<dc:title xml:lang="Klingonese">A</dc:title>', "lang-dropped", Severity.WARNING),
        ("<dc:language>English</dc:language>", "language-corrected", Severity.WARNING),
        ("<dc:language>Klingonese</dc:language>", "language-not-a-tag", Severity.ERROR),
        ("<dc:date>12/12/16</dc:date>", "date-ambiguous", Severity.ERROR),
        ('<dc:date xsi:type="dcterms:EDTF">2021-02-30?</dc:date>', "date-illegal", Severity.ERROR),
        ("", "dc-xml-nothing", Severity.ERROR),
        ("<dc:title> </dc:title>", "dc-xml-nothing", Severity.ERROR),
    ],
)
def test_what_is_wrong_is_said_with_its_line(inner: str, code: str, severity: Severity) -> None:
    _, problems = read_dc(f"<m {DC} {XSI}>\n{inner}</m>".encode(), NAME)
    assert [(p.code, p.severity, p.path) for p in problems] == [(code, severity, NAME)]
    assert code == "dc-xml-nothing" or "Line 2: " in problems[0].message


def test_a_corrected_language_is_the_registered_one() -> None:
    statements, _ = read_dc(f'<m {DC}><dc:title xml:lang="en_GB">A</dc:title></m>'.encode(), NAME)
    assert statements[0].lang == "en-GB"


@pytest.mark.parametrize(
    "data",
    [b"", b"<", b"\x1f\x8b\x08\x00", b'<!DOCTYPE a SYSTEM "x"><a/>', b"<a>\x00</a>", b"<a>" * 5000, b"PK\x03\x04"],
)
def test_hostile_or_broken_xml_is_an_error_and_never_a_crash(data: bytes) -> None:
    statements, problems = read_dc(data, NAME)
    assert statements == ()
    assert [p.code for p in problems] == ["dc-xml-unreadable"]
    assert problems[0].hint


@given(st.binary(max_size=200))
def test_any_bytes_give_findings(data: bytes) -> None:
    assert read_dc(data, NAME)[1]


def test_a_title_that_only_stood_in_is_not_taken_for_a_given_one() -> None:
    record = Record(
        (
            Statement("dcterms:title", "x.txt"),
            Statement("dcterms:identifier", "urn:uuid:1", scheme="URI"),
            Statement("dcterms:provenance", TITLE_STANDS_IN, "en"),
        ),
        title_stands_in=True,
    )
    data = dc_xml(record)
    assert read_record(data) == record
    assert [s.term for s in read_dc(data, NAME)[0]] == ["dcterms:identifier"]


def test_only_our_own_record_is_read_as_a_record() -> None:
    with pytest.raises(DescriptionError):
        read_record(f"<m {DC}><dc:title>A</dc:title></m>".encode())


def test_statements_can_be_aimed_at_a_file() -> None:
    aimed = aimed_at((Statement("dcterms:title", "A"), Statement("dcterms:title", "B", about="data/b")), "data/a")
    assert [s.about for s in aimed] == ["data/a", "data/b"]
