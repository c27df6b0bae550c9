"""``preserve export --as oai-static``: harvesters get every package that they may have, and no other."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from sickle import Sickle

from preserve import api
from preserve.describe.crosswalks.oai_static import FORMATS, NAMESPACE
from tests.acceptance.archive import Archive
from tests.acceptance.static_gateway import gateway
from tests.describe.official import official_oai_dc, official_qualified

OAI = "http://www.openarchives.org/OAI/2.0/"
NS = {"o": OAI, "s": NAMESPACE}
CONFIG = """[archive]
name = "City Archive & <Sons>"
email = "archive@example.org"
oai_url = "http://gateway.example.org/oai/archive.example.org/static.xml"
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with four sealed packages, one of them under an embargo."""
    home = tmp_path_factory.mktemp("made")
    (home / "packages").mkdir()
    (home / "incoming").mkdir()
    (home / "preserve.toml").write_text(CONFIG)
    for name in ("letter", "map", "song", "zither"):
        (home / "incoming" / f"{name}.txt").write_text(f"A {name}.\n")
    said = ["dcterms:modified=1931-02-03", "dcterms:rightsHolder=City Archive"]
    _, held, freed, _ = api.ingest(home=home, values=said)
    api.change_description(held.id, agent="Jo", home=home, values=["dcterms:available=2999"])
    values = ["dcterms:available=2001-02-03", "dcterms:title=Song & Dance"]
    api.change_description(freed.id, agent="Jo", home=home, values=values)
    return home


@pytest.fixture
def archive(made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Archive:
    """A copy of it, to do with as one likes."""
    return Archive(shutil.copytree(made, tmp_path / "home"), capsys)


@pytest.fixture
def repository(archive: Archive) -> Path:
    place = archive.home / "static.xml"
    said = archive.run("export", "--as", "oai-static", "--output", place)
    assert said.status == 0, said.err
    return place


def _ids(archive: Archive) -> list[str]:
    return [message["id"] for message in archive.run("ls", "--json").messages]


@pytest.fixture
def harvester(repository: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with gateway(repository) as url:
        yield Sickle(url, timeout=20)


def test_a_harvester_gets_all_but_what_is_under_an_embargo(archive: Archive, harvester: Any) -> None:
    held = archive.run("show", archive.sealed()[1].name, "--json").only["id"]
    expected = [f"urn:uuid:{each}" for each in sorted(_ids(archive)) if each != held]
    for prefix in ("oai_dc", "dcterms"):
        records = list(harvester.ListRecords(metadataPrefix=prefix))
        assert sorted(record.header.identifier for record in records) == sorted(expected)
        assert all(not record.deleted for record in records)
    titles = [record.metadata["title"] for record in harvester.ListRecords(metadataPrefix="oai_dc")]
    assert ["Song & Dance"] in titles
    one = harvester.GetRecord(identifier=expected[0], metadataPrefix="dcterms")
    assert one.metadata["rightsHolder"] == ["City Archive"]


def test_a_harvester_learns_what_the_repository_is(harvester: Any) -> None:
    told = harvester.Identify()
    assert (told.repositoryName, told.adminEmail) == ("City Archive & <Sons>", "archive@example.org")
    assert told.baseURL == "http://gateway.example.org/oai/archive.example.org/static.xml"
    assert (told.deletedRecord, told.granularity, told.protocolVersion) == ("no", "YYYY-MM-DD", "2.0")
    formats = {each.metadataPrefix: each for each in harvester.ListMetadataFormats()}
    assert set(formats) == {"oai_dc", "dcterms"}
    assert formats["oai_dc"].metadataNamespace == f"{OAI}oai_dc/"
    assert formats["oai_dc"].schema == f"{OAI}oai_dc.xsd"


def test_the_file_is_as_the_specification_wants_it(repository: Path) -> None:
    """What static-repository.xsd, and the restricted OAI-PMH schema beside it, allow."""
    root = etree.parse(repository).getroot()
    assert root.tag == f"{{{NAMESPACE}}}Repository"
    assert [etree.QName(each).localname for each in root] == [
        "Identify",
        "ListMetadataFormats",
        "ListRecords",
        "ListRecords",
    ]
    assert [etree.QName(each).localname for each in root[0]] == [
        "repositoryName",
        "baseURL",
        "protocolVersion",
        "adminEmail",
        "earliestDatestamp",
        "deletedRecord",
        "granularity",
    ]
    assert [each.get("metadataPrefix") for each in root[2:]] == ["oai_dc", "dcterms"]
    earliest = root.findtext("s:Identify/o:earliestDatestamp", "", NS)
    for record in root.iter(f"{{{OAI}}}record"):
        header, metadata = record
        identifier, datestamp = header
        assert (header.attrib, len(metadata)) == ({}, 1)
        assert identifier.text.startswith("urn:uuid:")
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", datestamp.text)
        assert earliest <= datestamp.text
        namespace = etree.QName(metadata[0]).namespace
        location = metadata[0].get("{http://www.w3.org/2001/XMLSchema-instance}schemaLocation")
        assert location.split()[0] == namespace
    namespaces = root.findall("s:ListMetadataFormats/o:metadataFormat/o:metadataNamespace", NS)
    for listed, expected in zip(root[2:], namespaces, strict=True):
        assert {etree.QName(each[1][0]).namespace for each in listed} == {expected.text}


def test_every_record_is_valid_by_the_official_schemas(repository: Path, shared: Path) -> None:
    xsd = shared / "reference/xsd"
    simple, qualified = official_oai_dc(xsd), official_qualified(xsd, FORMATS["dcterms"].namespace)
    root = etree.parse(repository).getroot()
    found = [metadata[0] for metadata in root.iter(f"{{{OAI}}}metadata")]
    assert len(found) == 6
    for number, one in enumerate(found):
        (simple if number < 3 else qualified).assertValid(etree.fromstring(etree.tostring(one)))


def test_the_same_archive_gives_the_same_bytes(archive: Archive, repository: Path) -> None:
    assert archive.run("export", "--as", "oai-static").out.encode() == repository.read_bytes()


def test_what_is_held_back_and_what_cannot_be_read_is_told(archive: Archive) -> None:
    (archive.sealed()[0] / "metadata/descriptive/dc.xml").write_text("<")
    message = archive.run("export", "--as", "oai-static", "--output", archive.home / "x.xml", "--json").only
    codes = [problem["code"] for problem in message["problems"]]
    assert message["packages"] == 2
    assert {"export-unreadable", "export-held-back"} <= set(codes)


def test_what_the_configuration_does_not_say_is_named(archive: Archive) -> None:
    (archive.home / "preserve.toml").write_text("")
    said = archive.run("export", "--as", "oai-static")
    assert said.status == 12
    for key in ("archive.name", "archive.email", "archive.oai_url"):
        assert key in said.err


def test_nothing_is_published_where_everything_is_held_back(archive: Archive) -> None:
    held = archive.sealed()[1].name
    said = archive.run("export", held, "--as", "oai-static", "--output", archive.home / "x.xml")
    assert said.status == 2
    assert "no package that harvesters may have" in said.err
    assert not (archive.home / "x.xml").exists()


def test_an_embargo_that_ended_is_news(archive: Archive) -> None:
    """Harvesters that ask only for what is new must hear of it."""
    letter = archive.sealed()[0].name
    archive.run("describe", letter, "--set", "dcterms:available=2020-03-04")
    root = etree.fromstring(archive.run("export", letter, "--as", "oai-static").out.encode())
    (first, _) = root.iter(f"{{{OAI}}}datestamp")
    assert first.text >= "2020-03-04"
