"""From any earlier version to today's, and never from a later one."""

import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData, Table, insert, inspect, make_url, select, text
from sqlalchemy.schema import CreateIndex, CreateTable

from preserve.catalog import dialect, migrations, tables
from preserve.catalog.rows import COLUMNS, package_row
from preserve.catalog.store import Catalog
from preserve.errors import CatalogError
from tests.catalog.samples import package

NEXT = f"""
import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{tables.HEAD}"


def upgrade():
    with op.batch_alter_table("packages", recreate="auto") as batch:
        batch.add_column(sa.Column("shelf", sa.Text(), nullable=False, server_default="A"))
        batch.alter_column("title", type_=sa.String(99999))
"""


def test_the_migrations_end_where_the_tables_are(url: str) -> None:
    with Catalog.open(url) as catalog, catalog._engine.connect() as connection:
        there = MigrationContext.configure(connection, opts={"version_table": tables.version.name})
        assert compare_metadata(there, tables.metadata) == []
        checks = {check["name"] for check in inspect(connection).get_check_constraints("packages")}
        assert checks == {"ck_packages_files", "ck_packages_bytes"}


def test_the_list_of_revisions_is_that_of_the_files() -> None:
    config = Config()
    config.set_main_option("script_location", str(migrations.FOLDER))
    config.set_main_option("path_separator", "newline")
    script = ScriptDirectory.from_config(config)
    assert tuple(step.revision for step in reversed(list(script.walk_revisions()))) == tables.REVISIONS
    assert list(tables.REVISIONS) == sorted(tables.REVISIONS)


def test_the_tables_compile_for_both_databases() -> None:
    for language, mark in (("postgresql+psycopg", 'COLLATE "C"'), ("sqlite", "WITHOUT ROWID")):
        dialect_class = make_url(f"{language}://").get_dialect()
        made = [str(CreateTable(table).compile(dialect=dialect_class())) for table in tables.metadata.sorted_tables]
        made += [
            str(CreateIndex(index).compile(dialect=dialect_class()))
            for table in tables.metadata.sorted_tables
            for index in table.indexes
        ]
        assert mark in "".join(made)


def test_an_empty_file_becomes_a_catalogue(file: Path) -> None:
    file.touch()
    with Catalog.open(f"sqlite:///{file}") as catalog:
        assert catalog.add(package(1))


def test_opening_a_current_catalogue_loads_no_alembic(url: str) -> None:
    Catalog.open(url).close()
    script = (
        "import sys\nfrom preserve.catalog.store import Catalog\n"
        "Catalog.open(sys.argv[1]).close()\nassert 'alembic' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", script, url], check=True)


def test_the_next_version_keeps_every_package_and_pin(url: str, tmp_path: Path) -> None:
    folder = tmp_path / "100% migrations"
    shutil.copytree(migrations.FOLDER, folder)
    (folder / "versions" / "v9999_next.py").write_text(NEXT)
    place = dialect.place_of(url)
    with Catalog.open(url) as catalog:
        catalog.add_all([package(1), package(2)])
        before = catalog.snapshot()
    engine = dialect.make_engine(place, read_only=False, foreign_keys=False)
    with dialect.writing(engine) as connection:
        migrations.upgrade(connection, version_table=tables.version.name, folder=folder)
        assert connection.execute(text("SELECT DISTINCT shelf FROM packages")).scalar_one() == "A"
        assert connection.scalars(select(tables.version.c.version_num)).one() == "9999"
        connection.execute(tables.version.update().values(version_num=tables.HEAD))
    engine.dispose()
    with Catalog.open(url) as catalog:
        assert catalog.snapshot() == before
        assert catalog.check_integrity() == ()


def test_a_failed_migration_leaves_nothing(url: str, tmp_path: Path) -> None:
    folder = tmp_path / "migrations"
    shutil.copytree(migrations.FOLDER, folder)
    (folder / "versions" / "v9999_next.py").write_text(NEXT + "    raise RuntimeError('in the middle')\n")
    engine = dialect.make_engine(dialect.place_of(url), read_only=False, foreign_keys=False)
    Catalog.open(url).close()
    with pytest.raises(RuntimeError), dialect.writing(engine) as connection:
        migrations.upgrade(connection, version_table=tables.version.name, folder=folder)
    with dialect.reading(engine) as connection:
        assert "shelf" not in {column["name"] for column in inspect(connection).get_columns("packages")}
        assert connection.scalars(select(tables.version.c.version_num)).one() == tables.HEAD
    engine.dispose()


def test_a_catalogue_of_a_newer_preserve_is_refused_and_kept(file: Path) -> None:
    Catalog.open(f"sqlite:///{file}").close()
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE preserve_catalog_version SET version_num = '9999'")
    before = file.read_bytes()
    for opening in (Catalog.open, Catalog.open_for_rebuild):
        with pytest.raises(CatalogError, match="newer version of preserve") as caught:
            opening(f"sqlite:///{file}")
        assert "preserve catalog rebuild" in caught.value.hint
    assert file.read_bytes() == before


def test_packages_of_the_second_version_have_no_fingerprint_afterwards(url: str) -> None:
    former = package(1)
    place = dialect.place_of(url)
    if place.file is not None:
        place.file.touch()
    engine = dialect.make_engine(place, read_only=False, foreign_keys=False)
    with dialect.writing(engine) as connection:
        migrations.upgrade(connection, version_table=tables.version.name, target="0002")
        values = dict(zip(COLUMNS, package_row(former), strict=True))
        connection.execute(
            insert(Table("packages", MetaData(), autoload_with=connection)).values(
                {name: value for name, value in values.items() if name != "text"}
            )
        )
    engine.dispose()
    with Catalog.open(url) as catalog:
        assert catalog.get(former.id) == replace(former, pinned=())
        assert catalog.check_integrity() == ()
