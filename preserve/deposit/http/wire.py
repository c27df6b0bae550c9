"""The one place that touches requests: one request out, one answer in, nothing followed and nothing repeated.

The adapter of requests is used without its ``Session``: a session reads .netrc and the environment, keeps cookies, and
reads the body of a redirect without bound.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import requests
from requests.adapters import HTTPAdapter

from preserve.deposit.http.failures import FAILURES, explained
from preserve.errors import BagError, ConfigError
from preserve.storage.names import shown

__all__ = ["FAILURES", "Adapter", "Body", "explained", "prepared", "trusting", "trusting_nobody"]

BLOCK = 64 << 10
"""Octets that are handed to the network at once: a slow line must take one within the time-out."""


class Body:
    """A body of known size that is made while it is sent."""

    def __init__(self, blocks: Callable[[], Iterator[bytes]], size: int) -> None:
        self._blocks = blocks
        self._size = size

    def __iter__(self) -> Iterator[memoryview]:
        """The octets, in small blocks.  ``BagError`` if there are more or fewer than promised: the line is cut then."""
        sent = 0
        for block in self._read():
            sent += len(block)
            if sent > self._size:
                break
            view = memoryview(block)
            for start in range(0, len(view), BLOCK):
                yield view[start : start + BLOCK]
        if sent != self._size:
            raise BagError(
                "A file is not as long as it was when the package was validated; the sending was broken off."
            )

    def _read(self) -> Iterator[bytes]:
        try:
            yield from self._blocks()
        except OSError as error:  # else it would pass for a fault of the network
            raise BagError(
                f"A file of the package cannot be read: {error.strerror or type(error).__name__}."
            ) from error


class Adapter(HTTPAdapter):
    """Trusts the system's authorities, or those of one file, and no others; verifies always."""

    def __init__(self, trusted: ssl.SSLContext) -> None:
        self._trusted = trusted
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """The pool, with our context."""
        super().init_poolmanager(*args, ssl_context=self._trusted, **kwargs)

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        """The same through a proxy."""
        return super().proxy_manager_for(proxy, ssl_context=self._trusted, proxy_ssl_context=self._trusted, **kwargs)

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:  # noqa: ARG002  the name is theirs
        """Certificates are demanded; requests would add its own list of authorities here."""
        conn.cert_reqs = "CERT_REQUIRED"


def trusting_nobody() -> ssl.SSLContext:
    """A context that accepts no certificate at all: for clients that never speak TLS, which need not wait for any."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def trusting(ca_file: Path | None) -> ssl.SSLContext:
    """The context that verifies.  ``ConfigError`` if *ca_file* cannot be read."""
    try:
        return ssl.create_default_context(cafile=str(ca_file) if ca_file else None)
    except OSError as error:  # ssl.SSLError is one
        reason = error.strerror or "it holds no certificates in PEM"
        raise ConfigError(f"The file of certificates {shown(str(ca_file))} cannot be used: {shown(reason)}.") from error


def prepared(method: str, url: str, headers: Mapping[str, str], body: bytes | Body | None, size: int) -> Any:
    """The request as it is sent; a body goes with Content-Length, never in chunks."""
    request = requests.Request(method, url, headers=dict(headers)).prepare()
    request.headers.pop("Transfer-Encoding", None)
    if body is not None:
        sendable: Any = body if size else b""  # whatever can be iterated is sent, in its own pieces
        request.body = sendable
        request.headers["Content-Length"] = str(size)
    return request
