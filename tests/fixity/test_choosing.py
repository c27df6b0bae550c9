"""The queue: what is due, in which order, how much is read ahead of time, and why nothing starves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from preserve.fixity.choosing import (
    AIM,
    NIGHT,
    PACKAGE,
    Load,
    Past,
    Queued,
    Share,
    choose,
    is_due,
    past_of,
    share_of,
    turn,
    weight_of,
)
from preserve.model import AuditRun

DAY = timedelta(days=1)
NOW = datetime(2030, 6, 1, 2, tzinfo=UTC)
INTERVAL = 90 * DAY


def copy(name: str, *, ago: float | None = None, bad: float | None = None, weight: int = 10, days: int = 90) -> Queued:
    """A copy that was found good, and bad, so many days ago."""
    good_at, bad_at = (None if days_ago is None else NOW - days_ago * DAY for days_ago in (ago, bad))
    return Queued(name, "", weight, days * DAY, good_at, bad_at)


def chosen(*copies: Queued, share: int = 0, alone: int = 0) -> list[str]:
    return [one.id for one in choose(*parted(copies, NOW), NOW, Share(share, alone))]


def parted(copies: Iterable[Queued], now: datetime) -> tuple[list[Queued], list[Queued]]:
    """Those that are due and the others, by turn."""
    by_turn = sorted(copies, key=lambda one: turn(one, now))
    return [one for one in by_turn if is_due(one, now)], [one for one in by_turn if not is_due(one, now)]


# --- the queue ------------------------------------------------------------------------------------------------


def test_never_read_comes_first_then_the_most_overdue() -> None:
    assert chosen(
        copy("late", ago=100), copy("never"), copy("later", ago=120), copy("fresh", ago=5), copy("just", ago=90)
    ) == ["never", "later", "late", "just"]


def test_overdue_is_measured_by_each_copys_own_interval() -> None:
    assert chosen(copy("a", ago=100), copy("b", ago=40, days=20)) == ["b", "a"]
    assert chosen(copy("a", ago=100), copy("b", ago=40, days=365)) == ["a"]


def test_a_reading_in_the_future_proves_nothing() -> None:
    assert chosen(copy("late", ago=100), copy("clock was wrong", ago=-1)) == ["clock was wrong", "late"]


def test_a_clock_that_was_in_the_year_9999_breaks_nothing() -> None:
    end = datetime(9999, 12, 31, 23, 59, tzinfo=UTC)
    good, bad = replace(copy("good"), good=end), replace(copy("bad"), good=end, bad=end)
    assert chosen(bad, copy("late", ago=100), good, share=100) == ["good", "late", "bad"]
    assert share_of([Load(end, INTERVAL, 10)], Past(), NOW).octets == 0


def test_what_was_found_bad_is_due_but_queues_by_that_reading() -> None:
    bad = copy("bad", ago=200, bad=1)
    assert is_due(bad, NOW)
    assert chosen(bad, copy("late", ago=100), copy("never")) == ["never", "late", "bad"]
    assert chosen(copy("long bad", ago=300, bad=110), copy("late", ago=100)) == ["long bad", "late"]


def test_what_is_due_is_read_whatever_the_share() -> None:
    late = [copy(f"{n}", ago=90 + n, weight=1000) for n in range(5)]
    assert sorted(chosen(*late, share=0)) == sorted(chosen(*late, share=1)) == [f"{n}" for n in range(5)]


def test_a_share_reads_ahead_in_the_order_of_turns_and_what_is_due_counts() -> None:
    copies = [copy("due", ago=95), *(copy(f"{n}", ago=80 - n) for n in range(8))]
    assert chosen(*copies, share=10) == ["due"]
    assert chosen(*copies, share=40) == ["due", "0", "1", "2"]


def test_what_is_known_to_be_bad_takes_nothing_from_the_share() -> None:
    assert chosen(copy("bad", bad=1, weight=1000), copy("a", ago=80), copy("b", ago=70), share=20) == ["a", "b", "bad"]


def test_a_copy_larger_than_a_night_waits_until_the_nights_saved_for_it() -> None:
    large = copy("large", ago=80, weight=100)
    assert chosen(large, copy("small", ago=70), share=40, alone=80) == []
    assert chosen(large, copy("small", ago=70), share=40, alone=120) == ["large"]


def test_weight_counts_opening_each_package() -> None:
    assert weight_of(0, 3) == 3 * PACKAGE
    assert weight_of(5) == 5 + PACKAGE


# --- the share ------------------------------------------------------------------------------------------------


def test_packages_of_one_day_are_spread_over_their_interval() -> None:
    share = share_of([Load(NOW - DAY, INTERVAL, 8100)], Past(), NOW)
    assert share.octets == pytest.approx(8100 / (90 * AIM))


def test_each_interval_weighs_as_often_as_it_comes() -> None:
    loads = [Load(NOW, 30 * DAY, 2700), Load(NOW, 90 * DAY, 8100)]
    assert share_of(loads, Past(), NOW).octets == pytest.approx(200)


def test_a_sum_by_day_says_as_much_as_single_copies() -> None:
    single = [Load(NOW - n % 7 * DAY, INTERVAL, n) for n in range(1, 100)]
    sums = [Load(NOW - d * DAY, INTERVAL, sum(n for n in range(1, 100) if n % 7 == d)) for d in range(7)]
    assert share_of(single, Past(), NOW) == share_of(sums, Past(), NOW)


def test_what_comes_due_soon_raises_the_share_so_that_it_is_spread_over_the_nights_that_are_left() -> None:
    soon = Load(NOW - 80 * DAY, INTERVAL, 8100)  # ten days, eleven nights
    assert share_of([soon], Past(), NOW).octets == pytest.approx(8100 / 11, abs=1)


def test_a_backlog_is_read_without_reading_as_much_ahead() -> None:
    copies = [copy(f"{n}", ago=n, weight=100) for n in range(1, 101)]
    share = share_of([Load(one.good, INTERVAL, one.weight) for one in copies], Past(), NOW)
    assert (
        len(chosen(*copies, share=share.octets)) == 11
    )  # what is due, and nothing more: that is a heavy night already


def test_nights_without_a_run_are_made_up_for_by_the_others() -> None:
    loads = [Load(NOW - DAY, INTERVAL, 8100)]
    assert share_of(loads, Past(available=0.8), NOW).octets == pytest.approx(125)
    assert share_of(loads, Past(idle=3), NOW) == Share(100, 300)


def test_a_second_run_of_the_same_night_has_but_a_small_share() -> None:
    assert share_of([Load(NOW - DAY, INTERVAL, 8100)], Past(idle=0.1), NOW).octets == pytest.approx(10)


# --- what earlier runs tell -----------------------------------------------------------------------------------


def run(days_ago: float, packages: int = 1) -> AuditRun:
    return AuditRun(NOW - days_ago * DAY, NOW - days_ago * DAY, "due", packages=packages)


def test_without_runs_nothing_is_known() -> None:
    assert past_of([], NOW) == Past(1.0, 1.0)


def test_nights_with_a_run_are_counted_whenever_it_began() -> None:
    late_and_early = [run(n + (0.2 if n % 2 else -0.2)) for n in range(10, 0, -1)]
    assert past_of(late_and_early, NOW).available == 1
    assert past_of([run(n) for n in (10, 8, 7, 6, 5, 4, 2, 1)], NOW).available == 0.8
    assert past_of([run(4), run(4.1), run(1)], NOW).available == 0.5


def test_of_long_ago_nothing_counts_and_a_long_pause_does_not_flood_the_next_night() -> None:
    assert past_of([run(400), *(run(n) for n in range(60, 0, -1))], NOW).available == 1
    assert past_of([run(300)], NOW).available == 0.5


def test_a_run_that_read_nothing_leaves_its_share_to_the_next() -> None:
    assert past_of([run(5), run(2, packages=0), run(1, packages=0)], NOW).idle == 5
    assert past_of([run(2, packages=0), run(1, packages=0)], NOW).idle == 2


def test_a_look_at_single_packages_is_no_nights_work() -> None:
    by_hand = AuditRun(NOW - DAY / 24, NOW, "ids", packages=1)
    assert past_of([run(2), run(1), by_hand], NOW) == Past(available=1.0, idle=1.0)
    assert past_of([by_hand], NOW) == Past()


# --- nothing starves ------------------------------------------------------------------------------------------

COPIES = st.lists(
    st.tuples(st.integers(1, 50), st.integers(1, 200), st.integers(10, 100), st.booleans()), min_size=2, max_size=12
)


@settings(max_examples=50)
@given(COPIES, st.integers(50, 120), st.integers(0, 200), st.data())
def test_after_its_turn_a_copy_waits_at_most_until_all_others_were_read_once(
    drawn: list[tuple[int, int, int, bool]], capacity: int, share: int, data: st.DataObject
) -> None:
    """Whatever the sizes, intervals, shares and findings: any run may find any copy bad, and end anywhere."""
    copies = {f"{n}": copy(f"{n}", ago=ago, weight=weight, days=days) for n, (weight, ago, days, _) in enumerate(drawn)}
    rotten = {f"{n}" for n, (*_, bad) in enumerate(drawn) if bad}
    watched = data.draw(st.sampled_from(sorted(copies)))
    overtaken: list[str] = []
    now = NOW
    for _ in range(150):
        now += NIGHT
        left, is_overdue = capacity, turn(copies[watched], now) <= now
        for one in choose(*parted(copies.values(), now), now, Share(share, share)):
            if one.weight > left:
                break
            left -= one.weight
            copies[one.id] = replace(one, bad=now) if one.id in rotten else replace(one, good=now, bad=None)
            overtaken = [] if one.id == watched else [*overtaken, one.id] if is_overdue else overtaken
        assert len(overtaken) == len(set(overtaken)), f"{watched} was overtaken twice: {overtaken}"
