"""Catalogues that are missing, damaged, locked, read-only, or something else: a sentence and a way out, always."""

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import event

from preserve.catalog.dialect import create_file, make_engine, place_of
from preserve.catalog.schema import migrate, state_of
from preserve.catalog.store import Catalog
from preserve.errors import CatalogDamaged, CatalogError
from tests.catalog.samples import package


def url_of(file: Path) -> str:
    return f"sqlite:///{file}"


def filled(file: Path, number: int = 3) -> None:
    with Catalog.open(url_of(file)) as catalog:
        catalog.replace_all(package(n) for n in range(number))


def sql(file: Path, *statements: str) -> None:
    with closing(sqlite3.connect(file)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


def assert_says_what_to_do(error: CatalogError, file: Path) -> None:
    assert file.name in error.message
    assert "preserve catalog rebuild" in error.hint
    assert "\n" not in error.message
    assert "sqlalche" not in error.message


def test_it_is_made_with_its_folder_where_there_is_none(tmp_path: Path) -> None:
    file = tmp_path / ".preserve" / "catalog.sqlite"
    with Catalog.open(url_of(file)) as catalog:
        assert catalog.add(package(1))
        assert not catalog.read_only
    with Catalog.open(url_of(file), create=False) as catalog:
        assert list(catalog.packages()) == [package(1)]


def test_a_store_that_is_not_mounted_is_not_made_anew(tmp_path: Path) -> None:
    file = tmp_path / "away" / ".preserve" / "catalog.sqlite"
    with pytest.raises(CatalogError, match="cannot be made"):
        Catalog.open(url_of(file))
    assert not (tmp_path / "away").exists()


def test_without_create_nothing_is_made(file: Path) -> None:
    with pytest.raises(CatalogError, match="There is no catalogue") as caught:
        Catalog.open(url_of(file), create=False)
    assert_says_what_to_do(caught.value, file)
    assert not file.exists()
    file.touch()
    with pytest.raises(CatalogError, match="There is no catalogue"):
        Catalog.open(url_of(file), create=False)


@pytest.mark.parametrize(
    "name", ["what?", "50%", "a#b", "a b", "été", "caf\udce9", "x?mode=memory", "new\nline", "%2e%00"]
)
def test_folders_with_odd_names_hold_catalogues_too(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    folder.mkdir()
    filled(folder / "catalog.sqlite")
    assert sorted(os.listdir(folder)) == ["catalog.sqlite", "catalog.sqlite-journal"]
    with Catalog.open(url_of(folder / "catalog.sqlite")) as catalog:
        assert catalog.count() == 3


def test_the_journal_is_synced_and_needs_no_shared_memory(file: Path) -> None:
    filled(file)
    with Catalog.open(url_of(file)) as catalog, catalog._engine.connect() as connection:
        values = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous")
        }
        assert values == {"journal_mode": "truncate", "synchronous": 2}
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


@pytest.mark.parametrize("content", [b"not a database", b"SQLite format 3\0" + b"\xff" * 5000, bytes(range(256)) * 40])
def test_a_file_that_is_no_database_is_named_and_left_alone(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    with pytest.raises(CatalogDamaged) as caught:
        Catalog.open(url_of(file))
    assert_says_what_to_do(caught.value, file)
    assert file.read_bytes() == content


def test_a_database_of_something_else_is_not_touched(file: Path) -> None:
    sql(file, "CREATE TABLE recipes (id INTEGER)")
    before = file.read_bytes()
    for opening in (Catalog.open, Catalog.open_for_rebuild):
        with pytest.raises(CatalogError, match="something else"):
            opening(url_of(file))
    assert file.read_bytes() == before


def test_something_that_is_no_file_is_named(file: Path) -> None:
    file.mkdir()
    with pytest.raises(CatalogError, match="not a file") as caught:
        Catalog.open(url_of(file))
    assert_says_what_to_do(caught.value, file)


@pytest.mark.parametrize(
    "url",
    ["", "nonsense", "sqlite://", "sqlite:///:memory:", "sqlite:///a\0b", "mysql://u:secret@h/d", "oracle://h",
     "nosuch://x", "postgresql+nosuch://u:secret@h/d", "postgresql://u:secret@h:port/d"],
)  # fmt: skip
def test_other_urls_are_refused_without_telling_the_password(url: str) -> None:
    with pytest.raises(CatalogError) as caught:
        Catalog.open(url)
    assert "secret" not in caught.value.message + caught.value.hint


def test_damage_anywhere_in_the_file_never_raises_anything_else(file: Path, tmp_path: Path) -> None:
    filled(file, 60)
    whole = file.read_bytes()
    for start in range(0, len(whole), 2048):
        hurt = tmp_path / "hurt.sqlite"
        hurt.write_bytes(whole[:start] + b"\xa5" * 1024 + whole[start + 1024 :])
        try:
            with Catalog.open(url_of(hurt), wait=1) as catalog:
                list(catalog.packages())
                catalog.totals()
                catalog.check_integrity()
        except CatalogError as error:
            assert_says_what_to_do(error, hurt)


def test_a_truncated_file_is_found_and_rebuilt(file: Path) -> None:
    filled(file, 200)
    os.truncate(file, file.stat().st_size // 2)
    with pytest.raises(CatalogDamaged), Catalog.open(url_of(file)) as catalog:
        list(catalog.packages())
    with Catalog.open_for_rebuild(url_of(file)) as catalog:
        catalog.replace_all([package(1)])
        assert catalog.check_integrity() == ()
    assert file.with_name("catalog.sqlite.damaged-1").exists()


@pytest.mark.parametrize(
    "damage",
    [
        "DROP TABLE pinned",
        "DELETE FROM preserve_catalog_version",
        "UPDATE preserve_catalog_version SET version_num = 'x'",
        "UPDATE packages SET sealed = 'yesterday'",
        "UPDATE packages SET title = '\\oops'",
        "UPDATE packages SET files = 'many'",
        "UPDATE packages SET title = x'ff'",
        "UPDATE packages SET title = CAST(x'ff' AS TEXT)",
        "UPDATE pinned SET package_id = 'nobody'",
    ],
)
def test_a_tampered_catalogue_is_noticed_and_rebuilt(file: Path, damage: str) -> None:
    filled(file, 1)
    sql(file, "PRAGMA foreign_keys=OFF", damage)
    try:
        with Catalog.open(url_of(file)) as catalog:
            assert [problem.code for problem in catalog.check_integrity()] == ["catalog-damaged"]
    except CatalogDamaged as error:
        assert_says_what_to_do(error, file)
    with Catalog.open_for_rebuild(url_of(file)) as catalog:
        assert catalog.count() == 0
    assert file.with_name("catalog.sqlite.damaged-1").exists()


def test_a_whole_catalogue_is_rebuilt_in_place(file: Path) -> None:
    filled(file)
    with Catalog.open_for_rebuild(url_of(file)) as catalog:
        assert catalog.count() == 3
    assert sorted(os.listdir(file.parent)) == ["catalog.sqlite", "catalog.sqlite-journal"]


def test_a_lock_that_is_not_let_go_is_told_as_such(file: Path) -> None:
    filled(file)
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(CatalogError, match="in use by another run") as caught:
            Catalog.open(url_of(file), wait=0.05)
        assert_says_what_to_do(caught.value, file)
        other.execute("ROLLBACK")
        other.execute("BEGIN IMMEDIATE")
        with Catalog.open(url_of(file), wait=0.05) as catalog:
            assert catalog.count() == 3, "a writer that has not yet begun to write keeps nobody from reading"
            with pytest.raises(CatalogError, match="in use by another run"):
                catalog.add(package(9))
    with pytest.raises(CatalogError), Catalog.open(url_of(file), wait=0.05) as catalog:
        catalog.add(package(1, title="other"))


@contextmanager
def read_only_mount(folder: Path) -> Iterator[None]:
    """The folder as it is on a read-only medium.  Needs root, and says so where it cannot be had."""
    bind = ["mount", "--bind", str(folder), str(folder)]
    if shutil.which("mount") is None or subprocess.run(bind, capture_output=True, check=False).returncode:
        pytest.skip("a read-only mount needs root")
    try:
        remount = ["mount", "-o", "remount,bind,ro", str(folder)]
        if subprocess.run(remount, capture_output=True, check=False).returncode:
            pytest.skip("a read-only mount needs root")
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def assert_can_only_be_read(file: Path) -> None:
    with Catalog.open(url_of(file)) as catalog:
        assert catalog.read_only
        assert catalog.find(package(1).name) == package(1)
        assert len(list(catalog.packages())) == 3
        with pytest.raises(CatalogError, match="read-only") as caught:
            catalog.add(package(9))
        assert_says_what_to_do(caught.value, file)


def test_on_a_read_only_medium_it_can_still_be_read(tmp_path: Path) -> None:
    file = tmp_path / "medium" / "catalog.sqlite"
    filled(file)
    with read_only_mount(file.parent):
        assert_can_only_be_read(file)


def test_in_a_read_only_folder_it_can_still_be_read(tmp_path: Path) -> None:
    file = tmp_path / "folder" / "catalog.sqlite"
    filled(file)
    file.parent.chmod(0o555)
    try:
        if os.access(file.parent, os.W_OK):
            pytest.skip("root may write everywhere; see the read-only medium")
        assert_can_only_be_read(file)
    finally:
        file.parent.chmod(0o755)


def test_a_file_that_may_not_be_read_is_named(file: Path) -> None:
    filled(file)
    file.chmod(0)
    if os.access(file, os.R_OK):
        pytest.skip("root may read everything")
    with pytest.raises(CatalogError) as caught:
        Catalog.open(url_of(file))
    assert_says_what_to_do(caught.value, file)


def test_an_empty_file_on_a_read_only_medium_is_no_catalogue(tmp_path: Path) -> None:
    file = tmp_path / "medium" / "catalog.sqlite"
    file.parent.mkdir()
    file.touch()
    with read_only_mount(file.parent), pytest.raises(CatalogError, match="read-only"):
        Catalog.open(url_of(file))


HALF_WRITTEN = """
import os, signal, sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("PRAGMA journal_mode=TRUNCATE")
connection.execute("PRAGMA cache_size=1")
connection.execute("BEGIN IMMEDIATE")
connection.execute("UPDATE packages SET title = title || title")
connection.execute("UPDATE pinned SET value = 'lost'")
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_was_left_half_written_is_not_read_where_it_cannot_be_mended(tmp_path: Path) -> None:
    file = tmp_path / "medium" / "catalog.sqlite"
    filled(file, 50)
    subprocess.run([sys.executable, "-c", HALF_WRITTEN, file], check=False)
    assert file.with_name("catalog.sqlite-journal").stat().st_size > 0
    with read_only_mount(file.parent):
        with pytest.raises(CatalogError, match="in the middle of a change") as caught:
            Catalog.open(url_of(file))
        assert_says_what_to_do(caught.value, file)
    with Catalog.open(url_of(file)) as catalog:
        assert list(catalog.packages()) == [package(n) for n in range(50)]


def test_a_full_disk_changes_nothing(file: Path) -> None:
    filled(file)
    with Catalog.open(url_of(file)) as catalog:
        with catalog._engine.connect() as connection:  # the same connection comes back from the pool
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
            connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
        with pytest.raises(CatalogError, match="disk is full") as caught:
            catalog.add_all(package(n) for n in range(10, 500))
        assert_says_what_to_do(caught.value, file)
        assert catalog.count() == 3
        assert catalog.check_integrity() == ()


def test_a_catalogue_that_is_made_while_we_look_is_one(tmp_path: Path) -> None:
    place = place_of(url_of(tmp_path / "catalog.sqlite"))
    assert place.file is not None
    create_file(place.file)
    engine = make_engine(place, read_only=False)
    event.listen(engine, "handle_error", lambda _context: migrate(place, wait=10), once=True)  # just after our look
    assert state_of(engine, place).is_current
    engine.dispose()


def test_a_catalogue_that_lost_a_table_is_made_anew_by_a_rebuild(file: Path) -> None:
    with Catalog.open(f"sqlite:///{file}"):
        pass
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("DROP TABLE copies")
        connection.commit()
    with Catalog.open(f"sqlite:///{file}") as catalog:
        assert "no table copies" in catalog.check_integrity()[0].message
    with Catalog.open_for_rebuild(f"sqlite:///{file}") as catalog:
        assert catalog.check_integrity() == ()
    assert file.with_name(file.name + ".damaged-1").exists()
