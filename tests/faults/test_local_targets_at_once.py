"""Several processes deposit in one place at once: each package is there once, whole, and nobody is told a lie."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from preserve.testing.conformance import consignment, deposit
from tests.conftest import REPOSITORY
from tests.deposit.ocfl_places import Library, findings
from tests.deposit.test_folder import Shelf

pytestmark = pytest.mark.slow

PROGRAM = f"""
import json, sys; sys.path.insert(0, {str(REPOSITORY)!r})
from pathlib import Path
from tests.faults.test_local_targets import place_of
from preserve.testing.conformance import consignment, deposit
folder, kind, label, journal = sys.argv[1:]
done = deposit(place_of(kind, Path(folder)), consignment("bag", label), Path(folder, journal))
print(json.dumps([label, done.stage, type(done.error).__name__]))
"""


@pytest.mark.parametrize("kind", ["folder", "ocfl"])
def test_processes_at_once(kind: str, tmp_path: Path) -> None:
    """Six processes, three packages, a folder in which nothing is yet."""
    place: Shelf | Library = Shelf(tmp_path) if kind == "folder" else Library(tmp_path)
    labels = ["one", "two", "three"]
    runs = [
        subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(tmp_path), kind, label, f"journal-{label}-{number}"],
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(2)
        for label in labels
    ]
    told = [json.loads(run.communicate(timeout=120)[0]) for run in runs]
    assert all(stage == "verified" or error == "TargetUnreachable" for _, stage, error in told), told
    whole = place.whole()
    assert len(whole) == len(set(whole)), "a double"
    assert {label for label, stage, _ in told if stage == "verified"} <= set(whole), "a lie"
    for label in labels:
        assert deposit(place, consignment("bag", label), tmp_path / f"again-{label}").error is None
    assert sorted(place.whole()) == sorted(labels)
    if isinstance(place, Library):
        assert not [problem for found in place.objects() for problem in findings(found)]
