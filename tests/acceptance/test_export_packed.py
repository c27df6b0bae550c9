"""``preserve export --as tar`` and ``--as zip``: a package in one file, for whoever asks for it."""

import os
import shutil
import subprocess
from hashlib import sha256
from pathlib import Path

import pytest

import preserve
from tests.acceptance.archive import Archive


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of an archive with a sealed letter; nobody changes it."""
    home = tmp_path_factory.mktemp("home")
    (preserve.init(home) / "incoming" / "letter.txt").write_text("A letter.\n")
    (done,) = preserve.ingest(home=home)
    assert done.status == "sealed"
    return home


@pytest.fixture
def archive(sealed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Archive:
    """A copy of it, which is the test's own."""
    for name in ("incoming", "packages"):
        shutil.copytree(sealed / name, tmp_path / name)
    return Archive(tmp_path, capsys)


@pytest.fixture
def letter(archive: Archive) -> str:
    """The name of its package."""
    return archive.only_package().name


@pytest.mark.parametrize("form", ["tar", "zip"])
def test_a_package_goes_into_one_file_that_validates(archive: Archive, letter: str, form: str) -> None:
    place = archive.home / f"handed-over.{form}"
    said = archive.run("export", letter, "--as", form, "--output", place)
    assert said.status == 0, said.err
    assert sha256(place.read_bytes()).hexdigest() in said.out
    found = archive.run("validate", place, "--json").only
    assert (found["valid"], found["problems"]) == (True, [])
    unpacked = archive.home / "unpacked"
    if form == "tar":
        unpacked.mkdir()
        subprocess.run(["tar", "-xf", place, "-C", unpacked], check=True)
    else:
        shutil.unpack_archive(place, unpacked)
    assert os.listdir(unpacked) == ["handed-over"]
    assert subprocess.run(["diff", "-r", unpacked / "handed-over", archive.only_package()], check=False).returncode == 0


def test_the_same_package_gives_the_same_file(archive: Archive, letter: str) -> None:
    for folder in ("one", "other"):
        (archive.home / folder).mkdir()
        archive.run("export", letter, "--as", "tar", "--output", archive.home / folder / "letter.tar")
    assert (archive.home / "one/letter.tar").read_bytes() == (archive.home / "other/letter.tar").read_bytes()


def test_it_is_told_as_data(archive: Archive, letter: str) -> None:
    place = archive.home / "letter.tar"
    message = archive.run("export", letter, "--as", "tar", "--output", place, "--json").only
    assert message["sha256"] == sha256(place.read_bytes()).hexdigest()
    assert (message["as"], message["media_type"], message["bytes"]) == (
        "tar",
        "application/x-tar",
        place.stat().st_size,
    )
    assert (message["name"], message["packages"], message["problems"]) == (letter, 1, [])


def test_nothing_is_left_of_a_package_that_is_not_what_was_sealed(archive: Archive, letter: str) -> None:
    document = next(archive.only_package().rglob("letter.txt"))
    document.write_text("A latter.\n")
    place = archive.home / "letter.tar"
    said = archive.run("export", letter, "--as", "tar", "--output", place)
    assert said.status == 22
    assert "is not what was validated" in said.err
    assert [each.name for each in archive.home.iterdir() if "letter" in each.name or "export" in each.name] == []


def test_what_stands_there_stays(archive: Archive, letter: str) -> None:
    place = archive.home / "letter.tar"
    place.write_text("mine")
    assert archive.run("export", letter, "--as", "tar", "--output", place).status == 2
    assert place.read_text() == "mine"


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["--as", "tar"], "does not go to standard output"),
        (["--as", "tar", "--output", "letter.zip"], "no name for this file"),
        (["--as", "tar", "--output", ".tar"], "no name for this file"),
        (["--as", "tar", "--output", "my letter.tar"], "no name for this file"),
        (["--as", "oai_dc", "--profile", "aptrust-2.2"], "is for bags"),
        (["--as", "oai_dc", "--tag", "A=b"], "says nothing"),
        (["--as", "tar", "--output", "letter.tar", "--tag", "Access"], "is not LABEL=VALUE"),
    ],
)
def test_what_does_not_go_together_is_told(archive: Archive, letter: str, words: list[str], why: str) -> None:
    said = archive.run("export", letter, *words)
    assert said.status == 2
    assert why in said.err


def test_without_a_package_there_is_no_file(archive: Archive) -> None:
    said = archive.run("export", "--as", "tar", "--output", "all.tar")
    assert said.status == 2
    assert "No package was named" in said.err


APTRUST = ("--profile", "aptrust-2.3", "--tag", "Access=Institution", "--tag", "Storage-Option=Standard")


def test_a_bag_for_others_is_made_and_keeps_their_profile(archive: Archive, letter: str) -> None:
    place = archive.home / "letter.tar"
    said = archive.run("export", letter, "--as", "tar", "--output", place, *APTRUST, "--tag", "Title=A letter")
    assert said.status == 0, said.err
    assert "no Source-Organization, which the profile recommends" in said.err
    found = archive.run("validate", place, "--profile", "aptrust-2.3", "--json").only
    assert found["valid"]
    assert {problem["code"] for problem in found["problems"]} == {"profile-info-recommended"}


def test_what_a_profile_asks_for_is_asked_for_before_anything_is_written(archive: Archive, letter: str) -> None:
    place = archive.home / "letter.tar"
    said = archive.run("export", letter, "--as", "tar", "--output", place, "--profile", "aptrust-2.3")
    assert said.status == 21
    assert "Access in aptrust-info.txt (one of: Consortia, Institution, Restricted)" in said.err
    said = archive.run("export", letter, "--as", "zip", "--output", archive.home / "letter.zip", *APTRUST)
    assert said.status == 21
    assert "Title" in said.err
    said = archive.run(
        "export", letter, "--as", "zip", "--output", archive.home / "letter.zip", *APTRUST, "--tag", "Title=A"
    )
    assert said.status == 22
    assert "accepts only application/tar" in said.err
    assert not [each for each in archive.home.iterdir() if each.suffix in (".tar", ".zip", ".preserve-export")]
