"""An archive with a package, opened."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from preserve.config import load
from preserve.workflows.archive import Archive as Opened
from preserve.workflows.archive import opened
from tests.acceptance.archive import Archive
from tests.workflows.depositing.consignments.ready import FILES


@pytest.fixture
def archive(home: Path, capsys: pytest.CaptureFixture[str]) -> Archive:
    """One with a sealed package of three files."""
    archive = Archive(home, capsys)
    for name, data in FILES.items():
        place = archive.incoming / "papers" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
    archive.ingest()
    return archive


@pytest.fixture
def store(archive: Archive) -> Iterator[Opened]:
    """The same, opened."""
    with opened(load(archive.home, environment={})) as store:
        yield store
