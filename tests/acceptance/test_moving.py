"""``ingest --move`` from the command line, and what happens when it was cut short."""

import hashlib
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.archive import Archive, Said
from tests.acceptance.test_ingest import assert_sound, codes, contents

STRUCK = """
import os, sys
signal, strokes, place = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
def strike(event, arguments):
    global strokes
    if event == "os.remove" and os.fspath(arguments[0]).startswith(place):
        strokes -= 1
        if strokes == 0:
            os.kill(os.getpid(), signal)
sys.addaudithook(strike)
sys.argv[1:] = sys.argv[4:]
from preserve.cli.main import main
main()
"""
"""The command line, which gives itself a signal just before it removes its n-th file from a folder."""


def struck(archive: Archive, by: signal.Signals, at: int, *words: str | Path) -> subprocess.Popen[str]:
    """Start ``ingest --move``, which is struck before it removes its file number *at*."""
    told = [str(int(by)), str(at), str(archive.incoming), "--home", str(archive.home), "ingest", "--move"]
    pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen([sys.executable, "-c", STRUCK, *told, *map(str, words)], **pipes)


def killed(archive: Archive, at: int, *words: str | Path) -> None:
    run = struck(archive, signal.SIGKILL, at, *words)
    run.communicate()
    assert run.returncode == -signal.SIGKILL
    assert len(archive.sealed()) == 1


def findings(said: Said) -> set[str]:
    """The codes of the findings that belong to no single transfer."""
    return {message["code"] for message in said.messages if message["message_type"] == "problem"}


def arrive(archive: Archive, files: int = 300) -> Path:
    """A folder of many files, some of them alike, some deeper, and a link."""
    box = archive.incoming / "box"
    (box / "sub" / "empty").mkdir(parents=True)
    for number in range(files):
        (box / ("sub" if number % 3 else "") / f"{number}.txt").write_text(f"letter {number // 2}\n")
    (box / "link").symlink_to("0.txt")
    return box


def hidden(archive: Archive) -> Path:
    """What lies out of sight in incoming/."""
    (place,) = archive.incoming.glob(".preserve-removing-*")
    return place


@pytest.mark.parametrize("words", [(), ("--move",)])
def test_what_a_killed_run_left_of_a_source_is_no_new_arrival(archive: Archive, words: tuple[str, ...]) -> None:
    arrive(archive)
    killed(archive, 100)
    assert 100 < len(contents(archive.incoming)) < 300
    again = archive.run("ingest", "--json", *words)
    assert (again.status, again.out) == (0, "")
    assert list(archive.incoming.iterdir()) == []
    assert_sound(archive, archive.only_package())


def test_a_bag_and_its_tag_files_are_removed_by_the_next_run_too(archive: Archive) -> None:
    (bag := archive.incoming / "bag").mkdir()
    (bag / "data").mkdir()
    for name in ("a.txt", "b.txt"):
        (bag / "data" / name).write_text(name)
    lines = [f"{hashlib.sha256(name.encode()).hexdigest()}  data/{name}\n" for name in ("a.txt", "b.txt")]
    (bag / "manifest-sha256.txt").write_text("".join(lines))
    (bag / "bagit.txt").write_text("BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n")
    killed(archive, 2)
    assert archive.run("ingest", "--json").out == ""
    assert list(archive.incoming.iterdir()) == []


@pytest.mark.parametrize("at", [1, 3])
def test_the_parts_of_one_package_do_not_arrive_again(archive: Archive, at: int) -> None:
    (archive.incoming / "box").mkdir()
    for name in ("a.txt", os.fsdecode(b"b\xff.txt"), "box/c.txt", "box/d.txt"):
        (archive.incoming / name).write_text(f"This is {name!r}.")
    killed(archive, at, "--as-one")
    again = archive.run("ingest", "--json")
    assert (again.status, again.out) == (0, "")
    assert list(archive.incoming.iterdir()) == []
    assert len(archive.sealed()) == 1


def test_a_description_beside_a_file_does_not_outlive_it(archive: Archive) -> None:
    (archive.incoming / "letter.txt").write_text("x")
    beside = archive.incoming / "letter.txt.dc.xml"
    beside.write_text('<r xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>T</dc:title></r>')
    killed(archive, 2)
    (result,) = archive.ingest("--move")
    assert result["status"] == "already-packaged"
    assert list(archive.incoming.iterdir()) == []


def test_what_changed_while_it_was_out_of_sight_is_kept_under_its_own_name(archive: Archive) -> None:
    box = arrive(archive, files=10)
    killed(archive, 4)
    rest = next(iter(hidden(archive).rglob("*.txt")))
    name = rest.relative_to(hidden(archive) / "box")
    rest.write_text("another letter\n")
    said = archive.run("ingest", "--json")
    assert findings(said) == {"source-kept"}
    assert [file for file in box.rglob("*") if file.is_file()] == [box / name]
    assert (box / name).read_text() == "another letter\n"
    assert list(archive.incoming.iterdir()) == [box]


def test_what_is_left_is_not_touched_while_its_package_is_damaged(archive: Archive) -> None:
    arrive(archive, files=10)
    killed(archive, 4)
    left = contents(archive.incoming)
    damaged = archive.only_package() / "data" / "0.txt"
    whole = damaged.read_bytes()
    damaged.write_bytes(b"x")
    for _ in range(2):
        assert findings(archive.run("ingest", "--json", "--move")) == {"removal-unfinished"}
        assert contents(archive.incoming) == left
    damaged.write_bytes(whole)
    assert archive.run("ingest", "--json").out == ""
    assert list(archive.incoming.iterdir()) == []


def test_what_looks_like_ours_and_is_not_stays_and_no_link_is_followed(archive: Archive) -> None:
    arrive(archive, files=10)
    killed(archive, 4)
    outside = archive.home / "outside"
    outside.mkdir()
    (outside / "0.txt").write_text("letter 0\n")
    (hidden(archive) / "box" / "folder").symlink_to(outside)
    unknown = archive.incoming / ".preserve-removing-5f0c8e3a-6f1b-4f6e-9a55-2f6d1d3c7b10" / "box"
    unknown.mkdir(parents=True)
    (unknown / "0.txt").write_text("letter 0\n")
    (archive.incoming / ".preserve-removing-x").symlink_to(outside)
    said = archive.run("ingest", "--json")
    assert findings(said) == {"removal-unfinished", "source-kept"}
    assert (unknown / "0.txt").exists()
    assert (outside / "0.txt").exists()
    assert (archive.incoming / "box" / "folder").is_symlink()


def test_a_removal_is_not_torn_apart_by_a_stop_signal(archive: Archive) -> None:
    arrive(archive, files=30)
    run = struck(archive, signal.SIGINT, 10)
    _, said = run.communicate()
    assert run.returncode == 130
    assert "Stopped." in said
    assert list(archive.incoming.iterdir()) == []
    assert_sound(archive, archive.only_package())


def test_a_run_beside_one_that_is_removing_leaves_the_rest_to_it(archive: Archive) -> None:
    arrive(archive, files=30)
    run = struck(archive, signal.SIGSTOP, 10)
    os.waitid(os.P_PID, run.pid, os.WSTOPPED)
    beside = archive.run("ingest", "--json", "--move")
    assert (beside.status, beside.out) == (0, "")
    os.kill(run.pid, signal.SIGCONT)
    run.communicate()
    assert run.returncode == 0
    assert list(archive.incoming.iterdir()) == []
    assert_sound(archive, archive.only_package())


def test_two_runs_that_begin_together_seal_one_package(archive: Archive) -> None:
    arrive(archive, files=100)
    runs = [archive.start("ingest", "--move", "--json") for _ in range(2)]
    for run in runs:
        run.communicate()
    assert list(archive.incoming.iterdir()) == []
    assert_sound(archive, archive.only_package())


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
