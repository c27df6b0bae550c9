"""Every reader under atheris for a while; ``scripts/fuzz`` does the same for as long as one likes."""

from pathlib import Path

import pytest

from tests.faults.fuzz.campaign import OUTSIDE, fuzz
from tests.faults.fuzz.readers import READERS
from tests.faults.tally import FULL, tally

SAME = 20_000
"""Inputs of the short run, which is to say the same of the same code."""


@pytest.mark.slow
@pytest.mark.parametrize("name", READERS)
def test_no_reader_breaks_a_promise_for_so_long(name: str, tmp_path: Path) -> None:
    pytest.importorskip("atheris")
    seconds = (300 if FULL else 60) if name in OUTSIDE else (60 if FULL else 15)
    run = fuzz(name, seconds, tmp_path, inputs=-1 if FULL else SAME)
    tally(f"fuzzing {name}", run.inputs, len(run.broken), f"{seconds} s" if FULL else "the same inputs each time")
    assert not run.broken, run.log[-4000:]
    assert run.inputs > 100
