"""What a failed call is called: nothing was sent, an answer was lost, or one side does not trust the other."""

from __future__ import annotations

import ssl
from http.client import HTTPException, IncompleteRead, RemoteDisconnected

from requests.exceptions import ConnectTimeout, ProxyError
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NameResolutionError, NewConnectionError, ReadTimeoutError

from preserve.deposit.causes import causes as causes_of
from preserve.errors import AccessRefused, PreserveError, TargetUnreachable
from preserve.storage.names import shown

FAILURES = (OSError, ValueError, HTTPException, HTTPError)
"""What a call can fail with: requests' own errors are kinds of OSError, and urllib3's come through while reading."""

_NO_CONNECTION = (ConnectTimeout, ConnectTimeoutError, NewConnectionError)
_NOT_SENT = "Nothing was sent."
_LOST = "Whether it did what was asked is not known."


def explained(error: Exception, host: str, *, safe: bool) -> PreserveError:
    """*error* of the network, as a sentence about *host*; *safe* where the call changes nothing there."""
    causes = list(causes_of(error))
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
    return any(isinstance(cause, _NO_CONNECTION) for cause in causes_of(error))


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
