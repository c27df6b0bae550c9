"""What all targets promise: whatever a description holds, nothing is invented and nothing is dropped in silence."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from lxml import etree

from preserve.describe.crosswalks.subject import Crossed, Subject
from preserve.describe.crosswalks.targets import TARGETS, cross
from preserve.describe.terms import ELEMENT_OF
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
