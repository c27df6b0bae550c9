"""What is due to be read again, and in which order."""

import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from preserve.catalog.store import Catalog
from preserve.errors import UnknownPackage
from preserve.model import Package
from tests.catalog.samples import SEALED, package

DAY = timedelta(days=1)
INTERVAL = 90 * DAY
NOW = SEALED + 365 * DAY


def read(number: int, days_ago: float | None, *, bad_days_ago: float | None = None) -> Package:
    """The package with this number, read so many days before now."""
    ok = None if days_ago is None else NOW - days_ago * DAY
    return package(number, last_read_ok=ok, last_read_bad=None if bad_days_ago is None else NOW - bad_days_ago * DAY)


def due(catalog: Catalog, limit: int = 500) -> list[Package]:
    """What is due now."""
    found = catalog.due(NOW, INTERVAL, limit=limit)
    assert len(found) == min(limit, catalog.due_count(NOW, INTERVAL))
    return found


def test_the_most_overdue_come_first(catalog: Catalog) -> None:
    recent, exactly, long_ago, never, later = read(1, 89), read(2, 90), read(3, 300), read(5, None), read(6, None)
    catalog.add_all([exactly, recent, later, never, long_ago])
    assert due(catalog) == [never, later, long_ago, exactly]
    assert due(catalog, limit=3) == [never, later, long_ago]
    assert due(catalog, limit=1) == [never]


def test_what_was_found_bad_stays_due_and_does_not_stand_before_what_nobody_has_read(catalog: Catalog) -> None:
    overdue, bad_today, bad_long_ago, fine = (
        read(1, 91),
        read(2, 400, bad_days_ago=0),
        read(3, 400, bad_days_ago=95),
        read(4, 1),
    )
    catalog.add_all([bad_today, overdue, fine, bad_long_ago])
    assert due(catalog) == [bad_long_ago, overdue, bad_today]
    assert catalog.found_bad() == [bad_long_ago, bad_today]
    assert catalog.found_bad(limit=1) == [bad_long_ago]


def test_a_reading_in_the_future_proves_nothing(catalog: Catalog) -> None:
    tomorrow, overdue = read(1, -1), read(2, 91)
    catalog.add_all([overdue, tomorrow])
    assert due(catalog) == [tomorrow, overdue]


def test_a_good_reading_ends_it_and_a_bad_one_does_not(catalog: Catalog) -> None:
    catalog.add(read(1, 100))
    catalog.record_reading(package(1).id, NOW - DAY, good=False)
    [still] = due(catalog)
    assert (still.last_read_ok, still.last_read_bad) == (NOW - 100 * DAY, NOW - DAY)
    catalog.record_reading(package(1).id, NOW, good=True)
    assert due(catalog) == catalog.found_bad() == []
    [now_fine] = catalog.packages()
    assert (now_fine.last_read_ok, now_fine.last_read_bad) == (NOW, None)
    with pytest.raises(UnknownPackage):
        catalog.record_reading(package(2).id, NOW, good=True)


def test_a_shorter_interval_holds_at_once(catalog: Catalog) -> None:
    catalog.add(read(1, 40))
    assert catalog.due(NOW, INTERVAL) == []
    assert catalog.due(NOW, 30 * DAY) == [read(1, 40)]


def test_a_new_description_does_not_change_when_it_was_read(catalog: Catalog) -> None:
    catalog.add(read(1, 10, bad_days_ago=5))
    catalog.update(package(1, title="Another"))
    [kept] = catalog.packages()
    assert (kept.last_read_ok, kept.last_read_bad) == (NOW - 10 * DAY, NOW - 5 * DAY)
    assert catalog.add(package(1, title="Another")) is False, "when it was read does not make it another package"
    catalog.update(read(1, 1))
    assert catalog.due(NOW, 2 * DAY) == [read(1, 1)], "found bad as before"


def test_when_it_was_read_belongs_to_what_two_catalogues_are_compared_by(catalog: Catalog) -> None:
    catalog.add(read(1, 10))
    before = catalog.snapshot()
    catalog.record_reading(package(1).id, NOW, good=True)
    assert catalog.snapshot() != before


moments = st.none() | st.integers(-3, 200)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
@given(given=st.lists(st.tuples(moments, moments), max_size=12), limit=st.integers(1, 12))
def test_the_answer_is_that_of_the_plain_rule(
    catalog: Catalog, given: list[tuple[int | None, int | None]], limit: int
) -> None:
    everything = [read(n, ok, bad_days_ago=bad) for n, (ok, bad) in enumerate(given)]
    Random(0).shuffle(everything)
    catalog.replace_all(everything)

    def rank(each: Package) -> tuple[int, datetime, datetime] | None:
        latest = each.last_read_bad or each.last_read_ok
        if each.last_read_bad is None and (latest is None or latest > NOW):
            return (0 if latest is None else 1, latest or each.sealed, each.sealed)
        assert latest is not None
        return (2, latest, each.sealed) if each.last_read_bad or NOW - latest >= INTERVAL else None

    expected = sorted((each for each in everything if rank(each)), key=lambda each: rank(each) or (9, NOW, NOW))
    assert catalog.due(NOW, INTERVAL, limit=limit) == expected[:limit]
    assert catalog.due_count(NOW, INTERVAL) == len(expected)


def test_each_way_to_be_due_is_answered_by_an_index(file: Path) -> None:
    statements: list[str] = []
    with Catalog.open(f"sqlite:///{file}") as catalog:
        with catalog._engine.connect() as connection:
            driver = connection.connection.driver_connection
        assert driver is not None
        driver.set_trace_callback(statements.append)
        due(catalog)
        catalog.found_bad()
        driver.set_trace_callback(None)
    asked = {statement for statement in statements if statement.startswith("SELECT")}
    assert len(asked) >= 5
    with closing(sqlite3.connect(file)) as connection:
        for statement in asked:
            plan = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}")]
            assert all("USING" in step or "SCALAR" in step or "CONSTANT" in step for step in plan), plan
            assert not any("TEMP B-TREE" in step for step in plan), plan


def test_a_catalogue_that_knows_of_no_reading_counts_everything_as_never_read(catalog: Catalog) -> None:
    catalog.replace_all(package(n) for n in range(3))
    assert due(catalog) == [package(n) for n in range(3)]
