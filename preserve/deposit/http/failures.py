"""What a failed call is called: nothing was sent, an answer was lost, or one side does not trust the other."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from http.client import HTTPException, IncompleteRead, RemoteDisconnected

from requests.exceptions import ConnectTimeout, ProxyError
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NameResolutionError, NewConnectionError, ReadTimeoutError

from preserve.errors import AccessRefused, PreserveError, TargetUnreachable
from preserve.storage.names import shown

FAILURES = (OSError, ValueError, HTTPException, HTTPError)
"""What a call can fail with: requests' own errors are kinds of OSError, and urllib3's come through while reading."""

_NO_CONNECTION = (ConnectTimeout, ConnectTimeoutError, NewConnectionError)
_NOT_SENT = "Nothing was sent."
_LOST = "Whether it did what was asked is not known."


def explained(error: Exception, host: str, *, safe: bool) -> PreserveError:
    """*error* of the network, as a sentence about *host*; *safe* where the call changes nothing there."""
    causes = list(_causes(error))
    for cause in causes:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return AccessRefused(
                f"The certificate of {host} is not accepted: {_certificate(cause)}. {_NOT_SENT}",
                hint="If it is signed by an authority of your own, name that authority's certificates as ca_file.",
            )
    for cause in causes:
        if isinstance(cause, (ssl.SSLEOFError, ssl.SSLZeroReturnError, ssl.SSLSyscallError)):
            break
        if isinstance(cause, ssl.SSLError):
            reason = (cause.reason or str(cause)).replace("_", " ").lower()
            return AccessRefused(f"No safe connection (TLS) to {host} can be made: {shown(reason)[:200]}.")
    if any(isinstance(cause, _NO_CONNECTION) for cause in causes):
        return TargetUnreachable(f"{host} cannot be reached: {_reason(causes)}. {_NOT_SENT}")
    if any(isinstance(cause, ProxyError) for cause in causes):
        return TargetUnreachable(f"{host} cannot be reached through the proxy: {_reason(causes)}. {_NOT_SENT}")
    return TargetUnreachable(f"The answer of {host} was lost: {_reason(causes)}." + ("" if safe else f" {_LOST}"))


def not_sent(error: TargetUnreachable) -> bool:
    """Whether it is certain that nothing of the call reached anybody: there was no connection."""
    return any(isinstance(cause, _NO_CONNECTION) for cause in _causes(error))


def _causes(error: BaseException) -> Iterator[BaseException]:
    """*error* and what led to it, as requests and urllib3 nest it: in arguments, reasons and contexts."""
    waiting: list[object] = [error]
    seen: set[int] = set()
    while waiting and len(seen) < 30:
        each = waiting.pop(0)
        if isinstance(each, BaseException) and id(each) not in seen:
            seen.add(id(each))
            yield each
            waiting += [*each.args, getattr(each, "reason", None), each.__cause__, each.__context__]


def _certificate(error: ssl.SSLCertVerificationError) -> str:
    return shown(error.verify_message or "it cannot be verified")[:200].rstrip(" .")


def _reason(causes: list[BaseException]) -> str:
    """The plainest of what is known."""
    if any(isinstance(cause, NameResolutionError) for cause in causes):
        return "there is no server of this name"
    for cause in causes:
        if isinstance(cause, OSError) and cause.strerror and cause.errno:
            return cause.strerror.lower()
    if any(isinstance(cause, (ConnectTimeoutError, ReadTimeoutError, TimeoutError)) for cause in causes):
        return "it was silent for too long"
    if any(isinstance(cause, (IncompleteRead, RemoteDisconnected)) for cause in causes):
        return "the connection ended too early"
    if any(isinstance(cause, HTTPException) for cause in causes):
        return "it did not answer as HTTP"
    last = str(causes[-1]).strip() or type(causes[-1]).__name__
    return shown(" ".join(last.split()))[:200].rstrip(" .")
