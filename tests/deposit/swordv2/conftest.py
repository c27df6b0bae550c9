"""What all tests of this target begin with."""

from __future__ import annotations

import pytest

from preserve.deposit.http import patience


@pytest.fixture(autouse=True)
def _without_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "PAUSES", (0.01, 0.01))
