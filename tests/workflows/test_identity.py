"""An unmounted disk, or another one in its place, is told from a store that lost everything."""

import shutil
from pathlib import Path

import pytest

from preserve.config import load
from preserve.errors import StoreUnreachable, StoreUnwritable
from preserve.workflows.identity import known_store


@pytest.fixture
def disk(home: Path) -> Path:
    place = home / "disk"
    place.mkdir()
    known_store(load(home, environment={}), "nas", place)
    return place


def ask(home: Path, disk: Path, where: str = "nas") -> None:
    known_store(load(home, environment={}), where, disk)


def test_what_was_seen_is_known_again(home: Path, disk: Path) -> None:
    ask(home, disk)
    moved = disk.rename(home / "mounted elsewhere")
    ask(home, moved)


@pytest.mark.usefixtures("disk")
def test_each_place_has_an_identity_of_its_own(home: Path) -> None:
    ask(home, home / "packages", "")
    with pytest.raises(StoreUnreachable, match="another disk"):
        ask(home, home / "packages", "nas")


def test_an_unmounted_disk_is_not_an_empty_one(home: Path, disk: Path) -> None:
    disk.rename(home / "away")
    with pytest.raises(StoreUnreachable, match="location nas cannot be reached: there is no such folder"):
        ask(home, disk)
    disk.mkdir()  # the mount point
    with pytest.raises(StoreUnreachable, match="is its disk connected"):
        ask(home, disk)
    assert not list(disk.iterdir())
    shutil.rmtree(disk)
    (home / "away").rename(disk)
    ask(home, disk)


def test_another_disk_is_told(home: Path, disk: Path) -> None:
    disk.rename(home / "away")
    disk.mkdir()
    ask(home, disk, "tape")
    with pytest.raises(StoreUnreachable, match="another identity"):
        ask(home, disk)


def test_a_machine_that_remembers_nothing_believes_the_disk(home: Path, disk: Path) -> None:
    before = (disk / ".preserve" / "identity").read_text()
    shutil.rmtree(home / ".preserve")
    ask(home, disk)
    assert (disk / ".preserve" / "identity").read_text() == before
    (home / ".preserve" / "stores.json").write_text("{")
    with pytest.raises(StoreUnreachable, match="remembers"):
        ask(home, disk)


def test_what_has_no_identity_and_can_be_given_none_is_told(home: Path) -> None:
    place = home / "disk"
    place.mkdir()
    (place / ".preserve").write_text("a file")
    with pytest.raises((StoreUnwritable, StoreUnreachable)):
        ask(home, place)
