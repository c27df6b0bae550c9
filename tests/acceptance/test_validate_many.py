"""Many bags in one call are judged side by side, and each as if it were the only one."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from preserve.bag.many import Question, validate_many
from preserve.bag.validate import Options, validate
from preserve.ports import Silent
from preserve.storage.crew import Crew
from tests.acceptance.archive import Archive
from tests.bag.builder import build, put

MANY = {f"data/{number:04}.txt": b"text %d\n" % number for number in range(900)}
HEAVY = {f"data/{number}": bytes([number]) * (3 << 20) for number in range(8)}


@pytest.fixture
def bags(tmp_path: Path) -> list[Path]:
    """Small bags, two large ones and a heavy one among them, and one in which a byte is wrong."""
    found = [build(tmp_path / f"bag {number:02}") for number in range(20)]
    found[3:3] = [build(tmp_path / "many", MANY), build(tmp_path / "heavy", HEAVY)]
    put(found[7], "data/letter.txt", b"Dear Archive,\n")
    return found


@pytest.mark.parametrize("size", [1, 2])
def test_side_by_side_or_not_the_judgements_are_the_same(bags: list[Path], size: int) -> None:
    questions = [Question(number, str(bag), Options()) for number, bag in enumerate(bags)]
    with Crew(size) as crew:
        answers = dict(validate_many(questions, len(bags), crew, Silent()))
    assert len(answers) == len(bags)
    for number, bag in enumerate(bags):
        report, alone = answers[number], validate(bag)
        assert not isinstance(report, Exception)
        assert (report.target, report.valid, report.problems) == (alone.target, alone.valid, alone.problems)
        assert report.valid is (number != 7)


def test_the_answers_come_in_the_order_of_the_questions(bags: list[Path], tmp_path: Path) -> None:
    targets = [*map(str, bags), str(tmp_path / "nowhere"), str(bags[0]), str(bags[1])]
    words = [sys.executable, "-m", "preserve", "validate", "--json", *targets]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False)
    messages = [json.loads(line) for line in done.stdout.splitlines()]
    assert [message["target"] for message in messages] == targets
    assert [number for number, message in enumerate(messages) if not message["valid"]] == [7, len(bags)]
    assert done.returncode == 22


def test_every_result_is_recorded(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    archive = Archive(home, capsys)
    for number in range(5):
        (archive.incoming / f"letter {number}.txt").write_text(f"Letter {number}.\n")
    names = [result["name"] for result in archive.ingest()]
    (archive.packages / names[2] / "data/letter 2.txt").write_text("Letter 3.\n")
    said = archive.run("validate", "--record", "--json", *names)
    assert said.status == 3
    assert [message["valid"] for message in said.messages] == [True, True, False, True, True]
    for number, name in enumerate(names):
        last = archive.run("log", "--json", name).messages[-1]
        assert (last["type"], last["outcome"]) == ("val", "fail" if number == 2 else "success")


def test_a_package_of_ours_is_judged_by_its_pins_among_others(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    archive = Archive(home, capsys)
    (archive.incoming / "letter.txt").write_text("Letter.\n")
    (ours,) = archive.ingest()
    os.unlink(Path(ours["path"]) / "tagmanifest-sha256.txt")
    other = build(home / "other")
    reports = archive.run("validate", "--json", str(other), ours["name"]).messages
    assert reports[0]["valid"]
    assert "manifest-tampered" in {problem["code"] for problem in reports[1]["problems"]}
