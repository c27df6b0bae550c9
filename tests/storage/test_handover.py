"""Files for somebody else: whole or not at all."""

from pathlib import Path

import pytest

from preserve.errors import UsageError
from preserve.storage.handover import new_file


def test_a_file_is_there_when_the_block_is_left_and_not_before(tmp_path: Path) -> None:
    place = tmp_path / "out"
    with new_file(place) as stream:
        stream.write(b"all of it")
        assert not place.exists()
    assert place.read_bytes() == b"all of it"
    assert list(tmp_path.iterdir()) == [place]


def test_an_error_half_way_leaves_nothing(tmp_path: Path) -> None:
    def fail() -> None:
        with new_file(tmp_path / "out") as stream:
            stream.write(b"half of it")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_appears_meanwhile_is_kept(tmp_path: Path) -> None:
    place = tmp_path / "out"

    def write() -> None:
        with new_file(place) as stream:
            stream.write(b"ours")
            place.write_bytes(b"theirs")

    with pytest.raises(UsageError, match="exists already"):
        write()
    assert place.read_bytes() == b"theirs"
    assert list(tmp_path.iterdir()) == [place]
