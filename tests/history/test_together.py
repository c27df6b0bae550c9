"""Many histories in one go: each as durable as alone, and none is written where one of them cannot be."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from preserve.errors import HistoryBroken, Locked
from preserve.history import file as history
from preserve.history.file import Addition, append, append_all, path_of, read
from preserve.storage import locks
from tests.history.samples import PACKAGE_ID, REPOSITORY, SEALING, fixity
from tests.history.test_faults import UNMEASURED


def several(store: Path, count: int) -> list[Path]:
    """The places of so many histories."""
    return [path_of(store, f"letter-{number}") for number in range(count)]


@pytest.mark.parametrize("count", [2, 11])
def test_each_history_gains_what_is_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    monkeypatch.setattr(history, "AT_ONCE", 4)
    paths = several(tmp_path, count)
    append(paths[1], PACKAGE_ID, [SEALING])
    heads = append_all([Addition(path, PACKAGE_ID, [SEALING, fixity(n)]) for n, path in enumerate(paths)])
    for number, path in enumerate(paths):
        found = read(path, package_id=PACKAGE_ID, seen_head=heads[number])
        assert found.problems == ()
        assert found.events == (SEALING.event, fixity(number))
        assert found.head == heads[number]


def test_repeating_the_call_writes_what_is_missing_and_nothing_twice(tmp_path: Path) -> None:
    paths = several(tmp_path, 9)
    additions = [(path, PACKAGE_ID, [SEALING]) for path in paths]
    first = append_all(additions[:5])
    heads = append_all(additions)
    assert heads[:5] == first
    assert len(set(heads)) == 1, "the same first line has the same hash"
    assert append_all([(paths[0], PACKAGE_ID, []), (path_of(tmp_path, "other"), PACKAGE_ID, [])]) == (heads[0], "")
    assert append_all([]) == ()


def test_one_that_is_broken_keeps_its_whole_portion_from_being_written(tmp_path: Path) -> None:
    paths = several(tmp_path, 6)
    append_all([(path, PACKAGE_ID, [SEALING]) for path in paths])
    paths[4].write_bytes(b"edited\n" + paths[4].read_bytes())
    before = [path.read_bytes() for path in paths]
    with pytest.raises(HistoryBroken, match="letter-4"):
        append_all([(path, PACKAGE_ID, [fixity(1)]) for path in paths])
    assert [path.read_bytes() for path in paths] == before


def test_one_that_another_run_holds_keeps_its_whole_portion_from_being_written(tmp_path: Path) -> None:
    paths = several(tmp_path, 6)
    append_all([(path, PACKAGE_ID, [SEALING]) for path in paths])
    with locks.held(paths[3]), pytest.raises(Locked):
        append_all([(path, PACKAGE_ID, [fixity(1)]) for path in paths], wait=0.05)
    assert all(read(path).events == (SEALING.event,) for path in paths)


_FULL = """
import resource, sys
from pathlib import Path
from preserve.errors import StoreUnwritable
from preserve.history.file import append_all
from tests.history.samples import PACKAGE_ID, fixity
resource.setrlimit(resource.RLIMIT_FSIZE, (5000, 5000))
try:
    append_all([(Path(path), PACKAGE_ID, [fixity(9)]) for path in sys.argv[1:]])
except StoreUnwritable as error:
    sys.exit(f"{error.message} {error.exit_code}")
"""


@pytest.mark.parametrize("full", [0, 3, 6])
def test_a_full_disk_leaves_all_of_them_as_they_were(tmp_path: Path, full: int) -> None:
    paths = several(tmp_path, 7)
    longest = [fixity(1, note="x" * 4000)]
    append_all([Addition(path, PACKAGE_ID, [SEALING, *(longest if n == full else [])]) for n, path in enumerate(paths)])
    before = [path.read_bytes() for path in paths]
    command = [sys.executable, "-B", "-c", _FULL, *map(str, paths)]
    done = subprocess.run(command, cwd=REPOSITORY, env=UNMEASURED, capture_output=True, check=False)
    assert b"cannot be written" in done.stderr
    assert [path.read_bytes() for path in paths] == before


@pytest.mark.parametrize("count", [2, 9])
def test_a_failed_sync_leaves_no_entry_and_is_told(tmp_path: Path, count: int) -> None:
    paths = several(tmp_path, count)
    append_all([(path, PACKAGE_ID, [SEALING]) for path in paths])
    before = [path.read_bytes() for path in paths]
    strace = shutil.which("strace")
    if strace is None or subprocess.run([strace, "true"], check=False, capture_output=True).returncode != 0:
        pytest.skip("strace is not installed, or may not be used here")
    failing = ["-qq", "-o", os.devnull, "-e", "inject=fsync,syncfs:error=EIO"]
    command = [strace, *failing, sys.executable, "-B", "-c", _FULL, *map(str, paths)]
    done = subprocess.run(command, cwd=REPOSITORY, env=UNMEASURED, capture_output=True, check=False)
    assert b"cannot be written: Input/output error" in done.stderr
    assert [path.read_bytes() for path in paths] == before


def test_mistakes_of_the_caller_are_refused_before_anything_is_written(tmp_path: Path) -> None:
    one, other = several(tmp_path, 2)
    elsewhere = tmp_path / "folder" / one.name
    for second in (one, elsewhere):
        with pytest.raises(ValueError, match="one folder"):
            append_all([(one, PACKAGE_ID, [SEALING]), (second, PACKAGE_ID, [SEALING])])
    with pytest.raises(ValueError, match="badly formed"):
        append_all([(one, PACKAGE_ID, [SEALING]), (other, "letters", [SEALING])])
    assert list(tmp_path.iterdir()) == []
