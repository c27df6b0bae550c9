"""``--move`` never loses a byte: only what was packaged, and has not changed since, is removed."""

import os
from pathlib import Path

import pytest

from preserve.model import Problem
from preserve.transfer.incoming import arrivals, as_one, named
from preserve.transfer.survey import survey
from preserve.workflows.moving.moving import Sources

PACKAGE = "3c9b7a52-1f0e-4d6b-8a57-0c2d4e6f8a1b"


def rewrite_unseen(file: Path) -> None:
    """Other content, but the size and the time of before."""
    state = file.stat()
    file.write_bytes(file.read_bytes()[::-1])
    os.utime(file, ns=(state.st_atime_ns, state.st_mtime_ns))


def removed(place: Path, *, spoil: Path | None = None) -> tuple[Problem, ...]:
    """Survey *place*, spoil a file as if that happened after sealing, and remove the source."""
    arrival = named(place)
    transfer = survey(arrival)
    if spoil is not None:
        rewrite_unseen(spoil)
    return Sources([arrival]).remove(arrival, transfer, PACKAGE)


def left(place: Path) -> list[str]:
    return sorted(str(path.relative_to(place)) for path in place.rglob("*"))


def test_a_file_that_was_rewritten_under_its_old_time_stays(tmp_path: Path) -> None:
    folder = tmp_path / "box"
    folder.mkdir()
    (folder / "a.txt").write_text("first")
    (folder / "b.txt").write_text("other")
    (problem,) = removed(folder, spoil=folder / "a.txt")
    assert problem.code == "source-kept"
    assert left(folder) == ["a.txt"]


def test_a_companion_that_changed_after_sealing_stays(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("a")
    beside = tmp_path / "a.txt.dc.xml"
    beside.write_text('<r xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>T</dc:title></r>')
    (problem,) = removed(tmp_path / "a.txt", spoil=beside)
    assert problem.path == "a.txt.dc.xml"
    assert left(tmp_path) == ["a.txt.dc.xml"]


def test_what_lies_beside_several_transfers_goes_with_the_last_of_them(tmp_path: Path) -> None:
    for name in ("a.txt", "a.pdf"):
        (tmp_path / name).write_text("x")
    (tmp_path / "a.md5").write_text(
        "9dd4e461268c8034f5c8564e155c67a6  a.txt\n9dd4e461268c8034f5c8564e155c67a6  a.pdf\n"
    )
    first, second = arrivals(tmp_path).transfers
    sources = Sources([first, second])
    assert sources.remove(first, survey(first), PACKAGE) == ()
    assert (tmp_path / "a.md5").exists()
    assert sources.remove(second, survey(second), PACKAGE) == ()
    assert left(tmp_path) == []


def test_hard_links_are_all_removed(tmp_path: Path) -> None:
    folder = tmp_path / "box"
    folder.mkdir()
    (folder / "a.txt").write_text("a")
    (folder / "b.txt").hardlink_to(folder / "a.txt")
    assert removed(folder) == ()
    assert not folder.exists()


def test_links_and_folders_go_too_wherever_they_lie(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name / "deep" / "empty").mkdir(parents=True)
        (tmp_path / name / "a.txt").write_text("a")
        (tmp_path / name / "deep" / "link").symlink_to("../a.txt")
    bundle = as_one([tmp_path / "one", tmp_path / "two"])
    assert Sources([bundle]).remove(bundle, survey(bundle), PACKAGE) == ()
    assert left(tmp_path) == []


@pytest.mark.parametrize("hindrance", ["", "box/b.txt"])
def test_a_folder_that_cannot_be_moved_out_of_sight_is_removed_where_it_is(tmp_path: Path, hindrance: str) -> None:
    (folder := tmp_path / "box").mkdir()
    (folder / "a.txt").write_text("a")
    in_the_way = tmp_path / f".preserve-removing-{PACKAGE}" / hindrance
    in_the_way.parent.mkdir(parents=True, exist_ok=True)
    in_the_way.write_text("b")
    assert removed(folder) == ()
    assert not folder.exists()
    assert in_the_way.read_text() == "b"


def test_what_is_kept_is_in_sight_again(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        for file in ("a.txt", "b.txt"):
            (tmp_path / name / file).write_text(f"{name} {file}")
    (tmp_path / "c.txt").write_text("c")
    bundle = as_one([tmp_path / "one", tmp_path / "two", tmp_path / "c.txt"])
    transfer = survey(bundle)
    rewrite_unseen(tmp_path / "two" / "b.txt")
    (tmp_path / "one" / "new.txt").write_text("new")
    (problem,) = Sources([bundle]).remove(bundle, transfer, PACKAGE)
    assert problem.path == "two/b.txt"
    assert left(tmp_path) == ["one", "one/new.txt", "two", "two/b.txt"]


def test_a_folder_in_which_no_longer_path_would_fit_is_removed_where_it_is(tmp_path: Path) -> None:
    home = tmp_path.joinpath(*["h" * 200] * 3)
    deep = home / "box"
    while len(os.fsencode(deep)) < 4000:
        deep /= "d" * min(200, 4040 - len(os.fsencode(deep)))
    deep.mkdir(parents=True)
    (deep / "a.txt").write_text("a")
    assert removed(home / "box") == ()
    assert left(home) == []
