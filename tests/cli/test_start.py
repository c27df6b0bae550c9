"""How much is loaded before the work begins: a script starts preserve thousands of times."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.acceptance.archive import Archive
from tests.bag.builder import build

HEAVY = (
    "alembic bagit cryptography email http lxml magic multiprocessing pikepdf rfc3161_client rich sqlalchemy sqlite3 "
    "ctypes json pickle socket ssl tomllib preserve.model.arrivals preserve.model.identification"
)
_RUN = """
import sys
before = set(sys.modules)  # what measures coverage is here already
from preserve.cli.main import main
try:
    main(sys.argv[2:])
except SystemExit as ended:
    assert not ended.code, ended.code
print(*sorted((set(sys.modules) - before) & set(sys.argv[1].split())))
"""


def loaded(folder: Path, *words: str | Path) -> set[str]:
    """What of the heavy modules the command loads, run in *folder*."""
    command = [sys.executable, "-c", _RUN, HEAVY, *map(str, words)]
    done = subprocess.run(command, cwd=folder, capture_output=True, check=True, text=True)
    return set(done.stdout.splitlines()[-1].split())


@pytest.fixture
def archive(home: Path, capsys: pytest.CaptureFixture[str]) -> Archive:
    """An archive with one package."""
    archive = Archive(home, capsys)
    (archive.incoming / "letter.txt").write_text("Dear reader,\n\nall is well.\n")
    archive.ingest()
    return archive


@pytest.fixture
def foreign(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bag that is none of ours."""
    return build(tmp_path_factory.mktemp("elsewhere") / "bag")


def test_help_loads_nothing_heavy(tmp_path: Path) -> None:
    assert loaded(tmp_path, "--help") == set()


def test_a_foreign_bag_is_judged_without_a_database(foreign: Path, home: Path) -> None:
    assert loaded(foreign.parent, "validate", "bag") == set()
    assert loaded(home, "validate", foreign) == set(), "an archive is not opened for what does not lie in it"
    assert not (home / "packages" / ".preserve").exists()


@pytest.mark.parametrize("link", [False, True])
def test_a_bag_in_the_store_is_never_judged_as_a_foreign_one(archive: Archive, tmp_path: Path, link: bool) -> None:
    package = archive.only_package()
    if link:
        (tmp_path / "elsewhere").symlink_to(package)
    assert "sqlalchemy" in loaded(archive.home, "validate", tmp_path / "elsewhere" if link else package)
