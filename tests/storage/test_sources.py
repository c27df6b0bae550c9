"""A source file is read once, whole, and only if it stays what the survey saw."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from preserve.errors import ChangedDuringIngest, TransferRefused
from preserve.storage.sources import read_once, seen_now


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    path = tmp_path / "sub" / "letter.txt"
    path.parent.mkdir()
    path.write_bytes(b"Dear reader" * 100_000)
    return path


def test_what_was_read_is_what_was_digested(letter: Path) -> None:
    blocks: list[bytes] = []
    (digest,) = read_once(seen_now(letter, "letter.txt"), ["sha256"], lambda block: blocks.append(bytes(block)))
    assert b"".join(blocks) == letter.read_bytes()
    assert len(digest.value) == 64


def rewrite_under_the_old_time(path: Path) -> None:
    state = path.stat()
    path.write_bytes(path.read_bytes()[::-1])
    os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))


def swap_the_folder_for_a_link(path: Path) -> None:
    outside = path.parents[1] / "outside"
    outside.mkdir()
    (outside / path.name).write_bytes(path.read_bytes())
    state = path.stat()
    os.utime(outside / path.name, ns=(state.st_atime_ns, state.st_mtime_ns))
    path.parent.rename(path.parents[1] / "away")
    path.parent.symlink_to(outside)


def swap_for_a_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def swap_for_a_twin(path: Path) -> None:
    state = path.stat()
    twin = path.with_name("twin")
    twin.write_bytes(path.read_bytes())
    os.utime(twin, ns=(state.st_atime_ns, state.st_mtime_ns))
    twin.rename(path)


CHANGES: list[Callable[[Path], object]] = [
    rewrite_under_the_old_time,
    swap_the_folder_for_a_link,
    swap_for_a_pipe,
    swap_for_a_twin,
    lambda path: path.unlink(),
    lambda path: os.truncate(path, 5),
]


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_before_reading_is_noticed(letter: Path, change: Callable[[Path], object]) -> None:
    seen = seen_now(letter, "letter.txt")
    change(letter)
    with pytest.raises(ChangedDuringIngest):
        read_once(seen, ["sha256"])


@pytest.mark.parametrize("change", [rewrite_under_the_old_time, lambda path: os.truncate(path, 5)])
def test_a_change_while_reading_is_noticed(letter: Path, change: Callable[[Path], object]) -> None:
    with pytest.raises(ChangedDuringIngest):
        read_once(seen_now(letter, "letter.txt"), ["sha256"], lambda _: change(letter))


def test_a_file_that_grows_as_fast_as_it_is_read_has_an_end(letter: Path) -> None:
    with letter.open("ab", buffering=0) as stream, pytest.raises(ChangedDuringIngest):
        read_once(seen_now(letter, "letter.txt"), ["sha256"], lambda block: stream.write(bytes(block)))
    assert letter.stat().st_size < 4_000_000


def test_a_link_in_its_place_is_not_followed(letter: Path) -> None:
    seen = seen_now(letter, "letter.txt")
    letter.rename(letter.with_name("other"))
    letter.symlink_to("other")
    with pytest.raises(TransferRefused):
        read_once(seen, ["sha256"])
