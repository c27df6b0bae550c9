"""Text and times in columns: one to one."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preserve.catalog.types import Undecodable, escape, time_of, time_text, unescape
from tests.catalog.samples import texts


@given(texts)
def test_every_text_survives_and_is_storable_everywhere(text: str) -> None:
    stored = escape(text)
    assert unescape(stored) == text
    assert "\0" not in stored
    stored.encode("utf-8")


@given(texts, texts)
def test_different_texts_are_stored_differently(one: str, other: str) -> None:
    assert (escape(one) == escape(other)) == (one == other)


@pytest.mark.parametrize("text", ["plain", "café", "😀", "日本", ""])
def test_ordinary_text_is_stored_as_it_is(text: str) -> None:
    assert escape(text) == text


@pytest.mark.parametrize("stored", ["\\", "\\x", "\\u0041", "\\uDC80", "\\udc8", "a\\\\\\", None, 7, b"x"])
def test_what_was_never_written_is_noticed(stored: object) -> None:
    with pytest.raises(Undecodable):
        unescape(stored)


@pytest.mark.parametrize("stored", ["", "Z", "2026", "2026-11-22T08:00:00.000000", "22.11.2026Z", None, 7])
def test_times_that_were_never_written_are_noticed(stored: object) -> None:
    with pytest.raises(Undecodable):
        time_of(stored)


moments = st.datetimes(timezones=st.just(UTC))


@given(moments, moments)
def test_times_survive_and_sort_as_text(one: datetime, other: datetime) -> None:
    assert time_of(time_text(one)) == one
    assert (time_text(one) < time_text(other)) == (one < other)


def test_a_time_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="UTC"):
        time_text(datetime(2026, 1, 1))  # noqa: DTZ001  the point
