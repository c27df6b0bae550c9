"""What a history has and the catalogue was never told is told by whoever comes next."""

from __future__ import annotations

import json
import multiprocessing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from preserve.config import Config, load
from preserve.history import file as history
from preserve.model import Event, Outcome
from preserve.workflows.pending import announced, is_behind
from tests.acceptance.archive import Archive


@pytest.fixture
def archive(home: Path, capsys: pytest.CaptureFixture[str]) -> Archive:
    archive = Archive(home, capsys)
    (archive.incoming / "letter.txt").write_text("Dear archive,\n")
    archive.ingest()
    return archive


def config_of(archive: Archive) -> Config:
    return load(archive.home, environment={})


def past_of(archive: Archive) -> tuple[Path, str]:
    past = history.path_of(archive.packages, archive.only_package().name)
    return past, json.loads(past.read_text().splitlines()[0])["package"]


def fail(archive: Archive, *, then: bool) -> None:
    """Record a failed check as a run does that dies before the catalogue hears of it; or *then* not."""
    past, package = past_of(archive)
    with announced(config_of(archive), [package.removeprefix("urn:uuid:")]) as catalogued:
        history.append(past, package, [Event("fix", datetime.now(UTC).replace(microsecond=0), Outcome.FAIL, ())])
        if then:
            catalogued()


@pytest.mark.parametrize("command", ["status", "ls", "audit", "ingest"])
def test_a_failure_that_the_catalogue_never_heard_of_is_not_forgotten(archive: Archive, command: str) -> None:
    fail(archive, then=False)
    assert is_behind(config_of(archive))
    archive.run(command)
    assert not is_behind(config_of(archive))
    said = archive.run("status", "--json")
    assert said.status == 3
    assert "check-failed" in {problem["code"] for problem in said.only["problems"]}
    assert "still counts as damaged" in archive.run("audit").out, "it is due, and whole"
    assert archive.run("status").status == 3, "and nobody has mended it"


def test_what_the_catalogue_was_told_is_not_told_again(archive: Archive) -> None:
    fail(archive, then=True)
    assert not is_behind(config_of(archive))
    assert archive.run("status").status == 0, "the one who writes both answers for both"


def test_nobody_is_called_behind_who_is_just_writing(archive: Archive) -> None:
    with announced(config_of(archive), ["0"]):
        assert not is_behind(config_of(archive))
    assert is_behind(config_of(archive))


def test_one_who_dies_leaves_his_note_for_all(archive: Archive) -> None:
    with announced(config_of(archive), ["first"]):
        pass
    with announced(config_of(archive), ["second"]) as catalogued:
        catalogued()
    assert (archive.packages / ".preserve" / "pending").read_text().split() == ["first"]


def test_too_many_to_be_named_are_all(archive: Archive) -> None:
    with announced(config_of(archive), (f"{n:036}" for n in range(1000))):
        pass
    note = archive.packages / ".preserve" / "pending"
    assert note.read_text().split() == ["*"]
    assert archive.run("status").status == 0
    assert note.read_text().split() == []


def test_the_note_has_its_room_before_it_is_needed(archive: Archive) -> None:
    note = archive.packages / ".preserve" / "pending"
    size = note.stat().st_size
    with announced(config_of(archive), (f"{n:036}" for n in range(300))):
        pass
    assert note.stat().st_size == size


def _hold(home: Path, seen: multiprocessing.Queue[bool]) -> None:
    seen.put(is_behind(load(home, environment={})))


def test_another_process_is_asked_too(archive: Archive) -> None:
    seen: multiprocessing.Queue[bool] = multiprocessing.Queue()
    with announced(config_of(archive), ["x"]):
        other = multiprocessing.Process(target=_hold, args=(archive.home, seen))
        other.start()
        assert seen.get(timeout=30) is False
        other.join()
