"""An HTTP server on loopback that serves an application of ours, and misbehaves when it is told to."""

from __future__ import annotations

import re
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Asked:
    """A request as it came; *body* may be shorter than it was to be."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    whole: bool = True


@dataclass(frozen=True)
class Reply:
    """An answer.  With *cut*, the connection is closed after so many octets of the body."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: int | None = None


App = Callable[[Asked], Reply]
_KEPT = 1 << 20
"""Larger bodies are not kept in the log of requests."""


@dataclass
class Fault:
    """Misbehave for requests whose ``METHOD /path`` *match* finds, and whose query holds *query*, *times* times.

    The application sees the request if it *happens*; then *reply* is given instead of its own answer: raw octets stand
    for something that is not HTTP, None for a closed line.  With *after*, the line is closed when so many octets of
    the request's body have come; with *silent*, nothing is said for so many seconds.
    """

    match: str
    reply: Reply | bytes | None = None
    happens: bool = False
    times: int = 1
    after: int | None = None
    silent: float = 0.0
    query: str = ""


@dataclass
class Served:
    """A running server, its log of requests, and the faults that it has yet to show."""

    url: str
    asked: list[Asked] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def calls(self, match: str) -> list[Asked]:
        """The requests so far whose ``METHOD /path`` *match* finds."""
        return [each for each in list(self.asked) if re.search(match, f"{each.method} {each.path}")]

    def fault_for(self, line: str, query: str) -> Fault | None:
        for fault in self.faults:
            if fault.times > 0 and re.search(fault.match, line) and fault.query in query:
                fault.times -= 1
                return fault
        return None


@contextmanager
def serving(app: App, tls: ssl.SSLContext | None = None) -> Iterator[Served]:
    """*app* on a free port of loopback, with *tls* if given."""
    served = Served("")

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def handle_any(self) -> None:
            path, _, query = self.path.partition("?")
            fault = served.fault_for(f"{self.command} {path}", query)
            expected = int(self.headers.get("Content-Length", "0"))
            if fault and fault.after is not None:
                self.rfile.read(min(fault.after, expected))
                self.close_connection = True
                return
            body = self.rfile.read(expected)
            asked = Asked(self.command, path, query, dict(self.headers.items()), body, len(body) == expected)
            served.asked.append(asked if len(body) <= _KEPT else replace(asked, body=b""))
            if not fault:
                self.answer(app(asked))
                return
            if fault.happens:
                app(asked)
            served.over.wait(fault.silent)
            if isinstance(fault.reply, Reply):
                self.answer(fault.reply)
                return
            self.close_connection = True
            self.wfile.write(fault.reply or b"")

        def answer(self, reply: Reply) -> None:
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            if "Content-Length" not in reply.headers:  # of what a HEAD does not bring
                self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body if reply.cut is None else reply.body[: reply.cut])
            self.close_connection = self.close_connection or reply.cut is not None

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the name is the library's
            pass

        do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = handle_any  # noqa: N815

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            """A line that the client closed, or would not trust, is what some tests are about."""

    server = Server(("127.0.0.1", 0), Handler)
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    served.url = f"{'https' if tls else 'http'}://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield served
    finally:
        served.over.set()
        server.shutdown()
        server.server_close()
        thread.join()


def eventually(condition: Callable[[], bool], within: float = 5.0) -> bool:
    """Whether *condition* becomes true before long."""
    end = time.monotonic() + within
    while not (done := condition()) and time.monotonic() < end:
        time.sleep(0.02)
    return done
