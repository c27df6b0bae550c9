"""Many runs at once: one package of one transfer, and nobody is told what is not so."""

import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import pytest

from preserve.bag.sealing.staging import Workroom
from preserve.catalog.store import Catalog
from preserve.config import load
from tests.acceptance.archive import Archive
from tests.acceptance.test_ingest import contents
from tests.faults.aftermath import assert_in_order, assert_told_plainly, assert_whole_package, empty_store, said
from tests.faults.tally import FULL, proof

AT_ONCE = 8


@pytest.mark.slow
def test_eight_ingests_of_the_same_transfer_time_and_again(archive: Archive) -> None:
    (archive.incoming / "box").mkdir()
    for number in range(3):
        (archive.incoming / "box" / f"{number}.txt").write_text(f"letter {number}\n" * 100)
    source = contents(archive.incoming)
    with proof("8 ingests of the same transfer at once: 1 package, 7 plain answers") as proved:
        for number in range(200 if FULL else 3):
            empty_store(archive)
            with proved.point(f"round {number}"):
                runs = [archive.start("ingest", "--json") for _ in range(AT_ONCE)]
                ends = [(*run.communicate(timeout=300), run.returncode) for run in runs]
                for out, err, status in ends:
                    assert_told_plainly(status, out, err)
                    assert status == 0, err
                told = [message for out, _, _ in ends for message in said(out)]
                assert sorted(each["status"] for each in told) == ["already-packaged"] * (AT_ONCE - 1) + ["sealed"]
                assert len({each["id"] for each in told}) == 1
                assert_in_order(archive, packages=1)
                assert contents(archive.incoming) == source


def test_status_waits_for_what_is_being_published(archive: Archive) -> None:
    (archive.incoming / "letter.txt").write_text("x")
    archive.ingest()
    config = load(archive.home, environment={})
    with Catalog.open(config.catalog_url) as catalog, Workroom(config.workroom).locked():
        (package,) = catalog.packages()
        catalog.remove(package.id)  # as between the rename and the record
        asked = archive.start("status", "--json")
        with pytest.raises(subprocess.TimeoutExpired):
            asked.wait(1.5)
        catalog.add(package)
    assert said(asked.communicate()[0])[0]["problems"] == []


@dataclass
class Bustle:
    """Several loops over one archive, each in a thread, until the first of them has done its rounds.

    *sealed* are the packages that ingest has called sealed so far.
    """

    archive: Archive
    sealed: set[str] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)
    runs: int = 0
    over: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def run(self, *words: str) -> tuple[int, list[dict[str, object]]]:
        """One command, which must end well."""
        done = self.archive.start(*words, "--json")
        out, err = done.communicate(timeout=300)
        with self._lock:
            self.runs += 1
            if done.returncode != 0:
                self.wrong.append(f"{' '.join(words)}: exit status {done.returncode}: {out[-600:]}{err}")
        return done.returncode, said(out)

    def check(self, holds: bool, what: str) -> None:
        with self._lock:
            if not holds:
                self.wrong.append(what)

    def loop(self, once: Callable[[int], None], rounds: int | None) -> threading.Thread:
        def turn() -> None:
            for number in count():
                if number == rounds:
                    self.over.set()
                if self.over.is_set():
                    return
                try:
                    once(number)
                except Exception as error:  # noqa: BLE001  it must reach the main thread
                    self.check(False, f"{once.__name__}: {type(error).__name__}: {error}")
                    self.over.set()

        thread = threading.Thread(target=turn)
        thread.start()
        return thread


def bustle(archive: Archive, rounds: int) -> Bustle:
    """Ingest during validate during rebuild during ls and status."""
    busy = Bustle(archive)

    def ingest(number: int) -> None:
        folder = archive.incoming / f"box {number}"
        folder.mkdir()
        (folder / "letter.txt").write_text(f"letter {number}\n" * 100)
        _, told = busy.run("ingest", str(folder))
        busy.check([each["status"] for each in told] == ["sealed"], f"ingest said {told}")
        busy.sealed |= {str(each["name"]) for each in told}

    def validate(_: int) -> None:
        names = sorted(busy.sealed)
        if not names:
            time.sleep(0.05)
            return
        _, told = busy.run("validate", "--record", *names[-5:])
        busy.check(all(each["valid"] and not each["problems"] for each in told), f"validate said {told}")

    def rebuild(_: int) -> None:
        before = len(busy.sealed)
        _, told = busy.run("catalog", "rebuild")
        for each in told:
            busy.check(not each["problems"], f"rebuild said {each}")
            busy.check(int(str(each["packages"])) >= before, f"rebuild found {each['packages']} of {before}")

    def ls(_: int) -> None:
        before = set(busy.sealed)
        _, told = busy.run("ls")
        busy.check(before <= {each["name"] for each in told}, f"ls does not know {before}")
        for each in told:
            assert_whole_package(Path(str(each["path"])))

    def status(_: int) -> None:
        before = len(busy.sealed)
        _, told = busy.run("status")
        for each in told:
            busy.check(not each["problems"], f"status said {each}")
            busy.check(int(str(each["packages"])) >= before, f"status counts {each['packages']} of {before}")

    threads = [busy.loop(ingest, rounds), *(busy.loop(each, None) for each in (validate, rebuild, ls, status))]
    for thread in threads:
        thread.join()
    return busy


@pytest.mark.slow
def test_ingest_during_validate_during_rebuild(archive: Archive) -> None:
    archive.run("catalog", "rebuild")
    with proof("Ingest during validate during rebuild during ls and status: no error, no lie") as proved:
        rounds = 150 if FULL else 6
        busy = bustle(archive, rounds)
        proved.tried, proved.failures = busy.runs, busy.wrong
        proved.note = f"{rounds} packages sealed meanwhile"
    assert_in_order(archive, packages=rounds)
