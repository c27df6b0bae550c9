"""Packages are checked on schedule, and what was found stands in their histories before anybody hears of it."""

import hashlib
import json
import os
import shutil
import signal
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import preserve
from preserve.catalog.store import Catalog
from preserve.config import load
from preserve.history import file as history
from preserve.model import Event, Outcome
from preserve.storage.locks import try_hold
from preserve.workflows.auditing.runs import read_runs
from tests.acceptance.archive import Archive, Said
from tests.acceptance.test_validate import forge

NAMES = ("one", "two", "three")


@pytest.fixture
def packages(archive: Archive) -> dict[str, Path]:
    """Three packages, by the name of their only document, each due."""
    for name in NAMES:
        (archive.incoming / name).mkdir()
        (archive.incoming / name / "letter.txt").write_text(f"This is {name}.\n" * 50)
        (archive.incoming / name / "answer.txt").write_text(f"This answers {name}.\n")
    archive.ingest()
    age(archive, 100)
    return {name: next(archive.packages.glob(f"{name}-*[0-9a-f]")) for name in NAMES}


def catalogue(archive: Archive) -> Catalog:
    return Catalog.open(load(archive.home, environment={}).catalog_url)


def age(archive: Archive, days: float, *, only: str = "") -> None:
    """Let history and catalogue say that so many days have passed since the packages were read."""
    then = datetime.now(UTC).replace(microsecond=0) - timedelta(days=days)
    with catalogue(archive) as catalog:
        for package in [one for one in catalog.packages() if one.name.startswith(only)]:
            place = history.path_of(archive.packages, package.name)
            history.append(place, package.id, [Event("fix", then, Outcome.SUCCESS, ())])
            catalog.record_reading(package.id, then, good=True)


def fixity(said: Said) -> dict[str, dict[str, Any]]:
    """What was said of each package, by the name of its document."""
    found = [one for one in said.messages if one["message_type"] == "fixity"]
    assert len({one["id"] for one in found}) == len(found)
    return {one["name"].partition("-")[0]: one for one in found}


def summary(said: Said) -> dict[str, Any]:
    """What was said of the whole run."""
    return next(one for one in said.messages if one["message_type"] == "audit")


def last_event(archive: Archive, package: Path) -> dict[str, Any]:
    past = history.path_of(archive.packages, package.name)
    told: dict[str, Any] = json.loads(past.read_text().splitlines()[-1])
    return told


def test_what_is_due_is_read_and_recorded(archive: Archive, packages: dict[str, Path]) -> None:
    said = archive.run("audit", "--json")
    assert said.status == 0
    assert {name: one["outcome"] for name, one in fixity(said).items()} == dict.fromkeys(NAMES, "success")
    assert summary(said)["good"] == 3
    for package in packages.values():
        event = last_event(archive, package)
        assert (event["type"], event["outcome"], event["objects"]) == ("fix", "success", [])
        assert "2 files" in event["detail"]
    assert archive.run("audit").out == "Nothing is due.\n"
    assert archive.run("status", "--json").only["due"] == 0
    assert [(run.packages, run.chosen) for run in read_runs(load(archive.home, environment={}))] == [
        (3, "due"),
        (0, "due"),
    ]
    rebuilt = archive.run("catalog", "rebuild")
    assert (rebuilt.status, archive.run("status", "--json").only["due"]) == (0, 0)


@pytest.mark.usefixtures("packages")
def test_the_most_overdue_comes_first(archive: Archive) -> None:
    age(archive, 95, only="one")
    age(archive, 300, only="two")
    said = archive.run("audit", "--json", "--max-bytes", "1")
    assert list(fixity(said)) == ["two"]
    assert (summary(said)["stopped"], summary(said)["left"], said.status) == ("max-bytes", 2, 0)
    assert list(fixity(archive.run("audit", "--json", "--max-bytes", "1"))) == ["three"]
    assert list(fixity(archive.run("audit", "--json"))) == ["one"]


@pytest.mark.usefixtures("packages")
def test_the_limits_are_told(archive: Archive) -> None:
    said = archive.run("audit", "--max-duration", "1h", "--max-bytes", "1", "--max-rate", "1MB/s")
    assert said.status == 0
    assert "2 packages more due, not read" in said.out


def lose_one_and_alter_the_other(data: Path) -> None:
    (data / "letter.txt").unlink()
    (data / "answer.txt").write_text("no")


def lose(bag: Path, *names: str) -> None:
    for name in names:
        (bag / name).unlink()


Damage = Callable[[Path], object]

KINDS: dict[str, tuple[Damage, list[tuple[str, str]]]] = {
    "altered": (
        lambda bag: (bag / "data" / "letter.txt").write_text("forged"),
        [("data/letter.txt", "altered")],
    ),
    "missing": (lambda bag: (bag / "data" / "letter.txt").unlink(), [("data/letter.txt", "missing")]),
    "unexpected": (lambda bag: (bag / "data" / "new.txt").write_text("new"), [("data/new.txt", "unexpected")]),
    "moved": (
        lambda bag: (bag / "data" / "letter.txt").rename(bag / "data" / "moved.txt"),
        [("data/letter.txt", "moved")],
    ),
    "a tag file": (
        lambda bag: (bag / "metadata" / "descriptive" / "dc.xml").write_text("<a/>"),
        [("metadata/descriptive/dc.xml", "altered")],
    ),
    "an added tag file": (lambda bag: (bag / "metadata" / "x").write_text("x"), [("metadata/x", "unexpected")]),
    "files of the bag itself": (
        lambda bag: lose(bag, "bagit.txt", "bag-info.txt", "README.txt"),
        [("README.txt", "missing"), ("bag-info.txt", "missing"), ("bagit.txt", "missing")],
    ),
    "two": (
        lambda bag: lose_one_and_alter_the_other(bag / "data"),
        [("data/answer.txt", "altered"), ("data/letter.txt", "missing")],
    ),
}


@pytest.mark.parametrize("kind", KINDS)
def test_failing_files_are_told_by_class(archive: Archive, packages: dict[str, Path], kind: str) -> None:
    damage, expected = KINDS[kind]
    damage(packages["two"])
    said = archive.run("audit", "--json")
    assert said.status == 3
    found = fixity(said)
    assert [found[name]["outcome"] for name in NAMES] == ["success", "fail", "success"]
    assert [(one["path"], one["class"]) for one in found["two"]["failures"]] == expected
    event = last_event(archive, packages["two"])
    assert (event["type"], event["outcome"]) == ("fix", "fail")
    assert set(event["objects"]) == {path for path, _ in expected}
    assert archive.run("status").status == 3


def test_digests_are_told_as_data(archive: Archive, packages: dict[str, Path]) -> None:
    letter = packages["one"] / "data" / "letter.txt"
    expected = letter.read_bytes()
    letter.write_bytes(b"forged")
    (failure,) = fixity(archive.run("audit", "--json"))["one"]["failures"]
    for key, content in (("expected", expected), ("found", b"forged")):
        assert failure[key] == hashlib.new(failure["algorithm"], content).hexdigest()


def test_a_forgery_that_is_valid_by_itself_is_found(archive: Archive, packages: dict[str, Path]) -> None:
    (packages["three"] / "data" / "letter.txt").write_text("This is thr33.\n" * 50)
    for manifest in packages["three"].glob("manifest-*.txt"):
        rewrite(manifest)
    forge(packages["three"])
    assert preserve.validate(packages["three"]).valid, "nothing inside tells"
    failed = fixity(archive.run("audit", "--json"))["three"]
    assert failed["outcome"] == "fail"
    assert {one["class"] for one in failed["failures"]} == {"tampered"}


def rewrite(manifest: Path) -> None:
    """Write a manifest anew, as a forger does."""
    algorithm = manifest.stem.partition("-")[2]
    paths = [line.split("  ", 1)[1] for line in manifest.read_text().splitlines()]
    lines = [f"{hashlib.new(algorithm, (manifest.parent / path).read_bytes()).hexdigest()}  {path}\n" for path in paths]
    manifest.write_text("".join(lines))


def test_a_downgrade_is_found(archive: Archive, packages: dict[str, Path]) -> None:
    declaration = packages["one"] / "bagit.txt"
    declaration.write_text(declaration.read_text().replace("1.0", "0.96"))
    forge(packages["one"])
    classes = {one["class"] for one in fixity(archive.run("audit", "--json"))["one"]["failures"]}
    assert "downgraded" in classes


def test_a_package_that_vanished_is_missing_and_stays_due(archive: Archive, packages: dict[str, Path]) -> None:
    shutil.rmtree(packages["two"])
    for _ in range(2):
        found = fixity(archive.run("audit", "--json"))["two"]
        assert found["outcome"] == "fail"
        assert [(one["path"], one["class"]) for one in found["failures"]] == [("", "missing")]
    assert archive.run("status").status == 3
    assert archive.run("status", "--json").only["due"] == 1


def test_a_package_that_vanished_is_found_before_it_is_due(archive: Archive, packages: dict[str, Path]) -> None:
    archive.run("audit")
    shutil.rmtree(packages["two"])
    said = archive.run("audit", "--json")
    assert (said.status, list(fixity(said))) == (3, ["two"])
    events = len(history.path_of(archive.packages, packages["two"].name).read_text().splitlines())
    assert archive.run("audit").status == 3, "it stays due"
    assert len(history.path_of(archive.packages, packages["two"].name).read_text().splitlines()) == events + 1


def test_a_package_that_is_taken_away_while_it_is_read_is_missing(archive: Archive, packages: dict[str, Path]) -> None:
    reading = archive.start("audit", packages["two"].name, "--max-rate", "3kB/s", "--json")
    time.sleep(2)
    packages["two"].rename(archive.home / "taken")
    out, _ = reading.communicate(timeout=60)
    if '"outcome": "success"' in out:
        pytest.skip("it was read before it was taken away: this machine is busy")
    (failure,) = json.loads(out.splitlines()[0])["failures"]
    assert (failure["path"], failure["class"]) == ("", "missing")


def test_a_package_that_the_catalogue_does_not_know_is_not_passed_over(
    archive: Archive, packages: dict[str, Path]
) -> None:
    with catalogue(archive) as catalog:
        catalog.remove(next(one.id for one in catalog.packages() if one.name.startswith("one")))
    assert set(fixity(archive.run("audit", "--json"))) == set(NAMES)
    assert archive.run("status").status == 0
    assert len(archive.sealed()) == len(packages)


def test_a_failure_stays_until_it_is_mended_and_read_again(archive: Archive, packages: dict[str, Path]) -> None:
    letter = packages["one"] / "data" / "letter.txt"
    whole = letter.read_bytes()
    letter.write_bytes(b"forged")
    assert archive.run("audit").status == 3
    letter.write_bytes(whole)
    for _ in range(2):
        said = archive.run("audit", "--json", packages["one"])
        assert (fixity(said)["one"]["outcome"], said.status) == ("success", 3), "this reading was good"
        assert "still-failed" in {problem["code"] for problem in fixity(said)["one"]["problems"]}
        assert archive.run("status").status == 3, "but nobody has mended anything, as far as is known"
    assert archive.run("catalog", "rebuild").status == 0
    assert archive.run("status").status == 3
    mended = Event("rep", datetime.now(UTC), Outcome.SUCCESS, ())
    past = history.path_of(archive.packages, packages["one"].name)
    history.append(past, json.loads(past.read_text().splitlines()[0])["package"], [mended])
    assert archive.run("status").status == 3, "nobody has read it since"
    assert archive.run("audit").status == 0
    assert archive.run("status").status == 0


@pytest.mark.parametrize("words", [("audit",), ("audit", "--all")])
def test_damage_that_a_wrong_clock_dated_ahead_is_read_again(
    archive: Archive, packages: dict[str, Path], words: tuple[str, ...]
) -> None:
    archive.run("audit")
    past = history.path_of(archive.packages, packages["one"].name)
    ahead = datetime.now(UTC).replace(microsecond=0) + timedelta(days=300)
    package = json.loads(past.read_text().splitlines()[0])["package"]
    history.append(past, package, [Event("fix", ahead, Outcome.FAIL, ())])
    assert archive.run("catalog", "rebuild").status == 0
    said = archive.run(*words, "--json")
    assert ("one" in fixity(said), said.status) == (True, 3)


def test_a_history_that_is_gone_is_not_begun_anew(archive: Archive, packages: dict[str, Path]) -> None:
    history.path_of(archive.packages, packages["one"].name).unlink()
    said = archive.run("audit", "--json")
    assert said.status == 3
    assert "result-not-recorded" in {p["code"] for p in fixity(said)["one"]["problems"]}
    assert not history.path_of(archive.packages, packages["one"].name).exists()
    assert last_event(archive, packages["two"])["outcome"] == "success"


def test_a_sample_is_the_same_for_everybody_who_has_the_seed(archive: Archive, packages: dict[str, Path]) -> None:
    said = archive.run("audit", "--sample", "34%", "--json")
    drawn = set(fixity(said))
    assert len(drawn) == 2
    seed = summary(said)["seed"]
    assert seed in last_event(archive, packages[drawn.copy().pop()])["detail"]
    assert set(fixity(archive.run("audit", "--sample", "34%", "--seed", seed, "--json"))) == drawn
    assert len(fixity(archive.run("audit", "--sample", "100%", "--json"))) == 3
    others = {tuple(fixity(archive.run("audit", "--sample", "1%", "--seed", str(n), "--json"))) for n in range(12)}
    assert len(others) > 1


@pytest.mark.usefixtures("packages")
@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--sample", "0%"), "percentage"),
        (("--sample", "5"), "percentage"),
        (("--sample", "101%"), "percentage"),
        (("--max-rate", "fast"), "--max-rate"),
        (("--max-bytes", "0"), "--max-bytes"),
        (("--max-duration", "soon"), "--max-duration"),
        (("--all", "--due"), "do not go together"),
        (("--all", "--spread"), "--spread"),
        (("--seed", "x"), "--seed"),
        (("--location", "nowhere"), "no location"),
    ],
)
def test_what_makes_no_sense_is_refused(archive: Archive, words: tuple[str, ...], told: str) -> None:
    said = archive.run("audit", *words)
    assert (said.status, told in said.err) == (2, True)


def test_an_unknown_package_is_refused(archive: Archive) -> None:
    assert archive.run("audit", "nobody").status == 23


@pytest.mark.usefixtures("packages")
def test_intervals_by_rule_and_the_first_that_fits(archive: Archive) -> None:
    archive.run("audit")
    age(archive, 40)
    (archive.home / "preserve.toml").write_text(
        '[fixity.rules.large]\ninterval = "30d"\nlarger_than = "700"\n[fixity.rules.never]\ninterval = "99y"\n'
    )
    assert list(fixity(archive.run("audit", "--json"))) == ["three"]


def is_free(lock: Path) -> bool:
    """Whether nobody holds *lock*."""
    held = try_hold(lock)
    if held is not None:
        os.close(held)
    return held is not None


def test_two_at_once_read_nothing_twice(archive: Archive, packages: dict[str, Path]) -> None:
    big = packages["one"] / "data"
    slow = archive.start("audit", "--max-rate", "200B/s", "--quiet")
    try:
        lock = archive.packages / ".preserve" / "audit.lock"
        deadline = time.monotonic() + 30
        while (not lock.exists() or is_free(lock)) and time.monotonic() < deadline:
            time.sleep(0.05)
        said = archive.run("audit")
        assert (said.status, "Another audit" in said.err) == (11, True)
        assert archive.run("audit", packages["two"]).status == 0
    finally:
        slow.send_signal(signal.SIGTERM)
        slow.communicate(timeout=30)
    assert slow.returncode == 130
    assert big.exists()
    assert read_runs(load(archive.home, environment={}))[-1].stopped == "interrupted"
    assert archive.run("audit").status == 0


@pytest.mark.usefixtures("packages")
def test_nights_are_level_where_that_is_asked_for(archive: Archive) -> None:
    archive.run("audit")
    said = archive.run("audit", "--spread", "--json")
    assert said.status == 0
    assert len(fixity(said)) <= 2, "not everything is read ahead at once"
