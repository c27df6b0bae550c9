"""How a catalogue of any earlier version becomes one of today, with Alembic and without an alembic.ini.

One file a version in ``versions/``; a file that was released is never changed again.  Its revision is added to
``preserve.catalog.tables.REVISIONS``.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection

from preserve.errors import CatalogError

FOLDER = Path(__file__).resolve().parent


def upgrade(connection: Connection, *, version_table: str, folder: Path = FOLDER, target: str = "head") -> None:
    """Bring the catalogue behind *connection* to *target*, inside the transaction that the caller has begun.

    ``CatalogError`` if Alembic cannot find its way; errors of the database are the caller's.
    """
    from alembic import command  # noqa: PLC0415  importing it takes 0.3 s, and it is hardly ever needed
    from alembic.config import Config  # noqa: PLC0415
    from alembic.util import CommandError  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    config.set_main_option("path_separator", "newline")
    config.attributes |= {"connection": connection, "version_table": version_table}
    try:
        command.upgrade(config, target)
    except CommandError as error:
        raise CatalogError(
            f"The catalogue cannot be brought up to date: {error}.", hint="Make a new one: preserve catalog rebuild"
        ) from error
