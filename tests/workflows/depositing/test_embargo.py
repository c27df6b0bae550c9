"""An embargo holds a package back until its day, and one that nobody understands until a person writes a date."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from preserve.config import load
from preserve.workflows.archive import opened
from preserve.workflows.depositing.embargo import held_back
from tests.acceptance.archive import Archive


@pytest.fixture
def archive(home: Path, capsys: pytest.CaptureFixture[str]) -> Archive:
    archive = Archive(home, capsys)
    (archive.incoming / "letter.txt").write_text("Dear reader,\n\nall is well.\n")
    return archive


def reason(archive: Archive, now: datetime) -> str:
    with opened(load(archive.home, environment={})) as home:
        return held_back(home, next(home.catalog.packages()), now)


@pytest.mark.parametrize(
    ("available", "now", "told"),
    [
        ("2030", datetime(2030, 6, 1, tzinfo=UTC), "until 2030-12-31"),
        ("2030-06-02", datetime(2030, 6, 1, 12, tzinfo=UTC), "until 2030-06-02"),
        ("2030-06-01", datetime(2030, 6, 3, tzinfo=UTC), ""),
        ("2030/..", datetime(9000, 1, 1, tzinfo=UTC), "whose end is not known"),
    ],
)
def test_it_is_held_until_its_day(archive: Archive, available: str, now: datetime, told: str) -> None:
    archive.ingest("--set", f"dcterms:available={available}")
    found = reason(archive, now)
    assert told in found
    assert bool(found) is bool(told)


def test_without_one_nothing_holds_it(archive: Archive) -> None:
    archive.ingest()
    assert reason(archive, datetime(2026, 1, 1, tzinfo=UTC)) == ""
