"""The scripts that are measured do the work that they are measured for."""

import subprocess
import sys
from pathlib import Path

import bagit
import pytest

from benchmarks.archives import main as make_archive
from benchmarks.measure import environment

from .test_corpora import contents, made

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


def run(script: str, *words: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, str(BENCHMARKS / script), *map(str, words)]
    return subprocess.run(line, cwd=cwd, env=environment(), capture_output=True, text=True, check=False)


@pytest.mark.parametrize("name", ["A", "B"])
def test_what_is_sealed_is_whole_and_nothing_else_is_left(tmp_path: Path, name: str) -> None:
    place, store = made(tmp_path, name), tmp_path / "store"
    sources = [place / "plain"] if name == "A" else sorted((place / "plain").iterdir())
    done = run("ours/seal_only.py", store, *sources, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    sealed = sorted(path for path in store.iterdir() if not path.name.startswith("."))
    assert len(sealed) == len(sources)
    for bag, source in zip(sealed, sources, strict=True):
        bagit.Bag(str(bag)).validate()
        assert contents(bag / "data") == contents(source)
    assert not list((store / ".preserve" / "staging").iterdir())


@pytest.mark.parametrize("how", ["1", "2", "pool"])
def test_the_loop_over_bagit_reads_every_package(tmp_path: Path, how: str) -> None:
    bags = sorted((made(tmp_path, "B") / "bags").iterdir())
    assert run("peers/each_package.py", how, *bags, cwd=tmp_path).returncode == 0
    with (bags[-1] / "data" / "0.txt").open("r+b") as text:
        text.write(b"!")
    assert run("peers/each_package.py", how, *bags, cwd=tmp_path).returncode != 0


def test_questions_are_answered_and_told_in_seconds(tmp_path: Path) -> None:
    home = tmp_path / "home"
    make_archive(home, 40)
    for question in ("status", "status-after-a-change", "due"):
        done = run("ours/answers.py", question, cwd=home)
        assert done.returncode == 0, done.stderr
        assert 0 < float(done.stdout) < 60


def test_an_archive_that_is_made_is_in_order(tmp_path: Path) -> None:
    home = tmp_path / "home"
    make_archive(home, 40)
    done = subprocess.run(
        [Path(sys.executable).with_name("preserve"), "status"], cwd=home, capture_output=True, text=True, check=False
    )
    assert "40 of 40 packages were not read whole" in done.stdout, "they are old, and nothing else is wrong"
    assert "40 packages, 200 files" in done.stdout
    assert "store" not in done.stdout
    assert "history" not in done.stdout
