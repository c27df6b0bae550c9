"""Journals and receipts of deposits are kept beside each copy, and come back from there."""

import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from preserve.deposit.journal.reading import read
from preserve.deposit.journal.writing import Journal
from preserve.model.deposits import Stage
from preserve.workflows.archive import SystemClock
from tests.acceptance.archive import Archive
from tests.keeping.copies import add_locations, alter, codes, drop, events, files_in, letter
from tests.stranger import install

_MADE: dict[str, Path] = {}
"""Such an archive, made once and copied for each test."""


class Handed:
    """A package that was deposited in a folder, and has a copy in the location nas."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        self.package = archive.only_package()
        self.name = self.package.name
        self.here = self.package.with_name(f"{self.name}.deposits")
        self.there = archive.home / "nas" / self.here.name

    @property
    def journal(self) -> Path:
        (found,) = self.here.glob("*/journal.jsonl")
        return found

    @property
    def receipt(self) -> Path:
        return min(self.here.glob("*/receipts/*"))

    def beside(self, file: Path) -> Path:
        """The copy of *file*."""
        return self.there / file.relative_to(self.here)

    def told(self) -> dict[str, bytes]:
        """The journals and receipts here; without locks."""
        return {path: data for path, data in files_in(self.here).items() if not path.startswith(".")}


@pytest.fixture
def handed(
    archive: Archive, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Handed:
    install(tmp_path / "elsewhere", monkeypatch)
    monkeypatch.setenv("PRESERVE_TARGET_DRIVE_TOKEN", "open-sesame")
    if "home" not in _MADE:
        add_locations(archive, "nas")
        drive = tmp_path_factory.mktemp("drive")
        with (archive.home / "preserve.toml").open("a") as settings:
            settings.write(f'[targets.drive]\ntype = "box"\npath = "{drive}"\n')
        letter(archive)
        assert archive.run("deposit", "--all", "--to", "drive").status == 0
        assert archive.run("replicate", "--to", "nas", "--all").status == 0
        _MADE["home"] = tmp_path_factory.mktemp("made") / "home"
        shutil.copytree(archive.home, _MADE["home"])
    else:
        shutil.copytree(_MADE["home"], archive.home, dirs_exist_ok=True)
    return Handed(archive)


def test_a_copy_has_the_deposits_beside_it_without_locks(handed: Handed) -> None:
    assert files_in(handed.there) == handed.told()
    assert handed.receipt.is_file()
    assert any(path.name.endswith(".lock") for path in handed.here.iterdir())


@pytest.mark.parametrize("how", ["replicate", "verify", "repair"])
def test_what_is_new_comes_to_a_copy_that_is_there(handed: Handed, how: str) -> None:
    before = files_in(handed.there)
    assert handed.archive.run("deposit", handed.name, "--to", "drive", "--verify").status == 0
    assert handed.archive.run("deposit", handed.name, "--to", "drive", "--again").status == 0
    words = {
        "replicate": ("replicate", "--to", "nas", "--all"),
        "verify": ("replicate", "--to", "nas", "--verify", handed.name),
        "repair": ("repair", handed.name, "--location", "nas"),
    }
    assert handed.archive.run(*words[how]).status == 0
    assert files_in(handed.there) == handed.told()
    assert len(files_in(handed.there)) > len(before)


def test_what_says_something_else_there_is_told_and_stays(handed: Handed) -> None:
    for file in (handed.journal, handed.receipt):
        alter(handed.beside(file))
        kept = files_in(handed.there)
        said = handed.archive.run("replicate", "--json", "--to", "nas", handed.name)
        assert (said.status, codes(said.only)) == (3, {"deposit-copy-disagrees"})
        assert files_in(handed.there) == kept
        alter(handed.beside(file))
    handed.beside(handed.journal).write_bytes(handed.journal.read_bytes() + b"more\n")
    assert codes(handed.archive.run("replicate", "--json", "--to", "nas", handed.name).only) == {
        "deposit-copy-disagrees"
    }


def test_what_is_altered_here_is_told_and_not_copied(handed: Handed) -> None:
    kept = files_in(handed.there)
    for file, code in ((handed.journal, "deposit-journal-altered"), (handed.receipt, "deposit-receipt-altered")):
        alter(file)
        said = handed.archive.run("replicate", "--json", "--to", "nas", handed.name)
        assert (said.status, codes(said.only)) == (3, {code})
        assert files_in(handed.there) == kept
        alter(file)


def test_a_line_that_a_crash_cut_off_is_not_copied(handed: Handed) -> None:
    whole = handed.journal.read_bytes()
    handed.journal.write_bytes(whole + b'{"schema_version":1,"seq":')
    assert handed.archive.run("replicate", "--to", "nas", handed.name).status == 0
    assert handed.beside(handed.journal).read_bytes() == whole


@pytest.mark.parametrize("what", ["deposits", "deposit", "receipts", "journal"])
def test_links_in_a_location_are_not_followed(handed: Handed, tmp_path: Path, what: str) -> None:
    place = {
        "deposits": handed.there,
        "deposit": handed.beside(handed.journal).parent,
        "receipts": handed.beside(handed.receipt).parent,
        "journal": handed.beside(handed.journal),
    }[what]
    outside = tmp_path / "outside"
    outside.mkdir() if place.is_dir() else outside.write_bytes(b"")
    drop(place)
    place.symlink_to(outside)
    said = handed.archive.run("replicate", "--json", "--to", "nas", handed.name)
    assert (said.status, codes(said.only)) == (3, {"deposit-not-kept"})
    assert not (files_in(outside) if outside.is_dir() else outside.read_bytes())


def test_what_is_lost_here_comes_back_with_the_package(handed: Handed) -> None:
    kept = handed.told()
    for lost in (handed.here, handed.journal.parent, handed.journal, handed.receipt):
        if lost is handed.here:
            drop(handed.package)
        drop(lost)
        assert handed.archive.run("log", handed.name).status != 0
        said = handed.archive.run("repair", "--json", handed.name)
        assert (said.status, "deposit-restored" in codes(said.only)) == (0, True)
        assert handed.told() == kept
        assert handed.archive.run("log", handed.name).status == 0
    again = handed.archive.run("deposit", "--json", handed.name, "--to", "drive")
    assert [m["status"] for m in again.messages if m["message_type"] == "deposit"] == ["there"]


def test_what_is_altered_here_gives_way_and_is_kept_aside(handed: Handed) -> None:
    kept = handed.told()
    for file in (handed.journal, handed.receipt):
        alter(file)
        altered = file.read_bytes()
        assert handed.archive.run("repair", "--dry-run", handed.name).status == 0
        assert file.read_bytes() == altered
        assert handed.archive.run("repair", handed.name).status == 0
        assert handed.told() == kept
        (aside,) = (handed.archive.packages / ".preserve/set-aside" / handed.name).rglob(file.name)
        assert aside.read_bytes() == altered


def test_a_journal_that_lost_its_end_is_gone_on_with(handed: Handed) -> None:
    whole = handed.journal.read_bytes()
    handed.journal.write_bytes(b"".join(whole.splitlines(keepends=True)[:-1]))
    assert handed.archive.run("repair", handed.name).status == 0
    assert handed.journal.read_bytes() == whole
    assert not (handed.archive.packages / ".preserve/set-aside").exists()


def test_the_longest_that_the_history_confirms_comes_back(handed: Handed) -> None:
    """Not one that stops before what the history tells, nor one that says something else, nor one never told."""
    whole = handed.beside(handed.journal).read_bytes()
    here, there = handed.journal, handed.beside(handed.journal)
    drop(here)
    short, forged = b"".join(whole.splitlines(keepends=True)[:-1]), whole.replace(b"planned", b"unknown")
    for bad in (short, forged, b"", b"[]"):
        there.write_bytes(bad)
        said = handed.archive.run("repair", "--json", handed.name)
        assert (said.status, "deposit-journal-missing" in codes(said.only)) == (3, True)
        assert not here.exists()
    there.write_bytes(whole)
    shutil.copytree(there.parent, handed.there / "drive-0002-20300101T000000Z")
    assert handed.archive.run("repair", handed.name).status == 0
    assert handed.told() == {path: data for path, data in files_in(handed.there).items() if "-0002-" not in path}


def test_one_that_was_begun_only_comes_back_though_no_history_tells_of_it(handed: Handed) -> None:
    entry = read(handed.journal.parent)
    assert entry is not None
    for number, stage in ((2, Stage.SENDING), (3, Stage.STORED)):
        name = f"drive-{number:04d}-20300101T000000Z"
        opening = replace(entry.story.opening, deposit=name)
        with Journal.begin(handed.there / name, opening, SystemClock()) as journal:
            journal.step(stage)
    said = handed.archive.run("repair", "--json", handed.name)
    assert (said.status, codes(said.only)) == (0, {"deposit-restored", "deposit-unconfirmed"})
    assert handed.told() == {path: data for path, data in files_in(handed.there).items() if "-0003-" not in path}


def test_links_here_are_not_followed_either(handed: Handed, tmp_path: Path) -> None:
    kept, outside = handed.told(), tmp_path / "outside"
    outside.mkdir()
    folder, file = handed.journal.parent, handed.journal
    os.rename(file, outside / "journal.jsonl")
    file.symlink_to(outside / "journal.jsonl")
    assert handed.archive.run("repair", handed.name).status == 0
    assert (handed.told(), file.is_symlink()) == (kept, False)
    drop(folder)
    folder.symlink_to(outside)
    before = files_in(outside)
    said = handed.archive.run("repair", "--json", handed.name)
    assert (said.status, "deposit-not-kept" in codes(said.only)) == (3, True)
    assert files_in(outside) == before


def test_an_audit_reads_the_record_of_deposits_too(handed: Handed) -> None:
    assert handed.archive.run("audit", "--all").status == 0
    for harm, place, code in (
        (alter, handed.receipt, "deposit-receipt-altered"),
        (drop, handed.receipt, "deposit-receipt-altered"),
        (alter, handed.journal, "deposit-journal-altered"),
        (drop, handed.here, "deposit-journal-missing"),
    ):
        harm(place)
        said = handed.archive.run("audit", "--json", "--all")
        of = {m["location"]: (m["outcome"], codes(m)) for m in said.messages if m["message_type"] == "fixity"}
        assert (said.status, of) == (3, {"": ("success", {code}), "nas": ("success", set())})
        (summary,) = (m for m in said.messages if m["message_type"] == "audit")
        assert (summary["failed"], codes(summary)) == (0, {"deposits-unproven"})
        said = handed.archive.run("audit", "--quiet", "--all")
        assert said.status == 3
        assert "deposits of 1 package" in said.out + said.err
        assert events(handed.archive, handed.name)[-1] == ("fix", "success")
        assert handed.archive.run("repair", handed.name).status == 0
    assert handed.archive.run("audit", "--all").status == 0
