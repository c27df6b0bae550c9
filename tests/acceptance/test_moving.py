"""``ingest --move`` from the command line, and what happens when it was cut short."""

import hashlib
import os
import shutil
from pathlib import Path

from tests.acceptance.archive import Archive
from tests.acceptance.test_ingest import assert_sound, codes


def test_a_list_beside_two_transfers_does_not_vanish_with_the_first(archive: Archive) -> None:
    for name in ("a.pdf", "a.txt"):
        (archive.incoming / name).write_text(name)
    lines = [f"{hashlib.md5(name.encode()).hexdigest()}  {name}\n" for name in ("a.pdf", "a.txt")]
    (archive.incoming / "a.md5").write_text("".join(lines))
    assert [result["status"] for result in archive.ingest("--move")] == ["sealed", "sealed"]
    assert list(archive.incoming.iterdir()) == []


def test_a_source_whose_removal_was_cut_short_is_removed_by_the_next_run(archive: Archive) -> None:
    (archive.incoming / "letter.txt").write_text("x")
    archive.ingest()
    (result,) = archive.ingest("--move")
    assert result["status"] == "already-packaged"
    assert list(archive.incoming.iterdir()) == []


def test_a_source_stays_when_its_package_is_not_valid_any_more(archive: Archive) -> None:
    (archive.incoming / "letter.txt").write_text("x")
    archive.ingest()
    (archive.only_package() / "data" / "letter.txt").write_text("y")
    (result,) = archive.ingest("--move")
    assert codes(result) == {"source-kept"}
    assert (archive.incoming / "letter.txt").read_text() == "x"


def test_a_transfer_whose_package_is_lost_is_packaged_again(archive: Archive) -> None:
    (archive.incoming / "letter.txt").write_text("x")
    archive.ingest()
    shutil.rmtree(archive.only_package())
    (result,) = archive.ingest()
    assert result["status"] == "sealed"
    assert_sound(archive, archive.only_package())


def test_folders_deeper_than_calls_can_be_nested_are_packaged_and_removed(archive: Archive) -> None:
    fd = os.open(archive.incoming, os.O_RDONLY)
    for _ in range(1200):
        os.mkdir("d", dir_fd=fd)
        below = os.open("d", os.O_RDONLY, dir_fd=fd)
        os.close(fd)
        fd = below
    os.close(os.open("letter.txt", os.O_CREAT, dir_fd=fd))
    os.close(fd)
    (result,) = archive.ingest("--move")
    assert (result["status"], result["files"]) == ("sealed", 1)
    assert list(archive.incoming.iterdir()) == []


def test_the_archive_itself_is_no_transfer(archive: Archive) -> None:
    (archive.incoming / "letter.txt").write_text("x")
    archive.ingest()
    package = archive.only_package()
    places = [archive.home, archive.packages, package, package / "data", archive.packages / ".preserve"]
    said = archive.run("ingest", "--json", "--move", *places)
    assert said.status == 3
    assert all("store-in-transfer" in codes(result) for result in said.messages)
    for option in ("--each-file", "--as-one", "--dry-run"):
        (refused,) = archive.run("ingest", "--json", option, archive.home).messages
        assert "store-in-transfer" in codes(refused)
    link = archive.home.parent / f"{archive.home.name}-link"
    link.symlink_to(archive.home)
    assert "store-in-transfer" in codes(archive.ingest(link / "packages")[0])
    link.unlink()
    assert_sound(archive, package)


def test_a_description_of_any_size_is_refused_and_not_held_in_memory(archive: Archive) -> None:
    folder = archive.incoming / "box"
    folder.mkdir()
    (folder / "a.txt").write_text("a")
    with (folder / "metadata.csv").open("wb") as table:
        table.truncate((64 << 20) + 1)
    said = archive.run("check", "--json")
    assert codes(said.only) & {"description"}
    assert archive.run("ingest", "--metadata", Path("/dev/zero")).status == 21
