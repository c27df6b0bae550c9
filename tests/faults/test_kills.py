"""Killed at any moment, alone or with its workers: whole packages only, nobody left behind, and the work goes on."""

import os
import random
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress

import pytest

from tests.acceptance.archive import Archive
from tests.acceptance.test_ingest import contents
from tests.faults.aftermath import (
    assert_all_ended,
    assert_all_is_well_after_the_next_start,
    assert_nothing_half,
    assert_the_told_is_true,
    assert_told_plainly,
    empty_store,
)
from tests.faults.strace import living
from tests.faults.tally import FULL, proof

TRANSFERS, FILES = 16, 4
Run = subprocess.Popen[str]


def arrive(archive: Archive, transfers: int = TRANSFERS) -> None:
    for number in range(transfers):
        folder = archive.incoming / f"box {number}"
        folder.mkdir()
        for file in range(FILES):
            (folder / f"{file}.txt").write_text(f"letter {number} {file}\n" * 500)


def kill_it_alone(run: Run, _: random.Random) -> None:
    """As the kernel does when memory runs out: its workers must notice."""
    run.kill()


def kill_it_and_all_its_workers(run: Run, _: random.Random) -> None:
    for process in living(run.pid):
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)


def kill_a_worker(run: Run, chance: random.Random) -> None:
    """The run itself lives, and either goes on or says plainly why not."""
    if workers := [process for process in living(run.pid) if process != run.pid]:
        with suppress(ProcessLookupError):
            os.kill(chance.choice(workers), signal.SIGKILL)


def undisturbed(archive: Archive) -> float:
    """Seconds that the ingest takes."""
    began = time.monotonic()
    run = archive.start("ingest", "--json")
    run.communicate()
    assert run.returncode == 0
    return time.monotonic() - began


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kill", "times"), [(kill_it_alone, 200), (kill_it_and_all_its_workers, 200), (kill_a_worker, 100)]
)
def test_at_a_random_moment(archive: Archive, kill: Callable[[Run, random.Random], None], times: int) -> None:
    arrive(archive)
    source = contents(archive.incoming)
    duration = undisturbed(archive)
    chance = random.Random(kill.__name__)
    alive = 0
    with proof(f"Killed at a random moment: {kill.__name__.replace('_', ' ')}") as proved:
        for number in range(times if FULL else times // 40):
            empty_store(archive)
            delay = chance.uniform(0.1, 1.0) * duration
            with proved.point(f"kill {number}, after {delay:.3f} s"):
                run = archive.start("ingest", "--json", start_new_session=True)
                time.sleep(delay)
                alive += run.poll() is None
                kill(run, chance)
                out, err = run.communicate(timeout=120)
                assert_all_ended(run.pid)
                if run.returncode != -signal.SIGKILL:
                    assert_told_plainly(run.returncode, out, err)
                assert_nothing_half(archive)
                assert_the_told_is_true(archive, out)
                assert_all_is_well_after_the_next_start(archive, source, packages=TRANSFERS)
        proved.note = f"{alive} hit while it ran; {TRANSFERS} transfers of {FILES} files"
    assert alive >= proved.tried // 2


def test_a_killed_ingest_leaves_whole_packages_only(archive: Archive) -> None:
    arrive(archive, transfers=3)
    source = contents(archive.incoming)
    run = archive.start("ingest", "--json", start_new_session=True)
    while not archive.staged():
        assert run.poll() is None
    run.kill()
    out, _ = run.communicate()
    assert_all_ended(run.pid)
    assert_nothing_half(archive)
    assert_the_told_is_true(archive, out)
    assert_all_is_well_after_the_next_start(archive, source, packages=3)
