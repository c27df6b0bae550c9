"""Between the survey and the end of copying, nothing may change unnoticed."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from preserve.transfer.changes import changed_since
from preserve.transfer.incoming import as_one
from preserve.transfer.survey import survey
from tests.transfer.trees import lay, surveyed


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a file, a link and an empty folder."""
    place = lay(tmp_path / "t", {"a.txt": "a", "sub/b.txt": "b"})
    (place / "link").symlink_to("a.txt")
    (place / "empty").mkdir()
    return place


def _same_size_and_time(place: Path) -> None:
    state = os.stat(place / "a.txt")
    (place / "new").write_text("z")
    os.utime(place / "new", ns=(state.st_atime_ns, state.st_mtime_ns))
    os.replace(place / "new", place / "a.txt")


def _relink(place: Path) -> None:
    (place / "link").unlink()
    (place / "link").symlink_to("sub")


CHANGES: dict[str, tuple[Callable[[Path], object], list[tuple[str, str]]]] = {
    "nothing": (lambda _: None, []),
    "reading": (lambda place: (place / "a.txt").read_bytes(), []),
    "a longer file": (lambda place: (place / "a.txt").write_text("aa"), [("changed-during-ingest", "a.txt")]),
    "another time": (lambda place: os.utime(place / "a.txt", ns=(1, 1)), [("changed-during-ingest", "a.txt")]),
    "another file": (_same_size_and_time, [("changed-during-ingest", "a.txt")]),
    "a new file": (lambda place: (place / "sub/c.txt").touch(), [("added-during-ingest", "sub/c.txt")]),
    "a file gone": (lambda place: (place / "sub/b.txt").unlink(), [("removed-during-ingest", "sub/b.txt")]),
    "a link gone": (lambda place: (place / "link").unlink(), [("removed-during-ingest", "link")]),
    "a link turned": (_relink, [("changed-during-ingest", "link")]),
    "a new link": (lambda place: (place / "l2").symlink_to("x"), [("added-during-ingest", "l2")]),
    "a folder gone": (lambda place: (place / "empty").rmdir(), [("removed-during-ingest", "empty")]),
    "a new folder": (lambda place: (place / "more").mkdir(), [("added-during-ingest", "more")]),
    "a pipe": (lambda place: os.mkfifo(place / "pipe"), [("source-special-file", "pipe")]),
}


@pytest.mark.parametrize("what", CHANGES)
def test_every_change_is_named_and_nothing_else(folder: Path, what: str) -> None:
    change, expected = CHANGES[what]
    transfer = surveyed(folder)
    change(folder)
    found = changed_since(transfer)
    assert [(problem.code, problem.path) for problem in found] == expected
    assert all(problem.severity == "error" and problem.hint for problem in found)


def test_a_folder_that_is_gone_altogether_is_a_problem_and_no_exception(folder: Path) -> None:
    transfer = surveyed(folder)
    folder.rename(folder.with_name("moved"))
    assert changed_since(transfer)


def test_a_single_file_is_watched_too(tmp_path: Path) -> None:
    lay(tmp_path, {"a.txt": "a"})
    transfer = surveyed(tmp_path / "a.txt")
    assert changed_since(transfer) == ()
    lay(tmp_path, {"a.txt": "aa"})
    assert [problem.message for problem in changed_since(transfer)] == [
        "a.txt changed while the transfer was copied: it had 1 bytes and now has 2."
    ]
    (tmp_path / "a.txt").unlink()
    assert [problem.code for problem in changed_since(transfer)] == ["vanished"]


def test_a_bundle_is_watched_in_all_its_parts(tmp_path: Path, folder: Path) -> None:
    lay(tmp_path, {"x/c.txt": "c"})
    transfer = survey(as_one([tmp_path / "x/c.txt", folder]))
    assert changed_since(transfer) == ()
    lay(tmp_path, {"x/c.txt": "cc", "t/sub/b.txt": "bb"})
    assert [problem.path for problem in changed_since(transfer)] == ["c.txt", "t/sub/b.txt"]


def test_a_bag_is_watched_with_its_tag_files(tmp_path: Path) -> None:
    lay(tmp_path, {"bag/bagit.txt": "BagIt-Version: 1.0\n", "bag/data/a.txt": "a"})
    transfer = surveyed(tmp_path / "bag")
    assert changed_since(transfer) == ()
    lay(tmp_path, {"bag/data/a.txt": "aa", "bag/new-tag.txt": ""})
    assert [problem.path for problem in changed_since(transfer)] == ["a.txt", "new-tag.txt"]
