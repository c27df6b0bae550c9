"""Archivematica, broken off at many points: the client killed at each step and at any time."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from preserve.deposit.journal.reading import read
from preserve.model.deposits import Stage
from preserve.ports.depositing import Consignment
from preserve.testing.conformance import deposit
from preserve.testing.consignments import of_files
from preserve.testing.dying import killed_after, killed_at_step
from tests.deposit.archivematica.pipeline import Pipeline
from tests.faults.tally import FULL, proof

pytestmark = pytest.mark.slow
KILLS = 100 if FULL else 8


def package(label: str) -> Consignment:
    return of_files(label, {"bagit.txt": b"BagIt", "data/letter.txt": label.encode() * 10_000, "data/empty": b""})


def ends_well(place: Pipeline, what: Consignment, folder: Path) -> bool:
    """Going on finishes: there is one transfer.  True if a person had to look whether one had begun."""
    assert place.whole().count(what.label) <= 1, "a double"
    entry = read(folder)
    said = entry.story.stage if entry else None
    assert said not in (Stage.ACCEPTED, Stage.STORED, Stage.VERIFIED) or what.label in place.whole(), "a lie"
    done = deposit(place, what, folder)
    asked = done.stage is Stage.UNKNOWN
    if asked:
        assert what.label not in place.whole(), "it could have been found"
        (place.archivematica.source / ".preserve-transfers" / f"{what.label}.json").unlink()
        done = deposit(place, what, folder)
    assert done.error is None, done.error
    assert done.stage is Stage.VERIFIED
    assert [each.name for each in place.archivematica.transfers].count(what.label) == 1, "a double"
    return asked


def test_a_client_that_is_killed_at_every_step(place: Pipeline, tmp_path: Path) -> None:
    with proof("archivematica: client killed at each step") as points:
        for step in range(2, 40):  # before the first there is no journal, and nothing to go on with
            died = False
            for before in (True, False):
                what = package(f"letters-{step}-{before}")
                with points.point((step, before)):
                    died |= killed_at_step(place, what, tmp_path / what.label, step, before=before)
                    assert not ends_well(place, what, tmp_path / what.label)
            if not died:
                return


def test_a_client_that_is_killed_at_any_time(place: Pipeline, tmp_path: Path) -> None:
    chance = random.Random("archivematica")
    kills = asked = 0
    with proof("archivematica: client killed at any time") as points:
        for number in range(4 * KILLS):
            what = package(f"letters-{number}")
            with points.point(number):
                kills += killed_after(place, what, tmp_path / what.label, chance.uniform(0.005, 0.12))
                asked += ends_well(place, what, tmp_path / what.label)
            if kills == KILLS:
                break
        points.note = f"{kills} killed; in {asked} a person had to look whether a transfer had begun"
