"""Journals and receipts of deposits are kept beside each copy, and come back from there."""

import shutil
from pathlib import Path

import pytest

from tests.acceptance.archive import Archive
from tests.keeping.copies import add_locations, alter, codes, drop, files_in, letter
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
