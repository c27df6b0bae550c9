"""Copies that are gone for good are waited for no more, and that is said for ever."""

from pathlib import Path

import pytest

from tests.acceptance.archive import Archive


@pytest.fixture
def name(archive: Archive, tmp_path: Path) -> str:
    """A package with a copy in nas that failed its last check."""
    (tmp_path / "nas").mkdir()
    (archive.home / "preserve.toml").write_text(f'[locations.nas]\npath = "{tmp_path / "nas"}"\n')
    (archive.incoming / "letter.txt").write_text("Dear archive,\n")
    archive.ingest()
    package = archive.only_package().name
    archive.run("replicate", package, "--to", "nas")
    (tmp_path / "nas" / package / "data" / "letter.txt").write_text("Dear forger,\n")
    assert archive.run("audit", package).status == 3
    return package


def give_up(archive: Archive, *words: str) -> int:
    return archive.run("replicate", *words, "--to", "nas", "--given-up", "the disk was stolen", "--agent", "A.").status


@pytest.mark.parametrize("configured", [True, False])
def test_a_location_that_is_gone_can_be_given_up(archive: Archive, name: str, tmp_path: Path, configured: bool) -> None:
    (tmp_path / "nas").rename(tmp_path / "stolen")
    if not configured:
        (archive.home / "preserve.toml").write_text("")
    assert archive.run("status").status == 3
    assert give_up(archive, "--all") == 0
    assert archive.run("status").status == 0
    assert "is gone for good: the disk was stolen" in archive.run("log", name).out
    assert archive.run("catalog", "rebuild").status == 0
    assert archive.run("status").status == 0
    assert archive.run("report", "--csv", archive.home / "x.csv").status == 0


def test_what_is_still_there_is_not_given_up(archive: Archive, name: str) -> None:
    assert give_up(archive, name) == 22
    assert archive.run("status").status == 3


def test_a_copy_that_was_given_up_can_be_made_again(archive: Archive, name: str, tmp_path: Path) -> None:
    (tmp_path / "nas" / name).rename(tmp_path / "taken")
    assert give_up(archive, name) == 0
    assert archive.run("replicate", name, "--to", "nas").status == 0
    assert archive.run("audit", name).status == 0
    assert archive.run("status").status == 0


def test_a_reason_must_be_given(archive: Archive, name: str) -> None:
    assert archive.run("replicate", name, "--to", "nas", "--given-up", " ").status == 2
