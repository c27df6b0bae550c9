"""What a nightly run reads: the catalogue's queue, walked by the policy that the simulation tries."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from preserve.catalog.due import Band, Queue
from preserve.catalog.store import Catalog
from preserve.fixity.choosing import PACKAGE, Share
from preserve.fixity.intervals import Intervals
from preserve.model import AuditRun, Copy, Package
from preserve.workflows.scheduling.tonight import reading_order, share_tonight
from tests.catalog.samples import SEALED, package

DAY = timedelta(days=1)
NOW = SEALED + 400 * DAY
INTERVALS = Intervals(90 * DAY)
BANDS = [Band(90 * DAY)]


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    with Catalog.open(f"sqlite:///{tmp_path / 'catalog.sqlite'}") as opened:
        yield opened


def ids(catalog: Catalog, share: Share) -> list[int]:
    """The numbers of the packages that a run reads, in order."""
    due, ahead = catalog.due(Queue(NOW, BANDS, NOW)), catalog.due(Queue(NOW, BANDS, NOW + 90 * DAY))
    return [copy.package.files for copy in reading_order(due, ahead, INTERVALS, NOW, share)]


def read(number: int, days_ago: float, bad_days_ago: float | None = None) -> Package:
    bad = None if bad_days_ago is None else NOW - bad_days_ago * DAY
    return package(number, last_read_ok=NOW - days_ago * DAY, last_read_bad=bad, bytes=PACKAGE)


def test_what_is_due_then_tonights_share_then_what_is_known_to_be_bad(catalog: Catalog) -> None:
    catalog.add_all(
        [read(1, 100), read(2, 95), read(3, 80), read(4, 70), read(5, 60), read(6, 99, 1), read(7, 200, 99)]
    )
    assert ids(catalog, Share()) == [1, 7, 2, 6]
    assert ids(catalog, Share(octets=8 * PACKAGE)) == [1, 7, 2, 3, 6]
    assert ids(catalog, Share(octets=99 * PACKAGE)) == [1, 7, 2, 3, 4, 5, 6]


def test_packages_of_one_day_are_spread_over_the_nights_by_the_catalogues_own_sums(catalog: Catalog) -> None:
    catalog.add_all(package(n, last_read_ok=SEALED, bytes=PACKAGE) for n in range(1, 55))
    bands = [Band(30 * DAY)]
    runs: list[AuditRun] = []
    per_night: list[int] = []
    for night in range(1, 30):
        now = SEALED + night * DAY
        share = share_tonight(catalog.planned(bands), runs, now)
        ahead = catalog.due(Queue(now, bands, now + 30 * DAY))
        read = list(reading_order([], ahead, Intervals(30 * DAY), now, share))
        catalog.record_all([(copy.package.id, "", now, True) for copy in read])
        runs.append(AuditRun(now, now, "due", packages=len(read)))
        per_night.append(len(read))
    assert set(per_night) <= {1, 2, 3}
    assert sum(per_night) >= 54, "each was read before the first of them came due"


def test_what_was_read_meanwhile_is_no_load_of_its_own(catalog: Catalog) -> None:
    catalog.add_all([read(1, 100), read(2, 80), read(3, 70)])
    just_read = read(1, -1 / 86400)  # a second after the run began
    due, ahead = catalog.due(Queue(NOW, BANDS, NOW)), catalog.due(Queue(NOW, BANDS, NOW + 90 * DAY))
    again = [Copy(just_read, "", SEALED, just_read.last_read_ok), *ahead]
    found = reading_order(due, again, INTERVALS, NOW, Share(octets=4 * PACKAGE))
    assert [copy.package.files for copy in found] == [1, 2]


def test_damage_and_unreachable_places_ask_for_no_share(catalog: Catalog) -> None:
    catalog.add(read(1, 10, 5))
    assert share_tonight(catalog.planned(BANDS), [], NOW) == Share()
