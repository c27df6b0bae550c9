"""The catalogue: every question about all packages at once, answered without reading the packages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

from sqlalchemy import Connection, Engine, delete, func, select

from preserve.catalog import alike, copies, dialect, doubts, due, planned, queries, schema, writes
from preserve.catalog.dialect import WAIT, Place
from preserve.catalog.due import Band, Owed, Queue
from preserve.catalog.find import ambiguous, understand, unknown
from preserve.catalog.guard import guarded
from preserve.catalog.planned import Planned
from preserve.catalog.rows import Plain, with_readings
from preserve.catalog.rules import DAMAGED
from preserve.catalog.tables import packages as packages_table
from preserve.errors import CatalogDamaged, CatalogError
from preserve.model import Copy, Package, PinnedDigest, Problem, TextPrint
from preserve.storage.names import shown

_NAMES = 10_000
"""So many names are read at once."""


class Totals(NamedTuple):
    """How much there is.  *untitled* counts the packages to which no person has given a title."""

    packages: int
    files: int
    bytes: int
    untitled: int


class Catalog:
    """An open catalogue.  Use it as a context manager, from any thread.

    Every method may raise ``CatalogError``, whose hint says what to do; none lets an error of the database through.
    Each change is one transaction: when the method returns it is on the disk, when it raises nothing has changed.
    """

    def __init__(self, engine: Engine, place: Place, *, read_only: bool) -> None:
        self._engine = engine
        self._place = place
        self.read_only = read_only

    @classmethod
    def open(cls, url: str, *, create: bool = True, wait: float = WAIT) -> Self:
        """The catalogue at *url* (``sqlite:///FILE`` or ``postgresql+psycopg://…``), brought up to date.

        Where there is none it is made, with its folder, unless *create* is false.  A file that cannot be written is
        opened for reading (``read_only``).  *wait*: seconds to wait for another run's transaction, here and later.
        ``CatalogDamaged`` if it is not a database or not ours; ``CatalogError`` if it is newer than this preserve.
        """
        place = dialect.place_of(url)
        engine, read_only = schema.open_engine(place, create=create, wait=wait)
        return cls(engine, place, read_only=read_only)

    @classmethod
    def open_for_rebuild(cls, url: str, *, wait: float = WAIT) -> Self:
        """Like ``open``, but a damaged SQLite file is renamed to ``FILE.damaged-N`` and a new one is made."""
        place = dialect.place_of(url)
        try:
            catalog = cls.open(url, wait=wait)
            problems = catalog.check_integrity()
            if not problems:
                return catalog
            catalog.close()
            raise CatalogDamaged(problems[0].message, hint=problems[0].hint)
        except CatalogDamaged:
            if place.file is None:
                raise
        try:
            dialect.set_aside(place.file)
        except OSError as error:
            raise CatalogError(
                f"The damaged catalogue {shown(place.shown)} cannot be set aside: {error.strerror}.",
                hint="Move the file away by hand, then: preserve catalog rebuild",
            ) from error
        return cls.open(url, wait=wait)

    @property
    def file(self) -> Path | None:
        """The file that holds all of it, None for a catalogue on a server."""
        return self._place.file

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with guarded(self._place.shown), dialect.reading(self._engine) as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        if self.read_only:
            raise CatalogError(
                f"The catalogue {shown(self._place.shown)} cannot be written: the file or its folder is read-only.",
                hint="Check the permissions. Once they are right, add what is missing with: preserve catalog rebuild",
            )
        with guarded(self._place.shown), dialect.writing(self._engine) as connection:
            yield connection

    # --- changes --------------------------------------------------------------------------------------------

    def add(self, package: Package) -> bool:
        """Add *package*; False if it is there already with equal content.

        ``CatalogError`` if its id or its name belongs to a package with other content.
        """
        return self.add_all([package]) == 1

    def add_all(self, packages: Iterable[Package]) -> int:
        """Add *packages* in one transaction, as ``add`` does; how many of them are new."""
        with self._writing() as connection:
            return writes.add_all(connection, packages)

    def update(self, package: Package) -> None:
        """Put *package* in the place of its former state.  ``UnknownPackage`` if its id is not there."""
        self.update_all([package])

    def update_all(self, packages: Iterable[Package]) -> None:
        """Put all *packages* in the places of their former states, in one transaction, as ``update`` does."""
        with self._writing() as connection:
            for package in packages:
                if not writes.update(connection, package):
                    raise unknown(package.id)

    def record_reading(self, package_id: str, time: datetime, *, good: bool, location: str = "") -> None:
        """Write down that at *time* all of a copy of a package was read, and whether it was as it must be.

        A good reading moves the time at which it is due again.  It does not take back that the copy was found bad:
        that takes a repair, and ``record_readings``.  ``UnknownPackage`` if there is no such copy.
        """
        self._set_readings(package_id, location, {"last_read_ok" if good else "last_read_bad": time})

    def record_readings(
        self, package_id: str, ok: datetime | None, bad: datetime | None, *, location: str = ""
    ) -> None:
        """Make *ok* and *bad* the last readings of a copy, as its history tells them.  ``UnknownPackage``."""
        self._set_readings(package_id, location, {"last_read_ok": ok, "last_read_bad": bad})

    def _set_readings(self, package_id: str, location: str, values: dict[str, datetime | None]) -> None:
        with self._writing() as connection:
            if not copies.record_reading(connection, package_id, location, values):
                raise unknown(package_id)

    def record_all(self, readings: Iterable[tuple[str, str, datetime, bool]]) -> None:
        """As ``record_reading`` for many copies (package id, location, time, good), in one transaction.

        Copies that are not known any more are passed over.
        """
        with self._writing() as connection:
            for package_id, location, time, good in readings:
                values: dict[str, datetime | None] = {"last_read_ok" if good else "last_read_bad": time}
                copies.record_reading(connection, package_id, location, values)

    def put_copies(self, news: Iterable[Copy]) -> None:
        """Make *news* what is known of these copies in locations, in one transaction.

        ``CatalogError`` if the package of one is not there.
        """
        with self._writing() as connection:
            copies.put(connection, news)

    def remove_copy(self, package_id: str, location: str) -> bool:
        """Forget the copy of a package in *location*; False if none was known."""
        with self._writing() as connection:
            return copies.remove(connection, package_id, location)

    def remove(self, package_id: str) -> bool:
        """Forget the package with this id; False if there was none."""
        with self._writing() as connection:
            return connection.execute(delete(packages_table).where(packages_table.c.id == package_id)).rowcount > 0

    def replace_all(self, packages: Iterable[Package], copies_elsewhere: Iterable[Copy] = ()) -> int:
        """Make *packages* and their *copies_elsewhere* the whole content, in one transaction; how many packages.

        ``CatalogError`` if two of them share an id or a name.  The writer's lock is held while both are drawn.
        """
        with self._writing() as connection:
            count = writes.replace_all(connection, packages)
            copies.put(connection, copies_elsewhere)
            return count

    # --- questions ------------------------------------------------------------------------------------------

    def get(self, package_id: str) -> Package | None:
        """The package with this id."""
        with self._reading() as connection:
            return queries.one(connection, "id", package_id)

    def by_name(self, name: str) -> Package | None:
        """The package with this name."""
        with self._reading() as connection:
            return queries.one(connection, "name", name)

    def find(self, text: str) -> Package:
        """The package that a person means by *text*.

        A whole id (also as ``urn:uuid:``) comes first, then a name; then an external identifier or the beginning of
        an id (at least four digits).  ``UnknownPackage`` if there is none, or several: then it lists them.
        """
        query = understand(text)
        with self._reading() as connection:
            for condition in queries.readings(query):
                found = queries.select_packages(connection, condition, limit=6)
                if len(found) > 1:
                    raise ambiguous(text, found)
                if found:
                    return found[0]
        raise unknown(text)

    def packages(self, *, group: str | None = None, with_pins: bool = True) -> Iterator[Package]:
        """All packages (or those of *group*), by time of sealing, then name.

        Without *with_pins* their ``pinned`` is empty, and a list of thousands comes several times as fast.

        They are read in portions, so that a slow reader never keeps a writer waiting; what is added meanwhile may
        or may not be among them.
        """
        condition = None if group is None else packages_table.c.bag_group == group
        last: Package | None = None
        while True:
            with self._reading() as connection:
                portion = queries.portion_after(connection, last, condition, with_pins=with_pins)
            yield from portion
            if len(portion) < queries.PORTION:
                return
            last = portion[-1]

    def count(self) -> int:
        """How many packages there are."""
        with self._reading() as connection:
            return connection.execute(select(func.count()).select_from(packages_table)).scalar_one()

    def totals(self) -> Totals:
        """How many packages, files and bytes of payload there are."""
        with self._reading() as connection:
            return Totals(*queries.totals(connection))

    def copies_of(self, package_id: str) -> tuple[Copy, ...]:
        """The copies of a package in locations outside the package store, by the names of their locations."""
        with self._reading() as connection:
            return copies.of_packages(connection, [package_id]).get(package_id, ())

    def copies_of_all(self, ids: Iterable[str]) -> dict[str, tuple[Copy, ...]]:
        """The copies outside the package store of each of the packages *ids* that has any."""
        with self._reading() as connection:
            return copies.of_packages(connection, list(ids))

    def tally_of_copies(self) -> dict[str, tuple[int, int]]:
        """Of each location that holds copies: how many, and how many were found bad and are not mended."""
        with self._reading() as connection:
            return copies.tally(connection)

    def note_doubts(self, doubted: Mapping[str, str], time: datetime, trusted: Iterable[str] = ()) -> None:
        """Remember from *time* on why the histories of the packages *doubted* (id → sentence) cannot be trusted.

        Those of the packages *trusted* can be again.  Ids that are not known are passed over.
        """
        trusted = list(trusted)
        if not doubted and not (trusted and self.doubts(limit=1)):
            return
        with self._writing() as connection:
            doubts.note(connection, doubted, time, trusted)

    def doubts(self, *, limit: int = 500) -> list[tuple[Package, str]]:
        """The packages whose history cannot be trusted, and why; the longest doubted first."""
        with self._reading() as connection:
            return doubts.doubted(connection, limit)

    def copies(self, location: str | None = None) -> Iterator[Copy]:
        """All copies outside the package store, or those in *location*, read in portions as ``packages`` does."""
        last: Copy | None = None
        while True:
            with self._reading() as connection:
                portion = copies.after(connection, last, location)
            yield from portion
            if not portion:
                return
            last = portion[-1]

    def due(self, queue: Queue, *, limit: int = 500) -> list[Copy]:
        """The copies that are to be read again, at most *limit* of them, the most overdue first.

        Due is what was never read, or as long ago as the interval of its band or longer, or what was found bad and is
        not mended.  First come those never read (also those whose reading lies in the future: a clock was wrong),
        then all others by their latest reading, good or bad, plus the interval.
        """
        with self._reading() as connection:
            return due.due(connection, queue, limit)

    def owed(self, queue: Queue) -> Owed:
        """How many copies, and how many bytes, ``due`` would list without a limit."""
        with self._reading() as connection:
            return due.owed(connection, queue)

    def planned(self, bands: Sequence[Band], locations: Sequence[str] = ()) -> list[Planned]:
        """All copies in the package store and in *locations*, summed up by the day on which each was last read."""
        with self._reading() as connection:
            return list(planned.planned(connection, bands, locations))

    def found_bad(self, *, limit: int = 500) -> list[Package]:
        """The packages whose copy in the package store was found bad and is not mended, the oldest finding first."""
        with self._reading() as connection:
            return due.found_bad(connection, limit)

    def names(self) -> Iterator[str]:
        """The names of all packages by code point, read in portions as ``packages`` does."""
        last = ""
        while True:
            with self._reading() as connection:
                portion = queries.names_after(connection, last, _NAMES)
            yield from portion
            if len(portion) < _NAMES:
                return
            last = portion[-1]

    def same_content(self, pinned: Iterable[PinnedDigest]) -> tuple[Package, ...]:
        """The packages with the same payload: equal names and bytes, as one of their payload manifests says.

        Of *pinned*, only ``manifest-<algorithm>.txt`` count; tag manifests say nothing about the payload.
        """
        with self._reading() as connection:
            return tuple(queries.same_content(connection, pinned))

    def alike(self, prints: Sequence[TextPrint]) -> list[tuple[Package, ...]]:
        """For each of *prints*, the packages whose text may be the same, the likeliest first: to be compared."""
        if not prints:
            return []
        with self._reading() as connection:
            return alike.alike(connection, prints)

    def from_transfer(self, transfer: str) -> tuple[Package, ...]:
        """The packages that were made of the transfer with exactly this name."""
        with self._reading() as connection:
            return tuple(queries.select_packages(connection, packages_table.c.transfer == transfer))

    def transfers_among(self, transfers: Iterable[str]) -> set[str]:
        """Those of the names *transfers* that a package was made of."""
        with self._reading() as connection:
            return queries.transfers_among(connection, transfers)

    def snapshot(self) -> list[Plain]:
        """The whole content as plain values, sorted: two catalogues are equal if and only if their snapshots are."""
        return sorted((with_readings(package) for package in self.packages()), key=lambda row: str(row[0]))

    def check_integrity(self) -> tuple[Problem, ...]:
        """Everything that is wrong with the catalogue: every page, index and row is read.  Empty if it is whole."""
        try:
            with self._reading() as connection:
                found = dialect.damage(connection)
            if not found:
                for _ in self.packages():
                    pass  # each row was understood
        except CatalogDamaged as error:
            return (DAMAGED.at("", error.message),)
        return tuple(
            DAMAGED.at("", f"The catalogue {shown(self._place.shown)} is damaged: {shown(what)}.") for what in found
        )
