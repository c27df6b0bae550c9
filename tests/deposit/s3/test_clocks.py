"""A clock that is wrong is told as that: whoever has the rights is not sent to ask for them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from preserve.deposit.targets.s3.target import S3
from preserve.errors import AccessRefused
from preserve.testing.logs import MemoryLog
from tests.deposit.s3.test_hostile import TAR, opened
from tests.deposit.servers.scripted import Fault, Reply, serving

CALLS: list[Callable[[S3], object]] = [
    lambda target: target.check(),
    lambda target: target.look(TAR, {}),
    lambda target: target.send(TAR, MemoryLog()),
]
NOW = datetime.now(UTC)


def answered(date: str, code: str, call: Callable[[S3], object]) -> AccessRefused:
    """What is said where every call is answered with 403, this *date* and, where there may be a body, this *code*."""
    body = f"<Error><Code>{code}</Code><Message>No.</Message></Error>" if code else ""
    head = f"HTTP/1.1 403 Forbidden\r\nDate: {date}\r\nConnection: close\r\nContent-Length: "
    faults = [
        Fault("^HEAD ", reply=f"{head}0\r\n\r\n".encode(), times=99),
        Fault("", reply=f"{head}{len(body)}\r\n\r\n{body}".encode(), times=99),
    ]
    with serving(lambda _: Reply()) as served, closing(opened(served.url)) as target:
        served.faults = faults
        with pytest.raises(AccessRefused) as caught:
            call(target)
    assert caught.value.message.isprintable()
    assert "403 403" not in caught.value.message
    return caught.value


@pytest.mark.parametrize("away", [timedelta(days=-1), timedelta(days=1), timedelta(minutes=16), timedelta(days=-9000)])
@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("code", ["RequestTimeTooSkewed", "SignatureDoesNotMatch", ""])
def test_both_clocks_are_told_where_they_differ(away: timedelta, call: Callable[[S3], object], code: str) -> None:
    error = answered(format_datetime(NOW + away, usegmt=True), code, call)
    assert f"its clock says {NOW + away:%Y-%m-%d %H:%M} UTC" in error.message
    assert f"the clock of this machine {NOW:%Y-%m}" in error.message
    assert "clock" in error.hint
    assert "s3:" not in error.hint + error.message


@pytest.mark.parametrize("date", ["", "yesterday", "Thu, 99 Foo 99999 99:99:99 GMT", "Mon, 01 Jan 0001 00:00:00 +2359"])
def test_a_server_that_says_no_time_is_believed_that_a_clock_is_wrong(date: str) -> None:
    told = answered(date, "RequestTimeTooSkewed", lambda target: target.bucket.line.ask("list_objects_v2"))
    assert "clock" in told.message + told.hint
    assert "s3:" not in told.hint


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("code", ["AccessDenied", ""])
def test_who_has_no_right_is_not_told_of_clocks(call: Callable[[S3], object], code: str) -> None:
    error = answered(format_datetime(NOW, usegmt=True), code, call)
    assert "clock" not in error.message + error.hint
    assert "s3:PutObject" in error.hint
