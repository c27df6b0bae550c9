"""Times as text: RFC 3339, in UTC, with as many decimals as are known.

All functions are pure.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)
_FULL = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)", re.ASCII)
_INTERVAL = re.compile(r"(\d{1,6}) ?([hdwy])", re.ASCII)
_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1), "y": timedelta(days=365)}
_LONGEST = timedelta(days=36500)
_DURATION = re.compile(r"(?:(\d{1,6}) ?h)? ?(?:(\d{1,6}) ?m(?:in)?)? ?(?:(\d{1,6}) ?s)?", re.ASCII)
_SECONDS_ONLY = re.compile(r"(-?\d{1,20})\.(\d{9}) s since 1970-01-01T00:00:00Z", re.ASCII)


def rfc3339(moment: datetime) -> str:
    """*moment* in UTC: ``2026-11-22T10:00:00Z``, with microseconds where it has any.  ``ValueError`` if it is naive."""
    if moment.utcoffset() is None:
        raise ValueError(f"{moment} says no time zone")
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def from_rfc3339(text: str) -> datetime:
    """The moment that *text* names, in UTC, to the microsecond.  ``ValueError`` if it is not an RFC 3339 time."""
    found = _FULL.fullmatch(text)
    if not found:
        raise ValueError(f"{text!r} is not a time as RFC 3339 writes it")
    seconds, fraction, zone = found.groups()
    try:
        moment = datetime.fromisoformat(seconds + zone.replace("Z", "+00:00")).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"{text!r} is no time that a calendar of the years 1 to 9999 has") from error
    return moment.replace(microsecond=int((fraction or "").ljust(9, "0")[:6]))


def rfc3339_ns(nanoseconds: int) -> str:
    """Nanoseconds since 1970 as RFC 3339 with nine decimals.

    File systems can hold times that RFC 3339 (years 1–9999) cannot: these are written as
    ``<seconds>.<nine decimals> s since 1970-01-01T00:00:00Z``.
    """
    seconds, rest = divmod(nanoseconds, 1_000_000_000)
    try:
        moment = _EPOCH + seconds * _SECOND
    except OverflowError:
        return f"{seconds}.{rest:09d} s since 1970-01-01T00:00:00Z"
    return f"{moment.replace(tzinfo=None).isoformat()}.{rest:09d}Z"


def from_rfc3339_ns(text: str) -> int:
    """The nanoseconds since 1970 that ``rfc3339_ns`` wrote.  ``ValueError`` for anything else."""
    if found := _SECONDS_ONLY.fullmatch(text):
        return int(found[1]) * 1_000_000_000 + int(found[2])
    whole = from_rfc3339(text).replace(microsecond=0)
    fraction = _FULL.fullmatch(text)
    nanoseconds = int(((fraction[2] if fraction else "") or "").ljust(9, "0"))
    return (whole - _EPOCH) // _SECOND * 1_000_000_000 + nanoseconds


def interval(text: str) -> timedelta:
    """The length of time that a person wrote: ``12h``, ``90d``, ``2w`` or ``1y`` (365 days), at most a century.

    ``ValueError`` for anything else.
    """
    if complaint := no_interval(text):
        raise ValueError(f"{text!r} {complaint}")
    return _length(text)


def no_interval(text: str) -> str:
    """Why *text* is no length of time, or "" if it is one."""
    good = timedelta(0) < _length(text) <= _LONGEST
    return "" if good else "must be a number of h (hours), d (days), w (weeks) or y (years), 1h to 100y, such as 90d"


def _length(text: str) -> timedelta:
    found = _INTERVAL.fullmatch(text.strip())
    return int(found[1]) * _UNITS[found[2]] if found else timedelta(0)


def duration(text: str) -> timedelta:
    """How long something may take, as a person wrote it: ``4h30m``, ``90min``, ``2h``, ``90s``.  ``ValueError``."""
    if complaint := no_duration(text):
        raise ValueError(f"{text!r} {complaint}")
    return _sum_of_parts(text)


def no_duration(text: str) -> str:
    """Why *text* does not tell how long something may take, or "" if it does."""
    good = _sum_of_parts(text) > timedelta(0)
    return "" if good else "must be a number of h (hours), min (minutes) and s (seconds), such as 4h30m, 90min or 90s"


def _sum_of_parts(text: str) -> timedelta:
    found = _DURATION.fullmatch(text.strip())
    hours, minutes, seconds = (int(part or 0) for part in found.groups()) if found else (0, 0, 0)
    return timedelta(hours=hours, minutes=minutes, seconds=seconds)
