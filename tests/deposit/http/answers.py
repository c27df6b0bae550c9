"""What the server of these tests answers, address by address."""

from __future__ import annotations

from pathlib import Path

from preserve.deposit.given import Given
from preserve.deposit.http.answer import LARGEST
from tests.deposit.servers.scripted import Asked, Reply

SECRET = "open-sesame-4711"  # noqa: S105  of nothing
GIVEN = Given("repository", {}, Path(), Path())
REPLIES: dict[str, Reply] = {
    "/app/": Reply(200, b"{}"),
    "/app/text": Reply(200, b"some text", {"Set-Cookie": "id=1", "X-Note": "kept"}),
    "/app/moved": Reply(302, b"", {"Location": "/app/text"}),
    "/app/away": Reply(302, b"", {"Location": "http://127.0.0.2:9/app/text"}),
    "/app/round": Reply(302, b"", {"Location": "round"}),
    "/app/squeezed": Reply(200, b"\x1f\x8b", {"Content-Encoding": "gzip"}),
    "/app/cut": Reply(200, b"0123456789", cut=4),
    "/app/huge": Reply(200, b"x" * (LARGEST + 1)),
    "/app/deep": Reply(200, b"[" * 100_000),
    "/app/echo": Reply(400, f'{{"message": "no \x1b[31m {SECRET}", "errors": [{{"field": "a"}}]}}'.encode()),
    "/app/list": Reply(400, b'{"message": "Bad.", "errors": [{"field": "a", "messages": ["is too short"]}]}'),
    "/app/put": Reply(201),
    "/app/page": Reply(422, b"<html><title>Sorry</title><p>not   so</p></html>"),
    **{f"/app/{status}": Reply(status, b"so it is") for status in (401, 403, 404, 407, 409, 413, 500, 502, 504, 507)},
    **{f"/app/quota/{status}": Reply(status, b'{"message": "Bucket quota exceeded."}') for status in (400, 403, 413)},
}


def app(asked: Asked) -> Reply:
    return REPLIES.get(asked.path, Reply(404))
