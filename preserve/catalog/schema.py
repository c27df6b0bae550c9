"""Opening: is it a catalogue, and is it of today?  Costs one query where it is."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Engine, select
from sqlalchemy.exc import DBAPIError

from preserve.catalog import dialect, tables
from preserve.catalog.dialect import Place
from preserve.catalog.guard import REBUILD, guarded
from preserve.errors import CatalogDamaged, CatalogError
from preserve.storage.names import shown


@dataclass(frozen=True, slots=True)
class State:
    """What was found: the *revision* of the schema, None where there is none yet."""

    revision: str | None

    @property
    def is_current(self) -> bool:
        """Nothing is to be done."""
        return self.revision == tables.HEAD


def open_engine(place: Place, *, create: bool, wait: float) -> tuple[Engine, bool]:
    """An engine whose schema is that of today, and whether it can only be read.  ``CatalogError`` otherwise."""
    _ensure_file(place, create=create)
    read_only = not dialect.is_writable(place)
    with guarded(place.shown):
        engine = dialect.make_engine(place, read_only=read_only, wait=wait)
        try:
            state = state_of(engine, place)
            if not state.is_current:
                _check_migratable(state, place, create=create, read_only=read_only)
                migrate(place, wait=wait)
        except BaseException:
            engine.dispose()
            raise
    return engine, read_only


def _ensure_file(place: Place, *, create: bool) -> None:
    file = place.file
    if file is None:
        return
    try:
        is_there = file.exists()
    except OSError as error:
        raise CatalogError(f"The catalogue {shown(place.shown)} cannot be reached: {error.strerror}.") from error
    if is_there and not file.is_file():
        raise CatalogError(
            f"The catalogue {shown(place.shown)} is not a file.",
            hint="Move it away or correct catalog.url, then: preserve catalog rebuild",
        )
    if not is_there and not create:
        raise CatalogError(f"There is no catalogue at {shown(place.shown)}.", hint=REBUILD)
    if not is_there:
        dialect.create_file(file)


def state_of(engine: Engine, place: Place) -> State:
    """What the database says about itself.  ``CatalogError`` if it is not a catalogue, or one from the future."""
    try:
        found = _versions(engine)
    except DBAPIError:
        with dialect.reading(engine) as connection:
            names = dialect.table_names(connection)
        if tables.version.name in names:  # another process made it between the two questions, or it is broken
            return State(_known(_versions(engine), place))
        if names and (not dialect.is_shared(engine) or names & set(tables.metadata.tables)):
            raise CatalogError(
                f"{shown(place.shown)} is a database of something else, not a catalogue of preserve.",
                hint="Correct catalog.url in the configuration, then: preserve catalog rebuild",
            ) from None
        return State(None)
    return State(_known(found, place))


def _versions(engine: Engine) -> list[str]:
    with dialect.reading(engine) as connection:
        return list(connection.scalars(select(tables.version.c.version_num).limit(2)))


def _known(found: list[str], place: Place) -> str:
    if len(found) == 1 and found[0] in tables.REVISIONS:
        return found[0]
    if len(found) == 1 and found[0].isdecimal() and found[0] > tables.HEAD:
        raise CatalogError(
            f"The catalogue {shown(place.shown)} was made by a newer version of preserve "
            f"(schema {found[0]}; this one knows up to {tables.HEAD}).",
            hint="Install that version of preserve. To go on with this one, move the catalogue away, then: "
            "preserve catalog rebuild",
        )
    raise CatalogDamaged(f"The catalogue {shown(place.shown)} does not say which version it is.", hint=REBUILD)


def _check_migratable(state: State, place: Place, *, create: bool, read_only: bool) -> None:
    if state.revision is None and not create:
        raise CatalogError(f"There is no catalogue at {shown(place.shown)}: the database is empty.", hint=REBUILD)
    if read_only:
        raise CatalogError(
            f"The catalogue {shown(place.shown)} is of an earlier version and must be brought up to date, "
            "but the file or its folder is read-only.",
            hint="Run the command once as a user who may write there, or elsewhere: preserve catalog rebuild",
        )


def migrate(place: Place, *, wait: float) -> None:
    """Bring the schema up to date in one transaction.  Of two who try at once, the second finds it done."""
    engine = dialect.make_engine(place, read_only=False, wait=wait, foreign_keys=False)
    try:
        with dialect.writing(engine) as connection:
            from preserve.catalog import migrations  # noqa: PLC0415  hardly ever needed

            migrations.upgrade(connection, version_table=tables.version.name)
            if findings := dialect.damage(connection):
                raise CatalogDamaged(
                    f"{shown(place.shown)} could not be brought up to date: {findings[0]}.", hint=REBUILD
                )
    finally:
        engine.dispose()
