"""The copies of packages in locations outside the package store.  All take a connection inside a transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, func, insert, select, update

from preserve.catalog.queries import chunks, select_packages
from preserve.catalog.tables import copies, packages
from preserve.model import Copy

_COLUMNS = (copies.c.package_id, copies.c.location, copies.c.made, copies.c.last_read_ok, copies.c.last_read_bad)
_FORGET = delete(copies).where(copies.c.package_id == bindparam("id"), copies.c.location == bindparam("place"))
_PORTION = 1000


def put(connection: Connection, news: Iterable[Copy]) -> None:
    """Make *news* what is known of these copies, in place of what was."""
    for chunk in chunks(news, _PORTION):
        rows = [(one.package.id, one.location, one.made, one.last_read_ok, one.last_read_bad) for one in chunk]
        connection.execute(_FORGET, [{"id": row[0], "place": row[1]} for row in rows])
        connection.execute(insert(copies), [dict(zip(copies.columns.keys(), row, strict=True)) for row in rows])


def remove(connection: Connection, package_id: str, location: str) -> bool:
    """Forget a copy; False if none was known."""
    condition = (copies.c.package_id == package_id) & (copies.c.location == location)
    return connection.execute(delete(copies).where(condition)).rowcount > 0


def of_packages(connection: Connection, ids: Sequence[str]) -> dict[str, tuple[Copy, ...]]:
    """The copies of each of the packages *ids* that has any, by the names of their locations."""
    found: dict[str, list[Copy]] = {}
    for chunk in chunks(ids, _PORTION):
        asked = select(*_COLUMNS).where(copies.c.package_id.in_(chunk)).order_by(copies.c.package_id, copies.c.location)
        for copy in _read(connection, connection.execute(asked).all()):
            found.setdefault(copy.package.id, []).append(copy)
    return {package_id: tuple(some) for package_id, some in found.items()}


def after(connection: Connection, last: Copy | None, location: str | None) -> list[Copy]:
    """The next copies behind *last*, by package id and location; of one *location*, or of all."""
    asked = select(*_COLUMNS).order_by(copies.c.package_id, copies.c.location).limit(_PORTION)
    if location is not None:
        asked = asked.where(copies.c.location == location)
    if last is not None:
        same = (copies.c.package_id == last.package.id) & (copies.c.location > last.location)
        asked = asked.where((copies.c.package_id > last.package.id) | same)
    return list(_read(connection, connection.execute(asked).all()))


def tally(connection: Connection) -> dict[str, tuple[int, int]]:
    """How many copies each location holds, and how many of them were found bad and are not mended.

    Each half is counted in its own index, so that no row is looked at.
    """
    found: dict[str, tuple[int, int]] = {}
    for bad in (False, True):
        half = copies.c.last_read_bad.is_not(None) if bad else copies.c.last_read_bad.is_(None)
        for location, count in connection.execute(
            select(copies.c.location, func.count()).where(half).group_by(copies.c.location)
        ):
            others, _ = found.get(location, (0, 0))
            found[location] = (others + int(count), int(count) if bad else 0)
    return found


def record_reading(connection: Connection, package_id: str, location: str, values: dict[str, datetime | None]) -> bool:
    """Write down readings of a copy, or of the package store's for the location ""; False if it is not there."""
    table: Table = copies if location else packages
    key = copies.c.package_id if location else packages.c.id
    condition = (key == package_id) & (copies.c.location == location) if location else key == package_id
    return connection.execute(update(table).where(condition).values(values)).rowcount > 0


def _read(connection: Connection, rows: Sequence[Any]) -> Iterator[Copy]:
    for chunk in chunks(rows, _PORTION):
        known = {one.id: one for one in select_packages(connection, packages.c.id.in_({row[0] for row in chunk}))}
        for package_id, location, made, ok, bad in chunk:
            yield Copy(known[package_id], location, made, ok, bad)
