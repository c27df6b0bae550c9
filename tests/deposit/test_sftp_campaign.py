"""SFTP, broken off at many points: the client killed, the line cut, the last answers lost."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from preserve.deposit.targets.sftp import KIND
from preserve.errors import TargetUnreachable
from preserve.ports.depositing import Consignment
from preserve.testing.conformance import deposit
from preserve.testing.dying import killed_after
from preserve.testing.logs import MemoryLog
from preserve.testing.wire import Direction, Wire
from tests.deposit.far_shelf import Shelf
from tests.deposit.servers.sshd import Sshd, sshd
from tests.deposit.shelf_faults import MIB, ONCE, empty, ends_well, make, over_a_wire
from tests.faults.tally import proof, sample

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sshd]:
    with sshd(tmp_path_factory.mktemp("sshd")) as running:
        yield running


@pytest.fixture
def shelf(server: Sshd, tmp_path: Path) -> Shelf:
    """The far end, with an empty folder."""
    made = Shelf(KIND, server, tmp_path / "scratch")
    empty(made, tmp_path / "former deposits")
    return made


@pytest.mark.parametrize("form", ["tar", "bag"])
@pytest.mark.parametrize("direction", list(Direction))
def test_a_line_that_is_cut_anywhere(shelf: Shelf, tmp_path: Path, form: str, direction: Direction) -> None:
    with over_a_wire(shelf) as wire, proof(f"sftp: line cut, {direction}, {form}") as points:
        what = make(form, "measured")
        assert deposit(shelf, what, tmp_path / "measured").error is None
        total = wire.octets(direction)
        empty(shelf, tmp_path / "done measured")
        for number, at in enumerate(sample(range(500, total, total // 50), 3)):
            with points.point(at):
                what = make(form, f"letters-{number}")
                wire.cut_after(at, direction)
                done = deposit(shelf, what, tmp_path / what.label, ONCE)
                assert done.error is None or isinstance(done.error, TargetUnreachable), done.error
                wire.heal()
                ends_well(shelf, what, tmp_path / what.label)
                empty(shelf, tmp_path / f"done {number}")


@pytest.mark.parametrize("form", ["tar", "bag"])
def test_a_client_that_is_killed_at_any_time(shelf: Shelf, tmp_path: Path, form: str) -> None:
    with over_a_wire(shelf) as wire, proof(f"sftp: client killed, {form}") as points:
        wire.throttle(40 * MIB)
        for number, seconds in enumerate(sample([step / 25 for step in range(1, 40)], 2)):
            with points.point(seconds):
                what = make(form, f"letters-{number}")
                killed_after(shelf, what, tmp_path / what.label, seconds)
                ends_well(shelf, what, tmp_path / what.label)
                empty(shelf, tmp_path / f"done {number}")


def test_the_last_answers_are_lost(shelf: Shelf, tmp_path: Path) -> None:
    """The package gets its name, or does not, and nobody here hears of it."""
    with over_a_wire(shelf) as wire, proof("sftp: line cut in the last answers") as points:
        total = sent_over(shelf, wire, make("tar", "letters-00", MIB))
        for number, missing in enumerate(sample(range(0, 1000, 20), 4)):
            with points.point(missing):
                what = make("tar", f"letters-{number:02}", MIB)
                empty(shelf, tmp_path / f"done {number}")
                wire.cut_after(total - missing, Direction.DOWN)
                with suppress(TargetUnreachable):
                    sent_over(shelf, wire, what)
                wire.heal()
                ends_well(shelf, what, tmp_path / what.label)


def sent_over(shelf: Shelf, wire: Wire, what: Consignment) -> int:
    """The octets that come back while *what* is sent."""
    before = wire.octets(Direction.DOWN)
    with closing(shelf.open()) as target:
        target.send(what, MemoryLog())
        return wire.octets(Direction.DOWN) - before
