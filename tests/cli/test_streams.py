"""Whatever becomes of the output, the work behind it is finished."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.acceptance.archive import Archive


@pytest.fixture
def archive(home: Path, capsys: pytest.CaptureFixture[str]) -> Archive:
    """An archive in which three letters have arrived."""
    for number in range(3):
        (home / "incoming" / f"{number}.txt").write_text(f"letter {number}")
    return Archive(home, capsys)


def shell(archive: Archive, command: str) -> subprocess.CompletedProcess[str]:
    program = f'{sys.executable} -m preserve --home "{archive.home}"'
    words = ["bash", "-c", command.replace("preserve", program)]
    return subprocess.run(words, check=False, capture_output=True, text=True)


@pytest.mark.parametrize(
    ("command", "status"),
    [
        ("preserve ingest --json | true; exit ${PIPESTATUS[0]}", 0),
        ("preserve ingest 2>&1 | true; exit ${PIPESTATUS[0]}", 0),
        ("preserve ingest >&-", 0),
        ("preserve ingest 2>&-", 0),
        ("preserve ingest <&- >&- 2>&-", 0),
        ("preserve ingest >/dev/full", 3),
        ("preserve ingest 2>/dev/full", 0),
        ("preserve -c nonsense=1 ingest >&- 2>&-", 12),
    ],
)
def test_an_ingest_is_finished_whoever_listens(archive: Archive, command: str, status: int) -> None:
    done = shell(archive, command)
    assert done.returncode == status, done.stderr
    assert "Traceback" not in done.stderr
    if status != 12:
        assert len(archive.sealed()) == 3
    assert archive.run("ingest").status == 0
    for package in archive.sealed():
        assert archive.run("validate", package).status == 0


def test_a_result_that_could_not_be_written_is_told(archive: Archive) -> None:
    assert "standard output: no space left" in shell(archive, "preserve ingest >/dev/full").stderr


def test_a_folder_that_is_gone_is_one_clear_sentence(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()

    def leave() -> None:
        os.rmdir(gone)

    for words in (["status"], ["ingest", "x"], ["validate", "x"], ["init"]):
        gone.mkdir(exist_ok=True)
        command = [sys.executable, "-m", "preserve", *words]
        done = subprocess.run(command, check=False, cwd=gone, preexec_fn=leave, capture_output=True, text=True)
        assert (done.returncode, done.stdout) == (2, "")
        assert "no longer there" in done.stderr


@pytest.mark.parametrize(
    "words", [["ingest", ""], ["ingest", "--move", ""], ["check", ""], ["validate", ""], ["init", ""]]
)
def test_an_empty_path_is_not_this_folder(archive: Archive, words: list[str]) -> None:
    said = archive.run(*words)
    assert said.status == 2
    assert "an empty name is no path" in said.err
