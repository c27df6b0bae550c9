"""The nights to come, as the policy will have them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise

import pytest

from preserve.fixity.choosing import AIM, Past
from preserve.fixity.forecast import Amount, Speed
from preserve.fixity.outlook import Night, Portion, nights

DAY = timedelta(days=1)
NOW = datetime(2030, 6, 1, 2, tzinfo=UTC)
GB = 10**9
SPEED = Speed(average=GB, octet=1 / GB, opening=0.0, runs=1, apart=True)


def portion(read: datetime | None, packages: float, size: float, *, days: int = 90, location: str = "") -> Portion:
    return Portion(location, days * DAY, read, Amount(packages, packages, size))


def ahead(count: int, *portions: Portion, hours: float | None = None) -> list[Night]:
    limit = None if hours is None else timedelta(hours=hours)
    return list(islice(nights(portions, Past(), NOW, hours=limit, speed=SPEED), count))


def read_in(night: Night) -> float:
    return sum(one.amount.bytes for one in night.read)


def test_what_arrived_on_one_day_is_spread_over_all_nights() -> None:
    plan = ahead(200, portion(NOW - DAY, 810, 810 * GB))
    assert [read_in(night) for night in plan] == pytest.approx([810 * GB / (90 * AIM)] * 200, abs=1.01 * GB)
    assert not any(night.overdue for night in plan)


def test_what_is_due_is_read_first_and_nothing_is_lost() -> None:
    plan = ahead(90, portion(None, 10, 50 * GB), portion(NOW - 100 * DAY, 5, 20 * GB), portion(NOW, 90, 90 * GB))
    assert read_in(plan[0]) == 70 * GB
    assert [one.read for one in plan[0].read] == [None, NOW - 100 * DAY]
    assert sum(read_in(night) for night in plan[:82]) >= 160 * GB


def test_a_night_ends_when_its_hours_are_over() -> None:
    plan = ahead(3, portion(None, 1000, 7200 * 2 * GB), hours=1)
    assert [read_in(night) for night in plan] == pytest.approx([3600 * GB] * 3)
    assert [round(night.overdue) for night in plan] == [750, 500, 250]


def test_each_location_has_its_own_interval() -> None:
    plan = ahead(365, portion(NOW, 10, 10 * GB), portion(NOW, 10, 10 * GB, days=365, location="tape"))
    of = {
        place: sum(one.amount.bytes for night in plan for one in night.read if one.location == place)
        for place in ("", "tape")
    }
    assert of[""] > 3.5 * of["tape"] > 9 * GB


def test_few_packages_are_read_whole_and_far_apart() -> None:
    plan = ahead(81, portion(NOW - DAY, 3, 30 * GB))
    read = {
        number: round(sum(one.amount.packages for one in night.read), 6)
        for number, night in enumerate(plan)
        if night.read
    }
    assert list(read.values()) == [1, 1, 1]
    assert all(20 < later - earlier < 30 for earlier, later in pairwise(read))


def test_what_takes_longer_than_a_night_is_read_and_holds_up_nothing_for_ever() -> None:
    plan = ahead(4, portion(None, 1, 36_000 * GB), portion(None, 1, GB), hours=1)
    assert [len(night.read) for night in plan][:2] == [1, 1]


def test_an_empty_archive_has_empty_nights() -> None:
    assert [night.read for night in ahead(3)] == [(), (), ()]
