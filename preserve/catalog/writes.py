"""The changes in SQL.  All of them take a connection inside a writer's transaction."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain

from sqlalchemy import Connection, delete, insert, or_
from sqlalchemy import update as update_rows

from preserve.catalog.queries import chunks, select_packages
from preserve.catalog.rows import package_row, pin_rows, plain
from preserve.catalog.tables import packages, pinned
from preserve.errors import CatalogError
from preserve.model import Package
from preserve.storage.names import shown

_BATCH = 1000


def add(connection: Connection, package: Package) -> bool:
    """Add *package*; False if it is there with equal content."""
    row = package_row(package)
    taken = select_packages(connection, or_(packages.c.id == package.id, packages.c.name == package.name))
    if taken and all(plain(other) == plain(package) for other in taken):
        return False
    if taken:
        raise _taken(package, taken[0])
    connection.execute(insert(packages), row)
    _pin(connection, [package])
    return True


def update(connection: Connection, package: Package) -> bool:
    """Put *package* in the place of its former state; False if there is none."""
    row = package_row(package)
    same_name = select_packages(connection, (packages.c.name == package.name) & (packages.c.id != package.id))
    if same_name:
        raise _taken(package, same_name[0])
    # The row stays, and with it all that other tables say about it.
    if not connection.execute(update_rows(packages).where(packages.c.id == package.id).values(row)).rowcount:
        return False
    connection.execute(delete(pinned).where(pinned.c.package_id == package.id))
    _pin(connection, [package])
    return True


def replace_all(connection: Connection, news: Iterable[Package]) -> int:
    """Make *news* the whole content; how many they are."""
    connection.execute(delete(pinned))
    connection.execute(delete(packages))
    seen: dict[str, str] = {}
    names: set[str] = set()
    for batch in chunks(news, _BATCH):
        rows = []
        for package in batch:
            rows.append(package_row(package))
            if package.id in seen or package.name in names:
                raise _twice(package, seen.get(package.id, package.name))
            seen[package.id] = package.name
            names.add(package.name)
        connection.execute(insert(packages), rows)
        _pin(connection, batch)
    return len(seen)


def _pin(connection: Connection, news: Iterable[Package]) -> None:
    rows = list(chain.from_iterable(pin_rows(package) for package in news))
    if rows:
        connection.execute(insert(pinned), rows)


def _taken(package: Package, other: Package) -> CatalogError:
    what = f"id {package.id}" if package.id == other.id else f"name {shown(package.name)!r}"
    return CatalogError(
        f"The {what} already belongs to another package in the catalogue, or to another state of this one: "
        f"{shown(other.name)} ({other.id}).",
        hint="If the packages are right and the catalogue is not: preserve catalog rebuild",
    )


def _twice(package: Package, former: str) -> CatalogError:
    return CatalogError(
        f"Two packages have the same id or name: {shown(former)!r} and {shown(package.name)!r} ({package.id}).",
        hint="One is probably a copy of the other; move the copy out of the package store.",
    )
