"""SWORD v2 and the real server, broken off at many points: the client killed, the line cut, answers lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from preserve.deposit.targets.swordv2.dialects import Order
from preserve.errors import TargetUnreachable
from preserve.model.deposits import Stage
from preserve.ports.depositing import Consignment
from preserve.testing.conformance import consignment, deposit
from preserve.testing.dying import killed_after, killed_at_step
from preserve.testing.wire import Direction, Wire
from preserve.workflows.depositing.driving import Patience
from tests.deposit.servers import swh
from tests.deposit.servers.swh import Swh
from tests.deposit.swordv2.test_swh import Heritage
from tests.faults.tally import proof, sample

pytestmark = pytest.mark.slow
ONCE = Patience(attempts=1, wait=0.0)
ORDERS = [Order.ENTRY, Order.BINARY, Order.MULTIPART]


@pytest.fixture(scope="module")
def server() -> Iterator[Swh]:
    with swh.running() as running:
        yield running


@pytest.fixture(params=ORDERS)
def place(server: Swh, tmp_path: Path, request: pytest.FixtureRequest) -> Heritage:
    server.clear()
    return Heritage(server, tmp_path, request.param)


def ends_well(place: Heritage, what: Consignment, folder: Path) -> None:
    """Going on finishes: there is one whole deposit, and nothing else was left."""
    assert place.whole().count(what.label) <= 1, "a double"
    done = deposit(place, what, folder)
    assert done.error is None, done.error
    assert done.stage is Stage.STORED
    assert [each.slug for each in place.server.deposits()].count(what.label) == 1, "a double, or a draft left behind"
    (kept,) = (each for each in place.server.deposits() if each.slug == what.label)
    (file,) = place.server.files(kept.number)
    assert file.read_bytes() == b"".join(next(iter(what.pieces())).blocks()), "a lie"


def test_a_client_that_is_killed_at_every_step(place: Heritage, tmp_path: Path) -> None:
    with proof(f"swordv2: client killed at each step, {place.order}") as points:
        for step in range(2, 40):  # before the first there is no journal, and nothing to go on with
            died = False
            for before in (True, False):
                what = consignment("zip", f"letters-{step}-{before}", seed=step)
                with points.point((step, before)):
                    died |= killed_at_step(place, what, tmp_path / what.label, step, before=before)
                    ends_well(place, what, tmp_path / what.label)
            if not died:
                return


def test_a_client_that_is_killed_at_any_time(place: Heritage, tmp_path: Path) -> None:
    with proof(f"swordv2: client killed at any time, {place.order}") as points:
        for number, moment in enumerate(sample(range(2, 400, 8), 4)):
            what = consignment("zip", f"letters-{number}", seed=number)
            with points.point(moment):
                killed_after(place, what, tmp_path / what.label, moment / 1000)
                ends_well(place, what, tmp_path / what.label)


@pytest.mark.parametrize("direction", list(Direction))
def test_a_line_that_is_cut_anywhere(place: Heritage, tmp_path: Path, direction: Direction) -> None:
    total = 706_000 if direction is Direction.UP else 9_000
    near = [*range(100, 4_000, 150), *range(total - 5_000, total, 150)] if direction is Direction.UP else []
    octets = [*near, *range(60, total, total // 60)]
    with (
        proof(f"swordv2: line cut, {direction}, {place.order}") as points,
        Wire("127.0.0.1", place.server.port) as wire,
    ):
        place.url = f"http://127.0.0.1:{wire.port}/1/servicedocument/"
        for number, at in enumerate(sample(sorted(octets), 5)):
            what = consignment("zip", f"letters-{number}", seed=number)
            with points.point(at):
                wire.cut_after(at, direction)
                done = deposit(place, what, tmp_path / what.label, ONCE)
                assert done.error is None or isinstance(done.error, TargetUnreachable), done.error
                assert done.stage is not Stage.STORED or what.label in place.whole(), "a lie"
                wire.heal()
                ends_well(place, what, tmp_path / what.label)


def test_answers_that_are_lost_from_a_point_on(place: Heritage, tmp_path: Path) -> None:
    """The server hears everything and does it; nothing of what it says arrives."""
    with proof(f"swordv2: answers lost, {place.order}") as points, Wire("127.0.0.1", place.server.port) as wire:
        place.url = f"http://127.0.0.1:{wire.port}/1/servicedocument/"
        for number, at in enumerate(sample(range(0, 9_000, 220), 3)):
            what = consignment("zip", f"letters-{number}", seed=number)
            with points.point(at):
                place.timeout = 1
                wire.silence(after=at)
                done = deposit(place, what, tmp_path / what.label, ONCE)
                assert done.stage is not Stage.STORED or what.label in place.whole(), "a lie"
                wire.heal()
                place.timeout = 20
                ends_well(place, what, tmp_path / what.label)
