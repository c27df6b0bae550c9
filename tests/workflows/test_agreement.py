"""Store and catalogue are compared whenever either may have changed, and only then."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import preserve
from preserve.config import load
from preserve.workflows import agreement
from preserve.workflows.archive import opened
from tests.full import full_disk

COUNT = """
import sys
import preserve
from preserve.workflows import agreement
home, store = sys.argv[1], sys.argv[1] + "/packages"
agreement._SETTLED = 0.0
listings = []
sys.addaudithook(lambda name, given: name == "os.scandir" and str(given[0]) == store and listings.append(given))
for _ in range(3):
    preserve.status(home)
print(len(listings))
"""


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of two packages, to be copied."""
    home = preserve.init(tmp_path_factory.mktemp("archive"))
    for name in ("one.txt", "two.txt"):
        (home / "incoming" / name).write_text(f"This is {name}.\n")
    assert [result.status for result in preserve.ingest(home=home)] == ["sealed", "sealed"]
    return home


@pytest.fixture
def store(sealed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The store of a copy of it; nobody needs to wait for its times to settle."""
    monkeypatch.setattr(agreement, "_SETTLED", 0.0)
    return shutil.copytree(sealed, tmp_path / "copy") / "packages"


def amiss(store: Path) -> list[str]:
    """The codes of what is amiss."""
    return [problem.code for problem in preserve.status(store.parent).problems]


def test_what_has_not_changed_is_not_listed_again(store: Path) -> None:
    done = subprocess.run([sys.executable, "-c", COUNT, store.parent], capture_output=True, check=True)
    assert done.stdout == b"1\n"


def _rename(package: Path) -> None:
    package.rename(package.with_name("renamed"))


def _replace_by_link(package: Path) -> None:
    package.rename(package.parent.parent / "elsewhere")
    package.symlink_to(package.parent.parent / "elsewhere")


def _forget(package: Path) -> None:
    with opened(load(package.parent.parent, environment={})) as archive:
        assert archive.catalog.remove(archive.catalog.find(package.name).id)


def _replace_history_by_pipe(package: Path) -> None:
    _history(package).unlink()
    os.mkfifo(_history(package))


def _history(package: Path) -> Path:
    return package.with_name(f"{package.name}.history.jsonl")


CHANGES: list[tuple[Callable[[Path], object], set[str]]] = [
    (shutil.rmtree, {"package-missing"}),
    (_rename, {"package-missing", "package-not-recorded"}),
    (_replace_by_link, {"package-missing"}),
    (lambda package: os.unlink(_history(package)), {"history-missing"}),
    (_replace_history_by_pipe, {"history-missing"}),
    (lambda package: (package.parent / "new").mkdir(), {"package-not-recorded"}),
    (lambda package: (package.parent / "x.history.jsonl").touch(), {"history-without-package"}),
    (_forget, {"package-not-recorded"}),
]


@pytest.mark.parametrize(("change", "codes"), CHANGES)
def test_every_change_since_they_agreed_is_seen(store: Path, change: Callable[[Path], object], codes: set[str]) -> None:
    assert amiss(store) == amiss(store) == []
    assert (store / ".preserve" / "agreed").exists()
    change(next(path for path in store.iterdir() if path.is_dir() and path.name.startswith("one")))
    assert set(amiss(store)) == set(amiss(store)) == codes


def test_what_changed_a_moment_ago_is_not_taken_for_settled(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(agreement, "_SETTLED", 3600.0)
    assert amiss(store) == []
    assert not (store / ".preserve" / "agreed").exists()


def test_a_note_for_which_there_is_no_room_leaves_nothing_and_what_was_left_is_cleared(store: Path) -> None:
    with full_disk():
        assert amiss(store) == []
    notes = store / ".preserve"
    assert not list(notes.glob("agreed*"))
    (notes / "agreed.4711").touch()  # by one that was killed
    assert amiss(store) == []
    assert [path.name for path in notes.glob("agreed*")] == ["agreed"]


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"1:2:3 4:5:6"])
def test_a_note_that_says_something_else_is_not_believed(store: Path, content: bytes) -> None:
    (store / ".preserve" / "agreed").write_bytes(content)
    shutil.rmtree(next(path for path in store.iterdir() if path.is_dir() and path.name.startswith("one")))
    assert amiss(store) == ["package-missing"]
