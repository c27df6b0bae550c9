"""The only file that knows which database it is: how to connect, and how transactions begin.

SQLite.  The journal is a rollback journal, not WAL: WAL needs shared memory, which network file systems do not have,
and it cannot be read from a read-only folder.  TRUNCATE with ``synchronous=FULL`` syncs the end of each commit; DELETE
would leave it to a directory entry that nobody syncs.  Python's own way of beginning transactions is switched off
(``isolation_level=None``): it knows no BEGIN IMMEDIATE, and reads outside of any transaction.  Writers begin IMMEDIATE,
so that the second one waits at the door instead of failing half way.

PostgreSQL.  Writers take one advisory lock for the length of their transaction, which gives the same order of things.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, QueuePool, Table, create_engine, event, insert, inspect, make_url, text
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import ArgumentError
from sqlalchemy.sql.compiler import SQLCompiler

from preserve.catalog.guard import unsupported
from preserve.catalog.tables import metadata
from preserve.errors import CatalogError
from preserve.storage.durable import rename_new

WAIT: Final = 30.0
"""Seconds to wait for another run to finish its transaction."""

_SQLITE = ("sqlite:///", "sqlite+pysqlite:///")
_ADVISORY_LOCK = 0x7072657365727665  # "preserve" in ASCII
_WRITES = "preserve_writes"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a catalogue is: an SQLite *file*, or the *url* of a server.  *shown* is for messages, without password."""

    shown: str
    file: Path | None = None
    url: URL | None = None


def place_of(url: str) -> Place:
    """The place that *url* names.  Everything after ``sqlite:///`` is the file's name, question marks and all."""
    for prefix in _SQLITE:
        name = url.removeprefix(prefix)
        if name != url and name and name != ":memory:" and "\0" not in name:
            file = Path(name).absolute()
            return Place(str(file), file=file)
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise unsupported(url.partition(":")[0]) from error  # the rest may hold a password
    if parsed.get_backend_name() != "postgresql":
        raise unsupported(parsed.render_as_string(hide_password=True))
    return Place(parsed.render_as_string(hide_password=True), url=parsed)


def is_writable(place: Place) -> bool:
    """Whether the file and its folder (which takes the journal) may be written.  Servers answer for themselves."""
    return place.file is None or (os.access(place.file, os.W_OK) and os.access(place.file.parent, os.W_OK))


def make_engine(place: Place, *, read_only: bool, wait: float = WAIT, foreign_keys: bool = True) -> Engine:
    """An engine for *place*, an existing or empty SQLite file or a server.

    *foreign_keys* off is for migrations: changing a table in SQLite means copying and dropping it, and the drop would
    take all rows along that refer to it.
    """
    if place.url is not None:
        return create_engine(place.url, pool_pre_ping=True, connect_args={"connect_timeout": int(max(wait, 2))})
    assert place.file is not None  # noqa: S101  one of the two is given
    creator = _sqlite_creator(place.file, read_only=read_only, wait=wait, foreign_keys=foreign_keys)
    engine = create_engine("sqlite://", creator=creator, poolclass=QueuePool)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get(_WRITES, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _sqlite_creator(
    file: Path, *, read_only: bool, wait: float, foreign_keys: bool
) -> Callable[[], sqlite3.Connection]:
    # As a URI, because only that can say: read only, or do not create.
    uri = f"file://{quote(os.fsencode(file))}?mode={'ro' if read_only else 'rw'}"

    def create() -> sqlite3.Connection:
        connection = sqlite3.connect(uri, uri=True, timeout=wait, isolation_level=None, check_same_thread=False)
        try:
            connection.execute(f"PRAGMA foreign_keys={'ON' if foreign_keys else 'OFF'}")
            if not read_only:
                connection.execute("PRAGMA journal_mode=TRUNCATE")
                connection.execute("PRAGMA synchronous=FULL")
                connection.execute("PRAGMA cache_size=-16384")  # KiB; more is hardly faster
        except BaseException:
            connection.close()
            raise
        return connection

    return create


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that sees one state of the catalogue throughout."""
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ")
        with connection.begin():
            yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that no other writer shares.  It is committed at the end, and undone by any exception."""
    with engine.connect() as connection:
        connection.execution_options(**{_WRITES: True})
        with connection.begin():
            if engine.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
            yield connection


def insert_rows(connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert *rows*, whose values are as *table* stores them, in its columns' order; past all conversion."""
    if not rows:
        return
    statement = _insertion(table, connection.dialect)
    if statement.positional:
        connection.exec_driver_sql(statement.string, list(rows))
    else:
        names = table.columns.keys()
        connection.exec_driver_sql(statement.string, [dict(zip(names, row, strict=True)) for row in rows])


@lru_cache(maxsize=8)
def _insertion(table: Table, dialect: Dialect) -> SQLCompiler:
    return insert(table).compile(dialect=dialect)


@contextmanager
def without_indexes(connection: Connection, tables: Iterable[Table]) -> Iterator[None]:
    """Fill *tables* in the block; their indexes are made at its end, which takes half as long as row by row.

    Only in SQLite: on a server it would keep all readers out until the transaction ends.
    """
    indexes = [] if is_shared(connection) else [index for table in tables for index in table.indexes]
    for index in indexes:
        index.drop(connection)
    yield
    for index in indexes:
        index.create(connection)


def table_names(connection: Connection) -> set[str]:
    """The tables that are there."""
    return set(inspect(connection).get_table_names())


def is_shared(engine: Engine | Connection) -> bool:
    """Whether tables of others may stand beside ours: on a server they may, in an SQLite file not."""
    return engine.dialect.name != "sqlite"


def damage(connection: Connection) -> list[str]:
    """What the database says about itself when it checks every page and index, one sentence each."""
    missing = [f"it has no table {name}" for name in sorted(set(metadata.tables) - table_names(connection))]
    if missing or connection.dialect.name != "sqlite":
        return missing  # PostgreSQL has no command that checks all; its reads fail by themselves
    found = [str(row[0]) for row in connection.exec_driver_sql("PRAGMA integrity_check(20)") if row[0] != "ok"]
    orphaned = {row[0] for row in connection.exec_driver_sql("PRAGMA foreign_key_check")}
    return found + [f"rows of {table} belong to no package" for table in sorted(orphaned)]


def create_file(file: Path) -> None:
    """Make an empty *file*, and its folder.  The folder above must exist: a store that is away is not made anew."""
    try:
        if not file.parent.is_dir():
            file.parent.mkdir()
        os.close(os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644))
    except OSError as error:
        raise CatalogError(
            f"The catalogue {file} cannot be made: {error.strerror}.",
            hint="Check that the folder is there and that you may write to it. Later: preserve catalog rebuild",
        ) from error


def set_aside(file: Path) -> Path:
    """Rename a damaged *file* and its journal, so that a new one can be made; the new name."""
    number = 1
    while os.path.lexists(target := file.with_name(f"{file.name}.damaged-{number}")):
        number += 1
    for suffix in ("-journal", "-wal", "-shm", ""):  # the journal first: it must never meet the new file
        source = file.with_name(file.name + suffix)
        if os.path.lexists(source):
            rename_new(source, target.with_name(target.name + suffix))
    return target
