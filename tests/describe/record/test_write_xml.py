"""The bytes of dc.xml and oai_dc.xml."""

from preserve.describe.record.write_xml import TITLE_STANDS_IN, dc_xml, oai_dc_xml
from preserve.model import Record, Statement

RECORD = Record(
    (
        Statement("dcterms:audience", "everyone"),
        Statement("dcterms:identifier", "urn:uuid:1", scheme="URI"),
        Statement("dcterms:title", "قصة & <أخرى>", lang="ar"),
        Statement("dcterms:issued", "2019", scheme="W3CDTF"),
        Statement("dcterms:title", "Part", about='data/a "b"\n.txt'),
    )
)


def test_dc_xml_word_for_word() -> None:
    assert dc_xml(RECORD).decode() == (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<record xmlns="urn:x-preserve:record:1.0" xmlns:dcterms="http://purl.org/dc/terms/"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" version="1.0">\n'
        '  <dcterms:title xml:lang="ar">قصة &amp; &lt;أخرى&gt;</dcterms:title>\n'
        '  <dcterms:identifier xsi:type="dcterms:URI">urn:uuid:1</dcterms:identifier>\n'
        '  <dcterms:issued xsi:type="dcterms:W3CDTF">2019</dcterms:issued>\n'
        "  <dcterms:audience>everyone</dcterms:audience>\n"
        '  <part path="data/a &quot;b&quot;&#10;.txt">\n'
        "    <dcterms:title>Part</dcterms:title>\n"
        "  </part>\n"
        "</record>\n"
    )


def test_oai_dc_word_for_word_refinements_become_elements_and_files_are_left_out() -> None:
    assert oai_dc_xml(RECORD).decode() == (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/">\n'
        '  <dc:title xml:lang="ar">قصة &amp; &lt;أخرى&gt;</dc:title>\n'
        "  <dc:identifier>urn:uuid:1</dc:identifier>\n"
        "  <dc:date>2019</dc:date>\n"
        "</oai_dc:dc>\n"
    )


def test_no_prefix_is_declared_that_is_not_used() -> None:
    assert b"xsi" not in dc_xml(Record((Statement("dcterms:title", "x"),)))
    assert b"dcterms" not in dc_xml(Record(()))


def test_harvesters_are_told_that_a_title_stands_in() -> None:
    record = Record((Statement("dcterms:title", "x.txt"), Statement("dcterms:provenance", TITLE_STANDS_IN, "en")))
    assert f'<dc:description xml:lang="en">{TITLE_STANDS_IN}</dc:description>' in oai_dc_xml(record).decode()


def test_the_same_value_of_two_refinements_is_said_once_in_oai_dc() -> None:
    record = Record((Statement("dcterms:created", "2019"), Statement("dcterms:issued", "2019")))
    assert oai_dc_xml(record).count(b"<dc:date>") == 1
