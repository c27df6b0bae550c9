"""Packages are read for what they are, whatever somebody has put in their place since."""

import os
from pathlib import Path

import pytest

import preserve
from preserve.errors import BagError, NotABag
from preserve.workflows.packages import DC, PROPOSALS, read_package
from preserve.workflows.places import folders_in


@pytest.fixture
def package(home: Path) -> Path:
    (home / "incoming" / "letter.txt").write_text("Dear reader.")
    (result,) = preserve.ingest(home=home)
    assert result.path is not None
    return result.path


@pytest.mark.parametrize("path", ["bag-info.txt", "bagit.txt", "manifest-sha512.txt", DC])
def test_nobody_waits_for_a_pipe_in_the_place_of_a_file(home: Path, package: Path, path: str) -> None:
    (package / path).unlink()
    os.mkfifo(package / path)
    with pytest.raises(NotABag, match=Path(path).name):
        read_package(package)
    assert [problem.code for problem in preserve.rebuild_catalog(home).problems][:1] == ["not-a-package"]


def test_a_pipe_in_the_place_of_the_proposals_is_told(home: Path, package: Path) -> None:
    (package / PROPOSALS).unlink()
    os.mkfifo(package / PROPOSALS)
    with pytest.raises(NotABag, match="not a regular file"):
        preserve.open_package(package.name, home=home)


def test_a_store_that_cannot_be_listed_is_not_an_empty_one(tmp_path: Path) -> None:
    (tmp_path / "packages").write_text("not a folder")
    with pytest.raises(BagError, match="cannot be read: not a directory"):
        folders_in(tmp_path / "packages")
    assert folders_in(tmp_path / "nothing") == ()


def test_the_readme_names_the_archive(home: Path) -> None:
    (home / "preserve.toml").write_text('[archive]\nname = "Reading room"\norganization = "Harbour office"\n')
    (home / "incoming" / "letter.txt").write_text("Dear reader.")
    (result,) = preserve.ingest(home=home)
    assert result.path is not None
    assert "  Archive:       Reading room, Harbour office\n" in (result.path / "README.txt").read_text()


def test_the_lost_and_found_of_a_disk_is_no_package(tmp_path: Path) -> None:
    for name in ("a-package", ".preserve", "lost+found"):
        (tmp_path / name).mkdir()
    assert folders_in(tmp_path) == ("a-package",)
