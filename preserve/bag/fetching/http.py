"""One GET, with nothing but http and https, however often it is redirected (RFC 8493 §5.2).

urllib of the standard library is enough: what is needed is one plain GET in blocks, with time-outs, TLS verified
against the system's authorities, and a say in every redirect.  Retries, sessions, cookies and pooling, which larger
libraries add, are not wanted here.  It is stripped of everything else it could do: no file:, ftp: or data:, no
credentials, no proxies but those it is given.

Loopback and private addresses are allowed: archives fetch from their own network, and only because a person asked
for it.  A hostile bag can make us send a GET there, blindly; what comes back is kept only if it has the checksum that
the bag foretold, so that nothing is learned by it.  Whoever runs this as a service for strangers gives an *opener*
of their own, or keeps such addresses out of the process's reach.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable, Mapping
from email.message import Message
from http.client import HTTPMessage
from typing import IO, Protocol
from urllib import request
from urllib.parse import quote, urlsplit, urlunsplit

from preserve import __version__
from preserve.bag.fetching import rules
from preserve.model import Rule
from preserve.storage.names import shown

SCHEMES = frozenset(["http", "https"])
_SAFE = "%/:=&?~+!$,;'@()*[]"


class Refused(Exception):
    """A file is not fetched; *rule* and the end of a sentence say why.  Never leaves the fetching."""

    def __init__(self, rule: Rule, reason: str) -> None:
        super().__init__(reason)
        self.rule = rule
        self.reason = reason


class Response(Protocol):
    """The answer to a GET."""

    @property
    def status(self) -> int:
        """The status code of HTTP."""
        ...

    @property
    def headers(self) -> Message:
        """The header fields."""
        ...

    def read1(self, size: int, /) -> bytes:
        """The octets that are there, at most *size*, waiting only if there are none; empty at the end."""
        ...

    def close(self) -> None:
        """Let go of the connection."""
        ...


Opener = Callable[[str, float], Response]
"""Given a URL and a time-out in seconds, asks for it.  May raise ``Refused`` and all that urllib raises."""


def trouble(url: str) -> str:
    """Why *url* is not followed, as the end of a sentence, or "" if it is plain http or https."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "it is not a URL"
    if parts.scheme.lower() not in SCHEMES:
        return f"{shown(parts.scheme[:40]) or 'nothing'}: is not http: or https:"
    if not parts.hostname or port == 0:
        return "it names no server"
    if parts.username is not None or parts.password is not None:
        return "it carries a user name or a password"
    return ""


def quoted(url: str) -> str:
    """*url* with everything percent-encoded that HTTP cannot carry; what is encoded already stays."""
    parts = urlsplit(url)
    path, query = (quote(part, safe=_SAFE, errors="surrogateescape") for part in (parts.path, parts.query))
    return urlunsplit((parts.scheme, parts.netloc, path, query, ""))


def _refused(answer: IO[bytes], reason: str) -> Refused:
    """Let go of the *answer* that nobody will read, and say why."""
    answer.close()
    return Refused(rules.REDIRECT_REFUSED, reason)


class _Redirects(request.HTTPRedirectHandler):
    """Follows a few redirects, to http and https only, and never from https to http."""

    def __init__(self, most: int) -> None:
        self._most = most

    def redirect_request(
        self, req: request.Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> request.Request | None:
        if reason := trouble(newurl):
            raise _refused(fp, f"it redirects to where we do not follow: {reason}")
        if req.type == "https" and urlsplit(newurl).scheme.lower() != "https":
            raise _refused(fp, "it redirects from https to unprotected http")
        return super().redirect_request(req, fp, code, msg, headers, newurl)

    def http_error_302(
        self, req: request.Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage
    ) -> IO[bytes] | None:
        if sum(getattr(req, "redirect_dict", {}).values()) >= self._most:
            raise _refused(fp, f"it redirects more than {self._most} times")
        # urllib refuses some schemes by itself, before it asks; then the finding would be a vaguer one
        target = headers.get("location", headers.get("uri", ""))
        if ":" in target.partition("/")[0] and (reason := trouble(target)):
            raise _refused(fp, f"it redirects to where we do not follow: {reason}")
        return super().http_error_302(req, fp, code, msg, headers)

    http_error_301 = http_error_303 = http_error_307 = http_error_308 = http_error_302


def default_opener(*, redirects: int = 5, proxies: Mapping[str, str] | None = None) -> Opener:
    """An opener for http and https with TLS verified.  *proxies* are by scheme; none are looked up."""
    director = request.OpenerDirector()
    handlers = (
        request.ProxyHandler(dict(proxies or {})),
        request.HTTPHandler(),
        request.HTTPSHandler(context=ssl.create_default_context()),
        request.HTTPDefaultErrorHandler(),
        request.HTTPErrorProcessor(),
        _Redirects(redirects),
    )
    for handler in handlers:
        director.add_handler(handler)

    def get(url: str, timeout: float) -> Response:
        if reason := trouble(url):
            raise Refused(rules.URL_REFUSED, reason)
        headers = {"User-Agent": f"preserve/{__version__}", "Accept-Encoding": "identity", "Accept": "*/*"}
        response: Response = director.open(request.Request(quoted(url), headers=headers), timeout=timeout)  # noqa: S310
        return response

    return get
