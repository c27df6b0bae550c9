"""A store and a copy that contradict one another, each with a history to it: neither is believed, nothing is mended."""

import shutil
from pathlib import Path

import pytest

from tests.acceptance.archive import Archive
from tests.checkpoints.signed import forge_all
from tests.keeping.copies import add_locations, alter, codes, files_in

CONTRADICT = "copies-contradict"


@pytest.fixture
def nas(archive: Archive) -> Path:
    (folder,) = add_locations(archive, "nas")
    return folder


@pytest.fixture
def package(archive: Archive, nas: Path) -> Path:
    """A package with a copy in nas, whose document reads "Dear archive,"."""
    (archive.incoming / "letter.txt").write_text("Dear archive,\n")
    archive.ingest()
    package = archive.only_package()
    assert archive.run("replicate", "--to", nas.name, package.name).status == 0
    return package


def without_ours(nas: Path) -> dict[str, bytes]:
    return {path: data for path, data in files_in(nas).items() if not path.startswith(".preserve/")}


def history_of(package: Path) -> Path:
    return package.with_name(f"{package.name}.history.jsonl")


def put(place: Path, package: Path) -> None:
    """Let *package* and its history lie in *place*, instead of what is there."""
    shutil.rmtree(place / package.name, ignore_errors=True)
    shutil.copytree(package, place / package.name)
    shutil.copy(history_of(package), place)


def rebuild(archive: Archive) -> None:
    shutil.rmtree(archive.packages / ".preserve")
    assert archive.run("catalog", "rebuild").status == 0


def forge(archive: Archive, nas: Path, package: Path, which: str) -> None:
    """Rewrite the package in the store, or the copy in *nas*, with all that speaks for it; nobody knows better."""
    true = archive.home / "true"
    true.mkdir()
    put(true, package)
    forge_all(archive, package)
    if which == "copy":
        put(nas, package)
        put(archive.packages, true / package.name)
        rebuild(archive)


@pytest.fixture(params=["store", "copy"])
def forged(archive: Archive, nas: Path, package: Path, request: pytest.FixtureRequest) -> str:
    forge(archive, nas, package, request.param)
    return str(request.param)


@pytest.mark.usefixtures("forged")
def test_an_audit_says_so_and_does_not_say_mend_it(archive: Archive, package: Path) -> None:
    there = archive.run("audit", "--json", package.name, "--location", "nas").messages[0]
    assert (there["outcome"], CONTRADICT in codes(there)) == ("fail", True)
    said = archive.run("audit", package.name, "--location", "nas")
    assert (said.status, "contradict one another" in said.out, "checkpoint verify" in said.out) == (3, True, True)
    assert "Mend it: preserve repair" not in said.out
    assert "contradict one another" in history_of(package).read_text().splitlines()[-1]


@pytest.mark.usefixtures("forged")
@pytest.mark.parametrize("more", [(), ("--dry-run",), ("--restored", "from tape 7")])
def test_a_repair_changes_neither(archive: Archive, nas: Path, package: Path, more: tuple[str, ...]) -> None:
    kept, ours = without_ours(nas), files_in(package)
    said = archive.run("repair", "--json", package.name, "--location", "nas", *more)
    result, error = said.messages
    assert (said.status, result["status"], codes(result)) == (22, "refused", {CONTRADICT})
    assert "checkpoint verify" in error["hint"]
    assert (without_ours(nas), files_in(package)) == (kept, ours)


@pytest.mark.usefixtures("forged")
@pytest.mark.parametrize("which", ["--all", "one"])
def test_a_replication_changes_neither(archive: Archive, nas: Path, package: Path, which: str) -> None:
    kept, ours = without_ours(nas), files_in(package)
    said = archive.run("replicate", "--json", "--to", "nas", which if which == "--all" else package.name)
    assert said.status == 22
    assert codes(said.messages[0]) == {CONTRADICT}
    assert (without_ours(nas), files_in(package)) == (kept, ours)
    assert archive.run("status").status == 3


def test_a_history_that_was_made_to_forget_the_copy_does_not_help(archive: Archive, nas: Path, package: Path) -> None:
    forge(archive, nas, package, "store")
    history = history_of(package)
    history.write_bytes(history.read_bytes().splitlines(keepends=True)[0])
    rebuild(archive)
    kept = without_ours(nas)
    said = archive.run("replicate", "--json", "--to", "nas", package.name)
    assert (said.status, codes(said.messages[0])) == (22, {CONTRADICT})
    assert without_ours(nas) == kept


def test_a_copy_that_is_only_damaged_contradicts_nothing(archive: Archive, nas: Path, package: Path) -> None:
    alter(nas / package.name / "manifest-sha256.txt")
    there = archive.run("audit", "--json", package.name, "--location", "nas").messages[0]
    assert (there["outcome"], CONTRADICT in codes(there)) == ("fail", False)
    assert archive.run("repair", package.name, "--location", "nas").status == 0


def test_a_history_beside_it_that_was_edited_does_not_speak_for_it(archive: Archive, nas: Path, package: Path) -> None:
    forge(archive, nas, package, "copy")
    witness = nas / history_of(package).name
    witness.write_bytes(witness.read_bytes().replace(b"success", b"warning", 1))
    said = archive.run("repair", "--json", package.name, "--location", "nas")
    assert (said.only["status"], "history-witness-disagrees" in codes(said.only)) == ("mended", True)
    assert files_in(nas / package.name) == files_in(package)


def test_once_it_is_known_which_is_true_both_come_together_again(
    archive: Archive, nas: Path, package: Path, forged: str
) -> None:
    aside = archive.home / "evidence"
    aside.mkdir()
    wrong = archive.packages if forged == "store" else nas
    for name in (package.name, history_of(package).name):
        (wrong / name).rename(aside / name)
    if forged == "store":
        put(archive.packages, nas / package.name)
        (archive.packages / ".preserve" / "catalog.sqlite").rename(aside / "catalog.sqlite")
        assert archive.run("catalog", "rebuild").status == 0
    assert archive.run("replicate", "--to", "nas", package.name).status == 0
    assert archive.run("audit", "--all").status == 0
    assert archive.run("status").status == 0
    true = files_in(archive.home / "true" / package.name)
    assert files_in(package) == files_in(nas / package.name) == true
