"""Is a signature refused because of a clock?  S3 takes none whose moment is a quarter of an hour from its own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from botocore.exceptions import ClientError

_TOLD = frozenset(["RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture"])
"""The server says so itself."""
_MAY_BE = frozenset(["", "401", "403", "Forbidden", "Unauthorized", "SignatureDoesNotMatch"])
"""It says nothing, as the answer to a HEAD has no words; or that the signature, which holds the moment, is wrong."""
_MOST_APART = timedelta(minutes=10)
_MINUTE = "%Y-%m-%d %H:%M UTC"


def amiss(error: ClientError, now: datetime | None = None) -> str:
    """Why a clock is to blame for *error*, as the end of a sentence; "" if none is.  *now* is our own time."""
    code = error.response.get("Error", {}).get("Code", "")
    now = now or datetime.now(UTC)
    there = _told(error)
    if there is not None and abs(there - now) > _MOST_APART and code in _TOLD | _MAY_BE:
        return f"its clock says {there:{_MINUTE}}, and the clock of this machine {now:{_MINUTE}}"
    return "the clock of this machine, or its own, is wrong" if code in _TOLD else ""


def _told(error: ClientError) -> datetime | None:
    """What time the server says it is (RFC 9110 §6.6.1)."""
    headers: Any = error.response.get("ResponseMetadata", {}).get("HTTPHeaders", {})
    try:
        there = parsedate_to_datetime(str(headers.get("date", ""))[:100])
        return (there if there.tzinfo else there.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, OverflowError):
        return None
