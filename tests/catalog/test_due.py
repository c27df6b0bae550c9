"""What is due to be read again, and in which order."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from preserve.catalog.due import Band, Queue
from preserve.catalog.store import Catalog
from preserve.errors import CatalogError, UnknownPackage
from preserve.model import Copy, Package
from tests.catalog.samples import SEALED, package

DAY = timedelta(days=1)
INTERVAL = 90 * DAY
NOW = SEALED + 365 * DAY


def read(number: int, days_ago: float | None, *, bad_days_ago: float | None = None) -> Package:
    """The package with this number, read so many days before now."""
    ok = None if days_ago is None else NOW - days_ago * DAY
    return package(number, last_read_ok=ok, last_read_bad=None if bad_days_ago is None else NOW - bad_days_ago * DAY)


def asked(interval: timedelta = INTERVAL, *locations: str, until: datetime = NOW) -> Queue:
    """What is due now, where all is to be read again after the same time."""
    return Queue(NOW, [Band(interval)], until, NOW + DAY, locations)


def due(catalog: Catalog, limit: int = 500, queue: Queue = asked()) -> list[Package]:  # noqa: B008  it is frozen
    """What is due now."""
    found = catalog.due(queue, limit=limit)
    assert len(found) == min(limit, catalog.owed(queue).copies)
    assert all((copy.last_read_ok, copy.last_read_bad) == readings(copy.package) for copy in found if not copy.location)
    return [copy.package for copy in found]


def readings(package: Package) -> tuple[datetime | None, datetime | None]:
    return package.last_read_ok, package.last_read_bad


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


def test_a_clock_that_was_in_the_year_9999_breaks_nothing(catalog: Catalog) -> None:
    end = datetime(9999, 12, 31, 23, 59, tzinfo=NOW.tzinfo)
    good, bad = package(1, last_read_ok=end), package(2, last_read_ok=end, last_read_bad=end)
    catalog.add_all([bad, read(3, 100), good])
    every = Queue(NOW, [Band(INTERVAL)], NOW)
    assert [copy.package for copy in catalog.due(every)] == [good, read(3, 100), bad]


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
    assert due(catalog) == catalog.found_bad() == list(catalog.packages()), "a good reading alone mends nothing"
    catalog.record_readings(package(1).id, NOW, None)
    assert due(catalog) == catalog.found_bad() == []
    [now_fine] = catalog.packages()
    assert (now_fine.last_read_ok, now_fine.last_read_bad) == (NOW, None)
    with pytest.raises(UnknownPackage):
        catalog.record_reading(package(2).id, NOW, good=True)


def test_a_shorter_interval_holds_at_once(catalog: Catalog) -> None:
    catalog.add(read(1, 40))
    assert due(catalog) == []
    assert due(catalog, queue=asked(30 * DAY)) == [read(1, 40)]


def test_a_new_description_does_not_change_when_it_was_read(catalog: Catalog) -> None:
    catalog.add(read(1, 10, bad_days_ago=5))
    catalog.update(package(1, title="Another"))
    [kept] = catalog.packages()
    assert (kept.last_read_ok, kept.last_read_bad) == (NOW - 10 * DAY, NOW - 5 * DAY)
    assert catalog.add(package(1, title="Another")) is False, "when it was read does not make it another package"
    catalog.update(read(1, 1))
    assert due(catalog, queue=asked(2 * DAY)) == [read(1, 1)], "found bad as before"


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
        ok, bad = readings(each)
        if bad is None and (ok is None or ok > NOW):
            return (0 if ok is None else 1, ok or each.sealed, each.sealed)
        if bad is not None:
            latest = max(bad, ok or bad)
            return (2, latest + INTERVAL, each.sealed) if latest < NOW + DAY else None
        assert ok is not None
        return (2, ok + INTERVAL, each.sealed) if NOW - ok >= INTERVAL else None

    expected = sorted((each for each in everything if rank(each)), key=lambda each: rank(each) or (9, NOW, NOW))
    assert due(catalog, limit) == expected[:limit]
    assert catalog.owed(asked()) == (len(expected), sum(each.bytes for each in expected))


def test_each_way_to_be_due_is_answered_by_an_index(file: Path) -> None:
    statements: list[str] = []
    with Catalog.open(f"sqlite:///{file}") as catalog:
        with catalog._engine.connect() as connection:
            driver = connection.connection.driver_connection
        assert driver is not None
        driver.set_trace_callback(statements.append)
        due(catalog)
        catalog.found_bad()
        catalog.tally_of_copies()
        driver.set_trace_callback(None)
    asked = {statement for statement in statements if statement.startswith("SELECT")}
    assert len(asked) >= 5
    with closing(sqlite3.connect(file)) as connection:
        for statement in asked:
            plan = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}")]
            assert all(any(word in step for word in ("USING", "SCALAR", "CONSTANT", "TEMP")) for step in plan), plan
            sorts = any("TEMP B-TREE" in step for step in plan)
            assert not sorts or "CASE" in statement, "only what was found bad is sorted: it is never much"


def test_copies_are_counted_by_location_with_those_found_bad(catalog: Catalog) -> None:
    assert catalog.tally_of_copies() == {}
    catalog.add_all(package(n) for n in range(3))
    bad = Copy(package(2), "tape", NOW, NOW, NOW)
    catalog.put_copies([Copy(package(0), "tape", NOW), Copy(package(1), "tape", NOW, NOW), bad])
    catalog.put_copies([replace(bad, location="nas\udcff")])
    assert catalog.tally_of_copies() == {"tape": (3, 1), "nas\udcff": (1, 1)}


def test_a_catalogue_that_knows_of_no_reading_counts_everything_as_never_read(catalog: Catalog) -> None:
    catalog.replace_all(package(n) for n in range(3))
    assert due(catalog) == [package(n) for n in range(3)]


def test_each_band_has_its_own_interval_and_the_first_that_fits_counts(catalog: Catalog) -> None:
    letters, large, other = (
        read(1, 40),
        package(2, bytes=10**9, last_read_ok=NOW - 40 * DAY),
        read(3, 40),
    )
    letters = replace(letters, group="Letters")
    both = package(4, bytes=10**9, group="Letters", last_read_ok=NOW - 40 * DAY)
    catalog.add_all([letters, large, other, both])
    bands = [Band(30 * DAY, collection="Letters"), Band(365 * DAY, larger_than=10**8), Band(INTERVAL)]
    queue = Queue(NOW, bands, NOW, NOW)
    assert {each.package.id for each in catalog.due(queue)} == {letters.id, both.id}
    wide = Queue(NOW, [Band(INTERVAL, larger_than=10**8), Band(30 * DAY)], NOW, NOW)
    assert {each.package.id for each in catalog.due(wide)} == {letters.id, other.id}
    assert catalog.owed(wide).copies == 2


def test_of_several_intervals_the_most_overdue_still_comes_first(catalog: Catalog) -> None:
    catalog.add_all([replace(read(1, 100), group="Letters"), read(2, 170)])
    bands = [Band(95 * DAY, collection="Letters"), Band(100 * DAY)]
    assert [each.package.id for each in catalog.due(Queue(NOW, bands, NOW, NOW))] == [package(2).id, package(1).id]


def test_what_will_be_due_can_be_asked_ahead(catalog: Catalog) -> None:
    catalog.add_all([read(1, 89), read(2, 91), read(3, 50)])
    ahead = asked(until=NOW + 3 * DAY)
    assert [each.id for each in due(catalog, queue=ahead)] == [package(2).id, package(1).id]


def test_what_was_found_bad_is_not_asked_twice_in_one_run(catalog: Catalog) -> None:
    catalog.add(read(1, 40, bad_days_ago=1))
    assert len(catalog.due(Queue(NOW, [Band(INTERVAL)], NOW, NOW))) == 1
    assert catalog.due(Queue(NOW, [Band(INTERVAL)], NOW, NOW - 2 * DAY)) == []
    catalog.record_reading(package(1).id, NOW, good=True)
    assert catalog.due(Queue(NOW, [Band(INTERVAL)], NOW, NOW)) == [], "it was read, though nothing was mended"


def test_each_copy_is_due_by_its_own_readings(catalog: Catalog) -> None:
    catalog.add_all([read(1, 1), read(2, 100)])
    made = NOW - 200 * DAY
    catalog.put_copies([Copy(read(1, 1), "tape", made, NOW - 95 * DAY), Copy(read(2, 100), "tape", made)])
    catalog.put_copies([Copy(read(1, 1), "disk", made, NOW - 40 * DAY)])
    queue = Queue(NOW, [Band(30 * DAY, location="disk"), Band(INTERVAL)], NOW, NOW, ("tape", "disk"))
    found = [(each.package.id, each.location) for each in catalog.due(queue)]
    assert found == [
        (package(2).id, "tape"),
        (package(2).id, ""),
        (package(1).id, "disk"),
        (package(1).id, "tape"),
    ]
    assert catalog.owed(queue) == (4, 2 * read(1, 1).bytes + 2 * read(2, 100).bytes)
    catalog.record_reading(package(1).id, NOW, good=True, location="tape")
    catalog.record_all([(package(2).id, "tape", NOW, False), (package(2).id, "", NOW, True)])
    assert [each.location for each in catalog.due(queue)] == ["disk"]
    assert catalog.copies_of(package(2).id)[0].last_read_bad == NOW
    assert catalog.get(package(1).id) == read(1, 1)


def test_copies_are_listed_and_forgotten(catalog: Catalog) -> None:
    catalog.add_all([read(1, 1), read(2, 1)])
    first, second = Copy(read(1, 1), "tape", NOW), Copy(read(2, 1), "disk", NOW, NOW, NOW - DAY)
    catalog.put_copies([first, second])
    assert list(catalog.copies()) == [first, second]
    assert list(catalog.copies("disk")) == [second]
    again = replace(first, last_read_ok=NOW)
    catalog.put_copies([again])
    assert catalog.copies_of(package(1).id) == (again,)
    assert catalog.remove_copy(package(1).id, "tape")
    assert not catalog.remove_copy(package(1).id, "tape")
    with pytest.raises(UnknownPackage):
        catalog.record_reading(package(1).id, NOW, good=True, location="tape")
    with pytest.raises(CatalogError):
        catalog.put_copies([Copy(read(9, 1), "tape", NOW)])
    catalog.remove(package(2).id)
    assert list(catalog.copies()) == []
