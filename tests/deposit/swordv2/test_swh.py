"""The shared suite and faults, against the real server of Software Heritage."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from preserve.config.settings import Value
from preserve.deposit.targets.swordv2.dialects import Order
from preserve.deposit.targets.swordv2.target import SwordTarget
from preserve.errors import AccessRefused, DepositRefused, TargetUnreachable
from preserve.model.deposits import Stage
from preserve.testing.conformance import TargetConformance, consignment, deposit
from preserve.testing.wire import Direction, Wire
from preserve.workflows.depositing.driving import Patience
from tests.deposit.servers import swh
from tests.deposit.servers.memory import in_memory
from tests.deposit.servers.swh import Swh
from tests.deposit.swordv2.far import given
from tests.faults.small_disk import tmpfs
from tests.faults.tally import sample

pytestmark = pytest.mark.server
NO_PATIENCE = Patience(attempts=1, wait=0.0)


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    """In memory: no disk is tried here."""
    with in_memory() as folder:
        yield folder


@pytest.fixture(scope="module")
def server() -> Iterator[Swh]:
    with swh.running() as running:
        yield running


class Heritage:
    """The real server as a far end: what it holds is asked of its database and its disk."""

    def __init__(self, server: Swh, home: Path, order: str = "") -> None:
        self.server = server
        self.home = home
        self.order = order
        self.url = server.url
        self.password = swh.PASSWORD
        self.timeout = 20

    def open(self) -> SwordTarget:
        values: dict[str, Value] = {"dialect": "swh", "user": swh.USER, "order": self.order, "timeout": self.timeout}
        return SwordTarget(given(self.home, self.url, values, self.password))

    def whole(self) -> list[str]:
        return [each.slug for each in self.server.deposits() if each.status != "partial" and each.files == 1]

    def damage(self, label: str) -> bool:
        return False

    def occupy(self, label: str) -> bool:
        return False

    def secrets(self) -> tuple[str, ...]:
        return (swh.PASSWORD,)


class TestSoftwareHeritage(TargetConformance):
    forms = ("zip", "payload-zip", "tar")

    @pytest.fixture
    def place(self, server: Swh, tmp_path: Path) -> Heritage:
        server.clear()
        return Heritage(server, tmp_path)


@pytest.fixture
def place(server: Swh, tmp_path: Path) -> Heritage:
    server.clear()
    return Heritage(server, tmp_path)


class TestFaults:
    """Afterwards there is one whole deposit or none, the journal tells the truth, and going on finishes."""

    @pytest.mark.parametrize("order", list(Order)[:3])
    @pytest.mark.parametrize("direction", [Direction.UP, Direction.DOWN])
    def test_a_line_cut_anywhere(self, place: Heritage, tmp_path: Path, order: str, direction: Direction) -> None:
        place.order = order
        points = range(100, 5000, 700) if direction is Direction.DOWN else (300, 1200, 2500, 90_000, 701_500, 704_000)
        after = sample(points, 4)  # test_campaign tries many more
        for number, octets in enumerate(after):
            what = consignment("zip", f"letters-{number}", seed=number)
            with Wire("127.0.0.1", place.server.port) as wire:
                place.url = f"http://127.0.0.1:{wire.port}/1/servicedocument/"
                wire.cut_after(octets, direction)
                first = deposit(place, what, tmp_path / what.label, NO_PATIENCE)
                assert place.whole().count(what.label) <= 1
                assert first.stage is not Stage.STORED or what.label in place.whole()
                wire.heal()
                again = deposit(place, what, tmp_path / what.label)
                assert again.error is None, again.error
                assert again.stage is Stage.STORED
        assert sorted(place.whole()) == [f"letters-{number}" for number in range(len(after))]
        assert len(place.server.deposits()) == len(after), "a draft was left behind"

    def test_the_server_dies_while_it_is_sent_to(self, place: Heritage, tmp_path: Path) -> None:
        what = consignment("zip")
        with Wire("127.0.0.1", place.server.port) as wire:
            place.url = f"http://127.0.0.1:{wire.port}/1/servicedocument/"
            wire.throttle(300_000)
            killer = threading.Timer(1.0, place.server.kill)
            killer.start()
            first = deposit(place, what, tmp_path / "journal", NO_PATIENCE)
            killer.join()
            assert isinstance(first.error, TargetUnreachable)
            assert first.stage is Stage.UNKNOWN
            assert not place.whole()
            place.server.start()
            wire.heal()
            assert deposit(place, what, tmp_path / "journal").stage is Stage.STORED
        assert place.whole() == [what.label]

    def test_a_server_that_falls_silent_is_not_waited_for_for_ever(self, place: Heritage, tmp_path: Path) -> None:
        what = consignment("zip")
        place.timeout = 1
        with Wire("127.0.0.1", place.server.port) as wire:
            place.url = f"http://127.0.0.1:{wire.port}/1/servicedocument/"
            wire.silence()
            assert isinstance(deposit(place, what, tmp_path / "journal", NO_PATIENCE).error, TargetUnreachable)
            wire.heal()
            place.timeout = 20
            assert deposit(place, what, tmp_path / "journal").stage is Stage.STORED
        assert place.whole() == [what.label]

    @pytest.mark.skipif(os.geteuid() != 0, reason="a small disk has to be mounted")
    def test_a_full_disk_there_is_told_and_gone_on_with(self, place: Heritage, tmp_path: Path) -> None:
        what = consignment("zip")
        try:
            with tmpfs(place.server.media, "size=200k,mode=777"):
                done = deposit(place, what, tmp_path / "journal", NO_PATIENCE)
                assert isinstance(done.error, TargetUnreachable)
                assert not place.whole()
        except subprocess.CalledProcessError:
            pytest.skip("nothing can be mounted here")
        assert deposit(place, what, tmp_path / "journal").stage is Stage.STORED
        assert place.whole() == [what.label]
        assert len(place.server.deposits()) == 1

    def test_wrong_credentials_are_refused_with_a_sentence(self, place: Heritage, tmp_path: Path) -> None:
        place.password = "something else altogether"  # noqa: S105  it is wrong
        done = deposit(place, consignment("zip"), tmp_path / "journal")
        assert isinstance(done.error, AccessRefused)
        assert "does not accept our credentials" in done.error.message
        assert not place.server.deposits()

    @pytest.mark.parametrize("status", ["failed", "rejected"])
    def test_what_the_archive_could_not_load_is_refused(self, place: Heritage, tmp_path: Path, status: str) -> None:
        place.server.loads(status)
        done = deposit(place, consignment("zip"), tmp_path / "journal")
        assert isinstance(done.error, DepositRefused)
        assert status in done.error.message
        assert done.stage is Stage.REFUSED

    def test_what_is_not_loaded_yet_is_accepted_and_not_stored(self, place: Heritage, tmp_path: Path) -> None:
        what = consignment("zip")
        place.server.loads("deposited")
        assert deposit(place, what, tmp_path / "journal", NO_PATIENCE).stage is Stage.ACCEPTED
        place.server.sql("UPDATE deposit SET status = 'done'")
        assert deposit(place, what, tmp_path / "journal").stage is Stage.STORED
        assert place.whole() == [what.label]

    def test_what_arrived_there_is_what_was_sent(self, place: Heritage, tmp_path: Path) -> None:
        what = consignment("zip", seed=7)
        deposit(place, what, tmp_path / "journal")
        (kept,) = place.server.deposits()
        (file,) = place.server.files(kept.number)
        assert file.read_bytes() == b"".join(block for piece in what.pieces() for block in piece.blocks())
