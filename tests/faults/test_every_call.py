"""Killed, or refused by the disk, at system call after system call: whole packages only, and the next run goes on.

strace reaches the mutating calls of the main process.  Killing at every one of them takes many minutes; here it is
a sample, spread evenly over the run.  Every sync and every rename is refused.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.acceptance.archive import Archive
from tests.acceptance.test_ingest import contents
from tests.faults.test_ingest_faults import assert_whole

CALLS = "openat,mkdir,write,pwrite64,rename,renameat2,unlink,rmdir,fsync,syncfs,fdatasync,utimensat,ftruncate,flock"
KILLS = 24
"""How many of the calls are tried."""


@pytest.fixture
def archive(home: Path, capsys: pytest.CaptureFixture[str]) -> Archive:
    """An archive in which a folder has arrived."""
    (home / "incoming" / "box" / "sub").mkdir(parents=True)
    for name in ("box/a.txt", "box/sub/b.txt"):
        (home / "incoming" / name).write_text(f"This is {name}.\n" * 20)
    return Archive(home, capsys)


@pytest.fixture(scope="session")
def strace() -> str:
    """The program, where there is one and it may be used."""
    found = shutil.which("strace")
    if found is None or subprocess.run([found, "true"], check=False, capture_output=True).returncode != 0:
        pytest.skip("strace is not installed, or may not be used here")
    return found


def ingest(archive: Archive, *tracing: str) -> subprocess.CompletedProcess[str]:
    # Without cached bytecode to write, the calls are the same in every run.
    words = [*tracing, sys.executable, "-B", "-m", "preserve", "--home", str(archive.home), "ingest", "--json"]
    return subprocess.run(words, check=False, capture_output=True, text=True, timeout=120)


def mutating_calls(archive: Archive, strace: str) -> list[tuple[str, int]]:
    """Each call below the archive's home that changes something: its name, and its number among those of this name."""
    log = archive.home / "log"
    ingest(archive, strace, "-y", "-o", str(log), "-e", f"trace={CALLS}")
    counts: Counter[str] = Counter()
    found = []
    for line in log.read_text(errors="replace").splitlines():
        name = line.partition("(")[0]
        counts[name] += 1
        reads_only = name == "openat" and not re.search("O_CREAT|O_WRONLY|O_RDWR", line)
        if str(archive.home) in line and not reads_only:
            found.append((name, counts[name]))
    return found


def spread(calls: list[tuple[str, int]], number: int, offset: int) -> list[tuple[str, int]]:
    return calls[offset :: max(len(calls) // number, 1)]


def start_again(archive: Archive) -> None:
    shutil.rmtree(archive.packages)
    archive.packages.mkdir()


@pytest.mark.slow
def test_an_ingest_that_dies_at_any_call_leaves_whole_packages(archive: Archive, strace: str) -> None:
    source = contents(archive.incoming)
    calls = mutating_calls(archive, strace)
    assert len(calls) > 80
    for name, number in spread(calls, KILLS, offset=len(calls) // KILLS // 2):
        start_again(archive)
        done = ingest(archive, strace, "-o", os.devnull, "-e", f"trace={name}", "-e", injected(name, number, "KILL"))
        assert done.returncode == -9, (name, number)
        assert_whole(archive, source)
        assert len(archive.sealed()) == 1


@pytest.mark.slow
def test_a_disk_that_refuses_to_sync_or_to_rename_is_told_and_nothing_is_called_sealed(
    archive: Archive, strace: str
) -> None:
    source = contents(archive.incoming)
    calls = mutating_calls(archive, strace)
    promises = [call for call in calls if call[0] in ("fsync", "syncfs", "renameat2")]
    for name, number in promises:
        start_again(archive)
        done = ingest(archive, strace, "-o", os.devnull, "-e", f"trace={name}", "-e", injected(name, number, "EIO"))
        assert "Traceback" not in done.stderr
        assert done.returncode == 22, (name, number, done.stderr)
        for message in map(json.loads, done.stdout.splitlines()):
            assert message.get("status") != "sealed"
        assert_whole(archive, source)


def injected(name: str, number: int, fault: str) -> str:
    return f"inject={name}:{'signal=SIGKILL' if fault == 'KILL' else f'error={fault}'}:when={number}"


def test_nothing_is_renamed_before_it_is_synced(archive: Archive, strace: str) -> None:
    log = archive.home / "log"
    ingest(archive, strace, "-y", "-o", str(log), "-e", "trace=syncfs,renameat2,fsync,fdatasync,write")
    steps = []
    for line in log.read_text(errors="replace").splitlines():
        if line.startswith("syncfs("):
            steps.append("sync")
        elif line.startswith("renameat2("):
            steps.append("rename")
        elif re.match(rf"fsync\(\d+<{re.escape(str(archive.packages))}>", line):
            steps.append("store")
        elif re.match(r"write\(\d+<[^>]*\.history\.jsonl>", line):
            steps.append("history")
        elif re.match(r"fdatasync\(\d+<[^>]*catalog\.sqlite>", line) and steps:
            steps.append("catalogue")
    once = ["sync", "rename", "store", "history", "store", "catalogue"]
    assert [step for at, step in enumerate(steps) if at == 0 or step != steps[at - 1]] == once
