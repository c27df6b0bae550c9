"""Packages of a real archive go to a real folder, and the archive knows what became of them."""

import os
import shutil
import signal
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from preserve.cli.main import main
from preserve.config import load
from preserve.deposit.journal.reading import deposits_in, folder_of, receipt_problems
from preserve.deposit.journal.writing import Journal
from preserve.errors import BagError, CatalogError, ConfigError, DepositRefused, Locked, UsageError
from preserve.history import file as history
from preserve.model import Agent, Package
from preserve.model import Outcome as Ended
from preserve.model.deposits import Stage
from preserve.ports import Silent
from preserve.workflows.archive import Archive, SystemClock, opened
from preserve.workflows.depositing import preparing, recording, sending
from preserve.workflows.depositing.configured import target_named
from preserve.workflows.depositing.depositing import deposit_all
from preserve.workflows.depositing.journal import alone
from preserve.workflows.depositing.preparing import prepare
from preserve.workflows.depositing.results import Deposited, Order, Outcome
from preserve.workflows.depositing.sending import Sender, Work, conclude
from preserve.workflows.depositing.sharing import SharedPace, SharedProgress
from preserve.workflows.depositing.standing import deposits_amiss
from tests.acceptance.archive import Archive as CommandLine


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    place = tmp_path / "shelf"
    place.mkdir()
    return place


@pytest.fixture
def home(tmp_path: Path, shelf: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Archive]:
    """An archive of three letters, with the shelf as a target."""
    archive = CommandLine(tmp_path / "home", capsys)
    archive.incoming.mkdir(parents=True)
    (archive.home / "preserve.toml").write_text(f'[targets.shelf]\ntype = "folder"\npath = "{shelf}"\n')
    for name in ("one", "two", "three"):
        (archive.incoming / f"{name}.txt").write_text(f"Letter {name}.\n" * 50)
    assert archive.run("ingest", "--quiet").status == 0
    with opened(load(archive.home, environment={}), writing=True) as it:
        yield it


def order(home: Archive, **wanted: Any) -> Order:
    return replace(Order(target_named(home.config, "shelf", {})), **wanted)


def deposit(home: Archive, **wanted: Any) -> list[Deposited]:
    return list(deposit_all(home, list(home.catalog.packages()), order(home, **wanted)))


def on(shelf: Path) -> list[str]:
    return sorted(path.name for path in shelf.iterdir() if not path.name.startswith("."))


def tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("jobs", [1, 4])
def test_packages_arrive_and_their_histories_tell_of_it(home: Archive, shelf: Path, jobs: int) -> None:
    done = deposit(home, jobs=jobs)
    assert {one.status for one in done} == {Outcome.VERIFIED}
    assert on(shelf) == sorted(one.package.name for one in done)
    for one in done:
        assert tree(home.place_of(one.package.name)) == tree(shelf / one.package.name)
        (entry,) = deposits_in(folder_of(home.store, one.package.name))
        assert not list(receipt_problems(entry))
        past = history.read(home.history_of(one.package.name), package_id=one.package.id)
        told = [event for event in past.events if event.type == recording.TRANSFER]
        assert [event.outcome for event in told] == [Ended.SUCCESS]
        assert entry.story.head in told[0].note
        assert past.events[-2].type == "fix"  # it was read whole before it left


def test_what_is_there_is_not_sent_again(home: Archive, shelf: Path) -> None:
    deposit(home)
    before = {path: path.stat().st_ino for path in shelf.rglob("*")}
    assert {one.status for one in deposit(home)} == {Outcome.THERE}
    assert not deposit(home, resume=True)
    assert {one.status for one in deposit(home, again=True)} == {Outcome.VERIFIED}
    assert {path: path.stat().st_ino for path in shelf.rglob("*")} == before


def test_what_was_verified_is_verified_again_years_later(home: Archive, shelf: Path) -> None:
    assert not deposit(home, verify=True)
    (first, *_) = deposit(home)
    assert {one.status for one in deposit(home, verify=True)} == {Outcome.VERIFIED}
    (shelf / first.package.name / "bagit.txt").write_text("Something else.\n")
    found = {one.package.name: one for one in deposit(home, verify=True)}
    assert found[first.package.name].status is Outcome.FAILED
    assert found[first.package.name].problems
    assert found[first.package.name].needs_a_person
    past = history.read(home.history_of(first.package.name), package_id=first.package.id)
    assert past.events[-1].outcome is Ended.FAIL
    assert sorted(str(one.status) for one in found.values()) == ["failed", "verified", "verified"]


def test_a_dry_run_changes_nothing_anywhere(home: Archive, shelf: Path, tmp_path: Path) -> None:
    before = tree(tmp_path)
    assert {one.status for one in deposit(home, dry_run=True)} == {Outcome.PLANNED}
    assert not on(shelf)
    after = tree(tmp_path)
    assert {path for path in before.keys() ^ after.keys() if "catalog" not in path} == set()


def test_a_damaged_package_does_not_leave(home: Archive, shelf: Path) -> None:
    package = next(iter(home.catalog.packages()))
    (letter,) = (home.place_of(package.name) / "data").iterdir()
    letter.write_bytes(letter.read_bytes()[:-1] + b"X")
    found = {one.package.name: one for one in deposit(home)}
    assert found[package.name].status is Outcome.FAILED
    assert isinstance(found[package.name].error, BagError)
    assert package.name not in on(shelf)
    assert len(on(shelf)) == 2
    past = history.read(home.history_of(package.name), package_id=package.id)
    assert (past.events[-1].type, past.events[-1].outcome) == ("fix", Ended.FAIL)


def test_a_changed_description_goes_beside_the_former_one(home: Archive, shelf: Path) -> None:
    deposit(home)
    package = next(iter(home.catalog.packages()))
    describe(home, package.name)
    done = {one.package.name: one for one in deposit(home)}
    assert done[package.name].status is Outcome.VERIFIED
    assert len([one for one in done.values() if one.status is Outcome.THERE]) == 2
    assert f"{package.name}.v2" in on(shelf)
    assert len(on(shelf)) == 4


def describe(home: Archive, name: str) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["--home", str(home.config.home), "describe", name, "--set", "dcterms:title=A letter", "--quiet"])
    assert stopped.value.code == 0


def test_a_journal_that_somebody_changed_is_not_acted_on(home: Archive, shelf: Path) -> None:
    (first, *_) = deposit(home)
    (entry,) = deposits_in(folder_of(home.store, first.package.name))
    journal = entry.folder / "journal.jsonl"
    journal.write_bytes(journal.read_bytes().replace(b'"stage":"verified"', b'"stage":"refused"'))
    before = tree(shelf)
    found = {one.package.name: one for one in deposit(home)}
    assert isinstance(found[first.package.name].error, CatalogError)
    assert tree(shelf) == before


def test_two_runs_do_not_deposit_the_same(home: Archive, shelf: Path) -> None:
    package = next(iter(home.catalog.packages()))
    with alone(home.store, package.name, "shelf"):
        found = {one.package.name: one for one in deposit(home)}
    assert isinstance(found[package.name].error, Locked)
    assert package.name not in on(shelf)
    assert len(on(shelf)) == 2


def test_what_another_run_did_meanwhile_is_seen(home: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """It comes between the first look at the journals and the moment from which this run is alone."""
    package = next(iter(home.catalog.packages()))
    there: list[Deposited] = []

    def late(*place: Any) -> Any:
        monkeypatch.setattr(preparing, "alone", alone)
        there.extend(deposit_all(home, [package], order(home)))
        return alone(*place)

    monkeypatch.setattr(preparing, "alone", late)
    (found,) = deposit_all(home, [package], order(home))
    assert [one.status for one in there] == [Outcome.VERIFIED]
    assert found.status is Outcome.THERE
    (entry,) = deposits_in(folder_of(home.store, package.name))
    assert not entry.problems


def test_another_place_under_the_same_name_is_told(home: Archive, shelf: Path) -> None:
    deposit(home)
    elsewhere = shelf.with_name("next-year")
    elsewhere.mkdir()
    target = target_named(home.config, "shelf", {})
    values = {**target.given.values, "path": str(elsewhere)}
    moved = Order(replace(target, given=replace(target.given, values=values)))
    for ordered in (moved, replace(moved, verify=True)):
        done = list(deposit_all(home, list(home.catalog.packages()), ordered))
        assert {type(one.error) for one in done} == {DepositRefused}
        assert all(str(shelf) in str(one.error) and str(elsewhere) in str(one.error) for one in done)
    done = list(deposit_all(home, list(home.catalog.packages()), replace(moved, again=True)))
    assert {one.status for one in done} == {Outcome.VERIFIED}
    assert on(elsewhere) == on(shelf)


def test_another_form_than_what_is_there_is_told(home: Archive) -> None:
    deposit(home)
    as_tar = Order(replace(target_named(home.config, "shelf", {}), form="tar"))
    done = list(deposit_all(home, list(home.catalog.packages()), as_tar))
    assert {type(one.error) for one in done} == {DepositRefused}
    assert all("as bag; it was not sent as tar" in str(one.error) for one in done)


def test_a_lost_journal_of_which_the_history_tells_makes_no_double(home: Archive, shelf: Path) -> None:
    """This far end can be asked, and is; one that cannot be asked gets nothing."""
    (first, *_) = deposit(home)
    shutil.rmtree(folder_of(home.store, first.package.name))
    asked: list[bool] = []

    class Mute(Sender):
        def _target(self) -> Any:
            target = super()._target()
            asked.append(True)
            promises = replace(target.promises, askable=False)
            return type("Mute", (), {"__getattr__": lambda _, name: getattr(target, name), "promises": promises})()

    (work,) = [
        one
        for package in [first.package]
        if isinstance(one := prepare(home, package, order(home), SharedPace(0), nothing_shown()), Work)
    ]
    with Mute(order(home), nothing_shown()) as sender:
        refused = conclude(home, order(home), sender.send(work))
    assert asked
    assert isinstance(refused.error, DepositRefused)
    assert "journal is gone" in str(refused.error)
    done = {one.package.name: one for one in deposit(home)}
    assert done[first.package.name].status is Outcome.VERIFIED
    assert len(on(shelf)) == 3


def test_what_was_deposited_once_is_verified_whatever_was_tried_since(home: Archive, shelf: Path) -> None:
    (first, *_) = deposit(home)
    letter = shelf / first.package.name / "bagit.txt"
    before = letter.read_bytes()
    letter.write_bytes(b"x")
    deposit(home, verify=True)
    tried = {one.package.name: one for one in deposit(home, again=True)}
    assert tried[first.package.name].status in (Outcome.FAILED, Outcome.REFUSED)
    assert list(deposits_amiss(home))
    letter.write_bytes(before)
    again = {one.package.name: one for one in deposit(home, verify=True)}
    assert again[first.package.name].status is Outcome.VERIFIED
    assert not list(deposits_amiss(home))


def refused_at(shelf: Path, package: Package) -> Path:
    stranger = shelf / package.name
    stranger.mkdir()
    return stranger


def test_what_was_refused_is_tried_again_by_its_name_and_by_no_timer(home: Archive, shelf: Path) -> None:
    package = next(iter(home.catalog.packages()))
    stranger = refused_at(shelf, package)
    for _ in range(3):
        found = {one.package.name: one for one in deposit(home, everything=True)}
        assert found[package.name].status is Outcome.REFUSED
        assert found[package.name].needs_a_person
    assert len(deposits_in(folder_of(home.store, package.name))) == 1
    assert [problem.code for problem in deposits_amiss(home)] == ["deposit-refused"]
    stranger.rmdir()
    (found_now,) = deposit_all(home, [package], order(home))
    assert found_now.status is Outcome.VERIFIED
    assert not list(deposits_amiss(home))


def test_a_refused_second_try_does_not_hide_what_is_there(home: Archive, shelf: Path) -> None:
    package = next(iter(home.catalog.packages()))
    deposit(home)
    away = shelf.with_name("away")
    (shelf / package.name).rename(away)
    refused_at(shelf, package)
    (again,) = deposit_all(home, [package], order(home, again=True))
    assert again.status is Outcome.REFUSED
    (found,) = deposit_all(home, [package], order(home))
    assert found.status is Outcome.THERE


def test_one_place_has_many_spellings(home: Archive, shelf: Path) -> None:
    target = target_named(home.config, "shelf", {})
    for spelled in (f"{shelf}/", f"{shelf.parent}/./{shelf.name}", os.path.relpath(shelf, home.config.home)):
        assert target.is_at(spelled)
    assert not target.is_at(str(shelf.parent))
    assert replace(target, formerly=("/mnt/old",)).is_at("/mnt/old/")


def test_a_target_among_the_packages_is_none(home: Archive) -> None:
    config = home.config
    for path in ("packages", "packages/x", "incoming", "."):
        (config.home / "preserve.toml").write_text(f'[targets.shelf]\ntype = "folder"\npath = "{path}"\n')
        with pytest.raises(ConfigError, match="must not lie one in the other"):
            target_named(load(config.home, environment={}), "shelf", {})


def test_who_looked_says_that_it_arrived(home: Archive) -> None:
    (first, *_) = deposit(home)
    (entry,) = deposits_in(folder_of(home.store, first.package.name))
    with pytest.raises(UsageError, match="is verified"):
        list(deposit_all(home, [first.package], order(home, arrived="there")))
    with Journal.resume(entry, SystemClock()) as journal:
        journal.step(Stage.UNKNOWN, note="nobody knows")
    (found,) = deposit_all(home, [first.package], order(home, arrived="drawer 7", agents=(Agent("Ada"),)))
    assert found.status is Outcome.VERIFIED
    (entry,) = deposits_in(folder_of(home.store, first.package.name))
    assert entry.story.where == "drawer 7"
    assert b"Ada looked, and says that it is there." in (entry.folder / "journal.jsonl").read_bytes()


def left_in_the_middle(home: Archive, package: Package) -> None:
    """Its deposit was verified; now its journal, and the history, tell that nobody knows."""
    (entry,) = deposits_in(folder_of(home.store, package.name))
    with Journal.resume(entry, SystemClock()) as journal:
        journal.step(Stage.UNKNOWN, note="nobody knows")


def test_a_former_state_that_was_left_in_the_middle_is_told_until_it_is_given_up(home: Archive) -> None:
    (first, *_) = deposit(home)
    left_in_the_middle(home, first.package)
    describe(home, first.package.name)
    (resumed,) = (one for one in deposit(home, resume=True))
    assert isinstance(resumed.error, DepositRefused)
    assert "--given-up" in resumed.error.hint
    assert {one.status for one in deposit(home)} == {Outcome.VERIFIED, Outcome.THERE}
    assert [problem.code for problem in deposits_amiss(home)] == ["deposit-unknown"]
    (ended,) = deposit_all(home, [first.package], order(home, given_up="thrown away there"))
    assert ended.status is Outcome.GIVEN_UP
    assert not list(deposits_amiss(home))
    assert not deposit(home, resume=True)


def test_what_cannot_be_verified_is_said_truly(home: Archive) -> None:
    assert not deposit(home, verify=True)
    (first, *_) = deposit(home)
    describe(home, first.package.name)
    found = {one.package.name: one for one in deposit(home, verify=True)}
    assert "as it is now, was never deposited" in str(found[first.package.name].error)


def test_other_tags_than_those_that_are_there_are_told(home: Archive) -> None:
    deposit(home)
    done = deposit(home, tags=(("Access", "Restricted"),))
    assert {type(one.error) for one in done} == {DepositRefused}
    assert all("Access=Restricted" in str(one.error) for one in done)


def test_a_journal_of_which_the_history_knows_nothing_is_not_believed(home: Archive, shelf: Path) -> None:
    package = next(iter(home.catalog.packages()))
    (found,) = deposit_all(home, [package], order(home))
    forged = folder_of(home.store, package.name)
    kept = shutil.copytree(forged, home.config.home / "kept")
    shutil.rmtree(forged)
    shutil.rmtree(shelf / package.name)
    past = home.history_of(package.name)
    lines = past.read_bytes().splitlines(keepends=True)
    past.write_bytes(b"".join(line for line in lines if b'"type":"tra"' not in line))
    shutil.copytree(kept, forged)
    (found,) = deposit_all(home, [package], order(home))
    assert found.status is not Outcome.THERE
    assert found.status is not Outcome.VERIFIED


def test_a_dry_run_says_what_would_be_done(home: Archive) -> None:
    (first, *_) = deposit(home)
    left_in_the_middle(home, first.package)
    found = {one.package.name: one for one in deposit(home, dry_run=True)}
    assert found[first.package.name].status is Outcome.UNKNOWN
    assert "asked first" in found[first.package.name].note
    assert {one.status for one in found.values()} == {Outcome.UNKNOWN, Outcome.THERE}


def test_deposits_behind_a_link_are_not_touched(home: Archive, tmp_path: Path) -> None:
    package = next(iter(home.catalog.packages()))
    (victim := tmp_path / "victim").mkdir()
    folder_of(home.store, package.name).symlink_to(victim)
    found = {one.package.name: one for one in deposit(home)}
    assert isinstance(found[package.name].error, CatalogError)
    assert not list(victim.iterdir())


class Wrong:
    """A clock that is years ahead."""

    def now(self) -> datetime:
        return datetime(2030, 1, 1, tzinfo=UTC)


def test_a_clock_that_was_wrong_for_a_while_changes_no_order(home: Archive, shelf: Path) -> None:
    package = next(iter(home.catalog.packages()))
    stranger = shelf / package.name
    stranger.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sending, "SystemClock", Wrong)
        (found,) = deposit_all(home, [package], order(home))
    assert found.status is Outcome.REFUSED
    stranger.rmdir()
    (found,) = deposit_all(home, [package], order(home))
    assert found.status is Outcome.VERIFIED
    (found,) = deposit_all(home, [package], order(home))
    assert found.status is Outcome.THERE


def nothing_shown() -> SharedProgress:
    return SharedProgress(Silent(), together=False)


def test_what_a_run_could_not_write_into_the_history_the_next_one_does(home: Archive) -> None:
    package = next(iter(home.catalog.packages()))
    child = os.fork()
    if not child:
        recording.write_entries = lambda *_: os.kill(os.getpid(), signal.SIGKILL)  # type: ignore[attr-defined]
        list(deposit_all(home, [package], order(home)))
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status)
    (entry,) = deposits_in(folder_of(home.store, package.name))
    assert entry.story.stage is Stage.VERIFIED
    for expected in (Outcome.VERIFIED, Outcome.THERE):
        (found,) = deposit_all(home, [package], order(home))
        assert found.status is expected
        past = history.read(home.history_of(package.name), package_id=package.id)
        assert [event.type for event in past.events].count(recording.TRANSFER) == 1
