"""``status`` tells of each deposit that needs a person, and of no other."""

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from preserve.config import load
from preserve.deposit.journal.lines import Opening
from preserve.deposit.journal.reading import JOURNAL
from preserve.deposit.journal.writing import Journal
from preserve.model.deposits import Stage
from preserve.storage import locks
from preserve.workflows.archive import Archive, opened
from preserve.workflows.depositing.recording import ALTERED
from preserve.workflows.depositing.standing import deposits_amiss

OPENING = Opening("", "urn:uuid:x", "letters", "letters", "urn:uuid:y", 1, "bag", "attic", "box", "", 1, 1000)


class Still:
    def now(self) -> datetime:
        return datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.fixture
def archive(home: Path) -> Iterator[Archive]:
    with opened(load(home, environment={}), writing=True) as archive:
        yield archive


def begun(archive: Archive, *stages: Stage, number: int = 1, target: str = "attic", note: str = "") -> Path:
    """A deposit of the package ``letters`` that went through *stages*."""
    folder = archive.store / "letters.deposits" / f"20260102T03040{number}Z-{target}-abcdef"
    with Journal.begin(folder, replace(OPENING, deposit=folder.name, target=target), Still()) as journal:
        for stage in stages:
            journal.step(stage, note=note)
    return folder


def codes(archive: Archive) -> list[str]:
    return [problem.code for problem in deposits_amiss(archive)]


@pytest.mark.parametrize(
    ("stages", "code"),
    [
        ((), "deposit-unfinished"),
        ((Stage.SENDING,), "deposit-unknown"),
        ((Stage.SENDING, Stage.UNKNOWN), "deposit-unknown"),
        ((Stage.SENDING, Stage.SENT), "deposit-unfinished"),
        ((Stage.SENDING, Stage.SENT, Stage.ACCEPTED), "deposit-unfinished"),
    ],
)
def test_what_is_not_over_is_told(archive: Archive, stages: tuple[Stage, ...], code: str) -> None:
    begun(archive, *stages)
    [problem] = deposits_amiss(archive)
    assert problem.code == code
    assert "letters at attic" in problem.message
    assert "2026-01-02 03:04 UTC" in problem.message
    assert problem.hint


@pytest.mark.parametrize("stage", [Stage.STORED, Stage.VERIFIED])
def test_what_is_over_is_not(archive: Archive, stage: Stage) -> None:
    begun(archive, Stage.SENDING, stage)
    assert codes(archive) == []


def test_without_deposits_there_is_nothing_to_tell(archive: Archive) -> None:
    assert codes(archive) == []
    (archive.store / "letters.deposits").mkdir()
    (archive.store / "letters.deposits" / "20260102T030401Z-attic-abcdef").mkdir()  # died before it began
    assert codes(archive) == []


def test_that_the_far_end_has_something_else_is_told_until_it_was_verified(archive: Archive) -> None:
    begun(archive, Stage.SENDING, Stage.STORED, note=f"{ALTERED}: data/letter.txt is not the same")
    assert codes(archive) == ["deposit-altered"]
    begun(archive, Stage.SENDING, Stage.VERIFIED, number=2)
    assert codes(archive) == []


def test_only_the_last_deposit_at_a_target_counts_and_each_target_by_itself(archive: Archive) -> None:
    begun(archive, Stage.SENDING, Stage.UNKNOWN)
    begun(archive, Stage.SENDING, Stage.VERIFIED, number=2)
    begun(archive, Stage.SENDING, number=3, target="cellar")
    assert ["cellar" in problem.message for problem in deposits_amiss(archive)] == [True]


def test_one_that_a_run_is_busy_with_is_passed_over(archive: Archive) -> None:
    folder = begun(archive, Stage.SENDING)
    fd = locks.try_hold(folder.parent / ".attic.lock")
    assert fd is not None
    assert codes(archive) == []
    os.close(fd)
    assert codes(archive) == ["deposit-unknown"]


def test_a_journal_that_is_cut_is_read_whole(archive: Archive) -> None:
    journal = begun(archive, Stage.SENDING, Stage.VERIFIED) / JOURNAL
    whole = journal.read_bytes()
    journal.write_bytes(whole[:-10])  # its last line is not whole: what it was to tell did not happen
    assert codes(archive) == ["deposit-unknown"]
    journal.write_bytes(whole[:-10].replace(b"attic", b"cellar"))
    assert codes(archive) == ["deposit-journal-altered"]
    journal.write_bytes(b"\xff\n")
    assert codes(archive) == ["deposit-journal-altered"]
