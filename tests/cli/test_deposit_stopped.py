"""A deposit that is stopped, by a person or by force, goes on where it was, and is never made twice."""

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.acceptance.archive import Archive


@pytest.fixture
def archive(home: Path, capsys: pytest.CaptureFixture[str]) -> Archive:
    archive = Archive(home, capsys)
    (home / "drive").mkdir()
    (home / "preserve.toml").write_text('[targets.drive]\ntype = "folder"\npath = "drive"\nrate = "2MB/s"\n')
    (archive.incoming / "long.txt").write_bytes(os.urandom(500_000).hex().encode())
    archive.ingest()
    return archive


def begun(archive: Archive, *words: str) -> subprocess.Popen[str]:
    """A run that has begun to send, and has a while to go."""
    running = archive.start("deposit", "--all", "--to", "drive", "--max-rate", "100kB/s", *words)
    while not any(b'"sending"' in path.read_bytes() for path in archive.packages.glob("*.deposits/*/journal.jsonl")):
        assert running.poll() is None, running.communicate()
        time.sleep(0.02)
    return running


@pytest.mark.parametrize(
    ("stop", "status", "jobs"),
    [(signal.SIGINT, 130, "1"), (signal.SIGINT, 130, "2"), (signal.SIGTERM, 130, "1"), (signal.SIGKILL, -9, "2")],
)
def test_a_deposit_that_was_stopped_is_told_and_finished(archive: Archive, stop: int, status: int, jobs: str) -> None:
    running = begun(archive, "--jobs", jobs)
    running.send_signal(stop)
    _, err = running.communicate()
    assert running.returncode == status
    assert ("preserve deposit --to drive --resume" in err) is (status == 130)
    assert list((archive.home / "drive").glob("long-*")) == []
    said = archive.run("status")
    assert said.status == 3
    assert "long-" in said.out
    assert "nobody knows" in said.out
    said = archive.run("deposit", "--to", "drive", "--resume", "--json")
    assert said.status == 0
    assert said.only["status"] == "verified"
    assert len(list((archive.home / "drive").glob("long-*"))) == 1
    assert len(list(archive.packages.glob("*.deposits/*/journal.jsonl"))) == 1
    assert "Nothing is unfinished at drive." in archive.run("deposit", "--to", "drive", "--resume").out
    assert "nobody knows" not in archive.run("status").out


def test_a_run_that_is_at_work_is_not_disturbed_and_not_called_unfinished(archive: Archive) -> None:
    running = begun(archive)
    assert "nobody knows" not in archive.run("status").out
    said = archive.run("deposit", "--all", "--to", "drive")
    assert said.status == 11
    assert "Another run is depositing long-" in said.err
    running.kill()
    running.communicate()
