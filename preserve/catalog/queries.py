"""The questions in SQL.  All of them take a connection inside a transaction that sees one state."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice
from typing import Any, TypeAlias

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    cast,
    func,
    or_,
    select,
    tuple_,
    type_coerce,
)

from preserve.catalog.find import Query
from preserve.catalog.rows import COLUMNS, package_of
from preserve.catalog.tables import packages, pinned
from preserve.catalog.types import plain_text, unescape
from preserve.model import Package, PinnedDigest

PORTION = 1000
"""So many packages are read at once."""

_PAYLOAD_MANIFEST = re.compile(r"manifest-[0-9a-z]+\.txt")

_path = lru_cache(maxsize=256)(unescape)  # the same few names in every package
_algorithm = lru_cache(maxsize=64)(unescape)

Condition: TypeAlias = ColumnElement[bool]

_ORDER = (packages.c.sealed, packages.c.name)
_SELECT = select(*(packages.c[column] for column in COLUMNS)).order_by(*_ORDER)
# As stored: there are many pins, and hardly one of them has anything to unescape.
_STORED: list[Any] = [
    type_coerce(pinned.c[name], plain_text()) for name in ("package_id", "path", "algorithm", "value")
]
_PINS = select(*_STORED).order_by(pinned.c.package_id, pinned.c.position)


def chunks(items: Iterable[Any], size: int) -> Iterator[list[Any]]:
    """*items* in lists of at most *size*."""
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk


def select_packages(
    connection: Connection, condition: Condition | None = None, *, limit: int | None = None
) -> list[Package]:
    """The packages that fulfil *condition*, by time of sealing, then name."""
    statement = _SELECT if condition is None else _SELECT.where(condition)
    return _with_pins(connection, statement if limit is None else statement.limit(limit))


def portion_after(
    connection: Connection, last: Package | None, condition: Condition | None, *, with_pins: bool
) -> list[Package]:
    """The next packages behind *last*."""
    statement = _SELECT if condition is None else _SELECT.where(condition)
    if last is not None:
        # The types must be told: a tuple would bind the time as SQLAlchemy's own DateTime.
        key = tuple_(last.sealed, last.name, types=[column.type for column in _ORDER])
        statement = statement.where(tuple_(*_ORDER) > key)
    statement = statement.limit(PORTION)
    if with_pins:
        return _with_pins(connection, statement)
    return [package_of(row, ()) for row in connection.execute(statement).all()]


def _with_pins(connection: Connection, statement: Select[Any]) -> list[Package]:
    found: list[Package] = []
    rows = connection.execute(statement).all()
    for chunk in chunks(rows, PORTION):
        pins = _pins_of(connection, chunk)
        found += [package_of(row, pins.get(row[0], ())) for row in chunk]
    return found


def _pins_of(connection: Connection, rows: list[Row[Any]]) -> dict[str, list[PinnedDigest]]:
    pins: dict[str, list[PinnedDigest]] = {}
    statement = _PINS.where(pinned.c.package_id.in_([row[0] for row in rows]))
    for package_id, path, algorithm, value in connection.execute(statement).all():
        pin = PinnedDigest(_path(path), _algorithm(algorithm), unescape(value))
        pins.setdefault(package_id, []).append(pin)
    return pins


def readings(query: Query) -> Iterator[Condition]:
    """The conditions to try, one after the other, until one finds something."""
    if query.id:
        yield packages.c.id == query.id
    for text in query.texts:
        yield packages.c.name == text
    # An identifier that somebody else gave must not hide the id of another package: these two stand side by side.
    ways: list[Condition] = [packages.c.external_identifier.in_(query.texts)] if query.texts else []
    if query.prefix:
        ways.append(and_(packages.c.id >= query.prefix, packages.c.id < query.prefix + "g"))  # "g" is behind all digits
    if ways:
        yield or_(*ways)
    for text in query.texts:
        if len(text) >= 3:
            yield packages.c.name.startswith(text, autoescape=True)


def totals(connection: Connection) -> tuple[int, int, int]:
    """Packages, files, bytes."""
    # PostgreSQL sums bigint as numeric.
    sums = (cast(func.coalesce(func.sum(column), 0), BigInteger) for column in (packages.c.files, packages.c.bytes))
    row = tuple(connection.execute(select(func.count(), *sums).select_from(packages)).one())
    return int(row[0]), int(row[1]), int(row[2])


def same_content(connection: Connection, pins: Iterable[PinnedDigest]) -> list[Package]:
    """The packages one of whose payload manifests is among *pins*."""
    ids: set[str] = set()
    keys = {(p.value, p.algorithm, p.path) for p in pins if _PAYLOAD_MANIFEST.fullmatch(p.path)}
    for chunk in chunks(sorted(keys), 100):
        ways = [and_(pinned.c.value == v, pinned.c.algorithm == a, pinned.c.path == p) for v, a, p in chunk]
        ids |= set(connection.scalars(select(pinned.c.package_id).where(or_(*ways)).distinct()))
    found: list[Package] = []
    for chunk in chunks(sorted(ids), PORTION):
        found += select_packages(connection, packages.c.id.in_(chunk))
    return sorted(found, key=lambda package: (package.sealed, package.name))
