"""A system that gives no process more: the work is done by those that there are, and no verdict is made of it."""

import json
from pathlib import Path

import pytest

from tests.acceptance.archive import Archive
from tests.bag.builder import build
from tests.faults.strace import Strace, preserve

PREMIS = "metadata/preservation/premis.xml"
FORKS = ("clone", "clone3", "fork", "vfork")


@pytest.fixture
def bags(tmp_path: Path) -> list[Path]:
    """A bag that would be shared out, and a small one."""
    many = {f"data/{number:04}.txt": b"%d" % number for number in range(1500)}
    return [build(tmp_path / "many", many), build(tmp_path / "few", {"data/a.txt": b"a"})]


@pytest.mark.parametrize("number", [1, 2])
def test_bags_are_judged_all_the_same(strace: Strace, home: Path, bags: list[Path], number: int) -> None:
    ended = strace.refused(preserve(home, "validate", "--json", *map(str, bags[:number])), FORKS, "ENOMEM")
    assert ended.returncode == 0, ended.stderr
    assert [json.loads(line)["valid"] for line in ended.stdout.splitlines()] == [True] * number


def test_an_ingest_says_what_it_could_not_do_and_harms_nothing(strace: Strace, archive: Archive) -> None:
    for number in range(6):
        (archive.incoming / f"letter-{number}.txt").write_text(f"Letter {number}.\n")
    ended = strace.refused(preserve(archive.home, "ingest"), FORKS, "ENOMEM")
    assert ended.returncode == 0, ended.stderr
    assert len(archive.sealed()) == 6
    for package in archive.sealed():
        assert "could not be started: Cannot allocate memory" in package.joinpath(PREMIS).read_text(encoding="utf-8")
    assert archive.run("ingest").status == 0
    assert len(archive.sealed()) == 6
