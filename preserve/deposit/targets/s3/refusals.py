"""What a failed call is called, and what an archivist can do about it."""

from __future__ import annotations

import ssl
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError
from botocore.exceptions import ConnectionError as NotConnected
from urllib3.exceptions import HTTPError
from urllib3.util.ssl_match_hostname import CertificateError

from preserve.deposit.causes import causes as causes_of
from preserve.deposit.targets.s3 import clocks
from preserve.errors import AccessRefused, DepositRefused, NoRoom, PreserveError, TargetUnreachable
from preserve.storage.names import shown

FAILURES = (BotoCoreError, ClientError, HTTPError, OSError)
"""What a call can fail with."""
MISSING = frozenset(["404", "NotFound", "NoSuchKey", "NoSuchUpload"])
BUSY = frozenset(["SlowDown", "ServiceUnavailable", "Throttling", "TooManyRequests", "RequestLimitExceeded"])
"""The server did nothing, and asks to come again."""
_WHO = {
    "InvalidAccessKeyId": "it does not know the access key",
    "SignatureDoesNotMatch": "the secret access key is not the one that belongs to the access key",
    "ExpiredToken": "the session token has expired",
    "InvalidToken": "the session token is not valid",
    "UserSuspended": "the account is suspended",
}
_DENIED = frozenset(["AccessDenied", "AllAccessDisabled", "AccountProblem", "NotSignedUp", "InvalidSecurity"])
_FULL = frozenset(["QuotaExceeded", "InsufficientStorage", "XMinioStorageFull", "XMinioAdminBucketQuotaExceeded"])
_SPOILT = frozenset(["BadDigest", "XAmzContentSHA256Mismatch", "IncompleteBody", "RequestTimeout"])
_BROKEN = frozenset(["InvalidPart", "InvalidPartOrder", "EntityTooSmall", "NoSuchUpload"])
_ELSEWHERE = frozenset(["PermanentRedirect", "TemporaryRedirect", "Redirect", "AuthorizationHeaderMalformed"])
_RIGHTS = "s3:GetObject, s3:PutObject, s3:ListBucket, s3:AbortMultipartUpload and s3:ListMultipartUploadParts"
_LONGEST = 300


def code_of(error: Exception) -> str:
    """The server's word for what is wrong, "" where it gave none."""
    if not isinstance(error, ClientError):
        return ""
    return str(error.response.get("Error", {}).get("Code", ""))


def status_of(error: ClientError) -> int:
    """The status of the answer, 0 where there was none."""
    found: Any = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return found if isinstance(found, int) else 0


def is_busy(error: Exception) -> bool:
    """Whether the server refused before it did anything, because there is too much to do."""
    return code_of(error) in BUSY or (isinstance(error, ClientError) and status_of(error) in (429, 503))


def is_broken(error: BaseException | None) -> bool:
    """Whether the server says that the parts of an upload do not make an object: it has to be begun anew."""
    return isinstance(error, ClientError) and code_of(error) in _BROKEN


def is_lost(error: Exception) -> bool:
    """Whether what became of the call is not known."""
    return not isinstance(error, ClientError) or status_of(error) >= 500


def explained(error: Exception, host: str, bucket: str) -> PreserveError:
    """*error* as a sentence."""
    if isinstance(error, ClientError):
        return _answered(error, host, bucket)
    if isinstance(error, ParamValidationError):
        return DepositRefused(f"S3 has no way to say this: {shown(str(error))[:_LONGEST]}")
    causes = list(causes_of(error))
    for cause in causes:
        if isinstance(cause, (ssl.SSLCertVerificationError, CertificateError)):
            told = getattr(cause, "verify_message", "") or str(cause) or "it cannot be verified"
            why = shown(told)[:200].rstrip(" .")
            return AccessRefused(
                f"The certificate of {host} is not accepted: {why}. Nothing was sent.",
                hint="If it is signed by an authority of your own, name that authority's certificates as ca_file.",
            )
    for cause in causes:
        if isinstance(cause, (ssl.SSLEOFError, ssl.SSLZeroReturnError, ssl.SSLSyscallError)):
            break
        if isinstance(cause, ssl.SSLError):
            why = shown((cause.reason or str(cause)).replace("_", " ").lower())[:200]
            return AccessRefused(f"No safe connection (TLS) to {host} can be made: {why}.")
    verb = "cannot be reached" if isinstance(error, NotConnected) else "was lost while it answered"
    return TargetUnreachable(f"{host} {verb}: {_reason(causes)}.")


_KEYS = (
    "Give access_key_id and secret_access_key: in the environment, in the file that credentials_file names, or in the "
    "keyring."
)
_SET_THE_CLOCK = (
    "See which clock is wrong. If it is this one: set it, and let it be kept right over the network (timedatectl). "
    "If it is the server's: tell those who keep it. Then run the command again."
)


def _answered(error: ClientError, host: str, bucket: str) -> PreserveError:
    code, status = code_of(error), status_of(error)
    if refused := _not_let_in(error, host):
        return refused
    if code in _SPOILT:
        return TargetUnreachable(f"What reached {host} was not what was sent, and it did not take it: {_said(error)}.")
    if is_busy(error):
        return TargetUnreachable(f"{host} is too busy: {_said(error)}.")
    if code in _FULL or status == 507:
        hint = "Have room made there, or the quota raised, then: preserve deposit --to NAME --resume"
        return NoRoom(f"There is no room in bucket {bucket} at {host}: {_said(error)}.", hint=hint)
    if status >= 500 or status in (0, 200, 409):
        return TargetUnreachable(f"{host} failed: {_said(error)}.")
    return _refused(error, host, bucket)


def _not_let_in(error: ClientError, host: str) -> AccessRefused | None:
    code = code_of(error)
    if status_of(error) < 500 and (why := clocks.amiss(error)):
        return AccessRefused(f"{host} takes no signature of ours: {why}.", hint=_SET_THE_CLOCK)
    return AccessRefused(f"{host} refuses: {_WHO[code]}.", hint=_KEYS) if code in _WHO else None


def _refused(error: ClientError, host: str, bucket: str) -> DepositRefused:
    code, status = code_of(error), status_of(error)
    where = f"bucket {bucket} at {host}"
    if code == "NoSuchBucket":
        return DepositRefused(f"There is no bucket {bucket} at {host}.", hint="Have it made, or correct bucket or url.")
    if code in _ELSEWHERE or status in (301, 307, 308):
        hint = "Set region and url to those of the bucket."
        return DepositRefused(f"The {where} is in another region, or elsewhere: {_said(error)}.", hint=hint)
    if code in _DENIED or status in (401, 403):
        hint = f"The access key needs: {_RIGHTS}. Ask those who keep the bucket."
        return AccessRefused(f"Access to the {where} is refused: {_said(error)}.", hint=hint)
    return DepositRefused(f"The {where} refuses: {_said(error)}.")


def _said(error: ClientError) -> str:
    """The server's own words, cleaned and bounded."""
    told: Any = error.response.get("Error", {}).get("Message") or ""
    code, status = code_of(error), str(status_of(error))
    words = status if code in ("", status) else f"{status} {code}"
    text = shown(" ".join(f"{words} ({told})".split() if told else words.split())).rstrip(" .")
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _reason(causes: list[BaseException]) -> str:
    """What the system says, else what the library does."""
    for cause in causes:
        if isinstance(cause, OSError) and cause.strerror:
            return shown(cause.strerror).lower()
    kind = type(causes[0]).__name__
    return {
        "ReadTimeoutError": "it said nothing for too long",
        "ConnectTimeoutError": "it did not take the connection in time",
        "ConnectionClosedError": "the connection was closed",
        "ResponseParserError": "its answer is not that of an S3 server",
        "IncompleteReadError": "its answer ended too soon",
        "ResponseStreamingError": "its answer ended too soon",
    }.get(kind, shown(str(causes[0]))[:200].rstrip(" ."))
