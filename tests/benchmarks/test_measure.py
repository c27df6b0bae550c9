"""One command, measured: what the kernel says, of all its processes, and an honest end when it fails."""

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.measure import Command, Failed, Sample, run, watch
from benchmarks.rounds import Benchmark, Contender, Runner

PYTHON = sys.executable
PROJECT = Path(__file__).parents[2]
TWO_PROCESSES = (
    f'{PYTHON} -c "b = bytearray(60 << 20); import time; time.sleep(.6)" & '
    f'{PYTHON} -c "b = bytearray(60 << 20); import time; time.sleep(.6)"; wait'
)


def test_the_processor_time_of_children_counts(tmp_path: Path) -> None:
    burn = "import time\nwhile time.process_time() < .3: pass"
    (tmp_path / "burn.py").write_text(burn)
    sample = run(Command(f"{PYTHON} burn.py & {PYTHON} burn.py; wait", tmp_path), tmp_path / "out")
    assert sample.cpu > 0.5
    assert sample.wall >= 0.3


def test_the_memory_of_processes_side_by_side_is_summed(tmp_path: Path) -> None:
    command = Command(TWO_PROCESSES, tmp_path)
    assert watch(command, tmp_path / "a") > 110 << 20


def test_the_largest_of_processes_side_by_side_is_told(tmp_path: Path) -> None:
    """Measured by a small process, as ``make bench`` does: the kernel starts to count at the size of the maker."""
    measuring = "import sys, pathlib, benchmarks.measure as m; at = pathlib.Path(sys.argv[1]); "
    measuring += "print(m.run(m.Command(sys.argv[2], at), at / 'b').largest)"
    told = subprocess.run(
        [PYTHON, "-c", measuring, str(tmp_path), TWO_PROCESSES], cwd=PROJECT, capture_output=True, check=True
    )
    assert 60 << 20 < int(told.stdout) < 110 << 20


def test_a_command_may_tell_its_own_time(tmp_path: Path) -> None:
    sample = run(Command("echo much; echo 0.125", tmp_path, tells=True), tmp_path / "out")
    assert (sample.wall, sample.cpu) == (0.125, 0.0)


def test_a_failure_is_told_with_the_last_words(tmp_path: Path) -> None:
    with pytest.raises(Failed, match="ended with 3: no such bag"):
        run(Command("echo no such bag >&2; exit 3", tmp_path), tmp_path / "out")


def test_the_settings_of_whoever_measures_do_not_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRESERVE_BAG_ALGORITHMS", "md5")
    run(Command('test -z "$PRESERVE_BAG_ALGORITHMS"', tmp_path), tmp_path / "out")


def test_contenders_run_in_turn_each_into_a_fresh_folder_that_stays_until_the_end(tmp_path: Path) -> None:
    line = 'mkdir "$OUT" && echo {} >> order'
    contenders = tuple(Contender(name, Command(line.format(name), tmp_path)) for name in ("a", "b"))
    runner = Runner(tmp_path / "out", lambda _: None, rounds=3)
    (comparison,) = runner.comparisons(Benchmark("x", "X", contenders))
    watched, timed = "a b ", "a b a b a b"
    assert (tmp_path / "order").read_text().split() == (watched + timed).split()
    assert [len(one.samples) for one in comparison.measured] == [3, 3]
    assert all(isinstance(sample, Sample) for one in comparison.measured for sample in one.samples)
    assert len(list((tmp_path / "out" / "x").glob("[0-9]"))) == 8
    runner.clear()
    assert not (tmp_path / "out").exists()
