"""The changes in SQL.  All of them take a connection inside a writer's transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import chain

from sqlalchemy import Connection, delete, or_
from sqlalchemy import update as update_rows

from preserve.catalog import dialect
from preserve.catalog.queries import chunks, select_packages
from preserve.catalog.rows import COLUMNS, key_rows, package_row, pin_rows, plain
from preserve.catalog.tables import copies, doubts, packages, pinned, text_keys
from preserve.errors import CatalogError
from preserve.model import Package
from preserve.storage.names import shown

_BATCH = 500
_READINGS = ("last_read_ok", "last_read_bad")


def add_all(connection: Connection, news: Iterable[Package]) -> int:
    """Add *news*, but those that are there with equal content; how many were added."""
    return sum(_add_batch(connection, batch, _unless_equal) for batch in chunks(news, _BATCH))


def replace_all(connection: Connection, news: Iterable[Package]) -> int:
    """Make *news* the whole content; how many they are."""
    for table in (doubts, copies, text_keys, pinned, packages):
        connection.execute(delete(table))
    with dialect.without_indexes(connection, (packages, pinned)):
        return sum(_add_batch(connection, batch, _twice) for batch in chunks(news, _BATCH))


def _add_batch(
    connection: Connection, batch: Sequence[Package], judge: Callable[[Package, Sequence[Package]], None]
) -> int:
    """Add the packages of *batch*; *judge* raises for one whose id or name is taken, or lets it be left out."""
    rows = [package_row(package) for package in batch]
    ids, names = ([getattr(package, key) for package in batch] for key in ("id", "name"))
    there = select_packages(connection, or_(packages.c.id.in_(ids), packages.c.name.in_(names)))
    by_id, by_name = ({getattr(package, key): package for package in there} for key in ("id", "name"))
    fresh, fresh_rows = [], []
    for package, row in zip(batch, rows, strict=True):
        if taken := [known for known in (by_id.get(package.id), by_name.get(package.name)) if known is not None]:
            judge(package, taken)
            continue
        by_id[package.id] = by_name[package.name] = package
        fresh.append(package)
        fresh_rows.append(row)
    dialect.insert_rows(connection, packages, fresh_rows)
    _pin(connection, fresh)
    _key(connection, fresh)
    return len(fresh)


def update(connection: Connection, package: Package) -> bool:
    """Put *package* in the place of its former state; False if there is none.

    When it was read stays as it was, unless *package* says so.
    """
    package_row(package)  # refuses what cannot be stored
    condition = (packages.c.name == package.name) & (packages.c.id != package.id)
    if same_name := select_packages(connection, condition, limit=1):
        raise _taken(package, same_name[0])
    fields = {column: getattr(package, field) for column, (field, *_) in COLUMNS.items()}
    values = {column: value for column, value in fields.items() if value is not None or column not in _READINGS}
    _forget_keys(connection, package)
    # The row stays, and with it all that other tables say about it.
    if not connection.execute(update_rows(packages).where(packages.c.id == package.id).values(values)).rowcount:
        return False
    connection.execute(delete(pinned).where(pinned.c.package_id == package.id))
    _pin(connection, [package])
    _key(connection, [package])
    return True


def _pin(connection: Connection, news: Iterable[Package]) -> None:
    dialect.insert_rows(connection, pinned, list(chain.from_iterable(pin_rows(package) for package in news)))


def _key(connection: Connection, news: Iterable[Package]) -> None:
    dialect.insert_rows(connection, text_keys, list(chain.from_iterable(key_rows(package) for package in news)))


def _forget_keys(connection: Connection, package: Package) -> None:
    """Of the state of *package* that is there.  By their keys: there is no index by packages."""
    for former in select_packages(connection, packages.c.id == package.id):
        keys = [key for key, _ in key_rows(former)]
        connection.execute(delete(text_keys).where(text_keys.c.key.in_(keys), text_keys.c.package_id == package.id))


def _unless_equal(package: Package, taken: Sequence[Package]) -> None:
    if any(plain(other) != plain(package) for other in taken):
        raise _taken(package, taken[0])


def _taken(package: Package, other: Package) -> CatalogError:
    what = f"id {package.id}" if package.id == other.id else f"name {shown(package.name)!r}"
    return CatalogError(
        f"The {what} already belongs to another package in the catalogue, or to another state of this one: "
        f"{shown(other.name)} ({other.id}).",
        hint="If the packages are right and the catalogue is not: preserve catalog rebuild",
    )


def _twice(package: Package, taken: Sequence[Package]) -> None:
    raise CatalogError(
        f"Two packages have the same id or name: {shown(taken[0].name)!r} and {shown(package.name)!r} ({package.id}).",
        hint="One is probably a copy of the other; move the copy out of the package store.",
    )
