"""``preserve status`` tells whether the promise holds, in one line and in an exit status."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from preserve.catalog.store import Catalog
from preserve.config import load
from preserve.model import AuditRun
from preserve.workflows.auditing.runs import append_run
from tests.acceptance.archive import Archive
from tests.keeping.copies import add_locations, alter
from tests.keeping.test_readings import age


@pytest.fixture
def packages(archive: Archive) -> list[Path]:
    for name in ("one.txt", "two.txt"):
        (archive.incoming / name).write_text(f"This is {name}.\n")
    archive.ingest()
    return archive.sealed()


def an_audit_ended(archive: Archive, ago: timedelta) -> None:
    moment = datetime.now(UTC).replace(microsecond=0) - ago
    append_run(load(archive.home, environment={}), AuditRun(moment, moment, "due", good=2, packages=2, bytes=50))


def seal_long_ago(archive: Archive) -> None:
    """Let the catalogue say that all was sealed a year ago."""
    file = load(archive.home, environment={}).catalog_url
    with Catalog.open(file) as catalog:
        from dataclasses import replace  # noqa: PLC0415

        then = datetime.now(UTC) - timedelta(days=365)
        catalog.update_all([replace(package, sealed=then) for package in catalog.packages()])


def numbers(file: Path) -> dict[str, float]:
    """What the file says, as Prometheus itself reads it."""
    found = {}
    for family in text_string_to_metric_families(file.read_text()):
        assert family.documentation
        assert family.type == "gauge"
        for sample in family.samples:
            labels = ",".join(f"{key}={value}" for key, value in sample.labels.items())
            found[sample.name + (f"{{{labels}}}" if labels else "")] = sample.value
    return found


def test_an_empty_archive_breaks_no_promise_and_gives_no_alarm(archive: Archive) -> None:
    said = archive.run("status")
    assert said.status == 0
    assert said.out.startswith("There is no package yet, and so nothing that could break the promise.\n")


@pytest.mark.usefixtures("packages")
def test_the_promise_holds_within_interval_and_slack_and_no_longer(archive: Archive) -> None:
    age(archive, 103)
    said = archive.run("status", "--json")
    assert (said.status, said.only["due"], said.only["promise"]["holds"]) == (0, 2, True)
    age(archive, 105)
    said = archive.run("status", "--json")
    assert (said.status, said.only["promise"]["broken"]) == (3, 2)
    assert [breach["reason"] for breach in said.only["promise"]["breaches"]] == ["overdue", "overdue"]
    lines = archive.run("status").out.splitlines()
    assert lines[0] == (
        "The promise is broken: 2 of 2 packages were not read whole and found good within 90d (and 14d of slack)."
    )
    assert "was not read within its interval; last found good on" in lines[1]


def test_a_package_that_failed_breaks_the_promise_by_name(archive: Archive, packages: list[Path]) -> None:
    (packages[0] / "data" / "one.txt").write_text("Changed.\n")
    archive.run("validate", "--record", packages[0])
    said = archive.run("status", "--json")
    (breach,) = said.only["promise"]["breaches"]
    assert (breach["name"], breach["reason"]) == (packages[0].name, "failed")
    assert "1 of 2 packages was not read whole and found good" in archive.run("status").out


@pytest.mark.usefixtures("packages")
def test_rules_count_for_the_promise(archive: Archive) -> None:
    age(archive, 30)
    assert archive.run("status").status == 0
    (archive.home / "preserve.toml").write_text(
        '[fixity]\nslack = "1d"\n[fixity.rules.small]\ninterval = "28d"\nsmaller_than = "1MB"\n'
    )
    said = archive.run("status")
    assert said.status == 3
    assert "within its interval (and 1d of slack)" in said.out


def test_silence_gives_alarm_after_the_last_audit_or_the_first_sealing(archive: Archive, packages: list[Path]) -> None:
    assert len(packages) == 2
    assert archive.run("status").status == 0, "sealed just now: nothing had to be audited yet"
    seal_long_ago(archive)
    said = archive.run("status", "--json")
    assert said.status == 3
    assert [problem["code"] for problem in said.only["problems"]] == ["no-audit-ran"]
    assert "there never was one" in said.only["problems"][0]["message"]
    an_audit_ended(archive, timedelta(days=8))
    assert "No audit ran for 7d: the last one ended on" in archive.run("status").out
    assert archive.run("-c", "fixity.silence=10d", "status").status == 0
    an_audit_ended(archive, timedelta(days=6))
    assert archive.run("status").status == 0
    an_audit_ended(archive, -timedelta(days=400))
    assert archive.run("status").status == 0, "a run in the future proves nothing, and hides none"
    assert archive.run("status", "--json").only["last_audit"]["packages"] == 2


def problems(archive: Archive) -> tuple[int, list[tuple[str, str]]]:
    said = archive.run("status", "--json")
    return said.status, [(problem["severity"], problem["message"]) for problem in said.only["problems"]]


def test_copies_in_a_location_that_is_not_named_any_more_are_told_and_an_alarm_if_one_failed(
    archive: Archive, packages: list[Path]
) -> None:
    an_audit_ended(archive, timedelta(hours=1))
    tower, _ = add_locations(archive, "tower", "empty")
    named = (archive.home / "preserve.toml").read_text()
    archive.run("replicate", "--all", "--to", "tower")
    assert problems(archive) == (0, [])
    (archive.home / "preserve.toml").write_text("")
    text = "2 copies lie in the location tower, which the configuration does not name"
    assert problems(archive) == (0, [("warning", f"{text}. Nothing is promised of what lies there.")])
    (archive.home / "preserve.toml").write_text(named)
    alter(tower / packages[0].name / "data" / "one.txt")
    archive.run("audit", "--all")
    (archive.home / "preserve.toml").write_text("")
    failed = f"{text}: 1 of them failed their last check, and nobody sees to that."
    assert problems(archive) == (3, [("error", failed)])


@pytest.mark.usefixtures("packages")
def test_a_location_that_holds_copies_and_cannot_be_reached_is_told_and_nothing_is_written(archive: Archive) -> None:
    an_audit_ended(archive, timedelta(hours=1))
    tower, empty = add_locations(archive, "tower", "empty")
    archive.run("replicate", "--all", "--to", "tower")
    tower.rename(archive.home / "away")
    empty.rmdir()  # nothing is missed there
    why = "The location tower cannot be reached: there is no such folder"
    assert problems(archive) == (3, [("error", f"{why} ({tower}).")])
    tower.mkdir()  # the mount point
    (archive.home / ".preserve" / "stores.json").unlink()  # and this machine remembers nothing
    assert problems(archive) == (0, [])
    assert not list(tower.iterdir())
    assert "tower" not in (archive.home / ".preserve" / "stores.json").read_text()


@pytest.mark.usefixtures("packages")
def test_the_numbers_for_prometheus_are_read_by_prometheus(archive: Archive, tmp_path: Path) -> None:
    file = tmp_path / "for-prometheus" / "preserve.prom"
    file.parent.mkdir()
    assert archive.run("status", "--prometheus", file).status == 0
    found = numbers(file)
    assert found["preserve_packages"] == found["preserve_copies"] == 2
    assert found["preserve_promise_holds"] == 1
    assert not any(name.startswith("preserve_last_audit") for name in found)
    an_audit_ended(archive, timedelta(days=1))
    age(archive, 200)
    said = archive.run("status", "--json", "--prometheus", file)
    found = numbers(file)
    assert (said.status, found["preserve_promise_holds"], found["preserve_copies_beyond_promise"]) == (3, 0, 2)
    assert found["preserve_last_audit_copies{outcome=good}"] == 2
    assert found["preserve_last_audit_timestamp_seconds"] < found["preserve_status_timestamp_seconds"]
    assert json.loads(said.out)["promise"]["broken"] == 2
    assert list(file.parent.iterdir()) == [file], "nothing is left beside it"


@pytest.mark.usefixtures("packages")
def test_a_place_that_cannot_be_written_is_told(archive: Archive, tmp_path: Path) -> None:
    assert archive.run("status", "--prometheus", tmp_path / "nowhere" / "x.prom").status == 2
    assert archive.run("status", "--prometheus", archive.home).status == 2
