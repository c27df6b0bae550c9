"""How long to wait when a server asks for it (RFC 9110 §10.2.3), within bounds.  All functions are pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST = 120.0
"""Seconds that are waited at most, all pauses of one call together."""
PAUSES = (0.3, 1.0)
"""Seconds before a call that changes nothing is made again after its connection failed."""
BUSY = frozenset([429, 503])
"""With Retry-After: the server did nothing and says when to come again (RFC 6585 §4, RFC 9110 §15.6.4)."""


def asked_for(headers: Mapping[str, str], now: datetime | None = None) -> float | None:
    """Seconds that ``Retry-After`` asks for, as a number or as a date; None if it asks for nothing legal."""
    said = headers.get("retry-after", "").strip()
    if said.isascii() and said.isdigit():
        return float(said[:9])
    try:
        moment = parsedate_to_datetime(said)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - (now or datetime.now(UTC))).total_seconds())
