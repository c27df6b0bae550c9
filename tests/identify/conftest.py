"""One worker for all tests that only ask it questions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from preserve.identify.identifier import Identifier
from preserve.model import Identification

Ask = Callable[[str, bytes], Identification]


@pytest.fixture(scope="session")
def identifier() -> Iterator[Identifier]:
    with Identifier() as running:
        yield running


@pytest.fixture
def ask(identifier: Identifier, tmp_path: Path) -> Ask:
    """Identify a file of this name and content; every probe must have left its record."""

    def asked(name: str, content: bytes) -> Identification:
        file = tmp_path / name
        file.write_bytes(content)
        found = identifier.identify(file, f"data/{name}")
        assert [run.probe for run in found.runs] == PROBES
        assert found.path == f"data/{name}"
        return found

    return asked


PROBES = ["libmagic", "charset", "pronom", "metadata", "language", "clamav"]
