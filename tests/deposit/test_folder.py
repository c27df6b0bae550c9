"""A folder as a target: the shared suite, going on, and what a disk that others can write to may do."""

import os
import shutil
import uuid
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from preserve.deposit.disk.benches import PARTS, Bench
from preserve.deposit.disk.held import Held
from preserve.deposit.disk.marks import MARK
from preserve.deposit.given import Given
from preserve.deposit.targets.folder import KIND
from preserve.errors import BagError, DepositRefused, TargetUnreachable
from preserve.model.deposits import Stage
from preserve.ports import Silent
from preserve.ports.depositing import Consignment, DepositTarget
from preserve.testing.conformance import PAYLOAD, TargetConformance, consignment
from preserve.testing.consignments import MadeConsignment, MadePiece, of_files, single
from preserve.testing.logs import MemoryLog


class Shelf:
    """A folder of this machine as the far end."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "drive"
        self.path.mkdir(exist_ok=True)
        self.home = folder / "home"
        self.home.mkdir(exist_ok=True)

    def open(self) -> DepositTarget:
        return KIND.open(Given("shelf", {"path": str(self.path)}, self.home, self.home / "scratch"))

    def whole(self) -> list[str]:
        return [name.removesuffix(".tar").removesuffix(".zip") for name in os.listdir(self.path) if name[0] != "."]

    def file_of(self, label: str) -> Path:
        place = next(self.path / name for name in (label, f"{label}.tar") if (self.path / name).exists())
        return place if place.is_file() else place / "data/letter.txt"

    def damage(self, label: str) -> bool:
        place = self.file_of(label)
        data = bytearray(place.read_bytes())
        data[-1] ^= 1
        place.write_bytes(data)
        return True

    def occupy(self, label: str) -> bool:
        (self.path / label).mkdir()
        (self.path / label / "bagit.txt").write_text("Somebody else's.\n")
        return True

    def secrets(self) -> tuple[str, ...]:
        return ()


class TestFolder(TargetConformance):
    forms = ("bag", "tar", "zip", "payload", "saf", "eark", "eark-zip")

    @pytest.fixture
    def place(self, tmp_path: Path) -> Shelf:
        (folder := tmp_path / uuid.uuid4().hex).mkdir()
        return Shelf(folder)


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path)


def send(shelf: Shelf, what: Consignment, log: MemoryLog | None = None) -> None:
    with closing(shelf.open()) as target:
        assert target.send(what, log or MemoryLog()).stage is Stage.STORED


def codes(shelf: Shelf, what: Consignment) -> dict[str, str]:
    with closing(shelf.open()) as target:
        return {problem.path: problem.code for problem in target.verify(what, MemoryLog(), Silent()).problems}


class Counted:
    """A consignment that counts which octets of it are read to be sent."""

    def __init__(self, what: MadeConsignment, broken: str = "") -> None:
        self.read: dict[str, int] = {}
        self.what = replace(what, made=tuple(self._counting(piece, broken) for piece in what.made))

    def _counting(self, piece: MadePiece, broken: str) -> MadePiece:
        content = piece.content

        def counted(at: int, count: int) -> bytes:
            self.read[piece.path] = self.read.get(piece.path, 0) + count
            return bytes(content(at, count))

        return replace(piece, content=counted, broken=piece.path == broken)


def test_going_on_copies_only_what_is_lacking(shelf: Shelf) -> None:
    whole = of_files("letters", PAYLOAD)
    with closing(shelf.open()) as target, pytest.raises(BagError):
        target.send(Counted(whole, broken="manifest-sha256.txt").what, MemoryLog())
    counted = Counted(whole)
    with closing(shelf.open()) as target:
        seen = target.look(whole, {})
        assert seen.stage is Stage.SENDING
        assert seen.received == whole.octets - len(PAYLOAD["manifest-sha256.txt"])
        before = dict(counted.read)
        target.send(counted.what, MemoryLog())
    sent = {path for path in counted.read if counted.read[path] - before.get(path, 0) > whole_digest(whole, path)}
    assert sent == {"manifest-sha256.txt"}, "only what was lacking; of the rest only the digests"
    assert not codes(shelf, whole)


def whole_digest(what: MadeConsignment, path: str) -> int:
    """The octets that are read of a made piece for its digest, which a package's manifest tells."""
    return next(piece.size for piece in what.made if piece.path == path)


def test_a_large_file_goes_on_where_it_was_cut(shelf: Shelf) -> None:
    what = single("letters", "tar", 3_000_000)
    bench = shelf.path / PARTS / "letters.tar/content"
    bench.mkdir(parents=True)
    (bench / "letters.tar").write_bytes(b"".join(next(what.pieces()).blocks())[:2_000_000])
    counted = Counted(what)
    send(shelf, counted.what)
    assert counted.read["letters.tar"] == 1_000_000 + 3_000_000, "what was lacking, and once for the digest"
    assert not codes(shelf, what)


@pytest.mark.parametrize("left", [b"\0" * 2_000_000, b"\0" * 3_000_000, b"\0" * 4_000_000])
def test_what_was_left_and_is_not_right_is_copied_anew(shelf: Shelf, left: bytes) -> None:
    """A power cut may leave zeros where octets were."""
    what = single("letters", "tar", 3_000_000)
    bench = shelf.path / PARTS / "letters.tar/content"
    bench.mkdir(parents=True)
    (bench / "letters.tar").write_bytes(left)
    (bench / "stray.txt").write_text("left over\n")
    send(shelf, what)
    assert not codes(shelf, what)
    assert sorted(os.listdir(shelf.path)) == [MARK, "letters.tar"]


def test_a_drive_that_is_not_mounted_is_unreachable_and_nothing_is_made_in_its_place(shelf: Shelf) -> None:
    log = MemoryLog()
    send(shelf, consignment("bag"), log)
    away = shelf.path.rename(shelf.path.with_name("away"))
    what = consignment("bag", "others")
    for handle in ({}, log.handle):
        with closing(shelf.open()) as target, pytest.raises(TargetUnreachable, match="no such file"):
            target.look(what, handle)
    shelf.path.mkdir()
    for act in ("look", "send"):
        with closing(shelf.open()) as target, pytest.raises(TargetUnreachable, match="is not") as told:
            target.look(what, {}) if act == "look" else target.send(what, MemoryLog())
        assert "connected" in told.value.hint
    shutil.rmtree(shelf.home / ".preserve")  # what this machine remembers is lost: the journal still knows
    with closing(shelf.open()) as target, pytest.raises(TargetUnreachable):
        target.look(consignment("bag"), log.handle)
    assert not os.listdir(shelf.path)
    shelf.path.rmdir()
    away.rename(shelf.path)
    with closing(shelf.open()) as target:
        assert target.look(consignment("bag"), log.handle).stage is Stage.STORED


def test_another_disk_is_not_taken_for_the_right_one(shelf: Shelf) -> None:
    send(shelf, consignment("bag"))
    (shelf.path / MARK).write_text(f'{{"id": "{uuid.uuid4()}"}}')
    with closing(shelf.open()) as target, pytest.raises(TargetUnreachable, match="another disk"):
        target.send(consignment("bag", "others"), MemoryLog())
    for forged in ("[]", "{", '{"id": 7}', "x" * 5000):
        (shelf.path / MARK).write_text(forged)
        with closing(shelf.open()) as target, pytest.raises((TargetUnreachable, DepositRefused)):
            target.look(consignment("bag"), {})


def test_altered_missing_and_unexpected_files_are_named(shelf: Shelf) -> None:
    what = consignment("bag")
    send(shelf, what)
    place = shelf.path / what.label
    (place / "data/letter.txt").write_bytes(b"x" * 9000)
    (place / "bagit.txt").write_bytes(b"longer than it was, by far and by much and by more than that\n" * 9)
    (place / "data/empty.txt").unlink()
    (place / "data/stray.txt").write_text("new\n")
    (place / "new/folder").mkdir(parents=True)
    assert codes(shelf, what) == {
        "data/letter.txt": "deposit-file-altered",
        "bagit.txt": "deposit-file-altered",
        "data/empty.txt": "deposit-file-missing",
        "data/stray.txt": "deposit-file-unexpected",
        "new": "deposit-file-unexpected",
    }
    shutil.rmtree(place)
    assert codes(shelf, what) == {what.label: "deposit-file-missing"}


def test_no_link_is_followed_at_the_far_end(shelf: Shelf, tmp_path: Path) -> None:
    what = consignment("bag")
    send(shelf, what)
    place = shelf.path / what.label
    aside = tmp_path / "aside"
    aside.mkdir()
    (place / "data/letter.txt").rename(aside / "letter.txt")
    (place / "data/letter.txt").symlink_to(aside / "letter.txt")
    (place / "bagit.txt").unlink()
    os.mkfifo(place / "bagit.txt")
    found = codes(shelf, what)
    assert found == {"data/letter.txt": "deposit-file-altered", "bagit.txt": "deposit-file-altered"}
    place.rename(aside / "bag")
    place.symlink_to(aside / "bag")
    assert codes(shelf, what) == {what.label: "deposit-file-altered"}
    with closing(shelf.open()) as target, pytest.raises(DepositRefused, match="Something else lies"):
        target.look(what, {})


@pytest.mark.parametrize("path", [PARTS, f"{PARTS}/letters-1901", f"{PARTS}/letters-1901/content"])
def test_nothing_is_written_through_a_link(shelf: Shelf, tmp_path: Path, path: str) -> None:
    (outside := tmp_path / "outside").mkdir()
    (shelf.path / path).parent.mkdir(parents=True, exist_ok=True)
    (shelf.path / path).symlink_to(outside)
    with closing(shelf.open()) as target, pytest.raises(DepositRefused):
        target.send(consignment("bag"), MemoryLog())
    assert not os.listdir(outside)
    assert shelf.whole() == []


def test_a_damaged_copy_is_not_taken_for_the_package_when_the_journal_is_lost(shelf: Shelf) -> None:
    what = consignment("bag")
    send(shelf, what)
    shelf.damage(what.label)
    with closing(shelf.open()) as target, pytest.raises(DepositRefused, match="was not touched"):
        target.look(what, {})


def test_two_processes_do_not_put_the_same_together(shelf: Shelf) -> None:
    what = consignment("bag")
    busy = pytest.raises(TargetUnreachable, match="Another process")
    with Held.at(shelf.path) as held, Bench(held, what.label).take(), closing(shelf.open()) as target, busy:
        target.send(what, MemoryLog())
    send(shelf, what)


def test_a_disk_without_room_is_told_before(shelf: Shelf) -> None:
    made = single("letters", "tar", 10)
    huge = replace(made, made=(replace(made.made[0], size=1 << 60),))
    with closing(shelf.open()) as target:
        assert [problem.code for problem in target.plan(huge)] == ["deposit-no-room"]
        assert not target.plan(made)


def test_a_mark_that_was_begun_and_not_finished_is_made_anew(shelf: Shelf) -> None:
    (shelf.path / f"{MARK}.new").write_text('{"id": "')
    send(shelf, consignment("bag"))
    assert sorted(os.listdir(shelf.path)) == [MARK, "letters-1901"]


def test_a_mark_that_says_nothing_is_told(shelf: Shelf) -> None:
    (shelf.path / MARK).write_text("{}")
    with closing(shelf.open()) as target, pytest.raises(TargetUnreachable, match="by which the disk is known"):
        target.send(consignment("bag"), MemoryLog())
