"""A deposit in a folder or a storage root whose disk is full, or read-only: a sentence, and the next run goes on."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from preserve.errors import DepositRefused, NoRoom
from preserve.model.deposits import Stage
from preserve.ports import Silent
from preserve.testing.consignments import of_files
from preserve.testing.logs import MemoryLog
from tests.acceptance.archive import Archive
from tests.deposit.ocfl_places import Library
from tests.deposit.test_folder import Shelf
from tests.faults.small_disk import fill, may_mount, passes_in_a_room_of_its_own, tmpfs, tmpfs_again

pytestmark = pytest.mark.slow

WHAT = of_files("letters", {f"data/{number}.bin": bytes([number]) * 100_000 for number in range(10)})


@pytest.fixture(params=[Shelf, Library])
def place(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Shelf | Library]:
    made: Shelf | Library = request.param(tmp_path)
    if not may_mount(made.path):
        passes_in_a_room_of_its_own(request.node.nodeid)
        pytest.skip("passed in a room of its own")
    with tmpfs(made.path, "size=4m"):
        yield made


def test_a_full_disk_is_told_and_the_next_run_goes_on(place: Shelf | Library) -> None:
    with closing(place.open()) as target:
        target.send(of_files("first", {"data/1": b"1"}), MemoryLog())  # so that there is a storage root
    filler = fill(place.path, 550_000)
    log = MemoryLog()
    for _ in range(2):
        with closing(place.open()) as target, pytest.raises(NoRoom, match="no space left") as refused:
            target.send(WHAT, log)
        assert "Make room" in refused.value.hint
        assert "--resume" in refused.value.hint
        assert place.whole() == ["first"]
    with closing(place.open()) as target:
        seen = target.look(WHAT, log.handle)
        assert seen.stage is Stage.SENDING
        assert seen.received >= 400_000
    filler.unlink()
    with closing(place.open()) as target:
        assert target.send(WHAT, log).stage is Stage.STORED
        assert target.verify(WHAT, log, Silent()).good
    assert sorted(place.whole()) == ["first", "letters"]


def test_the_command_goes_on_when_room_was_made(
    place: Shelf | Library, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Small files need more room than they have octets, so that only the disk itself says that it is full."""
    archive = Archive(tmp_path / "home", capsys)
    (archive.incoming / "slips").mkdir(parents=True)
    for number in range(800):
        (archive.incoming / f"slips/{number}.txt").write_text(f"slip {number}")
    kind = "ocfl" if isinstance(place, Library) else "folder"
    (archive.home / "preserve.toml").write_text(f'[targets.small]\ntype = "{kind}"\npath = "{place.path}"\n')
    archive.ingest()
    said = archive.run("deposit", "slips", "--to", "small")
    assert said.status == 31
    assert "preserve deposit --to small --resume" in said.err
    assert archive.run("status").status == 3
    tmpfs_again(place.path, "size=20m")
    said = archive.run("deposit", "--to", "small", "--resume")
    assert said.status == 0, said.err
    assert "deposited and verified" in said.out
    assert archive.run("status").status == 0
    assert len(place.whole()) == 1


def test_a_read_only_disk_is_told_and_what_is_there_is_verified(place: Shelf | Library) -> None:
    log = MemoryLog()
    with closing(place.open()) as target:
        target.send(WHAT, log)
    tmpfs_again(place.path, "ro")
    with closing(place.open()) as target:
        assert target.look(WHAT, {}).stage is Stage.STORED
        assert target.verify(WHAT, log, Silent()).good
        with pytest.raises(DepositRefused, match="read-only"):
            target.send(of_files("others", {"data/1": b"1"}), MemoryLog())
