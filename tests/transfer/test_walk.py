"""The survey sees everything that lies in a transfer, follows nothing, and stops for nothing."""

import os
import socket
import subprocess
import tempfile
import time
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest

from preserve.model import SourceLink, TransferKind
from preserve.storage import names
from preserve.transfer.walk import LONGEST_PATH
from tests.transfer.trees import codes, lay, make_deep, paths, surveyed


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder to become a transfer."""
    place = tmp_path / "letters"
    place.mkdir()
    return place


def test_a_file_is_a_transfer_of_one_file(tmp_path: Path) -> None:
    lay(tmp_path, {"letter.txt": "Dear all"})
    transfer = surveyed(tmp_path / "letter.txt")
    state = os.stat(tmp_path / "letter.txt")
    (file,) = transfer.files
    assert (transfer.kind, transfer.name, transfer.bytes) == (TransferKind.FILE, "letter.txt", 8)
    assert (file.path, file.source) == ("letter.txt", str(tmp_path / "letter.txt"))
    assert (file.mtime_ns, file.inode, file.device) == (state.st_mtime_ns, state.st_ino, state.st_dev)
    assert transfer.problems == ()


def test_a_folder_is_walked_whole_with_hidden_files_empty_folders_and_times(folder: Path) -> None:
    lay(folder, {"a/b/c.txt": "c", ".hidden": "h", "a/.DS_Store": ""})
    (folder / "empty").mkdir()
    os.utime(folder / "empty", ns=(1, 1_234_567_890_123_456_789))
    transfer = surveyed(folder)
    assert transfer.kind is TransferKind.FOLDER
    assert paths(transfer) == [".hidden", "a/.DS_Store", "a/b/c.txt"]
    assert [(each.path, each.empty) for each in transfer.folders] == [("a", False), ("a/b", False), ("empty", True)]
    assert transfer.folders[2].mtime_ns == 1_234_567_890_123_456_789
    assert transfer.problems == ()


def test_a_relative_path_is_surveyed_with_absolute_sources(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lay(folder, {"a.txt": "a"})
    monkeypatch.chdir(folder)
    transfer = surveyed(Path())
    assert transfer.name == "letters"
    assert transfer.files[0].source == str(folder / "a.txt")


def test_links_are_recorded_and_never_followed(folder: Path, tmp_path: Path) -> None:
    lay(tmp_path, {"secret/password.txt": "secret", "letters/a.txt": "a"})
    (folder / "out").symlink_to("../secret")
    (folder / "absolute").symlink_to("/etc/passwd")
    (folder / "dangling").symlink_to("nowhere")
    (folder / "loop").symlink_to("loop")
    (folder / "up").symlink_to(".")
    (folder / "good").symlink_to("a.txt")
    transfer = surveyed(folder)
    assert paths(transfer) == ["a.txt"]
    assert SourceLink("out", "../secret") in transfer.links
    assert len(transfer.links) == 6
    told = {problem.path: problem.code for problem in transfer.problems}
    assert told == {"out": "link-outside", "absolute": "link-outside", "dangling": "link-dangling"}
    assert not any(problem.severity == "error" for problem in transfer.problems)


def test_a_link_in_a_lower_folder_may_climb_as_far_as_the_top(folder: Path) -> None:
    lay(folder, {"a.txt": "a", "b/c/d.txt": "d"})
    (folder / "b/c/up").symlink_to("../../a.txt")
    (folder / "b/c/top").symlink_to("../..")
    (folder / "b/c/far").symlink_to("../../../letters/a.txt")
    assert [(problem.code, problem.path) for problem in surveyed(folder).problems] == [("link-outside", "b/c/far")]


def test_what_lies_behind_another_link_is_not_called_missing(folder: Path) -> None:
    lay(folder, {"real/a.txt": "a"})
    (folder / "alias").symlink_to("real")
    (folder / "through").symlink_to("alias/a.txt")
    assert surveyed(folder).problems == ()


def test_pipes_and_sockets_are_refused_by_name_and_never_waited_for(folder: Path) -> None:
    lay(folder, {"a.txt": "a"})
    os.mkfifo(folder / "pipe")
    with socket.socket(socket.AF_UNIX) as server, pytest.MonkeyPatch.context() as here:
        here.chdir(folder)  # a socket's address is short
        server.bind("sock")
        transfer = surveyed(folder)
    assert codes(transfer.problems) == ["source-special-file", "source-special-file"]
    said = " ".join(problem.message for problem in transfer.problems)
    assert "pipe is a named pipe" in said
    assert "sock is a socket" in said
    assert paths(transfer) == ["a.txt"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a device")
def test_a_device_is_refused(folder: Path) -> None:
    lay(folder, {"a.txt": "a"})
    try:
        os.mknod(folder / "null", 0o600 | 0o020000, os.makedev(1, 3))
    except PermissionError:
        pytest.skip("devices cannot be made here")
    assert "null is a character device" in surveyed(folder).problems[0].message


@pytest.fixture
def as_nobody() -> Iterator[Path]:
    """A folder that somebody without special rights works in."""
    with tempfile.TemporaryDirectory() as name:
        os.chmod(name, 0o777)  # noqa: S103  somebody else must get in
        yield Path(name)


@pytest.mark.parametrize("locked", ["secret.txt", "folder"])
def test_what_may_not_be_read_refuses_the_transfer_and_is_named(as_nobody: Path, locked: str) -> None:
    lay(as_nobody, {"t/a.txt": "a", "t/secret.txt": "s", "t/folder/b.txt": "b"})
    os.chmod(as_nobody / "t" / locked, 0)
    was = os.geteuid()
    if was == 0:
        os.seteuid(65534)
    try:
        transfer = surveyed(as_nobody / "t")
    finally:
        os.seteuid(was)
        os.chmod(as_nobody / "t" / locked, 0o700)
    (problem,) = transfer.problems
    assert (problem.code, problem.path) == ("source-unreadable", locked)
    assert problem.message == f"{locked} cannot be read: Permission denied."


def test_a_file_that_vanishes_between_listing_and_reading_is_named(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lay(folder, {"a.txt": "a", "b.txt": "b"})
    really_open = os.open

    def open_when_gone(path: object, *args: object, **more: object) -> int:
        if path == "b.txt":
            os.unlink(folder / "b.txt")
        return really_open(path, *args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "open", open_when_gone)
    transfer = surveyed(folder)
    assert [(each.code, each.path) for each in transfer.problems] == [("vanished", "b.txt")]
    assert "disappeared" in transfer.problems[0].message


def test_a_folder_exchanged_for_a_link_under_our_hands_is_not_followed(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lay(tmp_path, {"letters/sub/a.txt": "a", "elsewhere/secret.txt": "s"})
    really_open = os.open

    def open_when_exchanged(path: object, *args: object, **more: object) -> int:
        if path == str(folder / "sub") and not (folder / "sub").is_symlink():
            (folder / "sub").rename(tmp_path / "aside")
            (folder / "sub").symlink_to(tmp_path / "elsewhere")
        return really_open(path, *args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "open", open_when_exchanged)
    transfer = surveyed(folder)
    assert paths(transfer) == []
    assert codes(transfer.problems) == ["vanished"]


NFC, NFD = unicodedata.normalize("NFC", "Écriture.txt"), unicodedata.normalize("NFD", "Écriture.txt")
ODD_NAMES = [
    "line\nbreak.txt",
    "carriage\rreturn.txt",
    "trailing space ",
    " leading space",
    "100%.txt",
    "100%25.txt",
    "%0A.txt",
    "رسالة.txt",
    "invoice\u202etxt.exe",
    "back\\slash.txt",
    "tab\there",
    "*star",
    "quote'\"quote",
    "-rf",
    "a" * 255,
    "é" * 127,
    "con.txt",
    "vertical\x0btab",
    "nel\x85",
    "line\u2028separator",
    os.fsdecode(b"caf\xe9.txt"),
    os.fsdecode(b"\xff\xfe"),
]


def test_odd_names_survive_as_they_are(folder: Path) -> None:
    for name in [*ODD_NAMES, NFC, NFD]:
        (folder / name).write_text(names.b64(name))
    transfer = surveyed(folder)
    assert sorted(paths(transfer)) == sorted([*ODD_NAMES, NFC, NFD])
    for file in transfer.files:
        assert Path(file.source).read_text() == names.b64(file.path)
    assert not any(problem.severity == "error" for problem in transfer.problems)
    for problem in transfer.problems:
        assert problem.message.isprintable()


def test_an_odd_folder_is_reported_once_and_not_with_each_of_its_files(folder: Path) -> None:
    lay(folder, {f"{os.fsdecode(b'caf%c' % 0xE9)}/{number}.txt": "x" for number in range(5)})
    assert codes(surveyed(folder).problems) == ["name-not-utf8"]


def test_names_that_differ_only_in_case_or_accents_are_named_together(folder: Path) -> None:
    lay(folder, {"Letter.txt": "1", "letter.txt": "2", NFC: "3", NFD: "4"})
    told = {problem.code: problem.message for problem in surveyed(folder).problems}
    assert "Letter.txt and letter.txt" in told["case-duplicate"]
    assert "composed" in told["normalisation-duplicate"]
    assert "decomposed" in told["normalisation-duplicate"]
    assert len(told) == 2


def test_a_folder_pair_is_told_once_and_not_for_every_file_below(folder: Path) -> None:
    lay(folder, {"Box/a.txt": "1", "box/a.txt": "2"})
    assert [(each.code, each.path) for each in surveyed(folder).problems] == [("case-duplicate", "box")]


def test_two_names_that_would_be_escaped_alike_refuse_the_transfer(folder: Path) -> None:
    lay(folder, {os.fsdecode(b"caf\xe9"): "1", "caf=E9": "2"})
    found = [each for each in surveyed(folder).problems if each.severity == "error"]
    assert codes(found) == ["escaped-name-collision"]


def test_hard_links_are_just_files(folder: Path) -> None:
    lay(folder, {"a.txt": "same"})
    os.link(folder / "a.txt", folder / "b.txt")
    transfer = surveyed(folder)
    assert paths(transfer) == ["a.txt", "b.txt"]
    assert transfer.files[0].inode == transfer.files[1].inode
    assert transfer.problems == ()


@pytest.mark.parametrize("content", [[], ["inner/innermost"]])
def test_a_transfer_without_any_file_is_refused(folder: Path, content: list[str]) -> None:
    for path in content:
        (folder / path).mkdir(parents=True)
    transfer = surveyed(folder)
    assert [(each.code, each.severity) for each in transfer.problems] == [("no-files", "error")]
    assert transfer.problems[0].hint


def test_an_empty_file_is_a_file(folder: Path) -> None:
    lay(folder, {"empty.txt": ""})
    assert surveyed(folder).problems == ()


@pytest.fixture
def abyss(folder: Path) -> Iterator[Path]:
    """A folder for depths that shutil.rmtree would not come back from."""
    yield folder
    subprocess.run(["rm", "-rf", folder], check=True)


def test_folders_twelve_hundred_deep_are_walked(abyss: Path) -> None:
    make_deep(abyss, "d", 1200)
    transfer = surveyed(abyss)
    assert paths(transfer) == ["d/" * 1200 + "deep.txt"]
    assert Path(transfer.files[0].source).read_bytes() == b"deep"
    assert len(transfer.folders) == 1200
    assert transfer.problems == ()


def test_paths_longer_than_the_system_opens_are_refused_in_one_sentence(abyss: Path) -> None:
    lay(abyss, {"a.txt": "a"})
    make_deep(abyss, "folder-with-a-long-name" * 5, 100)
    transfer = surveyed(abyss)
    assert [(each.code, each.severity) for each in transfer.problems] == [("path-too-long", "error")]
    assert len(transfer.problems[0].message) < 500
    assert f"{LONGEST_PATH:,}" in transfer.problems[0].message


def test_ten_thousand_files_are_walked_without_a_second_thought(folder: Path) -> None:
    for number in range(100):
        (folder / f"{number:03}").mkdir()
        for other in range(100):
            (folder / f"{number:03}" / f"{other:03}.txt").touch()
    before = time.process_time()
    transfer = surveyed(folder)
    assert len(transfer.files) == 10_000
    assert transfer.problems == ()
    print(f"10,000 files: {time.process_time() - before:.2f} s")  # noqa: T201  shown with -rP, never asserted


def test_two_surveys_of_the_same_folder_are_equal(folder: Path) -> None:
    lay(folder, {f"{name}/{other}": "x" for name in "zyx" for other in "cab"})
    assert surveyed(folder) == surveyed(folder)


# --- paths that are no transfer -----------------------------------------------------------------------------


def test_a_path_that_is_not_there_says_so(tmp_path: Path) -> None:
    transfer = surveyed(tmp_path / "nothing.txt")
    assert codes(transfer.problems) == ["path-missing"]
    assert "nothing.txt" in transfer.problems[0].message
    assert codes(surveyed(lay(tmp_path, {"a": ""}) / "a" / "b").problems) == ["path-missing"]


def test_a_pipe_named_directly_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert codes(surveyed(tmp_path / "pipe").problems) == ["source-special-file"]


@pytest.mark.parametrize("target", ["letter.txt", "nowhere", "link"])
def test_a_path_that_is_a_link_is_refused_and_its_target_named(tmp_path: Path, target: str) -> None:
    lay(tmp_path, {"letter.txt": "x"})
    (tmp_path / "link").symlink_to(target)
    (problem,) = surveyed(tmp_path / "link").problems
    assert problem.code == "path-is-link"
    assert target in problem.message
    assert problem.hint


def test_a_name_longer_than_the_system_allows_is_a_problem_and_no_exception(tmp_path: Path) -> None:
    assert [each.severity for each in surveyed(tmp_path / ("x" * 5000)).problems] == ["error"]
    assert [each.severity for each in surveyed(tmp_path / "nul\0byte").problems] == ["error"]


def test_a_disk_mounted_inside_the_transfer_is_walked_and_told(folder: Path) -> None:
    lay(folder, {"a.txt": "a"})
    (folder / "disk").mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "none", folder / "disk"], capture_output=True, check=False).returncode:
        pytest.skip("nothing can be mounted here")
    try:
        lay(folder, {"disk/b.txt": "b"})
        transfer = surveyed(folder)
    finally:
        subprocess.run(["umount", folder / "disk"], check=True)
    assert paths(transfer) == ["a.txt", "disk/b.txt"]
    assert [(each.code, each.severity, each.path) for each in transfer.problems] == [
        ("other-device", "warning", "disk")
    ]


def test_a_file_in_a_folder_that_may_not_be_listed_can_still_be_named(as_nobody: Path) -> None:
    lay(as_nobody, {"t/a.txt": "a", "t/SHA256SUMS": "x"})
    os.chmod(as_nobody / "t", 0o711)  # noqa: S103
    was = os.geteuid()
    if was != 0:
        pytest.skip("only root can become somebody else")
    os.seteuid(65534)
    try:
        transfer = surveyed(as_nobody / "t/a.txt")
    finally:
        os.seteuid(was)
    assert (paths(transfer), transfer.problems) == (["a.txt"], ())
