"""premis.xml tells everything, is legal everywhere, and says it the same way each time."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from lxml import etree

from preserve.model import Agent, Digest, Embedded, Event, Format, Identification, Outcome, Statement, SuppliedDigest
from preserve.model.identification import APPLICATION
from preserve.premis.check import check
from preserve.premis.read import read
from preserve.premis.write import NAMESPACE, Subject, premis_chunks, premis_xml
from tests.premis.samples import MACHINE, NOW, PACKAGE_ID, stored, subject, subjects

N = {"p": NAMESPACE}
_RIGHTS_TAGS = ("licenseDocumentationIdentifierValue", "otherRightsDocumentationIdentifierValue", "licenseTerms")


def _tree(one: Subject) -> Any:
    return etree.fromstring(premis_xml(one))


def test_a_record_is_valid_against_the_official_schema(official: Any) -> None:
    official.assertValid(_tree(subject("letter.txt", "photo.jpg")))


@settings(max_examples=150, deadline=None)
@given(one=subjects())
def test_any_record_is_valid_sound_and_reproducible(official: Any, one: Subject) -> None:
    data = premis_xml(one)

    official.assertValid(etree.fromstring(data))
    assert check(data) == ()
    assert premis_xml(one) == data


def test_an_empty_package_has_a_record_too(official: Any) -> None:
    official.assertValid(_tree(subject(events=())))


def test_supplied_and_computed_digests_are_told_apart() -> None:
    supplied = (SuppliedDigest("a.txt", Digest("md5", "00" * 16), "SHA & <MD5>SUMS"),)
    found = {
        (each.findtext("p:messageDigestAlgorithm", None, N), each.findtext("p:messageDigestOriginator", None, N))
        for each in _tree(subject("a.txt", supplied=supplied)).iterfind(".//p:fixity", N)
    }

    assert found == {
        ("SHA-256", "preserve (computed at ingest)"),
        ("SHA3-256", "preserve (computed at ingest)"),
        ("MD5", "producer (supplied in SHA & <MD5>SUMS)"),
    }


def test_a_format_names_its_registry_key_and_the_basis_for_it() -> None:
    pronom = Format("Acrobat PDF 1.4", "1.4", "PRONOM", "fmt/18", "byte match at 0, 8")
    one = subject("a.pdf", identifications=(Identification("data/a.pdf", "application/pdf", formats=(pronom,)),))
    first, second = _tree(one).iterfind(".//p:format", N)

    assert first.findtext("p:formatDesignation/p:formatName", None, N) == "Acrobat PDF 1.4"
    assert first.findtext("p:formatDesignation/p:formatVersion", None, N) == "1.4"
    assert first.findtext("p:formatRegistry/p:formatRegistryName", None, N) == "PRONOM"
    assert first.findtext("p:formatRegistry/p:formatRegistryKey", None, N) == "fmt/18"
    assert first.findtext("p:formatRegistry/p:formatRegistryRole", None, N) == "specification"
    link = first.find("p:formatRegistry", N).get("simpleLink")
    assert link == "https://www.nationalarchives.gov.uk/PRONOM/fmt/18"
    assert first.findtext("p:formatNote", None, N) == "byte match at 0, 8"
    assert second.findtext("p:formatDesignation/p:formatName", None, N) == "application/pdf"


def test_an_unidentified_file_is_said_to_be_unknown() -> None:
    assert _tree(subject("a")).findtext(".//p:formatName", None, N) == "unknown"


def test_an_event_carries_the_words_of_the_library_of_congress() -> None:
    events = (
        Event("vir", NOW, Outcome.NOT_DONE, (MACHINE, Agent("Ana", kind="person")), "ClamAV", "No scanner is set up."),
    )
    event = _tree(subject("a", events=events)).find("p:event", N)
    kind, outcome = event.find("p:eventType", N), event.find(".//p:eventOutcome", N)

    assert kind.text == "virus check"
    assert kind.get("valueURI") == "http://id.loc.gov/vocabulary/preservation/eventType/vir"
    assert outcome.text == "not done"
    assert dict(outcome.attrib) == {}
    assert event.findtext("p:eventDateTime", None, N) == "2026-11-22T10:00:00Z"
    assert [each.text for each in event.iterfind(".//p:linkingAgentRole", N)] == ["executing program", "implementer"]


@pytest.mark.parametrize(("kind", "role"), [("ing", "outcome"), ("ipc", "outcome"), ("vir", "source"), ("rep", None)])
def test_an_event_says_what_its_objects_were_in_it(kind: str, role: str | None) -> None:
    def roles(*objects: str) -> list[str | None]:
        one = subject("a", events=(Event(kind, NOW, Outcome.SUCCESS, (MACHINE,), objects=objects),))
        links = _tree(one).findall(".//p:linkingObjectIdentifier", N)
        return [link.findtext("p:linkingObjectRole", None, N) for link in links]

    assert roles() == [role]
    assert roles("data/a", "README.txt") == ([role] * 2 if role == "outcome" else [None, None])


def test_who_validates_is_called_a_validator() -> None:
    one = subject("a", events=(Event("val", NOW, Outcome.SUCCESS, (MACHINE, Agent("Ana", kind="person"))),))
    roles = [role.text for role in _tree(one).iterfind(".//p:linkingAgentRole", N)]
    assert roles == ["validator", "implementer"]


@pytest.mark.parametrize(
    ("embedded", "told"),
    [
        ((Embedded(APPLICATION, "Writer & Co 3", "odf:meta.xml[meta:generator]"),), ["Writer & Co 3", None]),
        ((Embedded("dcterms:created", "1987-05-06", "pdf:docinfo[CreationDate]"),), [None, "1987-05-06"]),
        ((Embedded("dcterms:created", "in May", "pdf:docinfo[CreationDate]"),), None),
        ((Embedded("dcterms:created", "1987-05-06", "html:meta[dc.date.created]"),), None),
        ((), None),
    ],
)
def test_what_a_file_says_of_its_making_is_told_as_its_own_word(
    embedded: tuple[Embedded, ...], told: list[str | None] | None
) -> None:
    one = subject("a.pdf", identifications=(Identification("data/a.pdf", embedded=embedded),))
    made = _tree(one).find(".//p:creatingApplication", N)
    tags = ("creatingApplicationName", "dateCreatedByApplication")
    assert (None if made is None else [made.findtext(f"p:{tag}", None, N) for tag in tags]) == told


def test_rights_are_what_people_said_and_nothing_else(official: Any) -> None:
    said = (
        Statement("dcterms:title", "Letters"),
        Statement("dcterms:rights", "https://rightsstatements.org/vocab/InC/1.0/", about="data/a"),
        Statement("dcterms:rights", "https://creativecommons.org/publicdomain/zero/1.0/"),
        Statement("dcterms:license", "Ask <us> first.", about="data/b"),
    )
    tree = _tree(subject("a", statements=said))
    official.assertValid(tree)
    found = [
        [
            each.findtext(f".//p:{tag}", None, N)
            for tag in ("rightsBasis", *_RIGHTS_TAGS, "linkingObjectIdentifierValue")
        ]
        for each in tree.iterfind("p:rights/p:rightsStatement", N)
    ]

    file = tree.findall("p:object/p:objectIdentifier/p:objectIdentifierValue", N)[2].text
    package = f"urn:uuid:{PACKAGE_ID}"
    assert found == [
        ["other", None, "https://rightsstatements.org/vocab/InC/1.0/", None, file],
        ["license", "https://creativecommons.org/publicdomain/zero/1.0/", None, None, package],
        ["license", None, None, "Ask <us> first.", package],
    ]
    notes = [note.text for note in tree.iterfind(".//p:licenseNote", N)]
    assert [note.endswith("It was said of data/b.") for note in notes] == [False, True]
    assert "rights" not in {etree.QName(each).localname for each in _tree(subject("a"))}


def test_identifiers_depend_on_the_package_and_the_path_alone() -> None:
    def identifiers(one: Subject) -> list[str]:
        return [each.text for each in _tree(one).iterfind("p:object/p:objectIdentifier/p:objectIdentifierValue", N)]

    plain = subject("a", "b")
    assert identifiers(replace(plain, stored=plain.stored[::-1]))[2:] == identifiers(plain)[2:][::-1]
    assert identifiers(replace(plain, package_id="urn:uuid:" + plain.package_id)) == identifiers(plain)
    other = identifiers(replace(plain, package_id="00000000-0000-4000-8000-000000000000"))
    assert not set(other[2:]) & set(identifiers(plain)[2:])


@pytest.mark.parametrize(
    "wrong",
    [
        {"package_id": "letters"},
        {"created": NOW.replace(tzinfo=None)},
        {"events": (Event("xyz", NOW, Outcome.SUCCESS, ()),)},
        {"events": (Event("ing", NOW, Outcome.SUCCESS, (Agent("x", kind="ghost"),)),)},
        {"events": (Event("ing", NOW, Outcome.SUCCESS, (), objects=("data/nowhere",)),)},
        {"identifications": (Identification("data/nowhere"),)},
    ],
)
def test_mistakes_of_the_caller_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"."):
        premis_xml(subject("a", **wrong))


def test_many_files_come_in_small_pieces() -> None:
    many = subject(stored=tuple(stored(f"folder/{number}") for number in range(5_000)))
    sizes = [len(piece) for piece in premis_chunks(many)]

    assert max(sizes) < 10_000
    assert len(read(premis_xml(many)).files) == 5_000
