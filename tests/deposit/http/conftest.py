"""A server with a few fixed answers, and a client of it with a credential."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from preserve.deposit.http import Client, bearer, patience
from preserve.ports.depositing import Secret
from tests.deposit.http.answers import GIVEN, SECRET, app
from tests.deposit.servers.scripted import Served, serving


@pytest.fixture(autouse=True)
def _without_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "PAUSES", (0.01, 0.01))


@pytest.fixture
def served() -> Iterator[Served]:
    with serving(app) as running:
        yield running


@pytest.fixture
def client(served: Served) -> Iterator[Client]:
    with closing(Client(f"{served.url}/app", GIVEN, timeout=2, auth=bearer(Secret(SECRET)))) as made:
        yield made
