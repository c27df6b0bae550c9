"""Deposits whose process is killed at any moment, and again, until one comes to its end: whatever the far end is."""

import random
import time
from collections.abc import Callable
from pathlib import Path

from preserve.deposit.journal.reading import read
from preserve.model.deposits import Proof, Stage
from preserve.ports.depositing import Consignment
from preserve.testing.conformance import Place, deposit
from preserve.testing.dying import killed_after
from tests.faults.tally import FULL, proof

KILLS = 100 if FULL else 8
OCTETS = 3_000_000
_SAYS_THAT_IT_IS_THERE = (Stage.ACCEPTED, Stage.STORED, Stage.VERIFIED)


def kill_deposits(name: str, place: Place, make: Callable[[str], Consignment], folder: Path) -> None:
    """Kill so many, each after another time; after each nothing is double and the journal does not lie."""
    chance = random.Random(name)
    began = time.monotonic()
    whole = deposit(place, make("measured"), folder / "measured")
    assert whole.error is None, whole.error
    longest = (time.monotonic() - began) * 1.1
    kills = number = 0
    with proof(f"deposits killed at any moment: {name}", "one whole deposit each, and no lie") as points:
        while kills < KILLS and number < 4 * KILLS:
            number += 1
            label, what = f"letters-{number}", make(f"letters-{number}")
            with points.point(label):
                for _ in range(3):
                    if not killed_after(place, what, folder / label, chance.uniform(0.01, longest)):
                        break
                    kills += 1
                    _assert_true(place, what, folder / label)
                _assert_it_comes_to_its_end(place, what, folder / label)


def _assert_true(place: Place, what: Consignment, folder: Path) -> None:
    found = list(place.whole()).count(what.label)
    assert found <= 1, "a double"
    entry = read(folder)
    if entry is not None and entry.story.stage in _SAYS_THAT_IT_IS_THERE:
        assert found == 1, f"the journal says {entry.story.stage}, and nothing is there"


def _assert_it_comes_to_its_end(place: Place, what: Consignment, folder: Path) -> None:
    done = deposit(place, what, folder)
    assert done.error is None, str(done.error)
    target = place.open()
    try:
        ends_as = Stage.STORED if target.promises.proof is Proof.NONE else Stage.VERIFIED
    finally:
        target.close()
    assert done.stage is ends_as
    assert list(place.whole()).count(what.label) == 1
