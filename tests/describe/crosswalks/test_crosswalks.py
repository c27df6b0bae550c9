"""What all targets promise: whatever a description holds, nothing is invented and nothing is dropped in silence."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from lxml import etree

from preserve.describe.crosswalks.links import Link, link_of, spdx_of
from preserve.describe.crosswalks.subject import Crossed, Subject
from preserve.describe.crosswalks.targets import TARGETS, cross
from preserve.describe.record.terms import ELEMENT_OF
from preserve.errors import DescriptionError
from preserve.model import Problem, Statement
from tests.describe.crosswalk_samples import LEAST, codes, crossed, described, hostile, official
from tests.describe.official import official_oai_dc

XML = [name for name, target in TARGETS.items() if target.media_type == "application/xml"]
_ORACLES = {
    "dcterms": "dc-2008/qualifieddc.xsd",
    "datacite": "datacite-4.7/kernel-4.7/metadata.xsd",
    "mods": "mods/mods-3-8.xsd",
}


def oracle(xsd: Path, form: str) -> etree.XMLSchema | None:
    if form == "oai_dc":
        return official_oai_dc(xsd)
    return official(xsd, _ORACLES[form]) if form in _ORACLES else None


@pytest.mark.parametrize("form", XML)
@settings(max_examples=40)
@given(subject=hostile())
def test_xml_is_well_formed_and_valid_under_the_official_schema(form: str, shared: Path, subject: Subject) -> None:
    root = etree.fromstring(cross(form, subject).data)
    schema = oracle(shared / "reference/xsd", form)
    if schema is not None:
        schema.assertValid(root)


@pytest.mark.parametrize("form", TARGETS)
@settings(max_examples=25)
@given(subject=hostile())
def test_whatever_a_value_holds_the_result_can_be_read_again_and_is_always_the_same(
    form: str, subject: Subject
) -> None:
    done = cross(form, subject)
    assert cross(form, subject) == done
    text = done.data.decode()
    if form in XML:
        etree.fromstring(done.data)
    elif "json" in TARGETS[form].media_type:
        assert json.loads(text)


@pytest.mark.parametrize("form", TARGETS)
@pytest.mark.parametrize(
    ("value", "scheme"),
    [
        ("Zebra Crossing", ""),
        ("https://example.org/zebra", "URI"),
        ("1931", "W3CDTF"),
        ("1931~", ""),
        ("Zebra, Q.", ""),
    ],
)
def test_each_value_of_each_term_is_carried_or_a_person_is_told(form: str, value: str, scheme: str) -> None:
    for term in ELEMENT_OF:
        rest = [s for s in LEAST if s.term != term or term in ("dcterms:title", "dcterms:type")]
        subject = described(*rest, Statement(term, value, scheme=scheme), organizations=frozenset(["Zebra Crossing"]))
        said = _said(form, subject)
        parts = [part.strip() for part in value.split(",")]
        carried = all(part in said.data.decode() for part in parts)
        left = [p.message for p in said.problems if p.code in ("export-value-left-out", "description")]
        assert carried or any(term in message or value in message for message in left), term
        assert carried or term not in ("dcterms:title", "dcterms:subject")


def _said(form: str, subject: Subject) -> Crossed:
    """The export, or the refusal as a problem."""
    try:
        return cross(form, subject)
    except DescriptionError as error:
        return Crossed(b"", (Problem.of(error),))


@pytest.mark.parametrize("form", [name for name in TARGETS if name != "csv"])
def test_what_is_said_about_single_files_is_not_dropped_in_silence(form: str) -> None:
    assert "export-files-left-out" not in codes(crossed(form, *LEAST))
    files = [Statement("dcterms:title", "x", about=f"data/{name}") for name in "ab"]
    (told,) = [p for p in crossed(form, *LEAST, *files).problems if p.code == "export-files-left-out"]
    assert "2 single files" in told.message


@pytest.mark.parametrize("form", [name for name in TARGETS if name != "csv"])
def test_that_a_title_only_stands_in_is_told(form: str) -> None:
    assert "export-title-stands-in" in codes(crossed(form, *LEAST, stands_in=True))
    assert "export-title-stands-in" not in codes(crossed(form, *LEAST))


@pytest.mark.parametrize("form", TARGETS)
def test_the_day_of_sealing_is_never_taken_for_a_date_of_the_text(form: str) -> None:
    text = crossed(form, *LEAST).data.decode()
    assert text.count("2026-11-22") == (1 if form == "csv" else 0), "a table has a column for it, and no form else"


def test_many_values_of_a_term_are_told_in_one_sentence() -> None:
    said = [Statement("dcterms:audience", f"reader {number}") for number in range(1000)]
    told = [p.message for p in crossed("oai_dc", *said).problems]
    assert told == ["dcterms:audience is left out (1,000 values): Simple Dublin Core has no place for it."]


@pytest.mark.parametrize(
    ("value", "kind", "written"),
    [
        ("doi:10.5072/a", "doi", "10.5072/a"),
        ("http://dx.doi.org/10.5072/a(b)", "doi", "10.5072/a(b)"),
        ("10.5072/a", "doi", "10.5072/a"),
        ("https://hdl.handle.net/10568/42", "handle", "10568/42"),
        ("ark:/12345/x", "ark", "ark:/12345/x"),
        ("urn:isbn:9780000000002", "urn", "urn:isbn:9780000000002"),
        ("https://example.org/", "url", "https://example.org/"),
        ("10.5 metres", "", "10.5 metres"),
        ("see https://example.org/", "", "see https://example.org/"),
        ("mailto:a@example.org", "", "mailto:a@example.org"),
        ("", "", ""),
    ],
)
def test_what_kind_of_identifier_a_value_is(value: str, kind: str, written: str) -> None:
    assert link_of(value) == Link(kind, written)


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("https://creativecommons.org/licenses/by-nc-sa/3.0/", "CC-BY-NC-SA-3.0"),
        ("http://creativecommons.org/publicdomain/zero/1.0", "CC0-1.0"),
        ("https://creativecommons.org/licenses/by/3.0/de/", ""),
        ("https://creativecommons.org/licenses/", ""),
        ("http://rightsstatements.org/vocab/InC/1.0/", ""),
    ],
)
def test_only_licences_of_creative_commons_have_a_name_in_spdx(address: str, name: str) -> None:
    assert spdx_of(address) == name


def test_a_scheme_without_a_name_in_the_schemas_is_written_untyped_and_one_that_is_broken_is_told() -> None:
    assert codes(crossed("dcterms", Statement("dcterms:created", "1931~", scheme="EDTF"))) == set()
    assert codes(crossed("dcterms", Statement("dcterms:created", "1931~", scheme="W3CDTF"))) == {"export-mark-left-out"}
