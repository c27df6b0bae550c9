"""``preserve export --as saf`` and ``--as eark``: packages for DSpace and for E-ARK archives, one, several, or all."""

import os
import shutil
from pathlib import Path

import pytest
from lxml import etree

from preserve import api
from tests.acceptance.archive import Archive
from tests.deposit.sip.saf_reader import read_archive


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with three sealed packages."""
    home = tmp_path_factory.mktemp("made")
    (home / "packages").mkdir()
    (home / "incoming").mkdir()
    for name in ("letter", "map", "song"):
        (home / "incoming" / f"{name}.txt").write_text(f"A {name}.\n")
    said = ("dcterms:title=Papers", "dcterms:rightsHolder=City Archive")
    assert len(list(api.ingest(home=home, values=said))) == 3
    return home


@pytest.fixture
def archive(made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Archive:
    """A copy of it, to do with as one likes."""
    return Archive(shutil.copytree(made, tmp_path / "home"), capsys)


def _names(archive: Archive) -> list[str]:
    return [each.name for each in archive.sealed()]


def test_the_whole_archive_is_an_archive_for_dspace(archive: Archive) -> None:
    place = archive.home / "out"
    said = archive.run("export", "--as", "saf", "--output", place, "--tag", "DSpace-Collection=1/2")
    assert said.status == 0, said.err
    assert "3 packages, " in said.out
    items = read_archive(place)
    assert [item.name for item in items] == _names(archive)
    for item in items:
        (document,) = [read for read in item.bitstreams.values() if read.bundle == "ORIGINAL"]
        assert document.primary
        assert document.content.startswith(b"A ")
        assert item.collections == ["1/2"]
        assert ("dcterms", "rightsHolder", "City Archive") in item.values


def test_only_those_that_are_named_each_once(archive: Archive) -> None:
    letter, _, song = _names(archive)
    place = archive.home / "out"
    message = archive.run("export", song, letter, song, "--as", "saf", "--output", place, "--json").only
    assert (message["as"], message["packages"], message["path"]) == ("saf", 2, str(place))
    files = [each for each in place.rglob("*") if each.is_file()]
    assert (message["files"], message["bytes"]) == (len(files), sum(each.stat().st_size for each in files))
    assert sorted(os.listdir(place)) == [letter, song]


def test_an_e_ark_sip_lies_in_a_folder_that_is_called_as_it_is(archive: Archive) -> None:
    letter = _names(archive)[0]
    place = archive.home / "out"
    tag = ("--tag", "Submitting-Organization=City Archive")
    message = archive.run("export", letter, "--as", "eark", "--output", place, "--json", *tag).only
    assert (message["name"], message["packages"]) == (letter, 1)
    root = etree.parse(place / letter / "METS.xml").getroot()
    assert root.get("OBJID") == letter
    assert (place / letter / "representations/rep1/data/letter.txt").read_text() == "A letter.\n"


def test_one_that_is_damaged_is_left_out_and_told(archive: Archive) -> None:
    letter, map_, song = _names(archive)
    (archive.packages / map_ / "data/map.txt").write_text("A mop.\n")
    place = archive.home / "out"
    message = archive.run("export", "--as", "saf", "--output", place, "--json").only
    (problem,) = message["problems"]
    assert (problem["code"], problem["path"]) == ("export-unreadable", map_)
    assert sorted(os.listdir(place)) == [letter, song]
    assert archive.run("export", map_, "--as", "saf", "--output", archive.home / "other").status == 22
    assert not [each for each in os.listdir(archive.home) if "other" in each or "preserve-export" in each]


def test_an_embargo_is_told(archive: Archive) -> None:
    letter = _names(archive)[0]
    archive.run("describe", letter, "--set", "dcterms:available=2999-01-01")
    said = archive.run("export", letter, "--as", "saf", "--output", archive.home / "out")
    assert "An embargo holds it back until 2999-01-01" in said.err
    said = archive.run("export", letter, "--as", "saf-zip", "--output", archive.home / "out.zip")
    assert "An embargo holds it back until 2999-01-01" in said.err
    assert os.listdir(archive.home / "out") == [f"{letter}.v2"]


@pytest.mark.parametrize("form", ["saf", "eark"])
def test_what_stands_there_stays(archive: Archive, form: str) -> None:
    (archive.home / "out").mkdir()
    assert archive.run("export", "--as", form, "--output", archive.home / "out").status == 2
    assert archive.run("export", "--as", form).status == 2
    assert archive.run("export", "--as", form, "--output", archive.home / "nowhere/out").status == 2


def test_nobody_who_submits_it_is_invented(archive: Archive) -> None:
    said = archive.run("export", "--as", "eark", "--output", archive.home / "out")
    assert said.status == 21
    assert "names who submits it" in said.err
    assert not (archive.home / "out").exists()


@pytest.mark.parametrize("form", ["saf-zip", "eark-tar", "eark-zip"])
def test_one_file_is_read_back(archive: Archive, form: str) -> None:
    letter, song, _ = _names(archive)
    place = archive.home / f"letter.{form.partition('-')[2]}"
    tag = () if form == "saf-zip" else ("--tag", "Submitting-Organization=City Archive")
    said = archive.run("export", letter, "--as", form, "--output", place, *tag)
    assert said.status == 0, said.err
    assert place.stat().st_size
    assert "read back; SHA-256" in said.out
    assert archive.run("export", letter, song, "--as", form, "--output", archive.home / "x.zip").status == 2


def test_a_bag_profile_is_for_bags(archive: Archive) -> None:
    letter = _names(archive)[0]
    said = archive.run("export", letter, "--as", "saf", "--output", archive.home / "out", "--profile", "aptrust")
    assert said.status == 2
    assert "--profile is for bags" in said.err
