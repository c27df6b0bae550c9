"""A state of a package that is over was put back, or a history that does not know the present one: both are told."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from preserve.history import file as history
from preserve.history.entry import NewEntry
from preserve.model import Agent, Event, Outcome
from preserve.workflows.packages import pins_at
from tests.acceptance.archive import Archive
from tests.acceptance.test_validate import forge


class Copies(NamedTuple):
    """A package that got a new description, and copies of what it and its history were before."""

    package: Path
    former: Path
    former_history: bytes

    @property
    def history(self) -> Path:
        return self.package.with_name(f"{self.package.name}.history.jsonl")

    @property
    def last_entry(self) -> dict[str, Any]:
        entry: dict[str, Any] = json.loads(self.history.read_text().splitlines()[-1])
        return entry

    def put_back_history(self) -> None:
        self.history.write_bytes(self.former_history)

    def put_back_folder(self, newer: Path | None = None) -> None:
        """Put the former state in the place of the package, which is kept as *newer*."""
        if newer is not None:
            self.package.rename(newer)
        else:
            shutil.rmtree(self.package)
        shutil.copytree(self.former, self.package)


@pytest.fixture
def described(archive: Archive, tmp_path: Path) -> Copies:
    """A sealed letter whose title was given afterwards."""
    (archive.incoming / "letter.txt").write_text("Dear archive,\n")
    archive.ingest()
    package = archive.only_package()
    copies = Copies(package, tmp_path / "former", package.with_name(f"{package.name}.history.jsonl").read_bytes())
    shutil.copytree(package, copies.former)
    assert archive.run("describe", package.name, "--set", "title=A letter").status == 0
    return copies


def forget_the_catalogue(archive: Archive) -> None:
    shutil.rmtree(archive.packages / ".preserve")


def told(archive: Archive, *words: str) -> dict[str, str]:
    """The sentences that a command tells, by the code of each."""
    return {each["code"]: each["message"] for each in archive.run(*words, "--json").only["problems"]}


def assert_all_agree(archive: Archive, name: str) -> None:
    """Whatever is asked, nothing is wrong; and the package can be described again."""
    for _ in range(2):
        assert told(archive, "validate", "--record", name) == {}
        assert told(archive, "catalog", "rebuild") == {}
        assert archive.run("log", name).status == archive.run("status").status == 0
        done = archive.run("describe", name, "--set", "title=Another letter")
        assert done.status == 0, done.err
    forget_the_catalogue(archive)
    assert told(archive, "catalog", "rebuild") == told(archive, "validate", name) == {}


def test_a_history_that_lacks_the_present_state_takes_no_pins_from_the_catalogue(
    archive: Archive, described: Copies
) -> None:
    name = described.package.name
    described.put_back_history()
    for _ in range(2):
        found = told(archive, "catalog", "rebuild")
        assert list(found) == ["history-shorter"]
        assert "no longer holds the last change of the package" in found["history-shorter"]
        assert told(archive, "validate", name) == {}
    assert "lost its end" in told(archive, "validate", "--record", name)["result-not-recorded"]
    assert archive.run("describe", name, "--set", "title=zz").status != 0
    assert described.history.read_bytes() == described.former_history, "nothing goes on as if nothing had happened"


def test_a_history_that_lacks_the_present_state_pins_it_when_that_is_accepted(
    archive: Archive, described: Copies
) -> None:
    described.put_back_history()
    assert told(archive, "catalog", "rebuild", "--accept-loss", described.package.name) == {}
    entry = described.last_entry
    assert (entry["type"], entry["outcome"]) == ("note", "warning")
    assert "accepted" in entry["detail"]
    assert "change of the package that does not stand here" in entry["note"]
    assert entry["pinned"]
    assert archive.run("ls", "--json").only["title"] == "A letter"
    assert_all_agree(archive, described.package.name)


def test_a_newer_copy_of_the_history_heals_it(archive: Archive, described: Copies) -> None:
    newer = described.history.read_bytes()
    described.put_back_history()
    assert told(archive, "catalog", "rebuild")
    described.history.write_bytes(newer)
    assert_all_agree(archive, described.package.name)


def test_without_a_catalogue_an_old_history_cannot_be_told_from_a_forgery(archive: Archive, described: Copies) -> None:
    described.put_back_history()
    forget_the_catalogue(archive)
    assert list(told(archive, "catalog", "rebuild")) == ["pins-disagree"]
    assert "manifest-tampered" in told(archive, "validate", described.package.name)


def test_no_forgery_is_accepted_with_an_old_history(archive: Archive, described: Copies) -> None:
    described.put_back_history()
    forge(described.package)
    for words in (["catalog", "rebuild"], ["catalog", "rebuild", "--accept-loss", described.package.name]):
        assert sorted(told(archive, *words)) == ["history-shorter", "pins-disagree"]
        assert "manifest-tampered" in told(archive, "validate", described.package.name)
    assert described.history.read_bytes() == described.former_history


@pytest.mark.parametrize("forget", [lambda _: None, forget_the_catalogue])
def test_a_former_state_that_was_put_back_is_called_that(
    archive: Archive, described: Copies, tmp_path: Path, forget: Callable[[Archive], None]
) -> None:
    name = described.package.name
    described.put_back_folder(tmp_path / "newer")
    forget(archive)
    found = told(archive, "validate", str(described.package))
    assert "manifest-tampered" not in found
    times = [json.loads(line)["time"] for line in described.history.read_text().splitlines()]
    assert f"of {times[0]}; its history knows of a newer one, of {times[-1]}" in found["former-state"]
    assert archive.run("validate", described.package).status == 3
    for _ in range(2):
        assert list(told(archive, "catalog", "rebuild")) == ["former-state"]
        assert list(told(archive, "validate", "--record", name)) == ["former-state"]
    assert described.last_entry["outcome"] == "fail"
    shutil.rmtree(described.package)
    (tmp_path / "newer").rename(described.package)
    package_id = json.loads(described.history.read_text().splitlines()[0])["package"]
    history.append(described.history, package_id, [Event("rep", datetime.now(UTC), Outcome.SUCCESS, ())])
    assert_all_agree(archive, name)


def test_many_at_once_are_told_apart_too(archive: Archive, described: Copies) -> None:
    (archive.incoming / "second.txt").write_text("Dear archive, once more,\n")
    archive.ingest()
    described.put_back_folder()
    found = {}
    for message in archive.run("validate", "--json", *archive.sealed()).messages:
        found[Path(message["target"]).name] = [problem["code"] for problem in message["problems"]]
    assert found.pop(described.package.name) == ["former-state"]
    assert list(found.values()) == [[]]


def test_damage_in_a_former_state_is_told_beside_it(archive: Archive, described: Copies) -> None:
    described.put_back_folder()
    (described.package / "data" / "letter.txt").write_text("Dear forger,\n")
    assert {"former-state", "checksum-mismatch"} <= told(archive, "validate", described.package.name).keys()


def test_a_forged_former_state_is_a_forgery(archive: Archive, described: Copies) -> None:
    described.put_back_folder()
    forge(described.package)
    found = told(archive, "validate", described.package.name)
    assert "manifest-tampered" in found
    assert "former-state" not in found
    assert list(told(archive, "catalog", "rebuild")) == ["pins-disagree"]


def test_an_edited_history_excuses_nothing(archive: Archive, described: Copies) -> None:
    described.put_back_folder()
    described.history.write_text(described.history.read_text().replace('"outcome":"success"', '"outcome":"fail"', 1))
    assert "former-state" not in told(archive, "validate", described.package.name)
    assert "former-state" not in told(archive, "catalog", "rebuild")


def test_a_state_of_other_documents_is_none_of_this_package(archive: Archive, described: Copies) -> None:
    """No change of ours touches a document: a history that tells of one was written by somebody else."""
    package_id = archive.run("ls", "--json").only["id"]
    pinned = tuple(
        replace(pin, value="0" * len(pin.value)) if pin.path == "manifest-sha256.txt" else pin
        for pin in pins_at(described.package)
    )
    event = Event("mem", datetime.now(UTC), Outcome.SUCCESS, (Agent("a forger"),))
    history.append(described.history, package_id, [NewEntry(event, pinned=pinned)])
    assert list(told(archive, "catalog", "rebuild")) == ["pins-disagree"]
    assert list(told(archive, "validate", described.package.name)) == ["manifest-tampered"]


def test_a_newer_state_that_is_lost_for_good_can_be_given_up(archive: Archive, described: Copies) -> None:
    name = described.package.name
    described.put_back_folder()
    assert told(archive, "catalog", "rebuild", "--accept-loss", name) == {}
    assert "The last state of this package is lost" in described.last_entry["detail"]
    assert archive.run("ls", "--json").only["title"] == "letter.txt"
    assert_all_agree(archive, name)


def test_folder_and_history_are_both_old_and_the_catalogue_tells(archive: Archive, described: Copies) -> None:
    name = described.package.name
    described.put_back_folder()
    described.put_back_history()
    for _ in range(2):
        found = told(archive, "validate", name)
        assert list(found) == ["former-state", "manifest-tampered"], "a forged history would say the same"
        assert "the catalogue knows another one" in found["former-state"]
        assert list(told(archive, "catalog", "rebuild")) == ["history-shorter"]
        assert "result-not-recorded" in told(archive, "validate", "--record", name)
    assert described.history.read_bytes() == described.former_history
    assert told(archive, "catalog", "rebuild", "--accept-loss", name) == {}
    assert_all_agree(archive, name)


def test_a_check_and_a_state_are_lost_together(archive: Archive, described: Copies) -> None:
    name = described.package.name
    archive.run("validate", "--record", name)
    described.put_back_history()
    assert list(told(archive, "catalog", "rebuild")) == ["history-shorter"]
    assert told(archive, "validate", name) == {}
    assert told(archive, "catalog", "rebuild", "--accept-loss", name) == {}
    assert_all_agree(archive, name)
