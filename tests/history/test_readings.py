"""When a package was last read whole, as its events tell."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given

from preserve.history.readings import CopyStory, Readings, copies_told, last_readings, lost_readings
from preserve.model import Event, Outcome
from tests.history.samples import EVENTS, MACHINE, NOW


def check(hours: int, outcome: Outcome, *objects: str, kind: str = "val") -> Event:
    """A check, so many hours from now."""
    return Event(kind, NOW + timedelta(hours=hours), outcome, (MACHINE,), objects=objects)


GOOD, BAD, NOT_DONE = Outcome.SUCCESS, Outcome.FAIL, Outcome.NOT_DONE


@pytest.mark.parametrize(
    ("events", "ok", "bad"),
    [
        ([], None, None),
        ([check(1, GOOD)], 1, None),
        ([check(1, GOOD), check(2, GOOD, kind="fix")], 2, None),
        ([check(2, GOOD), check(1, GOOD)], 1, None),  # the order is that of the lines, whatever the clock said
        ([check(1, GOOD), check(2, BAD, "data/a.txt")], 1, 2),
        ([check(1, GOOD), check(2, BAD), check(3, BAD)], 1, 3),
        ([check(1, BAD)], None, 1),
        ([check(1, GOOD), check(2, BAD), check(3, GOOD)], 3, 2),  # what fails today and answers tomorrow is not mended
        ([check(1, BAD), check(2, GOOD, kind="rep")], None, 1),
        ([check(1, BAD), check(2, GOOD, kind="rep"), check(3, GOOD)], 3, None),
        ([check(1, BAD), check(2, BAD, kind="rep"), check(3, GOOD)], 3, 1),
        ([check(1, GOOD, kind="rep"), check(2, BAD), check(3, GOOD)], 3, 2),
        ([check(1, BAD), check(2, GOOD, kind="rep"), check(3, BAD), check(4, GOOD)], 4, 3),
        ([check(1, GOOD), check(2, NOT_DONE), check(3, Outcome.WARNING)], 1, None),
        ([check(1, GOOD, "data/a.txt")], None, None),  # one file is not the package
        ([check(1, GOOD, kind="ipc"), check(2, GOOD, kind="rep"), check(3, BAD, kind="vir")], None, None),
    ],
)
def test_only_a_check_of_the_whole_package_is_a_reading(events: list[Event], ok: int | None, bad: int | None) -> None:
    moments = [None if hours is None else NOW + timedelta(hours=hours) for hours in (ok, bad)]
    assert last_readings(events) == Readings(*moments)


@given(EVENTS)
def test_one_more_event_changes_it_as_if_it_had_come_alone(event: Event) -> None:
    """So the catalogue can be kept by single events where nothing is bad, and be made again from whole histories."""
    before = [check(1, GOOD)]
    alone, after = last_readings([event]), last_readings([*before, event])
    known = last_readings(before)
    assert after == (alone if alone.ok else Readings(known.ok, alone.bad) if alone.bad else known)


def at(location: str, event: Event) -> Event:
    return replace(event, location=location)


def test_each_copy_has_its_own_readings() -> None:
    events = [
        check(1, GOOD),
        at("tape", check(2, GOOD, kind="rep")),
        at("tape", check(3, BAD)),
        at("disk", check(4, GOOD, kind="rep")),
        at("disk", check(5, GOOD)),
        check(6, GOOD, kind="rep"),
        at("tape", check(7, GOOD)),
        at("gone", check(8, GOOD, kind="rep")),
        at("gone", check(9, GOOD, kind="del")),
    ]
    hour = timedelta(hours=1)
    assert last_readings(events) == Readings(NOW + hour, None)
    assert copies_told(events) == {
        "tape": CopyStory(NOW + 2 * hour, Readings(NOW + 7 * hour, NOW + 3 * hour)),
        "disk": CopyStory(NOW + 4 * hour, Readings(NOW + 5 * hour, None)),
    }
    assert lost_readings(events, {"tape": Readings(NOW + 7 * hour, None), "": Readings(NOW + hour, None)}) == ()
    assert lost_readings(events, {"": Readings(NOW + 7 * hour, None)}) == (NOW + 7 * hour,)
    assert lost_readings(events, {"": Readings(), "disk": Readings(None, NOW + 5 * hour)}) == (NOW + 5 * hour,)
