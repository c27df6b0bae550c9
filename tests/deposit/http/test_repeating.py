"""What the client repeats: only what cannot do anything twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from preserve.deposit.http import Client
from preserve.deposit.http.patience import asked_for
from preserve.errors import TargetUnreachable
from tests.deposit.servers.scripted import Fault, Reply, Served


def test_reading_is_tried_again_after_a_lost_answer_and_nothing_else_is(client: Client, served: Served) -> None:
    for fault in (Fault("text", times=2), Fault("text", Reply(200, b"some text", cut=3), times=2)):
        served.faults = [fault]
        assert client.call("GET", "text").body == b"some text"
    for fault in (Fault("text"), Fault("text", b"It is not HTTP\r\n\r\n"), Fault("text", happens=True)):
        served.faults = [fault]
        served.asked.clear()
        with pytest.raises(TargetUnreachable, match=r"was lost: .* is not known"):
            client.call("POST", "text")
        assert len(served.asked) == 1


def test_reading_is_not_tried_for_ever(client: Client, served: Served) -> None:
    served.faults = [Fault("text", times=99)]
    with pytest.raises(TargetUnreachable, match=r"was lost: the connection ended too early\.$"):
        client.call("GET", "text")
    assert len(served.asked) == 3


@pytest.mark.parametrize("status", [503, 429])
@pytest.mark.parametrize("method", ["GET", "POST", "PUT"])
def test_everything_is_tried_again_when_the_server_says_when(
    client: Client, served: Served, method: str, status: int
) -> None:
    soon = format_datetime(datetime.now(UTC) - timedelta(seconds=5), usegmt=True)
    for when in ("0", soon):
        served.faults = [Fault("text", Reply(status, b"", {"Retry-After": when}))]
        made: list[int] = []
        body: Callable[[], Iterator[bytes]] = lambda made=made: (made.append(1), iter([b"abc"]))[1]  # type: ignore[misc]  # noqa: E731
        assert client.call(method, "text", body=None if method == "GET" else body, size=3).status == 200
        assert served.asked[-1].body == (b"" if method == "GET" else b"abc")
    assert len(served.asked) == 4


def test_nobody_waits_for_a_server_that_asks_for_hours(client: Client, served: Served) -> None:
    served.faults = [Fault("text", Reply(503, b"", {"Retry-After": "7200"}))]
    with pytest.raises(TargetUnreachable, match="answered 503") as caught:
        client.call("POST", "text")
    assert "7200 seconds" in caught.value.hint


def test_without_a_word_on_when_503_is_not_tried_again(client: Client, served: Served) -> None:
    served.faults = [Fault("text", Reply(503))]
    with pytest.raises(TargetUnreachable):
        client.call("GET", "text")
    assert len(served.asked) == 1


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("120", 120.0),
        ("0", 0.0),
        ("Fri, 02 Jan 2026 03:05:05 GMT", 60.0),
        ("Fri, 02 Jan 2026 03:00:05 GMT", 0.0),
        ("Fri, 02 Jan 2026 03:05:05 -0000", 60.0),
        ("9" * 400, 999_999_999.0),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("Fri, 99 Jan 99999 03:05:05 GMT", None),
        ("\u0661", None),
    ],
)
def test_what_a_server_asks_for_is_a_number_or_a_date_or_nothing(said: str, seconds: float | None) -> None:
    assert asked_for({"retry-after": said}, datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)) == seconds
