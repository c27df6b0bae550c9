"""Histories that could not be trusted when something was to be recorded in them.  In a transaction, all of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, insert, select

from preserve.catalog.queries import chunks, select_packages
from preserve.catalog.tables import doubts, packages
from preserve.model import Package

_FORGET = delete(doubts).where(doubts.c.package_id == bindparam("id"))
_PORTION = 500


def note(connection: Connection, doubted: Mapping[str, str], time: datetime, trusted: Sequence[str]) -> None:
    """Remember why the histories of *doubted* are, for the first time at *time*; *trusted* are doubted no more."""
    if trusted:
        connection.execute(_FORGET, [{"id": package_id} for package_id in trusted])
    for chunk in chunks(doubted, _PORTION):
        known = set(connection.scalars(select(packages.c.id).where(packages.c.id.in_(chunk))))
        known -= set(connection.scalars(select(doubts.c.package_id).where(doubts.c.package_id.in_(chunk))))
        rows = [{"package_id": package_id, "since": time, "why": doubted[package_id]} for package_id in sorted(known)]
        if rows:
            connection.execute(insert(doubts), rows)


def doubted(connection: Connection, limit: int) -> list[tuple[Package, str]]:
    """The first *limit* of them, and why."""
    order = (doubts.c.since, doubts.c.package_id)
    rows = connection.execute(select(doubts.c.package_id, doubts.c.why).order_by(*order).limit(limit)).all()
    known = {one.id: one for one in select_packages(connection, packages.c.id.in_([row[0] for row in rows]))}
    return [(known[package_id], why) for package_id, why in rows if package_id in known]
