"""The numbers of the report follow from the histories alone, and agree with what the catalogue is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preserve.history.readings import last_readings
from preserve.model import Event
from preserve.workflows.reporting import months
from preserve.workflows.reporting.facts import CopyFacts, PackageFacts, marks_of
from preserve.workflows.reporting.incidents import incidents_of
from preserve.workflows.reporting.ledger import Figures, Ledger, Month
from preserve.workflows.reporting.promise import Reason
from tests.workflows.reporting.archives import DAY, bad, good, mended, on, removed

NOW = on("2026-11-22")
SLACK = 14 * DAY


def copy(
    *events: Event, sealed: str = "2026-01-10", location: str = "", interval: int = 90, now: datetime = NOW
) -> CopyFacts:
    """A copy with these events."""
    made = on(sealed)
    return CopyFacts("id", "name", "", location, made, made, 2, 100, interval * DAY, marks_of(events, location, now))


def figures(*copies: CopyFacts, now: datetime = NOW) -> Figures:
    """The numbers of packages with one copy each."""
    ledger = Ledger(now, SLACK)
    for each in copies:
        ledger.take(PackageFacts((each,)))
    return ledger.finished()


def month(found: Figures, name: str) -> Month:
    return next(each for each in found.months if each.name == name)


# --- one copy ---------------------------------------------------------------------------------------------------

_days = st.integers(0, 400).map(lambda number: on("2025-12-01") + number * DAY)
_events = st.lists(
    st.one_of(
        _days.map(good),
        _days.map(bad),
        _days.map(mended),
        st.builds(good, _days, st.just("tower")),
        st.builds(bad, _days),
    ),
    max_size=12,
)


@given(_events)
def test_the_report_reads_a_history_as_the_catalogue_does_whatever_the_clock_did(events: list[Event]) -> None:
    for location in ("", "tower"):
        assert copy(*events, location=location).readings == last_readings(events, location)


@given(_events)
def test_no_mark_is_placed_before_one_that_was_written_earlier_or_in_the_future(events: list[Event]) -> None:
    placed = [mark.placed for mark in marks_of(events, "", NOW)]
    assert placed == sorted(placed)
    assert all(moment <= NOW for moment in placed)


def test_a_copy_breaks_the_promise_for_one_reason() -> None:
    reasons = {
        Reason.NEVER_READ: copy(),
        Reason.OVERDUE: copy(good(NOW - 104 * DAY)),
        Reason.FAILED: copy(good(NOW - DAY), bad(NOW)),
        Reason.FUTURE: copy(good(NOW + DAY)),
        None: copy(good(NOW - 104 * DAY + timedelta(seconds=1))),
    }
    for reason, each in reasons.items():
        assert each.reason(NOW, SLACK) is reason
    broken = copy(good(NOW - DAY))
    assert replace(broken, marks=(), proven=False).reason(NOW, SLACK) is Reason.UNPROVEN


def test_what_failed_stays_open_until_it_was_mended_and_found_good() -> None:
    (first,) = incidents_of(copy(bad("2026-02-01", "data/a", what="altered"), good("2026-02-02")))
    assert (first.is_open, first.files, first.what) == (True, 1, "altered"), "a disk that answers again mended nothing"
    (second,) = incidents_of(copy(bad("2026-02-01"), bad("2026-02-02"), mended("2026-02-03", by="from tower")))
    assert (second.is_open, second.times, second.by) == (True, 2, "from tower")
    closed, again = incidents_of(copy(bad("2026-02-01"), mended("2026-02-03"), good("2026-02-03"), bad("2026-03-01")))
    assert (closed.good, again.is_open) == (on("2026-02-03"), True)
    (gone,) = incidents_of(copy(bad("2026-02-01", location="tower"), removed("2026-02-09", "tower"), location="tower"))
    assert (gone.is_open, gone.gone) == (False, on("2026-02-09"))


# --- months -----------------------------------------------------------------------------------------------------


def test_the_end_of_each_month_tells_who_kept_the_promise_then() -> None:
    late = copy(good("2026-01-10"), good("2026-05-20"))  # due on 10 April, kept until 24 April
    found = figures(late)
    kept = {each.name: (each.within, each.kept) for each in found.months}
    assert kept["2026-03"] == (1, 1)
    assert kept["2026-04"] == (0, 0)
    assert kept["2026-05"] == (1, 1)
    assert kept["2026-08"] == (0, 1)
    assert kept["2026-09"] == (0, 0)
    assert month(found, "2026-03").share == 1.0
    assert month(found, "2026-04").oldest == on("2026-01-10")


def test_an_open_failure_breaks_the_promise_in_its_months_only() -> None:
    found = figures(copy(good("2026-01-10"), bad("2026-02-10"), mended("2026-03-05"), good("2026-03-05")))
    assert [(each.name, each.failed, each.kept) for each in found.months[:3]] == [
        ("2026-01", 0, 1),
        ("2026-02", 1, 0),
        ("2026-03", 0, 1),
    ]
    assert (month(found, "2026-02").bad, month(found, "2026-03").repairs, month(found, "2026-03").good) == (1, 1, 1)


def test_a_past_month_is_told_the_same_later() -> None:
    def story(now: datetime) -> tuple[CopyFacts, ...]:
        events = [good("2026-01-10"), bad("2026-02-10"), mended("2026-03-05"), good("2026-03-05"), good("2026-06-01")]
        return copy(*(each for each in events if each.time <= now), now=now), copy(sealed="2026-02-01", now=now)

    early, late = on("2026-04-02"), on("2026-11-22")
    first, second = figures(*story(early), now=early), figures(*story(late), now=late)
    assert first.months[:3] == second.months[:3]
    assert [each.name for each in first.months] == ["2026-01", "2026-02", "2026-03", "2026-04"]


def test_a_copy_that_is_made_is_no_repair() -> None:
    found = figures(copy(mended("2026-02-01"), good("2026-02-01"), bad("2026-03-01"), mended("2026-03-02")))
    assert [each.repairs for each in found.months[:3]] == [0, 0, 1]


def test_growth_counts_what_there_was_at_the_end_of_each_month() -> None:
    found = figures(copy(sealed="2026-01-31"), copy(sealed="2026-03-01"), copy(sealed="2026-03-31"))
    assert [(each.name, each.packages, each.bytes) for each in found.months[:4]] == [
        ("2026-01", 1, 100),
        ("2026-02", 1, 100),
        ("2026-03", 3, 300),
        ("2026-04", 3, 300),
    ]


def test_a_copy_that_was_removed_counts_as_long_as_it_was_there() -> None:
    store = copy(good("2026-11-01"))
    events = [mended("2026-02-01", "tower"), good("2026-02-01", "tower"), removed("2026-04-15", "tower")]
    tower = CopyFacts(
        "id", "name", "", "tower", on("2026-01-10"), on("2026-02-01"), 2, 100, 90 * DAY, marks_of(events, "tower", NOW)
    )
    ledger = Ledger(NOW, SLACK)
    ledger.take(PackageFacts((store, tower)))
    found = ledger.finished()
    assert [each.copies for each in found.months[:4]] == [1, 2, 2, 1]
    assert (found.copies, found.by_copies) == (1, {1: 1})


def test_a_clock_that_was_wrong_for_a_day_makes_no_month_of_its_own() -> None:
    found = figures(copy(good("2026-02-01"), good("2031-01-01"), good("2026-10-02")))
    assert found.months[-1].name == "2026-11"
    assert found.broken == 0


def test_a_reading_in_the_future_keeps_no_promise() -> None:
    found = figures(copy(good("2031-01-01")))
    assert (found.broken, found.reasons) == (1, {Reason.FUTURE: 1})
    assert (found.months[-1].kept, found.months[-1].within) == (0, 0)


def test_a_disaster_names_the_first_and_counts_all() -> None:
    found = figures(*(copy(bad(on("2026-02-01") + number * timedelta(hours=1))) for number in range(900)))
    assert found.broken == 900
    assert [each.since for each in found.breaches] == [
        on("2026-02-01") + number * timedelta(hours=1) for number in range(50)
    ]


def test_what_is_next_comes_in_the_order_of_its_time() -> None:
    found = figures(*(copy(good(NOW - number * DAY)) for number in range(60)))
    assert [each.due for each in found.near] == [NOW - number * DAY + 90 * DAY for number in range(59, 34, -1)]
    assert all(each.late - each.due == SLACK for each in found.near)


@given(st.datetimes(datetime(1, 1, 2), datetime(9998, 12, 30), timezones=st.just(UTC)))  # noqa: DTZ001  bounds are naive
def test_every_moment_is_in_one_month_that_can_be_named(moment: datetime) -> None:
    number = months.month_of(moment)
    assert months.end_of(number - 1) <= moment < months.end_of(number) if number > 12 else True
    assert months.read(months.name_of(number)) == number


@pytest.mark.parametrize("text", ["2026", "2026-13", "2026-00", "26-01", "2026-1", "0000-01", "٢٠٢٦-٠١"])
def test_what_is_no_month_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no month"):
        months.read(text)
