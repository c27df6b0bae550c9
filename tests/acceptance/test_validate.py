"""``preserve validate`` on the packages of an archive: forgeries are found however a package is named."""

import hashlib
import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.archive import Archive
from tests.bag.builder import build


@pytest.fixture
def package(archive: Archive) -> Path:
    """A sealed package."""
    (archive.incoming / "letter.txt").write_text("Dear archive,\n")
    archive.ingest()
    return archive.only_package()


def codes(message: dict[str, Any]) -> set[str]:
    return {problem["code"] for problem in message["problems"] if problem["severity"] == "error"}


def forge(package: Path) -> None:
    """Change the description and write every tag manifest anew, so that nothing inside the package tells."""
    record = package / "metadata/descriptive/dc.xml"
    record.write_text(record.read_text().replace("letter", "ransom"))
    for manifest in package.glob("tagmanifest-*.txt"):
        algorithm = manifest.stem.partition("-")[2]
        paths = [line.split("  ", 1)[1] for line in manifest.read_text().splitlines()]
        lines = [f"{hashlib.new(algorithm, (package / path).read_bytes()).hexdigest()}  {path}\n" for path in paths]
        manifest.write_text("".join(lines))


def test_a_forged_package_is_found_by_every_name_and_through_links(archive: Archive, package: Path) -> None:
    forge(package)
    (archive.home / "link-to-store").symlink_to(archive.packages)
    (archive.home / "link-to-package").symlink_to(package)
    for target in (
        package.name,
        package,
        archive.home / "link-to-store" / package.name,
        archive.home / "link-to-package",
    ):
        said = archive.run("validate", "--json", target)
        assert said.status == 3, target
        assert codes(said.only) == {"manifest-tampered"}


def test_a_package_is_known_when_the_home_is_reached_through_a_link(archive: Archive, package: Path) -> None:
    forge(package)
    (archive.home.parent / "link-to-home").symlink_to(archive.home)
    archive.home = archive.home.parent / "link-to-home"
    assert codes(archive.run("validate", "--json", package).only) == {"manifest-tampered"}


def test_what_is_added_to_a_package_after_sealing_makes_it_invalid(archive: Archive, package: Path) -> None:
    copy = archive.home / "elsewhere"
    shutil.copytree(package, copy)
    for place in (package, copy):
        (place / "metadata/added.xml").write_text("added")
        (place / "metadata/link").symlink_to("added.xml")
        said = archive.run("validate", "--json", place)
        assert said.status == 3
        assert {p["path"] for p in said.only["problems"] if p["code"] == "changed-after-sealing"} == {
            "metadata/added.xml",
            "metadata/link",
        }


def test_a_copy_without_its_tag_manifests_is_no_package_of_ours(archive: Archive, package: Path) -> None:
    copy = archive.home / "elsewhere"
    shutil.copytree(package, copy)
    (copy / "tagmanifest-sha256.txt").unlink()
    assert codes(archive.run("validate", "--json", copy).only) == {"changed-after-sealing"}


def test_a_link_in_the_place_of_a_package_is_an_error_even_if_what_it_leads_to_is_whole(
    archive: Archive, package: Path
) -> None:
    moved = archive.home / "moved"
    shutil.move(package, moved)
    package.symlink_to(moved)
    for target in (package, package.name):
        said = archive.run("validate", "--json", target)
        assert said.status == 3
        assert codes(said.only) == {"package-not-a-folder"}


def test_our_own_profile_counts_beside_the_one_that_is_asked_for(archive: Archive, package: Path) -> None:
    profile = archive.home / "profile.json"
    names = {"BagIt-Profile-Identifier": "https://example.org/p", "Version": "1", "External-Description": "any"}
    about = {**names, "Source-Organization": "A"}
    profile.write_text(json.dumps({"BagIt-Profile-Info": about, "Accept-BagIt-Version": ["1.0"]}))
    (package / "beside.txt").write_text("not allowed")
    found = archive.run("validate", "--json", "--profile", profile, package).only
    assert codes(found) == {"profile-identifier", "profile-tag-file-not-allowed", "changed-after-sealing"}


def test_completeness_only_does_not_pass_over_what_it_found(archive: Archive, package: Path) -> None:
    assert archive.run("validate", "--completeness-only", package).status == 0
    forge(package)
    assert archive.run("validate", "--completeness-only", package).status == 3


def test_an_empty_target_is_not_the_current_folder(
    archive: Archive, package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(package)
    assert archive.run("validate", "--json", ".").only["valid"]
    assert archive.run("validate", "--json", "").status in (2, 22)


def test_a_target_that_may_not_be_read_does_not_stop_the_others(
    archive: Archive, package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked = archive.home / "locked"
    locked.mkdir()
    locked.chmod(0)
    monkeypatch.setattr(os, "access", lambda path, *_, **__: Path(path) != locked)  # root may read everything
    said = archive.run("validate", "--json", locked, package)
    assert said.status in (3, 22)
    assert [message["valid"] for message in said.messages] == [False, True]


def test_a_history_that_cannot_be_written_costs_no_judgement(archive: Archive, package: Path) -> None:
    (archive.incoming / "second.txt").write_text("Another letter\n")
    archive.ingest()
    other = next(each for each in archive.sealed() if each != package)
    history = package.with_name(f"{package.name}.history.jsonl")
    history.write_text(history.read_text().replace('"', "'", 1))
    said = archive.run("validate", "--json", "--record", package, other)
    assert said.status == 3
    assert [message["valid"] for message in said.messages] == [True, True]
    assert [codes(message) for message in said.messages] == [{"result-not-recorded"}, set()]


def test_an_endless_profile_is_refused(archive: Archive, package: Path) -> None:
    said = archive.run("validate", "--json", "--profile", "/dev/zero", package)
    assert said.status == 22
    assert "too long" in said.only["message"]


def test_two_damages_are_two_findings(archive: Archive, package: Path) -> None:
    (package / "data/letter.txt").write_text("Dear forger,\n\n")
    (package / "README.txt").write_text("changed too")
    said = archive.run("validate", "--json", package)
    assert {p["path"] for p in said.only["problems"] if p["code"] == "checksum-mismatch"} == {
        "data/letter.txt",
        "README.txt",
    }


def test_a_package_that_is_gone_is_said_to_be_gone(archive: Archive, package: Path) -> None:
    os.rename(package, archive.home / "elsewhere")
    said = archive.run("validate", package.name)
    assert said.status == 22
    assert "not in the store" in said.err


def test_a_damaged_catalogue_stops_only_the_judgement_on_our_own_packages(
    archive: Archive, package: Path, tmp_path: Path
) -> None:
    foreign = build(tmp_path / "foreign")
    (archive.packages / ".preserve" / "catalog.sqlite").write_bytes(b"not a database" * 100)
    assert archive.run("validate", "--json", foreign).only["valid"]
    assert archive.run("validate", package).status == 23
    assert archive.run("validate", package.name).status == 23
