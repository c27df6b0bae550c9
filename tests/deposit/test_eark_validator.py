"""E-ARK's own validator has nothing against a SIP but what it has against every SIP."""

from pathlib import Path

import pytest

from preserve.config import load
from preserve.workflows.archive import opened
from tests.deposit.servers.eark_validator import judge, validator
from tests.workflows.depositing.consignments.unpacking import home_with, ready, unpacked

pytestmark = pytest.mark.server

CONTRADICTION = {"SIP14"}
"""1.1.3 looks for the attribute NOTETYPE without its namespace at the agent of the software, where CSIP16 demands
csip:NOTETYPE: no SIP can please both."""
OF_AN_ORGANIZATION = {"CSIP12", "CSIP13", "CSIP15", "CSIP16"}
"""1.1.3 takes every agent in the role CREATOR for the software; SIP15–17 demand one that is an organization."""
ADVICE = {"CSIPSTR13", "CSIP105"}
"""Metadata of the representation stands with the package; and the divisions of representations stand where the
specification has them, beside the one that the validator looks in."""


@pytest.fixture(scope="module")
def python() -> Path:
    return validator()


@pytest.fixture(scope="module")
def sip(python: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:  # noqa: ARG001  nothing is built in vain
    files = {"letter.txt": b"A letter.\n", "notes/größe #1.bin": bytes(range(256)), "empty": b""}
    home = home_with(tmp_path_factory.mktemp("home"), files, "title=Letters & <notes>", "type=Text")
    with opened(load(home, environment={})) as store:
        sent = ready(store, "eark", [("Submitting-Organization", "City Archive")])
        return unpacked(sent, tmp_path_factory.mktemp("out") / sent.label)


def test_the_validator_finds_only_where_it_contradicts_the_specification_or_itself(python: Path, sip: Path) -> None:
    verdict = judge(python, sip)
    assert (verdict.structure, verdict.schemas) == ("WellFormed", "VALID")
    errors = {each.rule for each in verdict.findings if each.severity == "Error"}
    assert errors == CONTRADICTION | OF_AN_ORGANIZATION
    assert {each.rule for each in verdict.findings if each.severity == "Warn"} == ADVICE
    assert all("agent" in each.location for each in verdict.findings if each.rule in errors)


def test_without_the_organization_only_its_contradiction_is_left(python: Path, sip: Path) -> None:
    mets = sip / "METS.xml"
    lines = mets.read_text().splitlines(keepends=True)
    without = [line for line in lines if 'TYPE="ORGANIZATION"' not in line]
    assert len(without) == len(lines) - 1
    mets.write_text("".join(without))
    errors = {each.rule for each in judge(python, sip).findings if each.severity == "Error"}
    mets.write_text("".join(lines))
    assert errors == CONTRADICTION


@pytest.mark.parametrize(
    ("wrong", "instead", "rule"),
    [
        ('OAISPACKAGETYPE="SIP"', 'OAISPACKAGETYPE="PARCEL"', "CSIP9"),
        (' PROFILE="https://earksip', ' PROFILE="https://example', "SIP2"),
        ('LABEL="CSIP"', 'LABEL="MAP"', "CSIP82"),
    ],
)
def test_it_finds_what_is_wrong(python: Path, sip: Path, wrong: str, instead: str, rule: str) -> None:
    mets = sip / "METS.xml"
    before = mets.read_text()
    assert wrong in before
    mets.write_text(before.replace(wrong, instead))
    found = {each.rule for each in judge(python, sip).findings if each.severity == "Error"}
    mets.write_text(before)
    assert rule in found
