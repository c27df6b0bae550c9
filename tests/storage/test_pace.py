"""No faster than was agreed to, and hardly slower, whatever is read and however the clock goes."""

import os
import shutil
import subprocess
import sys
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from preserve.storage.pace import Pace

TELL = """
import os, subprocess, sys
from preserve.storage.pace import step_back
step_back()
child = "import os; print(os.nice(0))"
print(os.nice(0), subprocess.run([sys.executable, "-c", child], capture_output=True, text=True).stdout.split()[0])
"""


class FakeTime:
    """A clock that goes on when somebody sleeps, and oversleeps by a little."""

    def __init__(self, late: float = 0.0) -> None:
        self.now = 1000.0
        self.late = late

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        assert seconds > 0
        self.now += seconds + self.late

    def pace(self, rate: int) -> Pace:
        return Pace(rate, clock=self.clock, sleep=self.sleep)


@settings(max_examples=30)
@given(
    st.integers(1_000, 10**9),
    st.lists(st.tuples(st.floats(0.005, 0.3), st.floats(0, 0.2)), min_size=1, max_size=50),
    st.floats(0, 0.05),
)
def test_over_any_ten_seconds_the_rate_holds(rate: int, blocks: list[tuple[float, float]], late: float) -> None:
    """Each block is so many seconds' worth of octets, after some work that took time."""
    time = FakeTime(late)
    pace, taken = time.pace(rate), []
    while time.now < 1025:
        for share, work in blocks:
            time.now += work
            pace.take(octets := max(1, round(share * rate)))
            taken.append((time.now, octets))
    for start in range(1000, 1016):
        within = sum(octets for at, octets in taken if start < at <= start + 10)
        assert within <= rate * 10 * 1.05 + max(octets for _, octets in taken)


@pytest.mark.parametrize("block", [1000, 64 * 1024, 256 * 1024, 1024 * 1024])
@pytest.mark.parametrize("late", [0.0, 0.002])
def test_who_never_waits_for_anything_else_gets_the_whole_rate(block: int, late: float) -> None:
    time, rate = FakeTime(late), 10_000_000
    pace, octets = time.pace(rate), 0
    while octets < 10 * rate:
        pace.take(block)
        octets += block
    assert octets / (time.now - 1000) == pytest.approx(rate, rel=0.02)


def test_many_small_files_do_not_sleep_each() -> None:
    time, sleeps = FakeTime(), 0

    def sleep(seconds: float) -> None:
        nonlocal sleeps
        sleeps += 1
        time.sleep(seconds)

    pace = Pace(10_000_000, clock=time.clock, sleep=sleep)
    for _ in range(10_000):
        pace.take(1_000)
    assert 50 < sleeps < 200


def test_a_long_pause_is_not_made_up_for() -> None:
    time = FakeTime()
    pace = time.pace(1000)
    time.now += 3600
    pace.take(1100)
    assert time.now == pytest.approx(1000 + 3600 + 1.0)


@pytest.mark.parametrize("rate", [0, -1])
def test_a_rate_is_above_zero(rate: int) -> None:
    with pytest.raises(ValueError, match="no rate"):
        Pace(rate)


def test_it_holds_by_the_clock_on_the_wall() -> None:
    pace, started = Pace(2_000_000), time.monotonic()
    for _ in range(100):
        pace.take(10_000)
    assert time.monotonic() - started > 0.4


def test_whoever_steps_back_takes_the_processes_it_starts_along() -> None:
    before = os.nice(0)
    told = subprocess.run([sys.executable, "-c", TELL], capture_output=True, text=True, check=True).stdout.split()
    assert told == [str(max(before, 10))] * 2


@pytest.mark.skipif(shutil.which("ionice") is None, reason="only Linux has priorities for the disk")
def test_the_disk_serves_the_others_first() -> None:
    show = "import os, subprocess; from preserve.storage.pace import step_back; step_back(); " + (
        "print(subprocess.run(['ionice', '-p', str(os.getpid())], capture_output=True, text=True).stdout)"
    )
    told = subprocess.run([sys.executable, "-c", show], capture_output=True, text=True, check=True).stdout
    assert told.strip() == "best-effort: prio 7"
