"""InvenioRDM, broken off at many points: the client killed at each step and at any time, the line cut, answers lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from preserve.errors import TargetUnreachable
from preserve.model.deposits import Stage
from preserve.ports.depositing import Consignment
from preserve.testing.conformance import deposit
from preserve.testing.consignments import single
from preserve.testing.dying import killed_at_step
from preserve.testing.wire import Direction, Wire
from preserve.workflows.depositing.driving import Patience
from tests.deposit.invenio.repository import Repository
from tests.deposit.servers.inveniolike import Kept
from tests.faults.deposits.campaign import kill_deposits
from tests.faults.tally import proof, sample

pytestmark = pytest.mark.slow
ONCE = Patience(attempts=1, wait=0.0)
OCTETS = 400_000


def package(label: str) -> Consignment:
    return single(label, "zip", OCTETS, seed=len(label))


def ends_well(place: Repository, what: Consignment, folder: Path) -> None:
    """Going on finishes: there is one whole record, and no draft beside it."""
    assert place.whole().count(what.label) <= 1, "a double"
    done = deposit(place, what, folder)
    assert done.error is None, done.error
    assert done.stage is Stage.VERIFIED
    (kept,) = records_of(place, what)
    assert kept.published
    assert kept.content == {f"{what.label}.zip": b"".join(next(iter(what.pieces())).blocks())}, "a lie"


def records_of(place: Repository, what: Consignment) -> list[Kept]:
    """The records and drafts that bear the key."""
    kept = place.invenio.records.values()
    return [each for each in kept if what.key in str(each.body["metadata"].get("identifiers"))]


def test_a_client_that_is_killed_at_every_step(place: Repository, tmp_path: Path) -> None:
    with proof("invenio: client killed at each step") as points:
        for step in range(2, 40):  # before the first there is no journal, and nothing to go on with
            died = False
            for before in (True, False):
                what = package(f"letters-{step}-{before}")
                with points.point((step, before)):
                    died |= killed_at_step(place, what, tmp_path / what.label, step, before=before)
                    ends_well(place, what, tmp_path / what.label)
            if not died:
                return


def test_a_client_that_is_killed_at_any_time(place: Repository, tmp_path: Path) -> None:
    kill_deposits("invenio", place, package, tmp_path)
    assert len(place.invenio.records) == len(place.whole())


@pytest.mark.parametrize("direction", list(Direction))
def test_a_line_that_is_cut_anywhere(place: Repository, tmp_path: Path, direction: Direction) -> None:
    """Up, a deposit takes its file and some 4,500 octets; down, it is read back."""
    near = [*range(50, 4_500, 75), *range(OCTETS, OCTETS + 6_000, 75)]
    octets = [*near, *range(60, OCTETS, OCTETS // 30)]
    url = place.served.url
    with proof(f"invenio: line cut, {direction}") as points, Wire("127.0.0.1", int(url.rpartition(":")[2])) as wire:
        place.served.url = f"http://127.0.0.1:{wire.port}"
        for number, at in enumerate(sample(sorted(octets), 10)):
            what = package(f"letters-{number}")
            with points.point(at):
                wire.cut_after(at, direction)
                done = deposit(place, what, tmp_path / what.label, ONCE)
                assert done.error is None or isinstance(done.error, TargetUnreachable), done.error
                assert done.stage not in (Stage.STORED, Stage.VERIFIED) or what.label in place.whole(), "a lie"
                wire.heal()
                ends_well(place, what, tmp_path / what.label)
