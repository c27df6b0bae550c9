"""A history that never was is begun, late, and says so; one that was lost is missed until a person says otherwise."""

import json
import os
import shutil
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import preserve
from preserve.catalog.store import Catalog
from preserve.config import load
from preserve.errors import UnknownPackage
from tests.acceptance.archive import Archive
from tests.acceptance.test_validate import forge

TRANSFERS = 12


def history_of(package: Path) -> Path:
    return package.with_name(f"{package.name}.history.jsonl")


def entries(package: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in history_of(package).read_text().splitlines()]


def amiss(archive: Archive, *words: str) -> list[str]:
    """The codes that a command tells, of which each is one JSON document with its problems, or one problem each."""
    found: list[dict[str, Any]] = []
    for message in archive.run(*words, "--json").messages:
        found += [message] if message["message_type"] == "problem" else message["problems"]
    return [each["code"] for each in found]


def catalog_of(archive: Archive) -> Catalog:
    return Catalog.open(load(archive.home, environment={}).catalog_url)


@pytest.fixture
def package(archive: Archive) -> Path:
    """A sealed package."""
    (archive.incoming / "letter.txt").write_text("Dear archive,\n")
    archive.ingest()
    return archive.only_package()


@pytest.fixture
def lost(package: Path) -> Path:
    """A sealed package whose history somebody removed."""
    history_of(package).unlink()
    return package


def kill_between_renames_and_histories(archive: Archive) -> int:
    """How many packages are in the store without a history."""
    run = archive.start("ingest", start_new_session=True)
    while run.poll() is None and not archive.sealed():
        pass
    run.kill()
    run.communicate()
    return len(unrecorded_in(archive))


def unrecorded_in(archive: Archive) -> list[Path]:
    """The packages of which no history tells: there is none, or the kill came after it was opened and before a line."""
    places = [(package, history_of(package)) for package in archive.sealed()]
    return [package for package, place in places if not (place.exists() and place.read_bytes().count(b"\n"))]


@pytest.fixture
def killed(archive: Archive) -> Archive:
    """An archive whose ingest was killed when all packages were in their place and no history was written."""
    for number in range(TRANSFERS):
        (archive.incoming / f"letter {number}.txt").write_text(f"This is letter {number}.\n")
    for _ in range(10):
        if kill_between_renames_and_histories(archive):
            return archive
        shutil.rmtree(archive.packages)
        archive.packages.mkdir()
    raise AssertionError("no run was killed between renames and histories")


def test_a_rebuild_after_a_kill_begins_the_histories(killed: Archive) -> None:
    unrecorded = unrecorded_in(killed)
    assert amiss(killed, "catalog", "rebuild") == ["history-begun"] * len(unrecorded)
    assert killed.run("status", "--json").only["problems"] == []
    assert killed.run("ingest").status == 0
    assert killed.run("status").status == 0
    assert killed.run("status", "--json").only["due"] == 0, "each was read"
    assert len(killed.sealed()) == TRANSFERS
    for package in unrecorded:
        first, second = entries(package)
        assert (first["type"], second["type"]) == ("ipc", "val")
        assert first["pinned"]
        assert "no history was found" in first["note"]
        assert killed.run("log", package.name).status == 0


def test_the_next_ingest_after_a_kill_begins_the_histories(killed: Archive) -> None:
    unrecorded = unrecorded_in(killed)
    assert killed.run("ingest").status == 0
    assert killed.run("status", "--json").only["problems"] == []
    assert all("no history was found" in entries(package)[0]["note"] for package in unrecorded)


def test_what_the_catalogue_knows_only_by_name_gets_its_history_at_the_next_ingest(
    archive: Archive, lost: Path
) -> None:
    with catalog_of(archive) as catalog:
        (known,) = catalog.packages()
        catalog.remove(known.id)
        catalog.add(replace(known, last_read_ok=None))
    assert amiss(archive, "status") == ["history-missing"]
    assert amiss(archive, "ingest") == ["history-begun"]
    assert amiss(archive, "status") == amiss(archive, "ingest") == []
    with catalog_of(archive) as catalog:
        assert [each.last_read_ok is None for each in catalog.packages()] == [False]
    assert len(entries(lost)) == 2


def test_a_lost_history_stays_lost_whatever_is_run(archive: Archive, lost: Path) -> None:
    for words in (["ingest"], ["catalog", "rebuild"], ["ingest"], ["validate", "--record", lost.name]):
        archive.run(*words)
        assert not history_of(lost).exists(), words
        assert amiss(archive, "status") == ["history-missing"], words
    assert amiss(archive, "catalog", "rebuild") == ["history-missing"]
    assert "--accept-loss" in archive.run("status").out


def test_a_lost_history_that_is_put_back_is_as_before(archive: Archive, package: Path) -> None:
    copy = history_of(package).read_bytes()
    history_of(package).unlink()
    archive.run("catalog", "rebuild")
    history_of(package).write_bytes(copy)
    assert archive.run("status").status == 0
    assert archive.run("validate", "--record", package.name).status == 0
    assert amiss(archive, "catalog", "rebuild") == []
    assert archive.run("log", package.name).status == 0


def test_a_judgement_is_told_and_not_recorded_where_the_history_is_gone(archive: Archive, lost: Path) -> None:
    said = archive.run("validate", "--record", "--json", lost.name)
    assert said.status == 3
    assert said.only["valid"] is True
    (problem,) = said.only["problems"]
    assert problem["code"] == "result-not-recorded"
    assert "missing" in problem["message"]
    assert "Bring it back" in problem["hint"]
    history_of(lost).touch()
    assert amiss(archive, "validate", "--record", lost.name) == ["result-not-recorded"]
    assert not history_of(lost).read_bytes()


def test_a_loss_that_is_accepted_stands_in_the_new_history(archive: Archive, lost: Path) -> None:
    with catalog_of(archive) as catalog:
        (before,) = catalog.packages()
    assert amiss(archive, "catalog", "rebuild", "--accept-loss", lost.name) == ["history-begun"]
    assert archive.run("status").status == 0
    first, second = entries(lost)
    assert "known to be lost" in first["note"]
    assert first["pinned"] == [{"path": p.path, "algorithm": p.algorithm, "value": p.value} for p in before.pinned]
    assert "accepted" in second["detail"]
    assert archive.run("validate", "--record", lost.name).status == 0
    assert amiss(archive, "catalog", "rebuild", "--accept-loss", lost.name) == [], "there is nothing to accept any more"
    assert len(entries(lost)) == 3


def test_nothing_is_accepted_of_a_forged_package(archive: Archive, lost: Path) -> None:
    forge(lost)
    assert amiss(archive, "catalog", "rebuild", "--accept-loss", lost.name) == ["unrecorded-package-damaged"]
    assert not history_of(lost).exists()
    assert "manifest-tampered" in amiss(archive, "validate", lost.name), "the catalogue still has the pins"
    assert amiss(archive, "status") == ["history-missing"]


def test_only_what_is_a_package_can_be_accepted(archive: Archive, lost: Path) -> None:
    assert archive.run("catalog", "rebuild", "--accept-loss", "nothing like it").status == 23
    with pytest.raises(UnknownPackage):
        preserve.rebuild_catalog(archive.home, accept_loss=["nothing like it"])
    assert preserve.rebuild_catalog(archive.home, accept_loss=[lost.name]).packages == 1
    assert len(entries(lost)) == 2


def test_a_damaged_package_without_history_gets_none(archive: Archive, lost: Path) -> None:
    shutil.rmtree(archive.packages / ".preserve")
    (lost / "data" / "letter.txt").write_text("Dear forger,\n")
    assert amiss(archive, "catalog", "rebuild") == ["unrecorded-package-damaged"]
    assert not history_of(lost).exists()
    assert archive.run("ls", "--json").messages == []


@pytest.mark.parametrize("rubble", [b"", b"{", b"not an entry\n"])
def test_rubble_in_the_place_of_a_history(archive: Archive, lost: Path, rubble: bytes) -> None:
    """What a power cut leaves is gone over; what somebody wrote there stays, and is told."""
    shutil.rmtree(archive.packages / ".preserve")
    history_of(lost).write_bytes(rubble)
    told = amiss(archive, "catalog", "rebuild")
    if rubble.endswith(b"\n"):
        assert "history-not-json" in told
        assert history_of(lost).read_bytes() == rubble
    else:
        assert told == ["history-begun"]
        assert {"ipc", "val"} <= {entry["type"] for entry in entries(lost)}


def test_rubble_costs_neither_pins_nor_readings(archive: Archive, lost: Path) -> None:
    with catalog_of(archive) as catalog:
        before = catalog.snapshot()
    history_of(lost).write_bytes(b"not an entry\n")
    assert amiss(archive, "catalog", "rebuild", "--accept-loss", lost.name) == ["history-not-json"]
    with catalog_of(archive) as catalog:
        assert catalog.snapshot() == before


def test_a_pipe_in_the_place_of_a_history_stops_nothing(archive: Archive, lost: Path) -> None:
    shutil.rmtree(archive.packages / ".preserve")
    os.mkfifo(history_of(lost))
    assert "history-not-a-file" in amiss(archive, "catalog", "rebuild")
    assert archive.run("ls", "--json").only["name"] == lost.name


@pytest.fixture
def cut(archive: Archive, package: Path) -> Path:
    """A package whose last check was cut off its history."""
    time.sleep(1.1)  # a check is known by its time, which is told in seconds
    archive.run("validate", "--record", package.name)
    *others, _ = history_of(package).read_bytes().splitlines(keepends=True)
    history_of(package).write_bytes(b"".join(others))
    return package


def test_a_history_without_its_end_is_missed_until_that_is_accepted(archive: Archive, cut: Path) -> None:
    short = history_of(cut).read_bytes()
    assert amiss(archive, "validate", "--record", cut.name) == ["result-not-recorded"]
    assert amiss(archive, "catalog", "rebuild") == amiss(archive, "catalog", "rebuild") == ["history-shorter"]
    assert amiss(archive, "validate", "--record", cut.name) == ["result-not-recorded"], "a rebuild does not forget it"
    assert history_of(cut).read_bytes() == short
    assert amiss(archive, "catalog", "rebuild", "--accept-loss", cut.name) == []
    assert entries(cut)[-1]["type"] == "note"
    assert "does not stand here" in entries(cut)[-1]["note"]
    assert archive.run("validate", "--record", cut.name).status == 0
    assert amiss(archive, "catalog", "rebuild") == []
    assert archive.run("log", cut.name).status == 0
