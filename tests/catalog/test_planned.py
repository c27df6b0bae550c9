"""What is to be read in the time to come, in sums by day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from preserve.catalog.due import Band
from preserve.catalog.planned import Planned
from preserve.catalog.store import Catalog
from preserve.model import Copy
from tests.catalog.samples import package

DAY = timedelta(days=1)
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
MIDNIGHT = datetime(2026, 11, 22, tzinfo=UTC)


def test_copies_are_summed_up_by_place_interval_and_day(catalog: Catalog) -> None:
    one, two = package(1, last_read_ok=NOON), package(2, last_read_ok=NOON + 0.49 * DAY)
    other_day = package(3, last_read_ok=NOON + DAY)
    large, never = package(4, bytes=10**15, last_read_ok=NOON), package(5, last_read_ok=None)
    bad, still_bad = package(6, last_read_bad=NOON), package(7, last_read_ok=NOON + DAY, last_read_bad=NOON)
    catalog.add_all([one, two, other_day, large, never, bad, still_bad])
    catalog.put_copies([Copy(one, "tape", NOON, NOON + 2 * DAY), Copy(two, "lost", NOON)])
    bands = [Band(30 * DAY, larger_than=10**12), Band(365 * DAY, location="tape"), Band(90 * DAY)]
    assert sorted(catalog.planned(bands, ["tape"]), key=str) == sorted(
        [
            Planned("", 30 * DAY, MIDNIGHT, False, 1, 4, 10**15, 10**15),
            Planned("", 90 * DAY, MIDNIGHT, False, 2, 3, 3000, 2000),
            Planned("", 90 * DAY, MIDNIGHT + DAY, False, 1, 3, 3000, 3000),
            Planned("", 90 * DAY, None, False, 1, 5, 5000, 5000),
            Planned("", 90 * DAY, None, True, 2, 13, 13000, 7000),
            Planned("tape", 365 * DAY, MIDNIGHT + 2 * DAY, False, 1, 1, 1000, 1000),
        ],
        key=str,
    )


def test_an_empty_archive_has_nothing_to_plan(catalog: Catalog) -> None:
    assert catalog.planned([Band(90 * DAY)], ["tape"]) == []
