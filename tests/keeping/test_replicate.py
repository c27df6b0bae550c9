"""``preserve replicate``: what is in a location afterwards is whole, recorded, and never in place of something else."""

import json
import shutil
from pathlib import Path

import pytest

from tests.acceptance.archive import Archive
from tests.keeping.copies import add_locations, alter, codes, events, files_in, letter


@pytest.fixture
def nas(archive: Archive) -> Path:
    (folder,) = add_locations(archive, "nas")
    return folder


@pytest.fixture
def package(archive: Archive) -> Path:
    return letter(archive)


def test_a_copy_is_the_same_package_with_its_history_beside_it(archive: Archive, nas: Path, package: Path) -> None:
    said = archive.run("replicate", "--json", "--to", "nas", package.name)
    assert (said.status, said.only["status"], said.only["location"]) == (0, "copied", "nas")
    assert files_in(nas / package.name) == files_in(package)
    copied, original = ((place / "data/0.txt").stat() for place in (nas / package.name, package))
    assert copied.st_mtime_ns == original.st_mtime_ns
    assert copied.st_ino != original.st_ino
    history = package.with_name(f"{package.name}.history.jsonl").read_bytes()
    assert (nas / f"{package.name}.history.jsonl").read_bytes() == history
    assert events(archive, package.name)[-2:] == [("rep", "success"), ("fix", "success")]
    assert b'"location":"nas"' in history
    assert sorted(path.name for path in nas.iterdir() if not path.name.startswith(".")) == [
        package.name,
        f"{package.name}.history.jsonl",
    ]
    assert not list((nas / ".preserve" / "staging").iterdir())
    assert archive.run("validate", nas / package.name).status == 0


@pytest.mark.usefixtures("nas")
def test_what_is_there_is_not_read_again_unless_asked(archive: Archive, package: Path) -> None:
    archive.run("replicate", "--to", "nas", package.name)
    before = events(archive, package.name)
    assert archive.run("replicate", "--json", "--to", "nas", "--all").only["status"] == "present"
    assert events(archive, package.name) == before
    assert archive.run("replicate", "--json", "--to", "nas", "--all", "--verify").only["status"] == "verified"


def test_a_damaged_package_is_not_replicated(archive: Archive, nas: Path, package: Path) -> None:
    for harm in (
        lambda: alter(package / "data/1.txt"),
        lambda: alter(package / "metadata/descriptive/dc.xml"),
        (package / "data/1.txt").unlink,
        lambda: (package / "data/more.txt").write_text("more"),
        lambda: alter(package / "manifest-sha512.txt"),
        lambda: shutil.rmtree(package),
    ):
        kept = files_in(package)
        harm()
        said = archive.run("replicate", "--json", "--to", "nas", package.name)
        assert said.status == 22
        result, error = said.messages
        assert (result["status"], error["code"]) == ("refused", "bag")
        assert not [path for path in nas.iterdir() if path.name != ".preserve"]
        shutil.rmtree(package, ignore_errors=True)
        for path, data in kept.items():
            (package / path).parent.mkdir(parents=True, exist_ok=True)
            (package / path).write_bytes(data)
    assert archive.run("replicate", "--to", "nas", package.name).status == 0


@pytest.mark.parametrize("how", ["one", "all"])
@pytest.mark.parametrize("file", ["README.txt", "data/1.txt", ""])
@pytest.mark.usefixtures("nas")
def test_a_damaged_package_that_was_found_so_is_not_forgotten(
    archive: Archive, package: Path, how: str, file: str
) -> None:
    letter(archive, "other")
    shutil.rmtree(package) if not file else alter(package / file)
    said = archive.run("replicate", "--json", "--to", "nas", *(["--all"] if how == "all" else [package.name]))
    assert said.status == (3 if how == "all" else 22)
    (refused,) = (message for message in said.messages if message.get("status") == "refused")
    assert f"preserve repair {package.name}" in refused["problems"][0]["hint"]
    last = package.with_name(f"{package.name}.history.jsonl").read_text().splitlines()[-1]
    assert json.loads(last)["outcome"] == "fail"
    status = archive.run("status")
    assert (status.status, package.name in status.out) == (3, True)
    assert [m["name"] for m in archive.run("audit", "--json").messages if m["message_type"] == "fixity"] == [
        package.name
    ]


@pytest.mark.usefixtures("nas")
def test_what_is_not_the_fault_of_the_package_is_not_recorded_of_it(archive: Archive, package: Path) -> None:
    before = events(archive, package.name)
    (archive.home / "nas" / package.name).write_text("something else")
    assert archive.run("replicate", "--to", "nas", package.name).status == 22
    assert events(archive, package.name) == before


def test_a_copy_that_was_carried_there_by_hand_is_read_and_taken_on(archive: Archive, nas: Path, package: Path) -> None:
    shutil.copytree(package, nas / package.name)
    assert archive.run("replicate", "--json", "--to", "nas", package.name).only["status"] == "adopted"
    assert events(archive, package.name)[-2:] == [("rep", "success"), ("fix", "success")]


def test_a_damaged_copy_that_was_carried_there_is_not(archive: Archive, nas: Path, package: Path) -> None:
    shutil.copytree(package, nas / package.name)
    alter(nas / package.name / "data/1.txt")
    before, kept = events(archive, package.name), files_in(nas / package.name)
    said = archive.run("replicate", "--json", "--to", "nas", package.name)
    assert said.status == 22
    assert codes(said.messages[0]) == {"copy-damaged"}
    assert events(archive, package.name) == before
    assert files_in(nas / package.name) == kept


def test_damage_in_a_known_copy_is_recorded_and_stays_until_it_is_mended(
    archive: Archive, nas: Path, package: Path
) -> None:
    archive.run("replicate", "--to", "nas", package.name)
    file = nas / package.name / "data/1.txt"
    alter(file)
    assert archive.run("replicate", "--to", "nas", "--verify", package.name).status == 22
    assert events(archive, package.name)[-1] == ("fix", "fail")
    alter(file)  # the bit falls back
    said = archive.run("replicate", "--json", "--to", "nas", package.name)
    assert said.status == 22
    assert codes(said.messages[0]) == {"copy-damaged"}
    assert archive.run("repair", package.name, "--location", "nas", "--restored", "a loose cable").status == 0
    assert archive.run("replicate", "--json", "--to", "nas", package.name).only["status"] == "present"


@pytest.mark.parametrize("how", ["manifest", "a link", "a file"])
def test_a_known_copy_that_came_to_harm_is_damaged_and_not_something_else(
    archive: Archive, nas: Path, package: Path, how: str
) -> None:
    archive.run("replicate", "--to", "nas", package.name)
    copy = nas / package.name
    if how == "manifest":
        alter(copy / "manifest-sha256.txt")
    else:
        copy.rename(nas / "elsewhere")
        copy.symlink_to("elsewhere") if how == "a link" else copy.write_text("?")
    said = archive.run("replicate", "--json", "--to", "nas", package.name)
    assert (said.status, codes(said.messages[0])) == (22, {"copy-damaged"})
    assert events(archive, package.name)[-1] == ("fix", "fail")
    assert archive.run("repair", package.name, "--location", "nas").status == 0
    assert files_in(copy) == files_in(package)
    assert not copy.is_symlink()


@pytest.mark.parametrize("what", ["a folder", "a file", "a link", "another package"])
def test_something_else_under_that_name_is_never_written_over(
    archive: Archive, nas: Path, package: Path, what: str
) -> None:
    place = nas / package.name
    if what == "a folder":
        place.mkdir()
        (place / "only copy.txt").write_text("!")
    elif what == "a file":
        place.write_text("!")
    elif what == "a link":
        shutil.copytree(package, nas / "elsewhere")
        place.symlink_to("elsewhere")
    else:
        shutil.copytree(letter(archive, "other"), place)
    before = files_in(nas)
    said = archive.run("replicate", "--json", "--to", "nas", package.name)
    assert said.status == 22
    assert codes(said.messages[0]) == {"not-the-package"}
    assert {path: data for path, data in files_in(nas).items() if not path.startswith(".preserve")} == before


def test_a_copy_of_a_former_state_is_brought_up_to_date_and_its_documents_are_not_copied_again(
    archive: Archive, nas: Path, package: Path
) -> None:
    archive.run("replicate", "--to", "nas", package.name)
    documents = {path: (nas / package.name / path).stat().st_ino for path in ("data/0.txt", "data/1.txt")}
    archive.run("describe", package.name, "--set", "title=A letter")
    said = archive.run("replicate", "--json", "--to", "nas", package.name)
    assert (said.status, said.only["status"]) == (0, "renewed")
    assert files_in(nas / package.name) == files_in(package)
    assert {path: (nas / package.name / path).stat().st_ino for path in documents} == documents
    assert not (nas / ".preserve" / "set-aside").exists()


def test_a_damaged_copy_of_a_former_state_is_for_repair(archive: Archive, nas: Path, package: Path) -> None:
    archive.run("replicate", "--to", "nas", package.name)
    archive.run("describe", package.name, "--set", "title=A letter")
    alter(nas / package.name / "data/1.txt")
    said = archive.run("replicate", "--json", "--to", "nas", package.name)
    assert said.status == 22
    assert codes(said.messages[0]) == {"copy-damaged"}
    assert events(archive, package.name)[-1] == ("fix", "fail")
    assert archive.run("status").status == 3
    assert archive.run("repair", package.name, "--location", "nas").status == 0
    assert files_in(nas / package.name) == files_in(package)


@pytest.mark.usefixtures("nas")
def test_many_packages_go_on_behind_a_damaged_one(archive: Archive) -> None:
    first, second, third = (letter(archive, name) for name in ("a", "b", "c"))
    alter(second / "data/1.txt")
    said = archive.run("replicate", "--json", "--to", "nas", "--all")
    assert said.status == 3
    assert {message["name"]: message["status"] for message in said.messages} == {
        first.name: "copied",
        second.name: "refused",
        third.name: "copied",
    }
    said = archive.run("replicate", "--to", "nas", "--all")
    assert "3 packages: 2 present, 1 refused." in said.out
    assert f"REFUSED  {second.name}" in said.out


def test_a_location_that_is_not_there_is_one_sentence(archive: Archive, nas: Path, package: Path) -> None:
    archive.run("replicate", "--to", "nas", package.name)
    away = nas.rename(nas.with_name(f"{nas.name}-away"))
    for _ in range(2):
        said = archive.run("replicate", "--json", "--to", "nas", "--all")
        assert said.status == 22
        assert said.only["code"] == "store-unreachable"
        nas.mkdir(exist_ok=True)  # then the mount point alone
    assert not list(nas.iterdir())
    nas.rmdir()
    away.rename(nas)
    assert archive.run("replicate", "--to", "nas", "--all").status == 0


def test_a_witness_that_says_something_else_is_told_and_not_overwritten(
    archive: Archive, nas: Path, package: Path
) -> None:
    archive.run("replicate", "--to", "nas", package.name)
    witness = nas / f"{package.name}.history.jsonl"
    witness.write_bytes(witness.read_bytes() + b"{}\n")
    kept = witness.read_bytes()
    said = archive.run("replicate", "--json", "--to", "nas", package.name)
    assert said.status == 3
    assert codes(said.only) == {"history-witness-disagrees"}
    assert witness.read_bytes() == kept


@pytest.mark.usefixtures("nas")
def test_a_rebuilt_catalogue_knows_the_copies(archive: Archive, package: Path) -> None:
    archive.run("replicate", "--to", "nas", package.name)
    shutil.rmtree(archive.packages / ".preserve")
    archive.run("catalog", "rebuild")
    assert archive.run("replicate", "--json", "--to", "nas", package.name).only["status"] == "present"


@pytest.mark.usefixtures("nas")
def test_what_is_asked_wrongly_is_told(archive: Archive, package: Path) -> None:
    for words in (("--to", "nas"), ("--to", "nas", "--all", package.name), ("--to", "tape", "--all"), ("--all",)):
        assert archive.run("replicate", *words).status == 2
    (archive.home / "preserve.toml").write_text('[locations.nas]\npath = "packages/copies"\n')
    assert archive.run("replicate", "--to", "nas", "--all").status == 12


def test_a_location_that_cannot_be_written_is_told_by_its_name(archive: Archive, nas: Path, package: Path) -> None:
    archive.run("replicate", "--to", "nas", package.name)
    shutil.rmtree(nas / ".preserve" / "staging")
    (nas / ".preserve" / "staging").write_text("in the way")
    said = archive.run("replicate", "--to", "nas", package.name)
    assert said.status == 22
    assert "The location nas cannot be written" in said.err
