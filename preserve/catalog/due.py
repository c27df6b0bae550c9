"""Which packages are due to be read again.  See ``Catalog.due``; ``docs/decisions/0007-what-is-due.md`` says why.

A package whose latest reading found damage stays due, but stands in the queue by the time of that reading: were it
always at the head, a few damaged packages would keep a short nightly check from ever reading the others.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, func, select

from preserve.catalog.queries import Condition, select_packages
from preserve.catalog.tables import packages
from preserve.model import Package

_ok, _bad, _sealed = packages.c.last_read_ok, packages.c.last_read_bad, packages.c.sealed

_FOUND_BAD: Condition = _bad.is_not(None)
_NEVER = and_(_bad.is_(None), _ok.is_(None))


def _in_future(now: datetime) -> Condition:
    """A clock was wrong: such a reading proves nothing."""
    return and_(_bad.is_(None), _ok > now)


def _long_ago(now: datetime, interval: timedelta) -> Condition:
    return and_(_bad.is_(None), _ok <= now - interval)


def due(connection: Connection, now: datetime, interval: timedelta, limit: int) -> list[Package]:
    """The first *limit* of those that are due.

    Each condition is one range of an index, so this costs no more where there are more packages.
    """
    found: list[Package] = []
    for condition in (_NEVER, _in_future(now)):
        if len(found) < limit:
            found += select_packages(connection, condition, order=(_ok, _sealed), limit=limit - len(found))
    if len(found) == limit:
        return found
    room = limit - len(found)
    read = select_packages(connection, _long_ago(now, interval), order=(_ok, _sealed), limit=room)
    read += found_bad(connection, room)
    read.sort(key=lambda package: (package.last_read_bad or package.last_read_ok or now, package.sealed))
    return found + read[:room]


def found_bad(connection: Connection, limit: int) -> list[Package]:
    """The first *limit* of those whose latest reading found damage."""
    return select_packages(connection, _FOUND_BAD, order=(_bad, _sealed), limit=limit)


def due_count(connection: Connection, now: datetime, interval: timedelta) -> int:
    """How many are due."""
    conditions = (_NEVER, _in_future(now), _long_ago(now, interval), _FOUND_BAD)
    counts = [select(func.count()).select_from(packages).where(condition).scalar_subquery() for condition in conditions]
    return int(connection.execute(select(sum(counts[1:], counts[0]))).scalar_one())
