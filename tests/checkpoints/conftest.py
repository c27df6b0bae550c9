"""The fixtures of the tests of checkpoints."""

import shutil
from pathlib import Path

import pytest

from tests.acceptance.archive import Archive
from tests.checkpoints.signed import Signed


@pytest.fixture
def archive(home: Path, capsys: pytest.CaptureFixture[str]) -> Archive:
    """An empty archive."""
    return Archive(home, capsys)


@pytest.fixture(scope="session")
def signed_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with three packages of several entries each and a checkpoint, of which a copy was kept off-site."""
    home = tmp_path_factory.mktemp("signed") / "home"
    archive = Signed.start_at(home)
    for name in ("ash", "birch", "cedar"):
        (archive.incoming / f"{name}.txt").write_text(f"Dear {name},\n")
    archive.call("ingest", "--move")
    archive.call("validate", "--record", *map(str, archive.sealed()))
    archive.call("describe", "--all", "--set", "publisher=The arboretum")
    archive.call("keys", "new", "example.org/archive")
    archive.call("checkpoint", "create", "--out", str(archive.off_site / "checkpoint.txt"))
    (archive.off_site / "key.txt").write_text(archive.call("keys", "show"))
    return home


@pytest.fixture
def signed(signed_template: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Signed:
    """A copy of it."""
    shutil.copytree(signed_template.parent, tmp_path / "copy")
    return Signed(tmp_path / "copy" / "home", capsys)
