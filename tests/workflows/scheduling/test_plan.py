"""The schedule of an archive."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from preserve.config import load
from preserve.model import AuditRun, Copy
from preserve.workflows.archive import Archive, opened
from preserve.workflows.auditing.runs import append_run
from preserve.workflows.scheduling.plan import Plan, next_run, plan
from tests.catalog.samples import SEALED, package

DAY = timedelta(days=1)
NOW = SEALED + 30 * DAY
GB = 10**9


@dataclass(frozen=True)
class Fixed:
    moment: datetime

    def now(self) -> datetime:
        return self.moment


@pytest.fixture
def archive(home: Path) -> Iterator[Archive]:
    text = '[fixity]\ninterval = "90d"\n[locations.tape]\npath = "tape"\ninterval = "1y"\n'
    (home / "preserve.toml").write_text(text)
    with opened(load(home, environment={}), Fixed(NOW), writing=True) as it:
        yield it


def planned(archive: Archive, hours: float = 4) -> Plan:
    return plan(archive, NOW + DAY / 4, timedelta(hours=hours))


def test_an_empty_archive_has_nothing_to_plan(archive: Archive) -> None:
    found = planned(archive)
    assert (found.due, found.periods, found.verdict, found.damaged) == ((0, 0), (), None, 0)


def test_the_plan_tells_the_night_the_week_and_the_months_of_each_location(archive: Archive) -> None:
    archive.catalog.add_all(package(n, bytes=GB, last_read_ok=SEALED) for n in range(1, 811))
    archive.catalog.put_copies([Copy(package(1), "tape", SEALED, SEALED)])
    found = planned(archive)
    night, week = ([p for p in found.periods if p.span == span and not p.location] for span in ("night", "week"))
    assert 9 <= night[0].amount.packages <= 14
    assert week[0].amount.packages == pytest.approx(7 * night[0].amount.packages, abs=3)
    months = [p for p in found.periods if p.span == "month" and not p.location]
    assert len(months) >= 12, "as far as the longest interval"
    assert sum(p.amount.packages for p in months) >= 4 * 810
    tape = [p for p in found.periods if p.location == "tape" and p.span == "month"]
    assert sum(p.amount.packages for p in tape) == 1
    assert [p.since for p in months] == sorted(p.since for p in months)


def test_what_is_due_what_is_too_late_and_what_is_damaged_are_told_apart(archive: Archive) -> None:
    late, too_late = NOW - 95 * DAY, NOW - 105 * DAY
    archive.catalog.add(package(1, bytes=1, last_read_ok=late))
    archive.catalog.add(package(2, bytes=2, last_read_ok=too_late))
    archive.catalog.add(package(3, bytes=4, last_read_ok=NOW, last_read_bad=NOW - DAY))
    found = planned(archive)
    assert found.due.copies == 3
    assert found.broken.copies >= 1
    assert found.damaged == 1


def test_a_clock_that_was_in_the_year_9999_breaks_nothing(archive: Archive) -> None:
    archive.catalog.add(package(1, last_read_ok=datetime(9999, 12, 31, tzinfo=UTC)))
    found = planned(archive)
    assert found.due.copies == 1
    assert found.periods[0].amount.packages == 1


def test_the_verdict_is_that_of_the_measured_speed(archive: Archive) -> None:
    archive.catalog.add_all(package(n, bytes=80 * GB, last_read_ok=SEALED) for n in range(1, 101))
    run = AuditRun(NOW - DAY, NOW - DAY, "due", packages=1, files=1, bytes=80 * 10**6, seconds=1.0)
    append_run(archive.config, run)
    enough, little = planned(archive).verdict, planned(archive, hours=0.25).verdict
    assert enough is not None
    assert little is not None
    assert enough.needs / 3600 == pytest.approx(100 * 80e9 / 80e6 / 3600 * 30.44 / 81, rel=0.01)
    assert enough.has / 3600 == pytest.approx(4 * 30.44, rel=0.01)
    assert (enough.holds, little.holds) == (True, False)
    assert enough.largest == pytest.approx(1000)


def test_the_next_run_is_the_next_time_the_clock_says_so() -> None:
    now = datetime(2030, 6, 1, 12, 0, tzinfo=UTC)
    here = now.astimezone()
    later = next_run(now, f"{here.hour:02}:{here.minute + 1:02}")
    assert later == now + timedelta(minutes=1)
    assert next_run(now, f"{here.hour:02}:{here.minute:02}") == now + DAY
