"""DSpace: only fields of its registry, and nothing changes on the way there and back."""

from hypothesis import given
from lxml import etree

from preserve.describe.crosswalks.dspace import dspace_item
from preserve.describe.crosswalks.subject import Notes, Subject
from preserve.describe.crosswalks.targets import cross
from preserve.describe.record.read_xml import read_dc
from preserve.describe.record.terms import ELEMENT_OF
from preserve.model import Statement
from tests.describe.crosswalk_samples import LEAST, codes, crossed, described, hostile

REGISTRY = {
    "contributor": "none advisor author editor illustrator other",
    "coverage": "spatial temporal",
    "creator": "none",
    "date": "none accessioned available copyright created issued submitted",
    "description": "none abstract provenance sponsorship statementofresponsibility tableofcontents uri",
    "format": "none extent medium mimetype",
    "identifier": "none citation govdoc isbn issn sici ismn other doi scopus uri",
    "language": "none iso",
    "publisher": "none",
    "relation": "none isformatof ispartof ispartofseries haspart isversionof hasversion isbasedon isreferencedby "
    "requires replaces isreplacedby uri references",
    "rights": "none uri license",
    "source": "none uri",
    "subject": "none classification ddc lcc lcsh mesh other",
    "title": "none alternative",
    "type": "none",
    "provenance": "none",
}
"""The fields that DSpace's registry ``dublin-core-types.xml`` has had for years."""


@given(subject=hostile())
def test_every_value_has_a_field_of_the_registry(subject: Subject) -> None:
    root = etree.fromstring(cross("dspace", subject).data)
    assert (root.tag, root.get("schema")) == ("dublin_core", "dc")
    for value in root:
        assert value.tag == "dcvalue"
        assert value.get("qualifier") in REGISTRY[value.get("element")].split()
        assert value.text
        assert not len(value)


def test_word_for_word() -> None:
    assert crossed("dspace", *LEAST, Statement("dcterms:language", "en-GB")).data.decode() == (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<dublin_core schema="dc">\n'
        '  <dcvalue element="title" qualifier="none" language="ar">رسائل</dcvalue>\n'
        '  <dcvalue element="identifier" qualifier="uri">urn:uuid:6ba7b810-9dad-11d1-80b4-00c04fd430c8</dcvalue>\n'
        '  <dcvalue element="contributor" qualifier="author">Fenn, Jane</dcvalue>\n'
        '  <dcvalue element="publisher" qualifier="none" language="en">Vellhaven Harbour Office</dcvalue>\n'
        '  <dcvalue element="date" qualifier="issued">1931-02-03</dcvalue>\n'
        '  <dcvalue element="type" qualifier="none">Text</dcvalue>\n'
        '  <dcvalue element="language" qualifier="iso">en_GB</dcvalue>\n'
        "</dublin_core>\n"
    )


def test_what_has_a_field_of_its_own_comes_back_as_it_was() -> None:
    for term in ELEMENT_OF:
        done = crossed("dspace", Statement(term, "Zebra", "en"))
        if codes(done) & {"export-value-left-out", "export-less-exact"}:
            continue
        (back,), problems = read_dc(done.data, "dublin_core.xml")
        assert (back.term, back.value, back.lang) == (term, "Zebra", "en")
        assert not [problem for problem in problems if problem.code == "dc-xml-ignored"]


TERMS = (
    "abstract accessRights accrualMethod accrualPeriodicity accrualPolicy alternative audience available "
    "bibliographicCitation conformsTo contributor coverage created creator date dateAccepted dateCopyrighted "
    "dateSubmitted description educationLevel extent format hasFormat hasPart hasVersion identifier "
    "instructionalMethod isFormatOf isPartOf isReferencedBy isReplacedBy isRequiredBy issued isVersionOf language "
    "license mediator medium modified provenance publisher references relation replaces requires rights "
    "rightsHolder source spatial subject tableOfContents temporal title type valid"
)
"""The fields of DSpace's registry ``dcterms-types.xml``."""


@given(subject=hostile())
def test_of_an_item_every_value_is_said_exactly_once_or_twice_where_dc_says_less(subject: Subject) -> None:
    notes = Notes("DSpace")
    core, terms = (etree.fromstring(data) if data else () for data in dspace_item(subject, notes))
    assert all(value.get("element") in TERMS.split() and value.get("qualifier") is None for value in terms)
    known = [s for s in subject.whole if s.term in ELEMENT_OF]
    exact = sum(value.get("element") in (s.term.partition(":")[2] for s in known) for value in terms)
    assert len(known) <= len(core) + len(terms) <= 2 * len(known)
    assert exact == len(terms)
    assert "export-less-exact" not in {problem.code for problem in notes.problems()}


def test_a_second_document_holds_what_the_first_says_less_exactly() -> None:
    said = (*LEAST, Statement("dcterms:modified", "1931"), Statement("dcterms:rightsHolder", "Archives", lang="en"))
    core, terms = dspace_item(described(*said), Notes("DSpace"))
    assert b'<dcvalue element="date" qualifier="none">1931</dcvalue>' in core
    assert terms.decode() == (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<dublin_core schema="dcterms">\n'
        '  <dcvalue element="modified">1931</dcvalue>\n'
        '  <dcvalue element="rightsHolder" language="en">Archives</dcvalue>\n'
        "</dublin_core>\n"
    )
    assert dspace_item(described(*LEAST), Notes("DSpace"))[1] == b""
