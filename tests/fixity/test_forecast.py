"""Whether the promise can be kept: speed as measured, with what each file takes besides."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from preserve.fixity.choosing import AIM
from preserve.fixity.forecast import MONTH, OWN_FILES, Amount, Need, measured, seconds_a_month
from preserve.model import AuditRun

DAY = timedelta(days=1)
NOW = datetime(2030, 6, 1, 2, tzinfo=UTC)
MB = 10**6


def run(packages: int, files: int, size: int, seconds: float) -> AuditRun:
    return AuditRun(NOW, NOW, "due", packages=packages, files=files, bytes=size, seconds=seconds)


def on_a_disk(packages: int, files: int, size: int) -> AuditRun:
    """A run on a machine that reads 80 MB/s and takes 5 ms for each file."""
    return run(packages, files, size, size / (80 * MB) + (files + OWN_FILES * packages) * 0.005)


def test_without_a_run_nothing_is_measured() -> None:
    assert measured([]) is None
    assert measured([run(0, 0, 0, 5.0), run(1, 1, 1, 0.0)]) is None


def test_what_octets_and_what_files_take_is_told_apart_by_different_runs() -> None:
    speed = measured([on_a_disk(10, 100, 10**11), on_a_disk(2000, 40_000, 10**8), on_a_disk(50, 900, 10**10)])
    assert speed is not None
    assert speed.apart
    assert 1 / speed.octet == pytest.approx(80 * MB)
    assert speed.opening == pytest.approx(0.005)
    assert speed.seconds(Amount(1, 10, 80 * MB)) == pytest.approx(1 + 20 * 0.005)


def test_runs_that_were_all_alike_never_promise_too_much() -> None:
    large = [on_a_disk(10, 100, n * 10**10) for n in (10, 10)]
    speed = measured(large)
    assert speed is not None
    assert not speed.apart
    for amount in (Amount(1, 20_000, 10**6), Amount(100, 100, 10**12), Amount(10, 100, 10**11)):
        truth = on_a_disk(int(amount.packages), int(amount.files), int(amount.bytes)).seconds
        assert speed.seconds(amount) >= truth * 0.999


def test_only_the_latest_runs_count() -> None:
    speed = measured([run(1, 0, MB, 1.0)] * 50 + [run(1, 0, 80 * MB, 1.0)] * 30)
    assert speed is not None
    assert speed.average == 80 * MB
    assert speed.runs == 30


def test_the_need_of_a_month_follows_the_intervals() -> None:
    speed = measured([run(1, 0, 80 * MB, 1.0)])
    assert speed is not None
    amount = Amount(1, 0, 3600 * 80 * MB)  # one hour
    days = MONTH / DAY / AIM
    assert seconds_a_month([Need(90 * DAY, amount)], speed) == pytest.approx(3600 * days / 90)
    two = [Need(90 * DAY, amount), Need(30 * DAY, amount)]
    assert seconds_a_month(two, speed) == pytest.approx(3600 * days * (1 / 90 + 1 / 30))
