"""Whatever is answered on the way: one whole object in the end, and no upload beside it.

The server is real; something before it answers in its place, or in place of what it said, once.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

import pytest

from preserve.deposit.journal.reading import read
from preserve.errors import DepositRefused, TargetUnreachable
from preserve.model.deposits import Stage
from preserve.testing.conformance import deposit
from preserve.testing.consignments import single
from tests.deposit.s3.far import MIB, FarBucket
from tests.deposit.servers.ceph import Ceph
from tests.deposit.servers.scripted import Asked, Fault, Reply, Served, serving
from tests.faults.tally import FULL

pytestmark = pytest.mark.server
ELSEWHERE = "http://127.0.0.1:9/elsewhere"
STEPS = {
    "look": ("HEAD", ""),
    "small": ("PUT", ""),
    "begin": ("POST", "uploads"),
    "part": ("PUT", "partNumber=2"),
    "finish": ("POST", "uploadId"),
    "read back": ("GET", ""),
}
FAULTS: dict[str, dict[str, object]] = {
    "500": {"reply": Reply(500, b"Internal Server Error")},
    "500 though it happened": {"reply": Reply(500, b"Internal Server Error"), "happens": True},
    "503 with Retry-After": {"reply": Reply(503, b"", {"Retry-After": "1"})},
    "200 with an error in it": {"reply": Reply(200, b"<Error><Code>InternalError</Code></Error>")},
    "a redirect": {"reply": Reply(307, b"", {"Location": ELSEWHERE})},
    "another region": {"reply": Reply(301, b"", {"x-amz-bucket-region": "nowhere-1", "Location": ELSEWHERE})},
    "garbage though it happened": {"reply": b"\x00\xff garbage\r\n\r\n", "happens": True},
    "a page": {"reply": Reply(200, b"<!DOCTYPE html><html>Please log in</html>")},
    "nothing": {"reply": None},
    "nothing though it happened": {"reply": None, "happens": True},
    "cut in the request": {"after": 1000},
}
DECISIVE = ("small", "finish")
SHORT = ("500 though it happened", "503 with Retry-After", "a redirect", "a page", "nothing though it happened")
TRIED = [(step, fault) for step in STEPS for fault in (FAULTS if step in DECISIVE else SHORT)]
QUICKLY = [
    (step, fault) for step, fault in TRIED if step == "finish" or fault in ("a page", "nothing though it happened")
]


def passed_on(cluster: Ceph, asked: Asked) -> Reply:
    """What the real server answers."""
    line = HTTPConnection("127.0.0.1", cluster.port, timeout=20)
    try:
        head = {name: value for name, value in asked.headers.items() if name.lower() != "expect"}
        line.request(asked.method, f"{asked.path}?{asked.query}" if asked.query else asked.path, asked.body, head)
        answer = line.getresponse()
        kept = {
            name: value
            for name, value in answer.getheaders()
            if name.lower() not in ("connection", "transfer-encoding", "date", "server", "content-length")
        }
        if asked.method == "HEAD":
            kept["Content-Length"] = answer.getheader("Content-Length", "0")
        return Reply(answer.status, answer.read(), kept)
    finally:
        line.close()


@contextmanager
def before(far: FarBucket, step: str, fault: str) -> Iterator[Served]:
    """Something before the server, that misbehaves in this *step*."""
    method, query = STEPS[step]
    with serving(lambda asked: passed_on(far.cluster, asked)) as served:
        served.faults = [Fault(f"^{method} /", query=query, **FAULTS[fault])]  # type: ignore[arg-type]
        far.given["url"] = served.url
        yield served


@pytest.mark.parametrize(("step", "fault"), TRIED if FULL else QUICKLY)
def test_after_any_answer_there_is_one_whole_object(far: FarBucket, tmp_path: Path, step: str, fault: str) -> None:
    far.given |= {"part_size": "5MiB", "at_once": 1}
    what = single("letters", "tar", 100_000 if step in ("small", "look") else 6 * MIB)
    with before(far, step, fault) as served:
        done = deposit(far, what, tmp_path / "journal")
        assert all(each.times == 0 for each in served.faults), "the fault did not come"
        entry = read(tmp_path / "journal")
        assert entry is not None
        if done.stage is not Stage.VERIFIED:
            assert done.error is None or isinstance(done.error, (TargetUnreachable, DepositRefused)), done.error
            assert entry.story.stage in (Stage.UNKNOWN, Stage.REFUSED, Stage.STORED, Stage.PLANNED)
            done = deposit(far, what, tmp_path / "journal")
        assert done.stage is Stage.VERIFIED, done.error
    assert far.whole() == ["letters"]
    assert far.uploads() == []
    assert far.read("deposits/letters.tar") == b"".join(next(what.pieces()).blocks())
