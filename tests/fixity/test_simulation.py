"""Two years of nights, simulated with the very policy of the audit: what is promised holds, and could fail."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache

import pytest

from preserve.config import SETTINGS
from preserve.fixity.choosing import Load, Past, Queued, Share, choose, turn
from preserve.fixity.simulation import Story, World, simulate
from preserve.storage.times import interval

DAY = timedelta(days=1)
SLACK = interval(str(next(setting.default for setting in SETTINGS if setting.key == "fixity.slack")))
YEAR_TWO = range(365, 730)
ISSUE = World()
"""10,000 packages in the end, two years, a fifth of the nights without a run."""

SEEDS = pytest.mark.parametrize("seed", [1, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(2, 11))])
"""``scripts/simulate_fixity.py`` tries these ten too."""

SMALL = replace(ISSUE, arrivals=((0, 1000), (200, 400), (430, 300)), daily=1, largest=1e10, speed=4e6)
"""Less of everything, and a machine that is as busy: for the policies that must fail."""


@cache
def told(world: World) -> Story:
    return simulate(world)


def no_share(_loads: Iterable[Load], _past: Past, _now: datetime) -> Share:
    return Share()


# --- what is promised -----------------------------------------------------------------------------------------


@SEEDS
def test_no_package_is_read_later_than_its_interval_and_the_slack(seed: int) -> None:
    story = told(replace(ISSUE, seed=seed))
    assert len(story.readings) == 10_000
    assert len(story.octets) in range(550, 620)  # some 146 nights had no run
    assert len(story.late) == 10_000  # every package is accounted for, to the last night
    assert story.latest <= SLACK


@SEEDS
def test_the_nights_are_alike(seed: int) -> None:
    assert told(replace(ISSUE, seed=seed)).levelness(YEAR_TWO) < 2


def test_with_several_intervals_the_promise_holds_and_the_nights_are_alike() -> None:
    mixed = replace(SMALL, intervals=(30 * DAY, 90 * DAY, 365 * DAY), hours=6)
    story = told(mixed)
    assert story.latest <= SLACK
    assert story.levelness(YEAR_TWO) < 2


def test_a_damaged_package_is_read_again_until_it_was_mended_and_then_found_good() -> None:
    story = told(ISSUE)
    assert len(story.found) == ISSUE.damaged
    assert all(waited is not None and waited <= SLACK for waited in story.found.values())


SLOW = replace(SMALL, slow=range(250, 370), slowness=0.2)


def test_a_backlog_is_worked_down_and_nothing_falls_off() -> None:
    story = told(SLOW)
    longest = max(story.overdue.values())
    assert longest > 500  # for four months the machine was too slow
    assert all(backlog == 0 for night, backlog in story.overdue.items() if night > 430)
    old = [readings for name, readings in story.readings.items() if int(name) < 1000]
    assert min(old) >= 6  # two years hold eight intervals, and two were lost


def test_the_same_world_has_the_same_story() -> None:
    assert simulate(SMALL).late == told(SMALL).late


# --- that it could fail ---------------------------------------------------------------------------------------


def test_without_a_share_packages_that_came_together_come_due_together() -> None:
    unbounded = replace(SMALL, hours=10_000)  # the night is as long as it must be
    assert told(unbounded).levelness(YEAR_TWO) < 2
    assert simulate(unbounded, sharing=no_share).levelness(YEAR_TWO) > 10
    assert simulate(SMALL, sharing=no_share).latest > told(SMALL).latest  # in nights as they are, many come late


def _smallest_first(due: Iterable[Queued], ahead: Iterable[Queued], now: datetime, share: Share) -> Iterator[Queued]:
    yield from sorted(choose(due, ahead, now, share), key=lambda copy: copy.weight)


def _damaged_first(due: Iterable[Queued], ahead: Iterable[Queued], now: datetime, share: Share) -> Iterator[Queued]:
    yield from sorted(choose(due, ahead, now, share), key=lambda copy: copy.bad is None)


def _forgetful(due: Iterable[Queued], ahead: Iterable[Queued], now: datetime, share: Share) -> Iterator[Queued]:
    """Never what is overdue by more than a month: a scheduler of this field does so."""
    return (copy for copy in choose(due, ahead, now, share) if now - turn(copy, now) < 30 * DAY)


def test_an_order_by_size_starves_the_large_ones() -> None:
    assert simulate(SLOW, choosing=_smallest_first).latest > told(SLOW).latest + 30 * DAY


def test_damaged_packages_at_the_head_of_the_queue_starve_all_others() -> None:
    ruined = replace(SMALL, damaged=150, mended=10_000, nights=500)
    assert told(ruined).latest <= SLACK
    assert simulate(ruined, choosing=_damaged_first).latest > 100 * DAY


def test_a_queue_that_forgets_the_most_overdue_loses_them() -> None:
    story = simulate(SLOW, choosing=_forgetful)
    assert story.latest > 300 * DAY
