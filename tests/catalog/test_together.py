"""Several processes, and processes that die."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from preserve.catalog.store import Catalog
from tests.catalog.samples import package

ADD = """
import sys
from preserve.catalog.store import Catalog
from tests.catalog.samples import package
url, first, last = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
print("ready", flush=True)
sys.stdin.readline()
with Catalog.open(url) as catalog:
    for number in range(first, last):
        catalog.add(package(number))
        print(number, flush=True)
"""
REPOSITORY = Path(__file__).resolve().parents[2]


def adding(url: str, first: int, last: int) -> subprocess.Popen[str]:
    """A process that adds these packages once it is told to; it is ready when this returns."""
    process = subprocess.Popen(
        [sys.executable, "-c", ADD, url, str(first), str(last)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=REPOSITORY,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def go(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("go\n")
    process.stdin.flush()


def test_two_processes_make_the_catalogue_and_add_to_it_at_once(url: str) -> None:
    processes = [adding(url, 0, 200), adding(url, 150, 350)]
    for process in processes:
        go(process)
    for process in processes:
        process.communicate(timeout=120)
        assert process.returncode == 0
    with Catalog.open(url) as catalog:
        assert list(catalog.packages()) == [package(n) for n in range(350)]
        assert catalog.check_integrity() == ()


@pytest.mark.parametrize("seconds", [0.0, 0.05, 0.11, 0.2, 0.3])
def test_a_killed_writer_leaves_a_catalogue_with_all_it_had_promised(url: str, seconds: float) -> None:
    process = adding(url, 0, 100_000)
    go(process)
    assert process.stdout is not None
    first = process.stdout.readline()
    time.sleep(seconds)
    process.send_signal(signal.SIGKILL)
    rest, _ = process.communicate(timeout=60)
    promised = [int(line) for line in (first + rest).splitlines()]
    with Catalog.open(url) as catalog:
        kept = list(catalog.packages())
        assert kept == [package(n) for n in range(len(kept))]
        assert len(kept) in (len(promised), len(promised) + 1)
        assert catalog.check_integrity() == ()
        assert catalog.add(package(200_000)) is True
