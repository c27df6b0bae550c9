"""An archive with a package, opened."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import preserve
from preserve.config import load
from preserve.workflows.archive import Archive as Opened
from preserve.workflows.archive import opened
from tests.acceptance.archive import Archive
from tests.workflows.depositing.consignments.ready import FILES


@pytest.fixture(scope="session")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of an archive with a sealed package of three files; nobody changes it."""
    home = tmp_path_factory.mktemp("papers")
    incoming = preserve.init(home) / "incoming"
    for name, data in FILES.items():
        place = incoming / "papers" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
    (done,) = preserve.ingest(home=home)
    assert done.status == "sealed"
    return home


@pytest.fixture
def archive(papers: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Archive:
    """A copy of it, which is the test's own."""
    for name in ("incoming", "packages"):
        shutil.copytree(papers / name, tmp_path / name)
    return Archive(tmp_path, capsys)


@pytest.fixture
def store(archive: Archive) -> Iterator[Opened]:
    """The same, opened."""
    with opened(load(archive.home, environment={})) as store:
        yield store
