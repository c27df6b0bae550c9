"""Every archive knows when each of its packages was last read, and what is due to be read again."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from preserve.catalog.store import Catalog
from preserve.config import load
from preserve.history import file as history
from preserve.model import Event, Outcome, Package
from tests.acceptance.archive import Archive

LONG_AGO = timedelta(days=400)


def catalogued(archive: Archive) -> list[Package]:
    """What the catalogue holds."""
    with Catalog.open(load(archive.home, environment={}).catalog_url) as catalog:
        return list(catalog.packages())


def age(archive: Archive, days: int) -> None:
    """Let history and catalogue say that so many days have passed since all packages were read."""
    then = datetime.now(UTC) - timedelta(days=days)
    with Catalog.open(load(archive.home, environment={}).catalog_url) as catalog:
        for package in list(catalog.packages()):
            history.append(
                history.path_of(archive.packages, package.name), package.id, [Event("val", then, Outcome.SUCCESS, ())]
            )
            catalog.record_reading(package.id, then, good=True)


@pytest.fixture
def packages(archive: Archive) -> list[Path]:
    for name in ("one.txt", "two.txt"):
        (archive.incoming / name).write_text(f"This is {name}.\n")
    archive.ingest()
    return archive.sealed()


@pytest.mark.usefixtures("packages")
def test_what_was_just_sealed_was_just_read(archive: Archive) -> None:
    for package in catalogued(archive):
        assert package.last_read_ok is not None
        assert timedelta(0) <= package.last_read_ok - package.sealed < timedelta(minutes=5)
    said = archive.run("status", "--json")
    assert (said.status, said.only["due"], said.only["problems"]) == (0, 0, [])
    assert "The promise holds: all 2 packages were read whole and found good within 90d" in archive.run("status").out


def test_what_was_not_read_for_long_is_due_until_it_is_validated_for_the_record(
    archive: Archive, packages: list[Path]
) -> None:
    age(archive, 91)
    assert archive.run("status", "--json").only["due"] == 2
    assert "2 packages are due to be read again" in archive.run("status").out
    assert archive.run("validate", *packages).status == 0
    assert archive.run("status", "--json").only["due"] == 2, "what is not recorded did not happen"
    assert archive.run("validate", "--record", packages[0]).status == 0
    assert archive.run("status", "--json").only["due"] == 1
    assert archive.run("validate", "--record", "--completeness-only", packages[1]).status == 0
    assert archive.run("status", "--json").only["due"] == 1, "nothing was read"


@pytest.mark.usefixtures("packages")
def test_the_interval_is_that_of_the_configuration(archive: Archive) -> None:
    age(archive, 10)
    (archive.home / "preserve.toml").write_text('[fixity]\ninterval = "1w"\n')
    said = archive.run("status", "--json")
    assert (said.only["due"], said.only["interval"]) == (2, "1w")


def test_damage_that_was_found_is_told_until_it_is_mended_and_read_again(
    archive: Archive, packages: list[Path]
) -> None:
    document = packages[0] / "data" / "one.txt"
    whole = document.read_bytes()
    document.write_bytes(b"This is not.\n")
    assert archive.run("validate", "--record", packages[0]).status == 3
    said = archive.run("status", "--json")
    assert said.status == 3
    assert said.only["due"] == 1
    assert [(p["code"], p["path"]) for p in said.only["problems"]] == [("check-failed", packages[0].name)]
    document.write_bytes(whole)
    assert archive.run("validate", "--record", packages[0]).status == 0
    assert archive.run("status").status == 3, "nobody has mended anything, as far as is known"
    mended = Event("rep", datetime.now(UTC), Outcome.SUCCESS, ())
    (package,) = (each for each in catalogued(archive) if each.name == packages[0].name)
    history.append(history.path_of(archive.packages, package.name), package.id, [mended])
    assert archive.run("status").status == 3, "nobody has read it since"
    assert archive.run("validate", "--record", packages[0]).status == 0
    assert archive.run("status").status == 0


def test_a_rebuilt_catalogue_knows_the_same_readings(archive: Archive, packages: list[Path]) -> None:
    (packages[1] / "README.txt").write_text("changed")
    archive.run("validate", "--record", *packages)
    with Catalog.open(load(archive.home, environment={}).catalog_url) as catalog:
        before = catalog.snapshot()
    (archive.packages / ".preserve" / "catalog.sqlite").unlink()
    assert archive.run("catalog", "rebuild").status == 0
    with Catalog.open(load(archive.home, environment={}).catalog_url) as catalog:
        assert catalog.snapshot() == before
        assert [package.name for package in catalog.found_bad()] == [packages[1].name]


def test_a_history_that_was_edited_proves_no_reading(archive: Archive, packages: list[Path]) -> None:
    past = history.path_of(archive.packages, packages[0].name)
    past.write_text(past.read_text().replace("every checksum verified", "every checksum looked at"))
    archive.run("catalog", "rebuild")
    assert {package.name: package.last_read_ok is None for package in catalogued(archive)} == {
        packages[0].name: True,
        packages[1].name: False,
    }
    assert archive.run("status", "--json").only["due"] == 1
