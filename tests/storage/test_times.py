"""Times as text lose nothing, and what is no time is refused."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preserve.storage.times import (
    duration,
    from_rfc3339,
    from_rfc3339_ns,
    interval,
    no_duration,
    rfc3339,
    rfc3339_ns,
)


def test_times_are_written_in_utc() -> None:
    tehran = timezone(timedelta(hours=3, minutes=30))
    assert rfc3339(datetime(2026, 11, 22, 13, 30, tzinfo=tehran)) == "2026-11-22T10:00:00Z"
    assert rfc3339(datetime(2026, 11, 22, 10, 0, 0, 5, tzinfo=UTC)) == "2026-11-22T10:00:00.000005Z"


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        rfc3339(datetime(2026, 11, 22))  # noqa: DTZ001  that is the point


@given(st.datetimes(timezones=st.just(UTC)))
def test_every_moment_comes_back(moment: datetime) -> None:
    assert from_rfc3339(rfc3339(moment)) == moment


@given(st.integers(-(2**90), 2**90))
def test_every_file_time_comes_back(nanoseconds: int) -> None:
    assert from_rfc3339_ns(rfc3339_ns(nanoseconds)) == nanoseconds


def test_file_times_have_nine_decimals() -> None:
    assert rfc3339_ns(1_700_000_000_123_456_789) == "2023-11-14T22:13:20.123456789Z"
    assert rfc3339_ns(-1) == "1969-12-31T23:59:59.999999999Z"


@pytest.mark.parametrize(
    "text",
    ["", "yesterday", "2026-11-22", "2026-11-22T10:00:00", "2026-13-22T10:00:00Z", "٢٠٢٦-11-22T10:00:00Z",
     "2026-11-22 10:00:00Z", "0001-01-01T00:00:00+23:00", "2026-11-22T10:00:00Z\n", "20261122T100000Z"],
)  # fmt: skip
def test_what_is_no_time_is_refused(text: str) -> None:
    for reader in (from_rfc3339, from_rfc3339_ns):
        with pytest.raises(ValueError, match="time"):
            reader(text)


@pytest.mark.parametrize(
    ("text", "days"), [("90d", 90), ("12h", 0.5), ("2w", 14), ("1y", 365), (" 7 d ", 7), ("100y", 36500)]
)
def test_lengths_of_time_are_understood(text: str, days: float) -> None:
    assert interval(text) == timedelta(days=days)


@pytest.mark.parametrize(
    "text", ["", "90", "0d", "-1d", "1.5d", "d", "90 days", "1m", "101y", "9999999h9", "９d", "1d\n1d"]
)
def test_what_is_no_length_of_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="1h to 100y, such as 90d"):
        interval(text)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("4h30m", 16200), ("90s", 90), ("90min", 5400), ("2h", 7200), (" 1h 5min 3s ", 3903), ("0h1s", 1), ("90m", 5400)],
)
def test_how_long_something_may_take_is_understood(text: str, seconds: int) -> None:
    assert duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["", "90", "0s", "-1h", "1.5h", "30m4h", "1d", "h", "4h30", "９h", "99999999h"])
def test_what_does_not_tell_how_long_is_refused(text: str) -> None:
    assert "such as 4h30m" in no_duration(text)
    with pytest.raises(ValueError, match="such as 4h30m"):
        duration(text)
