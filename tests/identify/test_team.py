"""Several workers share the files: the results are those of one, in order, whatever happens to a worker."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest

from preserve.identify.identifier import Identifier
from preserve.model import Identification, Outcome
from tests.identify.bad_probes import HERE
from tests.identify.samples import ARABIC, ENGLISH, FRENCH, HTML
from tests.identify.test_worker import gone

Files = list[tuple[Path, str]]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    """Three hundred documents of several kinds."""
    folder = tmp_path_factory.mktemp("files")
    kinds = [ENGLISH.encode() * 3, ARABIC.encode(), FRENCH.encode("cp1252"), HTML.encode(), b"", b"\0\1\2" * 99]
    made = []
    for number in range(300):
        file = folder / f"{number}.txt"
        file.write_bytes(kinds[number % len(kinds)] + b"." * (number % 7))
        made.append((file, f"data/{number}.txt"))
    return made


def pids(identifier: Identifier) -> list[int]:
    """The workers that are ready."""
    return [keeper._worker.pid for keeper in identifier._team._keepers if keeper._worker and keeper.greeted]


def test_three_workers_find_what_one_finds_in_the_same_order(files: Files) -> None:
    probes = ("libmagic", "charset", "metadata", "language")
    with Identifier(workers=1, probes=probes) as alone, Identifier(workers=3, probes=probes) as together:
        expected = [alone.identify(file, path) for file, path in files]
        found = list(together.identify_many(iter(files)))
        assert len(pids(together)) == 3
        assert len(pids(alone)) == 1
    assert found == expected


def test_few_files_are_left_to_one_worker(files: Files) -> None:
    with Identifier(workers=4, probes=("charset",)) as identifier:
        for start in range(0, 100, 10):
            assert len(list(identifier.identify_many(files[start : start + 10]))) == 10
        assert len(pids(identifier)) == 1


def test_a_worker_that_is_killed_while_it_loads_is_replaced(files: Files) -> None:
    with Identifier(probes=("pronom", "charset"), workers=1) as identifier:
        worker = identifier._team._keepers[0].worker()
        assert worker is not None
        os.kill(worker.pid, signal.SIGKILL)
        assert {run.outcome for run in identifier.identify(*files[0]).runs} == {Outcome.SUCCESS}


def test_workers_that_are_killed_again_and_again_cost_no_file(files: Files) -> None:
    with Identifier(workers=3, probes=("charset", HERE + "Wellbehaved")) as identifier:
        found: list[Identification] = []
        for number, each in enumerate(identifier.identify_many(files)):
            found.append(each)
            if number % 60 == 30:
                for pid in pids(identifier):
                    os.kill(pid, signal.SIGKILL)
    assert [each.path for each in found] == [path for _, path in files]
    assert sum(run.outcome is Outcome.FAIL for each in found for run in each.runs) <= 15


@pytest.mark.parametrize(("probe", "name"), [("Hanging", "hanging"), ("Segfaulting", "segfaulting")])
def test_only_the_file_that_hangs_or_crashes_a_worker_is_marked(
    probe: str, name: str, files: Files, tmp_path: Path
) -> None:
    bad = tmp_path / "bad.txt"
    bad.write_text("A text that breaks tools.")
    mixed = [*files[:70], (bad, "data/bad-1"), *files[70:200], (bad, "data/bad-2"), *files[200:]]
    with Identifier(workers=2, timeout=1.5, probes=(HERE + probe, HERE + "Wellbehaved")) as identifier:
        found = list(identifier.identify_many(mixed))
    assert [each.path for each in found] == [path for _, path in mixed]
    failed = {each.path: [run.probe for run in each.runs if run.outcome is Outcome.FAIL] for each in found}
    assert {path: runs for path, runs in failed.items() if runs} == {"data/bad-1": [name], "data/bad-2": [name]}


def test_files_are_taken_only_as_they_are_needed(files: Files) -> None:
    taken = 0

    def endless() -> Iterator[tuple[Path, str]]:
        nonlocal taken
        while True:
            taken += 1
            yield files[taken % len(files)]

    with Identifier(workers=2, probes=("charset",)) as identifier:
        found = list(islice(identifier.identify_many(endless()), 1000))
        assert [each.path for each in found] == [files[number % len(files)][1] for number in range(1, 1001)]
        assert taken - 1000 < 300
        assert identifier.identify(*files[1]).charset == "utf-8"


def test_a_number_of_workers_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="workers"):
        Identifier(workers=0)


FORKED = """
import os, sys, time
from pathlib import Path
from preserve.identify.identifier import Identifier
identifier = Identifier(probes=("charset",), workers=1)
identifier.agents()
pid = identifier._team._keepers[0].worker().pid
if (child := os.fork()) == 0:
    charset = identifier.identify(Path(sys.argv[1]), "data/x").charset
    print(charset, identifier._team._keepers[0].worker().pid != pid, pid, os.getpid(), flush=True)
    time.sleep(60)
    os._exit(0)
time.sleep(60)
"""


def test_a_forked_child_has_workers_of_its_own_and_keeps_none_of_its_parents_alive(files: Files) -> None:
    command = [sys.executable, "-c", FORKED, str(files[0][0])]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        charset, has_its_own, pid, child = parent.stdout.readline().split()
        assert (charset, has_its_own) == ("us-ascii", "True")
        time.sleep(0.1)
        assert Path(f"/proc/{pid}").exists()
        parent.kill()
        try:
            assert gone(int(pid))
            assert Path(f"/proc/{child}").exists()
        finally:
            os.kill(int(child), signal.SIGKILL)
