"""Each copy is checked by its own schedule, and a location that is away is one alert."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.archive import Archive, Said

Found = dict[tuple[str, str], str]


@pytest.fixture
def nas(archive: Archive, tmp_path: Path) -> Path:
    """A location that has a copy of both packages of the archive."""
    place = tmp_path / "nas"
    place.mkdir()
    (archive.home / "preserve.toml").write_text(f'[locations.nas]\npath = "{place}"\ninterval = "30d"\n')
    for name in ("one", "two"):
        (archive.incoming / f"{name}.txt").write_text(f"This is {name}.\n")
    archive.ingest()
    assert archive.run("replicate", "--all", "--to", "nas").status == 0
    return place


def outcomes(said: Said) -> Found:
    """The outcome by name of document and location."""
    found = [one for one in said.messages if one["message_type"] == "fixity"]
    return {(one["name"].partition("-")[0], one["location"]): one["outcome"] for one in found}


def shown(archive: Archive, name: str) -> dict[str, dict[str, Any]]:
    """The copies of a package, by location."""
    (details,) = archive.run("show", name, "--json").messages
    return {copy["location"]: copy for copy in details["copies"]}


def test_all_copies_of_a_package_that_is_named_are_read(archive: Archive, nas: Path) -> None:
    name = next(nas.glob("one-*[0-9a-f]")).name
    assert outcomes(archive.run("audit", name, "--json")) == {("one", ""): "success", ("one", "nas"): "success"}
    only = archive.run("audit", name, "--location", "nas", "--json")
    assert outcomes(only) == {("one", "nas"): "success"}
    assert outcomes(archive.run("audit", "--all", "--location", "packages", "--json")) == {
        ("one", ""): "success",
        ("two", ""): "success",
    }


def test_damage_of_a_copy_is_that_copys_alone(archive: Archive, nas: Path) -> None:
    name = next(nas.glob("one-*[0-9a-f]")).name
    (nas / name / "data" / "one.txt").write_text("forged")
    said = archive.run("audit", "--all", "--json")
    assert said.status == 3
    assert outcomes(said) == {
        ("one", ""): "success",
        ("one", "nas"): "fail",
        ("two", ""): "success",
        ("two", "nas"): "success",
    }
    copies = shown(archive, name)
    assert copies[""]["last_read_bad"] is None
    assert copies["nas"]["last_read_bad"]
    assert archive.run("status").status == 3
    assert archive.run("catalog", "rebuild").status == 0
    assert shown(archive, name) == copies
    assert archive.run("repair", name, "--location", "nas").status == 0
    assert shown(archive, name)["nas"]["last_read_bad"] is None
    assert archive.run("status").status == 0


def test_a_location_that_is_away_is_one_alert(archive: Archive, nas: Path, tmp_path: Path) -> None:
    before = {name: shown(archive, name) for name in (path.name for path in archive.sealed())}
    nas.rename(tmp_path / "away")
    nas.mkdir()
    said = archive.run("audit", "--all", "--json")
    assert said.status == 3
    assert outcomes(said) == {("one", ""): "success", ("two", ""): "success"}
    (run,) = (one for one in said.messages if one["message_type"] == "audit")
    assert [problem["code"] for problem in run["problems"]] == ["store-unreachable"]
    for name, copies in before.items():
        assert shown(archive, name)["nas"] == copies["nas"]
    assert list(nas.iterdir()) == []
    nas.rmdir()
    (tmp_path / "away").rename(nas)
    assert archive.run("audit", "--all").status == 0


def test_a_copy_that_vanished_is_missing(archive: Archive, nas: Path) -> None:
    name = next(nas.glob("two-*[0-9a-f]")).name
    shutil.rmtree(nas / name)
    assert outcomes(archive.run("audit", name, "--json")) == {("two", ""): "success", ("two", "nas"): "fail"}


@pytest.mark.usefixtures("nas")
def test_a_copy_may_be_behind(archive: Archive) -> None:
    name = archive.sealed()[0].name
    assert archive.run("describe", name, "--set", "dcterms:title=Better", "--agent", "A. Fenn").status == 0
    assert set(outcomes(archive.run("audit", name, "--json")).values()) == {"success"}
