"""What all tests of this target begin with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from preserve.deposit.http import patience
from preserve.ports.depositing import Consignment
from preserve.testing.consignments import of_files
from tests.deposit.archivematica.pipeline import Pipeline, running


@pytest.fixture(autouse=True)
def _without_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "PAUSES", (0.01, 0.01))


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Pipeline]:
    with running(tmp_path) as pipeline:
        yield pipeline


@pytest.fixture
def what() -> Consignment:
    return of_files("letters-1901", {"bagit.txt": b"BagIt", "data/letter.txt": b"Dear Sir"})
