"""A run stops where it was told to, and never so that it would get nowhere for ever."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from preserve.bag.sittings.sitting import Sitting
from preserve.ports import Silent
from preserve.workflows.archive import SystemClock
from preserve.workflows.auditing.wanted import Limits, percentage
from preserve.workflows.auditing.watch import Watch


@pytest.fixture
def sitting(tmp_path: Path) -> Iterator[Sitting]:
    one = Sitting(tmp_path / "sitting.jsonl", pinned=(), clock=SystemClock())
    yield one
    one.close()


def test_without_limits_nothing_stops() -> None:
    watch = Watch(Limits())
    watch.begin(10**15)
    assert not watch.is_over()
    assert watch.manner(None).pace is None


def test_no_package_is_begun_once_as_much_was_begun() -> None:
    watch = Watch(Limits(octets=100))
    watch.begin(99)
    assert not watch.is_over()
    watch.begin(1)
    assert (watch.is_over(), watch.stopped) == (True, "max-bytes")


def test_no_package_is_begun_after_the_time() -> None:
    watch = Watch(Limits(duration=timedelta(0)))
    assert (watch.is_over(), watch.stopped) == (True, "max-duration")


def test_a_large_package_is_left_in_the_middle_but_not_before_a_file_is_read(sitting: Sitting) -> None:
    watch = Watch(Limits(octets=100))
    progress, stop = watch.counting(Silent(), sitting), watch.manner(sitting).stop
    assert stop is not None
    assert not stop(), "nothing was read yet"
    progress.advance(1, 50)
    assert not stop()
    progress.advance(1, 60)
    assert stop()
    assert watch.stopped == "max-bytes"


def test_what_earlier_sittings_read_does_not_count(sitting: Sitting) -> None:
    watch = Watch(Limits(octets=100))
    progress, stop = watch.counting(Silent(), sitting), watch.manner(sitting).stop
    assert stop is not None
    sitting.taken.add(1, 1000, SystemClock().now())
    progress.advance(1, 1000)
    assert not stop(), "that would end each sitting where the last one ended"
    progress.advance(1, 100)
    assert stop()


def test_even_without_time_one_file_is_read(sitting: Sitting) -> None:
    watch = Watch(Limits(duration=timedelta(0)))
    progress, stop = watch.counting(Silent(), sitting), watch.manner(sitting).stop
    assert stop is not None
    assert not stop(), "a file that takes longer than a night would never be read"
    progress.advance(1, 1)
    assert stop()


def test_what_was_read_of_a_large_package_counts_for_the_next(sitting: Sitting) -> None:
    watch = Watch(Limits(octets=100))
    watch.counting(Silent(), sitting).advance(1, 100)
    assert watch.is_over()


@pytest.mark.parametrize(("text", "part"), [("5%", 0.05), ("100 %", 1), ("0.5%", 0.005)])
def test_percentages(text: str, part: float) -> None:
    assert float(percentage(text)) == part
