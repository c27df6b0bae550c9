"""A package store that is not mounted is never taken for an empty one."""

import json
import shutil
from pathlib import Path

import pytest

from tests.acceptance.archive import Archive


@pytest.fixture
def away(archive: Archive, tmp_path: Path) -> Path:
    """Where the store of the archive lies, whose disk was taken away."""
    (archive.incoming / "letter.txt").write_text("Dear archive,\n")
    archive.ingest()
    place = tmp_path / "away"
    archive.packages.rename(place)
    return place


@pytest.mark.parametrize("mount_point", [False, True])
@pytest.mark.parametrize("command", [("status",), ("ls",), ("catalog", "rebuild"), ("audit",), ("audit", "--all")])
def test_nothing_is_said_and_nothing_is_made(
    archive: Archive, away: Path, command: tuple[str, ...], mount_point: bool
) -> None:
    (archive.incoming / "another.txt").write_text("Dear archive,\n")
    if mount_point:
        archive.packages.mkdir()
    said = archive.run(*command)
    assert said.status == (3 if command[0] == "audit" else 22)
    assert "The package store cannot be reached" in said.out + said.err
    assert not archive.packages.exists() or not list(archive.packages.iterdir())
    if mount_point:
        archive.packages.rmdir()
    away.rename(archive.packages)
    assert archive.run("validate", *archive.sealed()).status == 0
    assert archive.run("status").status == 0


def on_another_disk(archive: Archive) -> None:
    """Let the home remember that the store was on another disk, as it would be if it had been."""
    memory = archive.home / ".preserve" / "stores.json"
    said = json.loads(memory.read_text())
    assert said["packages_elsewhere"] is False
    memory.write_text(json.dumps(said | {"packages_elsewhere": True}))


@pytest.mark.parametrize("mount_point", [False, True])
@pytest.mark.usefixtures("away")
def test_nothing_new_is_put_into_an_empty_mount_point(archive: Archive, mount_point: bool) -> None:
    on_another_disk(archive)
    if mount_point:
        archive.packages.mkdir()
    assert archive.run("ingest").status == 22
    assert not archive.packages.exists() or not list(archive.packages.iterdir())


@pytest.mark.usefixtures("away")
def test_what_was_emptied_on_the_disk_of_the_home_is_begun_anew_by_new_packages(archive: Archive) -> None:
    assert archive.run("status").status == 22
    assert archive.run("ingest").status == 0
    assert (len(archive.sealed()), archive.run("status").status) == (1, 0)


def test_another_store_is_told(archive: Archive, away: Path) -> None:
    shutil.copytree(away, archive.packages)
    (archive.packages / ".preserve" / "identity").write_text("0b2f1d0e-8f3c-4c6f-9f0c-111111111111\n")
    said = archive.run("ls")
    assert (said.status, "another disk is in its place" in said.err) == (22, True)


def test_a_store_that_was_restored_without_its_hidden_folder_is_believed(archive: Archive, away: Path) -> None:
    shutil.copytree(away, archive.packages, ignore=lambda *_: {".preserve"})
    assert archive.run("catalog", "rebuild").status == 0
    assert archive.run("status").status == 0


@pytest.mark.usefixtures("away")
def test_who_begins_anew_says_so(archive: Archive) -> None:
    assert archive.run("init", "--new-store", archive.home).status == 0
    assert archive.run("ingest").status == 0
    assert len(archive.sealed()) == 1


def test_an_archive_that_never_held_a_package_may_lose_its_folder(archive: Archive) -> None:
    archive.run("status")
    shutil.rmtree(archive.packages)
    assert archive.run("status").status == 0


@pytest.fixture
def catalogue(archive: Archive, tmp_path: Path) -> Path:
    """The folder of a catalogue that lies outside of the store, of an archive with a package."""
    place = tmp_path / "disk"
    place.mkdir()
    (archive.home / "preserve.toml").write_text(f'[catalog]\nurl = "sqlite:///{place}/catalog.sqlite"\n')
    (archive.incoming / "letter.txt").write_text("Dear archive,\n")
    archive.ingest()
    return place


@pytest.mark.parametrize("mount_point", [False, True])
@pytest.mark.parametrize("command", [("status",), ("audit", "--all"), ("ingest",), ("ls",)])
def test_a_catalogue_whose_disk_is_away_is_not_made_anew(
    archive: Archive, catalogue: Path, tmp_path: Path, command: tuple[str, ...], mount_point: bool
) -> None:
    catalogue.rename(tmp_path / "away")
    if mount_point:
        catalogue.mkdir()
    said = archive.run(*command)
    assert (said.status, "There is no catalogue" in said.err) == (23, True)
    assert not catalogue.exists() or not list(catalogue.iterdir())
    assert archive.run("catalog", "rebuild").status == 0
    assert archive.run("status").status == 0
