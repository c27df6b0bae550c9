"""Real servers to send alerts to: SMTP (with TLS by a certificate made for the test) and HTTP."""

from __future__ import annotations

import asyncio
import ipaddress
import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass
class Letters:
    """What an SMTP server was given."""

    port: int = 0
    letters: list[EmailMessage] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    receivers: list[list[str]] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    users: list[str] = field(default_factory=list)
    refuse: tuple[str, ...] = ()

    async def handle_RCPT(  # noqa: N802  the server's word
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address in self.refuse:
            return "550 5.1.1 nobody of that name"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        letter = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(letter, EmailMessage)
        self.letters.append(letter)
        self.raw.append(envelope.content)
        self.receivers.append(list(envelope.rcpt_tos))
        self.encrypted.append(server.transport is not None and bool(server.transport.get_extra_info("sslcontext")))
        return "250 OK"

    def authenticate(self, _server: Any, _session: Any, _envelope: Any, _mechanism: str, given: Any) -> AuthResult:
        assert isinstance(given, LoginPassword)
        good = given.password == b"open sesame"
        if good:
            self.users.append(given.login.decode())
        return AuthResult(success=good, handled=False)


@contextmanager
def smtp(
    letters: Letters,
    *,
    tls: ssl.SSLContext | None = None,
    implicit: bool = False,
    users: bool = False,
    host: str = "127.0.0.1",
) -> Iterator[Letters]:
    """A server on this machine; it offers STARTTLS if there is a *tls* context."""

    def protocol() -> SMTP:
        return SMTP(
            letters,
            hostname="mail.test",
            tls_context=None if implicit else tls,
            authenticator=letters.authenticate if users else None,
            auth_required=users,
            auth_require_tls=False,
        )

    async def begin() -> asyncio.Server:
        return await asyncio.get_running_loop().create_server(protocol, host, 0, ssl=tls if implicit else None)

    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    server = asyncio.run_coroutine_threadsafe(begin(), loop).result()
    letters.port = server.sockets[0].getsockname()[1]
    try:
        yield letters
    finally:
        asyncio.run_coroutine_threadsafe(_end(server), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _end(server: asyncio.Server) -> None:
    server.close()
    await asyncio.sleep(0.05)  # the last goodbyes


@dataclass
class Posts:
    """What an HTTP server was sent, and what it answers."""

    url: str = ""
    bodies: list[dict[str, Any]] = field(default_factory=list)
    status: int = 204
    location: str = ""


@contextmanager
def http(posts: Posts) -> Iterator[Posts]:
    """A server on this machine that takes what is posted."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            posts.bodies.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            assert self.headers["Content-Type"] == "application/json; charset=utf-8"
            self.send_response(posts.status)
            if posts.location:
                self.send_header("Location", posts.location)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        posts.url = f"http://127.0.0.1:{server.server_port}/hooks/secret-token"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield posts
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def dripping(first: bytes, drop: bytes) -> Iterator[int]:
    """The port of a server that says *first* and then one *drop* after the other, and is never silent for long.

    It hangs up after ten seconds, so that nobody waits for ever.
    """
    over = threading.Event()

    def drip(caller: socket.socket) -> None:
        with caller, suppress(OSError):
            caller.sendall(first)
            for _ in range(500):
                if over.wait(0.02):
                    break
                caller.sendall(drop)

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=lambda: drip(server.accept()[0]))
        thread.start()
        try:
            yield server.getsockname()[1]
        finally:
            over.set()
            thread.join()


def certificate(folder: Path, name: str = "127.0.0.1") -> tuple[ssl.SSLContext, Path]:
    """The context of a server with a certificate that it signed itself for *name*, and the file to trust it by."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    is_address: Callable[[], x509.GeneralName] = lambda: x509.IPAddress(ipaddress.ip_address(name))  # noqa: E731
    alternative = is_address() if name[0].isdigit() else x509.DNSName(name)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([alternative]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    trusted, secret = folder / f"{name}.pem", folder / f"{name}.key"
    trusted.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    secret.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(trusted, secret)
    return context, trusted
