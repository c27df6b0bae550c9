"""What all tests of this target begin with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from preserve.deposit.http import patience
from preserve.ports.depositing import Consignment
from preserve.testing.consignments import single
from tests.deposit.invenio.repository import Repository
from tests.deposit.servers.inveniolike import InvenioLike
from tests.deposit.servers.scripted import serving


@pytest.fixture(autouse=True)
def _without_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "PAUSES", (0.01, 0.01))


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Repository]:
    invenio = InvenioLike()
    with serving(invenio) as served:
        yield Repository(invenio, served, tmp_path)


@pytest.fixture
def what() -> Consignment:
    return single("letters-1901", "zip", 300_001)
