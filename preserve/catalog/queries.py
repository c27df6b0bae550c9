"""The questions in SQL.  All of them take a connection inside a transaction that sees one state."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, TypeAlias

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Connection,
    Integer,
    Row,
    Select,
    and_,
    bindparam,
    case,
    cast,
    func,
    or_,
    select,
    text,
    tuple_,
    type_coerce,
)

from preserve.catalog.find import Query
from preserve.catalog.rows import COLUMNS, PIN_COLUMNS, package_of, pin_of
from preserve.catalog.tables import PAYLOAD_MANIFESTS, packages, pinned
from preserve.catalog.types import plain_text
from preserve.model import Package, PinnedDigest

PORTION = 1000
"""So many packages are read at once."""

_PAYLOAD_MANIFEST = re.compile(r"manifest-[0-9a-z]+\.txt")

Condition: TypeAlias = ColumnElement[bool]

_ORDER = (packages.c.sealed, packages.c.name)


def _stored(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """*column* as it is stored; ``rows`` converts it."""
    return type_coerce(column, Integer() if isinstance(column.type, (Integer, Boolean)) else plain_text())


_SELECT = select(*(_stored(packages.c[name]) for name in COLUMNS))
_PINS = select(*(_stored(pinned.c[name]) for name in PIN_COLUMNS[:4])).order_by(pinned.c.package_id, pinned.c.position)

# Put together once: validate asks these for thousands of packages, and to put them together takes longer than to ask.
_ONE_BY = {column: _SELECT.where(packages.c[column] == bindparam("value")) for column in ("id", "name")}
_PINS_OF_ONE = _PINS.where(pinned.c.package_id == bindparam("value"))


def chunks(items: Iterable[Any], size: int) -> Iterator[list[Any]]:
    """*items* in lists of at most *size*."""
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk


def select_packages(
    connection: Connection,
    condition: Condition,
    *,
    order: Sequence[ColumnElement[Any]] = _ORDER,
    limit: int | None = None,
) -> list[Package]:
    """The packages that fulfil *condition*, by time of sealing, then name, unless told otherwise."""
    return _with_pins(connection, _SELECT.where(condition).order_by(*order).limit(limit))


def one(connection: Connection, column: str, value: str) -> Package | None:
    """The package with this *value* in *column*, which is ``id`` or ``name``."""
    row = connection.execute(_ONE_BY[column], {"value": value}).first()
    if row is None:
        return None
    pins = connection.execute(_PINS_OF_ONE, {"value": row[0]}).all()
    return package_of(row, (pin_of(*pin) for _, *pin in pins))


def portion_after(
    connection: Connection, last: Package | None, condition: Condition | None, *, with_pins: bool
) -> list[Package]:
    """The next packages behind *last*."""
    statement = _SELECT.order_by(*_ORDER).limit(PORTION)
    if condition is not None:
        statement = statement.where(condition)
    if last is not None:
        # The types must be told: a tuple would bind the time as SQLAlchemy's own DateTime.
        key = tuple_(last.sealed, last.name, types=[column.type for column in _ORDER])
        statement = statement.where(tuple_(*_ORDER) > key)
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


def _pins_of(connection: Connection, rows: Sequence[Row[Any]]) -> dict[str, list[PinnedDigest]]:
    pins: dict[str, list[PinnedDigest]] = {}
    statement = _PINS.where(pinned.c.package_id.in_([row[0] for row in rows]))
    for package_id, *pin in connection.execute(statement).all():
        pins.setdefault(package_id, []).append(pin_of(*pin))
    return pins


def readings(query: Query) -> Iterator[Condition]:
    """The conditions to try, one after the other, until one finds something."""
    if query.id:
        yield packages.c.id == query.id
    for typed in query.texts:
        yield packages.c.name == typed
    # An identifier that somebody else gave must not hide the id of another package: these two stand side by side.
    ways: list[Condition] = [packages.c.external_identifier.in_(query.texts)] if query.texts else []
    if query.prefix:
        ways.append(and_(packages.c.id >= query.prefix, packages.c.id < query.prefix + "g"))  # "g" is behind all digits
    if ways:
        yield or_(*ways)
    for typed in query.texts:
        if len(typed) >= 3:
            yield packages.c.name.startswith(typed, autoescape=True)


def totals(connection: Connection) -> tuple[int, int, int, int]:
    """Packages, files, bytes, and packages whose title stands in; in one pass over the table."""
    stands_in = case((packages.c.title_stands_in, 1), else_=0)
    # PostgreSQL sums bigint as numeric.
    sums = (cast(func.coalesce(func.sum(n), 0), BigInteger) for n in (packages.c.files, packages.c.bytes, stands_in))
    row = tuple(connection.execute(select(func.count(), *sums).select_from(packages)).one())
    return int(row[0]), int(row[1]), int(row[2]), int(row[3])


def names_after(connection: Connection, last: str, limit: int) -> list[str]:
    """The next names behind *last*, by code point."""
    statement = select(packages.c.name).where(packages.c.name > last).order_by(packages.c.name).limit(limit)
    return list(connection.scalars(statement))


def transfers_among(connection: Connection, transfers: Iterable[str]) -> set[str]:
    """Those of *transfers* that a package was made of."""
    found: set[str] = set()
    for chunk in chunks(transfers, PORTION):
        found |= set(connection.scalars(select(packages.c.transfer).where(packages.c.transfer.in_(chunk)).distinct()))
    return found


def same_content(connection: Connection, pins: Iterable[PinnedDigest]) -> list[Package]:
    """The packages one of whose payload manifests is among *pins*."""
    ids: set[str] = set()
    keys = {(p.value, p.algorithm, p.path) for p in pins if _PAYLOAD_MANIFEST.fullmatch(p.path)}
    for chunk in chunks(sorted(keys), 100):
        ways = [and_(pinned.c.value == v, pinned.c.algorithm == a, pinned.c.path == p) for v, a, p in chunk]
        statement = select(pinned.c.package_id).where(or_(*ways), text(PAYLOAD_MANIFESTS)).distinct()
        ids |= set(connection.scalars(statement))
    found: list[Package] = []
    for chunk in chunks(sorted(ids), PORTION):
        found += select_packages(connection, packages.c.id.in_(chunk))
    return sorted(found, key=lambda package: (package.sealed, package.name))
