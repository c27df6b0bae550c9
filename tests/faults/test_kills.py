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
    assert_in_order,
    assert_nothing_half,
    assert_the_told_is_true,
    assert_told_plainly,
    empty_store,
    said,
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


KILLS = (kill_it_alone, kill_it_and_all_its_workers, kill_a_worker)


def undisturbed(archive: Archive, *words: str) -> float:
    """Seconds that a command takes."""
    began = time.monotonic()
    run = archive.start(*words)
    run.communicate()
    assert run.returncode == 0
    return time.monotonic() - began


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kill", "times"), list(zip(KILLS, (200, 200, 100), strict=True)), ids=lambda each: getattr(each, "__name__", "")
)
def test_at_a_random_moment(archive: Archive, kill: Callable[[Run, random.Random], None], times: int) -> None:
    arrive(archive)
    source = contents(archive.incoming)
    duration = undisturbed(archive, "ingest")
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


@pytest.mark.slow
def test_a_validate_at_a_random_moment(archive: Archive) -> None:
    """Of a bag that is large enough for several processes."""
    (archive.incoming / "box").mkdir()
    for number in range(1500):
        (archive.incoming / "box" / f"{number}.txt").write_text(f"letter {number}\n")
    (result,) = archive.ingest()
    words = ("validate", "--record", "--json", result["name"])
    duration = min(undisturbed(archive, *words) for _ in range(3))
    chance = random.Random(0)
    alive = 0
    with proof("Killed at a random moment: `validate --record` of 1,500 files, in all three ways") as proved:
        for number in range(50 if FULL else 2):
            for kill in KILLS:
                with proved.point(f"{kill.__name__} {number}"):
                    run = archive.start(*words, start_new_session=True)
                    time.sleep(chance.uniform(0.2, 0.9) * duration)
                    alive += run.poll() is None
                    kill(run, chance)
                    out, err = run.communicate(timeout=120)
                    assert_all_ended(run.pid)
                    if run.returncode != -signal.SIGKILL:
                        assert_told_plainly(run.returncode, out, err)
                        assert [message["valid"] for message in said(out)] == [True]
                    torn = archive.run("log", "--json", result["name"]).messages
                    assert {each.get("code", "history-torn") for each in torn} == {"history-torn"}
        proved.note = f"{alive} hit while it ran"
    assert archive.run(*words).status == 0
    assert_in_order(archive, packages=1)


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
