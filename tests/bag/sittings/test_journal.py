"""Lines vouch for all lines before them: what was torn, moved, left out or put in ends what is believed."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from preserve.bag.sittings.journal import Journal

TOLD = [{"number": number, "text": "x" * 50} for number in range(5)]


def write(path: Path, told: Sequence[Mapping[str, object]], key: bytes = b"") -> list[bytes]:
    journal = Journal(path, key)
    list(journal.lines())
    for one in told:
        journal.add(one)
    journal.close()
    return path.read_bytes().splitlines(keepends=True)


def read(path: Path, key: bytes = b"") -> list[object]:
    journal = Journal(path, key)
    found: list[object] = list(journal.lines())
    journal.close()
    return found


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal"


def test_what_was_added_is_told(path: Path) -> None:
    write(path, TOLD[:2])
    write(path, TOLD[2:])
    assert read(path) == TOLD


@pytest.mark.parametrize(
    ("order", "believed"),
    [
        ([0, 1, 2, 3, 4], 5),
        ([0, 2, 1, 3, 4], 1),
        ([0, 1, 3, 4], 2),
        ([1, 2, 3, 4], 0),
        ([0, 1, 1, 2, 3], 2),
        ([0, 1, 2, 3], 4),
    ],
)
def test_lines_that_changed_places_are_not_believed(path: Path, order: list[int], believed: int) -> None:
    lines = write(path, TOLD)
    path.write_bytes(b"".join(lines[number] for number in order))
    assert read(path) == TOLD[:believed]


def test_a_line_of_another_journal_is_not_believed(path: Path, tmp_path: Path) -> None:
    lines, others = write(path, TOLD), write(tmp_path / "other", [{"other": 1}, *TOLD[1:]])
    path.write_bytes(b"".join([*lines[:3], *others[3:]]))
    assert read(path) == TOLD[:3]


def test_nothing_is_left_of_a_torn_end_however_long_it_is(path: Path) -> None:
    lines = write(path, TOLD[:2])
    path.write_bytes(b"".join(lines) + b"torn" * 500)
    write(path, TOLD[2:])
    assert read(path) == TOLD
    assert b"torn" not in path.read_bytes()


def test_it_is_held_by_one_process_and_then_free_again(path: Path) -> None:
    journal = Journal(path)
    with pytest.raises(BlockingIOError):
        Journal(path)
    journal.remove()
    assert not path.exists()
    Journal(path).close()


def test_without_the_key_nobody_continues_it(path: Path) -> None:
    write(path, TOLD[:3], b"key")
    assert read(path) == []
    write(path, TOLD[:1])
    assert read(path, b"key") == []
