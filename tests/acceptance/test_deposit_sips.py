"""Deposits as DSpace and E-ARK archives take packages in: what arrives is read back, and is what they can read."""

from pathlib import Path

import pytest
from lxml import etree

from preserve import api
from tests.acceptance.archive import Archive
from tests.deposit.sip.saf_reader import read_archive

TARGETS = """
[archive]
organization = "City Archive"

[targets.dspace]
type = "folder"
path = "far/dspace"
form = "saf"
tags = ["DSpace-Collection=123456789/42"]

[targets.national]
type = "folder"
path = "far/national"
form = "eark"

[targets.wrong]
type = "folder"
path = "far/national"
form = "eark"
tags = ["DSpace-Collection=123456789/42"]
"""


@pytest.fixture
def archive(home: Path, capsys: pytest.CaptureFixture[str]) -> Archive:
    (home / "preserve.toml").write_text(TARGETS)
    for name in ("dspace", "national"):
        (home / "far" / name).mkdir(parents=True)
    (home / "incoming/letter.txt").write_text("A letter.\n")
    (done,) = api.ingest(home=home, values=["dcterms:title=Letters"])
    assert done.id
    return Archive(home, capsys)


def test_each_gets_its_form_and_it_is_verified(archive: Archive) -> None:
    name = archive.only_package().name
    for target in ("dspace", "national"):
        message = archive.run("deposit", name, "--to", target, "--json").messages[0]
        assert message["stage"] == "verified"
    (item,) = read_archive(archive.home / "far/dspace" / name)
    assert (item.name, item.collections) == (name, ["123456789/42"])
    assert item.bitstreams["letter.txt"].content == b"A letter.\n"
    sip = archive.home / "far/national" / name
    assert etree.parse(sip / "METS.xml").getroot().get("OBJID") == name
    assert (sip / "representations/rep1/data/letter.txt").read_text() == "A letter.\n"


def test_what_means_nothing_in_a_form_stops_the_deposit(archive: Archive) -> None:
    said = archive.run("deposit", archive.only_package().name, "--to", "wrong")
    assert said.status in (2, 3)
    assert "DSpace-Collection says nothing in what is sent as eark" in said.err + said.out
    assert not list((archive.home / "far/national").glob("letter*"))
