"""The ingest goes on, whatever a probe does."""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from preserve.identify.identifier import Identifier
from preserve.identify.worker import MEMORY
from preserve.model import Identification, Outcome
from tests.identify.bad_probes import HERE

FINE = HERE + "Wellbehaved"


@pytest.fixture
def good(tmp_path: Path) -> Path:
    file = tmp_path / "good.txt"
    file.write_text("A text like any other.\n")
    return file


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    file = tmp_path / "bad.txt"
    file.write_text("A text that breaks tools.\n")
    return file


def outcomes(found: Identification) -> dict[str, Outcome]:
    return {run.probe: run.outcome for run in found.runs}


def note(found: Identification, probe: str) -> str:
    return next(run.note for run in found.runs if run.probe == probe)


@pytest.mark.parametrize(
    ("probe", "name", "says"),
    [
        ("Hanging", "hanging", "took longer than 0.5 s"),
        ("HangingInC", "hanging-in-c", "took longer than 0.5 s"),
        ("Aborting", "aborting", "the tool crashed (SIGABRT)"),
        ("Segfaulting", "segfaulting", "the tool crashed (SIGSEGV)"),
        ("Leaving", "leaving", "the tool crashed"),
        ("Greedy", "greedy", "the tool ran out of memory"),
    ],
)
def test_a_probe_that_hangs_or_dies_costs_its_own_result_only(
    probe: str, name: str, says: str, good: Path, bad: Path
) -> None:
    with Identifier(timeout=0.5, probes=("charset", HERE + probe, FINE)) as identifier:
        found = list(identifier.identify_many([(good, "data/1"), (bad, "data/2"), (good, "data/3")]))
    assert [each.path for each in found] == ["data/1", "data/2", "data/3"]
    assert outcomes(found[1]) == {"charset": Outcome.SUCCESS, name: Outcome.FAIL, "wellbehaved": Outcome.SUCCESS}
    assert note(found[1], name) == says
    for each in found:
        assert each.charset == "us-ascii"
    for each in (found[0], found[2]):
        assert set(outcomes(each).values()) == {Outcome.SUCCESS}


def test_several_bad_probes_for_one_file_are_each_recorded(bad: Path) -> None:
    probes = (HERE + "Aborting", HERE + "Hanging", HERE + "Raising", HERE + "Leaving", FINE)
    with Identifier(timeout=0.5, probes=probes) as identifier:
        found = identifier.identify(bad, "data/bad.txt")
    assert [run.probe for run in found.runs] == ["aborting", "hanging", "raising", "leaving", "wellbehaved"]
    assert [run.outcome for run in found.runs] == [Outcome.FAIL] * 4 + [Outcome.SUCCESS]


def test_what_a_library_prints_never_mixes_with_the_answers(bad: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with Identifier(probes=(HERE + "Chatty",)) as identifier:
        assert outcomes(identifier.identify(bad, "data/x")) == {"chatty": Outcome.SUCCESS}
    assert capfd.readouterr() == ("", "")


def test_a_missing_library_is_not_done_and_a_broken_one_a_failure(good: Path) -> None:
    probes = (HERE + "NotInstalled", HERE + "FailingAtStart", HERE + "CrashingAtStart", "no.such.module:X", FINE)
    with Identifier(probes=probes) as identifier:
        found = identifier.identify(good, "data/x")
    assert [run.outcome for run in found.runs] == [
        Outcome.NOT_DONE,
        Outcome.FAIL,
        Outcome.FAIL,
        Outcome.NOT_DONE,
        Outcome.SUCCESS,
    ]
    assert "libexotic" in found.runs[0].note
    assert found.runs[2].note == "the tool crashed (SIGABRT) when it was started"


def test_a_probe_that_fails_on_every_file_is_left_out_in_the_end_and_the_record_says_so(bad: Path) -> None:
    with Identifier(probes=(HERE + "Leaving", FINE)) as identifier:
        found = list(identifier.identify_many([(bad, f"data/{number}") for number in range(13)]))
    assert [each.runs[0].outcome for each in found] == [Outcome.FAIL] * 10 + [Outcome.NOT_DONE] * 3
    assert "failed on 10 files in a row" in found[12].runs[0].note
    assert {each.runs[1].outcome for each in found} == {Outcome.SUCCESS}


def test_without_a_worker_every_probe_is_recorded_as_not_done(good: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nonexistent/python")
    with Identifier() as identifier:
        found = list(identifier.identify_many([(good, "data/1"), (good, "data/2")]))
        assert len(identifier.agents()) == 6
    for each in found:
        assert [run.outcome for run in each.runs] == [Outcome.NOT_DONE] * 6
        assert "could not be started" in each.runs[0].note


def test_a_python_that_cannot_find_us_is_not_waited_for(good: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with Identifier() as identifier:
        found = identifier.identify(good, "data/1")
    assert {run.outcome for run in found.runs} == {Outcome.NOT_DONE}


def test_unknown_probes_and_silly_timeouts_are_refused() -> None:
    with pytest.raises(ValueError, match="no probe 'spell'"):
        Identifier(probes=("spell",))
    with pytest.raises(ValueError, match="timeout"):
        Identifier(timeout=0)


def test_results_keep_their_order_when_calls_are_mixed(tmp_path: Path) -> None:
    files = []
    for number in range(60):
        files.append((tmp_path / f"{number}.txt", f"data/{number}.txt"))
        files[-1][0].write_text("x" * number)
    with Identifier(probes=("charset",)) as identifier:
        stream = identifier.identify_many(files)
        first = next(stream)
        between = identifier.identify(files[33][0], "data/between")
        other = identifier.identify_many(files[:5])
        assert next(other).path == "data/0.txt"
        rest = list(stream)
        del other
        after = identifier.identify(files[1][0], "data/after")
    assert [each.path for each in (first, *rest)] == [path for _, path in files]
    assert (between.path, after.path) == ("data/between", "data/after")


def test_several_threads_may_share_an_identifier(tmp_path: Path) -> None:
    results: dict[int, list[str]] = {}

    def work(number: int) -> None:
        file = tmp_path / f"{number}.txt"
        file.write_text("text")
        found = identifier.identify_many([(file, f"data/{number}-{turn}") for turn in range(30)])
        results[number] = [each.path for each in found]

    with Identifier(probes=("charset",)) as identifier:
        threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert results == {number: [f"data/{number}-{turn}" for turn in range(30)] for number in range(4)}


def test_the_worker_outlives_the_thread_that_started_it(good: Path) -> None:
    identifier = Identifier(probes=(FINE,))
    thread = threading.Thread(target=identifier.__enter__)
    thread.start()
    thread.join()
    found = identifier.identify(good, "data/x")
    identifier.close()
    assert outcomes(found) == {"wellbehaved": Outcome.SUCCESS}


def test_leaving_ends_the_process_and_leaves_no_zombie_and_no_descriptor(good: Path) -> None:
    before = sorted(os.listdir("/proc/self/fd"))
    with Identifier(probes=(FINE,)) as identifier:
        identifier.identify(good, "data/x")
        pid = worker_of(identifier)
    assert not Path(f"/proc/{pid}").exists()
    assert sorted(os.listdir("/proc/self/fd")) == before
    with pytest.raises(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)


def test_a_forgotten_identifier_takes_its_worker_along(good: Path) -> None:
    identifier = Identifier(probes=(FINE,))
    identifier.identify(good, "data/x")
    pid = worker_of(identifier)
    del identifier
    assert not Path(f"/proc/{pid}").exists()


def test_a_worker_killed_between_files_is_replaced(good: Path) -> None:
    with Identifier(probes=(FINE,)) as identifier:
        for _ in range(5):
            assert outcomes(identifier.identify(good, "data/x")) == {"wellbehaved": Outcome.SUCCESS}
            os.kill(worker_of(identifier), signal.SIGKILL)
            time.sleep(0.05)


def test_ctrl_c_does_not_reach_the_worker(good: Path) -> None:
    with Identifier(probes=(FINE,)) as identifier:
        identifier.identify(good, "data/x")
        pid = worker_of(identifier)
        assert os.getpgid(pid) != os.getpgid(0)
        os.kill(pid, signal.SIGINT)
        identifier.identify(good, "data/y")
        assert worker_of(identifier) == pid


def test_the_worker_has_bounds(good: Path) -> None:
    with Identifier(probes=(FINE,)) as identifier:
        identifier.identify(good, "data/x")
        pid = worker_of(identifier)
        assert resource.prlimit(pid, resource.RLIMIT_DATA)[0] == MEMORY
        assert resource.prlimit(pid, resource.RLIMIT_CORE)[0] == 0


PARENT = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # whoever runs the tests in the background ignores it
from pathlib import Path
from preserve.identify.identifier import Identifier
from tests.identify.test_worker import worker_of
identifier = Identifier(probes=("pronom", sys.argv[2]), timeout=600)
identifier.identify(Path(sys.argv[1]).with_name("good.txt"), "data/good.txt")
print(worker_of(identifier), flush=True)
if sys.argv[3] == "wait":
    sys.stdin.read()
identifier.identify(Path(sys.argv[1]), "data/bad.txt")
"""


@pytest.mark.parametrize("state", ["wait", "work"])
@pytest.mark.parametrize("probe", ["Hanging", "HangingInC"])
def test_the_worker_dies_with_its_parent_even_in_the_middle_of_a_probe(
    state: str, probe: str, good: Path, bad: Path
) -> None:
    assert good.exists()
    root = str(Path(__file__).resolve().parents[2])
    command = [sys.executable, "-c", PARENT, str(bad), HERE + probe, state]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=os.environ | {"PYTHONPATH": root}
    ) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        time.sleep(0.3 if state == "work" else 0)
        parent.kill()
    assert gone(pid)


def gone(pid: int) -> bool:
    """Whether the process is no more; one that is dead and waits for init to notice counts as gone."""
    for _ in range(500):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z":
                time.sleep(0.02)
                continue
        return True
    return False


def worker_of(identifier: Identifier) -> int:
    worker = identifier._team._keepers[0].worker()
    assert worker is not None
    return worker.pid


def test_a_script_without_a_main_guard_may_use_it(good: Path, tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "import sys\nfrom pathlib import Path\nfrom preserve.identify.identifier import Identifier\n"
        "with Identifier(probes=('charset',)) as identifier:\n"
        "    print(identifier.identify(Path(sys.argv[1]), 'data/x').charset)\n"
    )
    done = subprocess.run([sys.executable, script, good], capture_output=True, text=True, check=True, timeout=60)
    assert (done.stdout, done.stderr) == ("us-ascii\n", "")


@pytest.mark.usefixtures("good")
def test_modules_in_the_current_folder_are_never_loaded(tmp_path: Path) -> None:
    for name in ("json.py", "chardet.py", "magic.py", "preserve.py"):
        (tmp_path / name).write_text("import os; os.abort()")
    root = str(Path(__file__).resolve().parents[2])
    code = (
        f"import sys; sys.path[:] = [p for p in sys.path if p] + [{root!r}]\n"
        "from pathlib import Path\nfrom preserve.identify.identifier import Identifier\n"
        "sys.path.insert(0, '')\n"
        "with Identifier() as identifier:\n"
        "    print(identifier.identify(Path('good.txt'), 'data/x').charset)\n"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True, timeout=60, cwd=tmp_path
    )
    assert done.stdout == "us-ascii\n"


def test_importing_the_door_loads_no_heavy_library() -> None:
    code = (
        "import sys, preserve.identify.identifier, preserve.identify.judge\n"
        "heavy = {'magic', 'pylibmagic', 'pygfried', 'pycld2', 'chardet', 'pikepdf', 'lxml', 'langcodes'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == "[]\n"


def test_a_forked_child_that_exits_leaves_the_worker_alone(good: Path) -> None:
    script = (
        "import os, sys\nfrom pathlib import Path\nfrom preserve.identify.identifier import Identifier\n"
        "with Identifier(probes=('charset',)) as identifier:\n"
        "    identifier.agents()\n"
        "    pid = identifier._team._keepers[0].worker().pid\n"
        "    if (child := os.fork()) == 0:\n        sys.exit()\n"
        "    os.waitpid(child, 0)\n"
        "    print(identifier.identify(Path(sys.argv[1]), 'data/x').runs[0].outcome)\n"
        "    print(identifier._team._keepers[0].worker().pid == pid)\n"
    )
    done = subprocess.run([sys.executable, "-c", script, good], capture_output=True, text=True, check=False, timeout=60)
    assert (done.stdout, done.stderr) == ("success\nTrue\n", "")


def test_a_program_that_dies_of_closed_pipes_does_not_die_of_a_dead_worker(good: Path) -> None:
    script = (
        "import os, signal, sys, time\nfrom pathlib import Path\n"
        "from preserve.identify.identifier import Identifier\n"
        "signal.signal(signal.SIGPIPE, signal.SIG_DFL)\n"
        "with Identifier(probes=('charset',)) as identifier:\n"
        "    identifier.agents()\n"
        "    os.kill(identifier._team._keepers[0].worker().pid, signal.SIGKILL)\n    time.sleep(0.2)\n"
        "    print(identifier.identify(Path(sys.argv[1]), 'data/x').charset)\n"
    )
    done = subprocess.run([sys.executable, "-c", script, good], capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, "us-ascii\n", "")


def test_ctrl_c_in_the_middle_ends_cleanly_and_prints_nothing_of_the_workers(good: Path, bad: Path) -> None:
    root = str(Path(__file__).resolve().parents[2])
    assert good.exists()
    command = [sys.executable, "-c", PARENT, str(bad), HERE + "Hanging", "work"]
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": root},
        start_new_session=True,
    ) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        time.sleep(0.3)
        os.killpg(parent.pid, signal.SIGINT)
        _, errors = parent.communicate(timeout=30)
    assert errors.count("Traceback") == 1
    assert errors.rstrip().endswith("KeyboardInterrupt")
    assert gone(pid)


def test_after_an_interruption_the_next_file_is_identified(good: Path, bad: Path) -> None:
    with Identifier(probes=(HERE + "Hanging", "charset"), timeout=600) as identifier:
        identifier.identify(good, "data/good")
        timer = threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT))
        timer.start()
        with pytest.raises(KeyboardInterrupt):
            identifier.identify(bad, "data/bad")
        assert identifier.identify(good, "data/good").charset == "us-ascii"
