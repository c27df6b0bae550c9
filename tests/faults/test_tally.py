"""The bookkeeping of the long proofs: a failure is never lost, and a proof that tried nothing is none."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY
from tests.faults import tally
from tests.faults.tally import proof, sample


@pytest.fixture
def proofs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PRESERVE_PROOFS", str(tmp_path / "proofs"))
    return tmp_path / "proofs"


def test_every_point_is_tried_though_one_fails(proofs: Path) -> None:
    def count() -> None:
        with proof("counting", "a note") as points:
            for number in range(3):
                with points.point(number):
                    assert number != 1

    with pytest.raises(AssertionError, match=r"1 of 3 failed\n1: "):
        count()
    (line,) = proofs.read_text().splitlines()
    counted = json.loads(line)
    assert (counted["name"], counted["tried"], counted["failed"]) == ("counting", 3, 1)
    assert counted["note"] == "a note"


def test_a_proof_that_breaks_is_a_failure(proofs: Path) -> None:
    with pytest.raises(OSError, match="gone"), proof("broken"):
        raise OSError("gone")
    assert json.loads(proofs.read_text())["failed"] == 1


def test_a_proof_that_tried_nothing_fails() -> None:
    with pytest.raises(AssertionError), proof("idle"):
        pass


def test_a_sample_is_spread_evenly_and_a_full_proof_leaves_nothing_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tally, "FULL", False)
    assert sample(range(100), 4) == [12, 37, 62, 87]
    assert sample(range(3), 4) == [0, 1, 2]
    monkeypatch.setattr(tally, "FULL", True)
    assert sample(range(100), 4) == list(range(100))


def test_the_table_adds_up_and_a_failure_is_one(proofs: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("Before\n<!-- proofs: made by scripts/proof_table.py -->\nold\n<!-- end of proofs -->\nAfter\n")
    tally.tally("counting", 3, 0, "a note")
    tally.tally("counting", 1_000, 0, "a note")
    words = [sys.executable, str(REPOSITORY / "scripts" / "proof_table.py"), str(proofs), "--into", str(page)]
    done = subprocess.run(words, check=True, capture_output=True, text=True)
    assert "| Counting | 1,003 | 0 | a note |\n| **Together** | 1,003 | 0 |  |\n" in done.stdout
    before, _, after = page.read_text().partition(done.stdout)
    assert (before.splitlines()[0], after.splitlines()[-1]) == ("Before", "After")
    tally.tally("failing", 1, 1)
    assert subprocess.run(words, check=False, capture_output=True).returncode == 1
