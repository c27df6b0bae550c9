"""A bag in a folder is read without ever leaving it."""

import os
import resource
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from preserve.bag.folders.source import FolderSource, open_folder
from preserve.bag.source import BagSource, Entry, EntryKind
from preserve.bag.validate import validate
from preserve.errors import BagError, NotABag
from tests.bag.builder import build, digest, line, put


@pytest.fixture
def source(tmp_path: Path) -> Iterator[FolderSource]:
    opened = FolderSource(build(tmp_path / "bag"))
    yield opened
    opened.close()


def test_it_is_a_source_of_bags(source: FolderSource) -> None:
    as_source: BagSource = source
    assert as_source.name == "bag"
    assert Entry("data/letter.txt", EntryKind.FILE, 14) in list(source.entries())
    assert source.problems == ()


def test_nothing_is_reached_through_a_link(source: FolderSource, tmp_path: Path) -> None:
    put(tmp_path, "outside/secret", b"secret")
    (tmp_path / "bag/door").symlink_to(tmp_path / "outside")
    (tmp_path / "bag/key").symlink_to(tmp_path / "outside/secret")
    kinds = {entry.path: entry.kind for entry in source.entries()}
    assert kinds["door"] is EntryKind.LINK
    assert "door/secret" not in kinds
    for path in ("door/secret", "key"):
        with pytest.raises(OSError, match=r"Not a directory|Too many levels"):
            source.read(path, 100)
        assert next(source.measure([path], ("md5",))).failure is not None


def test_a_pipe_is_never_waited_for(source: FolderSource, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "bag/pipe")
    measured: list[object] = []
    reader = threading.Thread(target=lambda: measured.extend(source.measure(["pipe"], ("md5",))), daemon=True)
    reader.start()
    reader.join(10)
    assert measured
    with pytest.raises(OSError, match="not a regular file"):
        source.read("pipe", 100)


def test_a_file_that_vanished_is_a_failure_and_the_others_go_on(source: FolderSource) -> None:
    gone, there = source.measure(["data/gone", "data/letter.txt"], ("sha256",))
    assert gone.failure is not None
    assert gone.failure.code == "unreadable"
    assert (there.size, there.digests[0].value) == (14, digest("sha256", b"Dear archive,\n"))


def test_a_tag_file_over_the_limit_is_refused(source: FolderSource) -> None:
    assert len(source.read("bagit.txt", 54)) == 54
    with pytest.raises(BagError):
        source.read("bagit.txt", 53)


def test_closing_twice_harms_nobody(tmp_path: Path) -> None:
    first = FolderSource(build(tmp_path / "bag"))
    first.close()
    second = FolderSource(tmp_path / "bag")
    first.close()
    assert second.read("bagit.txt", 100)
    second.close()


def test_what_is_no_folder_is_no_bag(tmp_path: Path) -> None:
    with pytest.raises(NotABag):
        open_folder(tmp_path / "nowhere")


def test_a_bag_is_found_through_a_link_to_it(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(build(tmp_path / "bag"))
    assert validate(tmp_path / "link").valid


def test_paths_longer_than_the_system_allows_in_one_call(tmp_path: Path) -> None:
    bag = build(tmp_path / "bag")
    deep = ["d" * 200] * 30
    here = os.open(bag / "data", os.O_RDONLY)
    for part in deep:
        os.mkdir(part, dir_fd=here)
        below = os.open(part, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    file = os.open("file", os.O_WRONLY | os.O_CREAT, dir_fd=here)
    os.write(file, b"deep")
    os.close(file)
    os.close(here)
    with (bag / "manifest-sha256.txt").open("a") as manifest:
        manifest.write(line("sha256", b"deep", "/".join(["data", *deep, "file"])))
    (bag / "tagmanifest-sha256.txt").unlink()
    (bag / "bag-info.txt").unlink()
    report = validate(bag)
    assert report.valid, report.errors
    assert report.files == 3


def test_nothing_is_left_open(tmp_path: Path) -> None:
    bag = build(tmp_path / "bag", tag_files={"metadata/x/y.xml": b"<x/>"})
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(10):
        assert validate(bag).valid
    assert len(os.listdir("/proc/self/fd")) == before


def test_two_bags_at_once_do_not_harm_each_other(tmp_path: Path) -> None:
    bags = [build(tmp_path / str(number), {f"data/{number}": b"x" * number}) for number in range(8)]
    valid: list[bool] = []
    threads = [threading.Thread(target=lambda bag=bag: valid.append(validate(bag).valid)) for bag in bags]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert valid == [True] * 8


def test_a_deep_tree_costs_no_more_than_its_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deep = "data/" + "d/" * 300 + "leaf.txt"
    bag = build(tmp_path / "bag", {deep: b"leaf", "data/beside.txt": b"beside"})
    opened: list[object] = []
    really_open = os.open

    def counting(path: str, flags: int, *mode: int, dir_fd: int | None = None) -> int:
        opened.append(path)
        return really_open(path, flags, *mode, dir_fd=dir_fd)

    monkeypatch.setattr(os, "open", counting)
    assert validate(bag).valid
    assert len(opened) < 1000


def test_many_files_are_read_with_few_descriptors(tmp_path: Path) -> None:
    files = {f"data/{number:03}": b"%d" % number for number in range(200)}
    with closing(FolderSource(build(tmp_path / "bag", files))) as source:
        limits = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(map(int, os.listdir("/proc/self/fd"))) + 8, limits[1]))
        try:
            found = list(source.measure(list(files), ("sha256",)))
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, limits)
    assert [one.digests[0].value for one in found] == [digest("sha256", content) for content in files.values()]
