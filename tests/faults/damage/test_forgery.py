"""Forgeries that leave a bag in which everything agrees: found, because we know what was sealed.

The forger here can write everything in a package, and knows RFC 8493.  What he cannot write is the catalogue.
"""

import os
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from preserve.bag.validate import validate
from tests.acceptance.archive import Archive
from tests.bag.builder import line, put, reseal
from tests.faults.damage.sealed import Home, codes, every_file, make_home

BOTH = ("sha256", "sha512")


def forge_payload(package: Path) -> None:
    (package / "data/letter.txt").write_bytes(b"Dear archive,\nall is lost.\n")


def forge_description(package: Path) -> None:
    record = package / "metadata/descriptive/dc.xml"
    record.write_text(record.read_text().replace("letter.txt", "ransom.txt"))


def forge_events(package: Path) -> None:
    events = package / "metadata/preservation/premis.xml"
    events.write_text(events.read_text().replace("eventOutcome/suc", "eventOutcome/fai"))


def forge_identifier(package: Path) -> None:
    info = package / "bag-info.txt"
    info.write_text(info.read_text().replace("0002\n", "0003\n"))


def lower_version(package: Path) -> None:
    declared = package / "bagit.txt"
    declared.write_text(declared.read_text().replace("1.0", "0.96"))


def write_manifests(package: Path, algorithms: Iterable[str] = BOTH) -> None:
    """All manifests anew, as if the package had been sealed like this."""
    for old in package.glob("*manifest-*.txt"):
        old.unlink()
    for algorithm in algorithms:
        payload = [path for path in every_file(package) if path.startswith("data/")]
        lines = [line(algorithm, (package / path).read_bytes(), path) for path in payload]
        put(package, f"manifest-{algorithm}.txt", "".join(lines).encode())
    reseal(package, algorithms)


def drop_tag_manifests(home: Home) -> None:
    forge_description(home.letter)
    for manifest in home.letter.glob("tagmanifest-*.txt"):
        manifest.unlink()


def lower_the_version(home: Home) -> None:
    """bagit 1.9.0 stops looking at tag manifests below 0.97."""
    lower_version(home.letter)
    forge_description(home.letter)


def lower_the_version_and_agree(home: Home) -> None:
    lower_version(home.letter)
    write_manifests(home.letter)


def replace_the_payload(home: Home) -> None:
    forge_payload(home.letter)
    write_manifests(home.letter)


def replace_the_description(home: Home) -> None:
    forge_description(home.letter)
    write_manifests(home.letter)


def rewrite_the_past(home: Home) -> None:
    forge_events(home.letter)
    write_manifests(home.letter)


def become_another(home: Home) -> None:
    forge_identifier(home.letter)
    write_manifests(home.letter)


def add_a_tag_file(home: Home) -> None:
    (home.letter / "metadata/errata.txt").write_text("The letter is a forgery.\n")


def add_a_tag_file_and_list_it(home: Home) -> None:
    add_a_tag_file(home)
    write_manifests(home.letter)


def weaken_the_algorithm(home: Home) -> None:
    forge_payload(home.letter)
    write_manifests(home.letter, ["md5"])


def keep_only_one_algorithm(home: Home) -> None:
    write_manifests(home.letter, ["sha256"])


def add_a_weak_algorithm(home: Home) -> None:
    write_manifests(home.letter, [*BOTH, "md5"])


def announce_what_was_removed(home: Home) -> None:
    """A hole that any reader would fill from the forger's server."""
    size = (home.letter / "data/letter.txt").stat().st_size
    (home.letter / "data/letter.txt").unlink()
    (home.letter / "fetch.txt").write_text(f"https://forger.example/letter.txt {size} data/letter.txt\n")
    reseal(home.letter, BOTH)


def swap_the_packages(home: Home) -> None:
    os.rename(home.letter, home.path / "aside")
    os.rename(home.diary, home.letter)
    os.rename(home.path / "aside", home.diary)


def put_another_in_its_place(home: Home) -> None:
    shutil.rmtree(home.letter)
    os.rename(home.diary, home.letter)


def take_the_manifests_of_another(home: Home) -> None:
    for manifest in home.diary.glob("*manifest-*.txt"):
        shutil.copy(manifest, home.letter)


def swap_the_payloads(home: Home) -> None:
    os.rename(home.letter / "data", home.path / "aside")
    os.rename(home.diary / "data", home.letter / "data")
    os.rename(home.path / "aside", home.diary / "data")
    write_manifests(home.letter)
    write_manifests(home.diary)


def roll_back(home: Home) -> None:
    """A former state of the package, sealed by preserve itself under the same name and id, with its history."""
    former = make_home(home.path.parent / "former", letter=b"Dear archive,\nall is WELL.\n")
    shutil.rmtree(home.letter)
    for name in (home.letter.name, f"{home.letter.name}.history.jsonl"):
        os.rename(former.letter.parent / name, home.path / "packages" / name)


def link_to_a_forgery(home: Home) -> None:
    os.rename(home.letter, home.path / "forged")
    forge_payload(home.path / "forged")
    write_manifests(home.path / "forged")
    home.letter.symlink_to(home.path / "forged")


CONSISTENT: list[Callable[[Home], None]] = [
    lower_the_version_and_agree,
    replace_the_payload,
    replace_the_description,
    rewrite_the_past,
    become_another,
    add_a_tag_file_and_list_it,
    weaken_the_algorithm,
    keep_only_one_algorithm,
    add_a_weak_algorithm,
    announce_what_was_removed,
    swap_the_packages,
    put_another_in_its_place,
    swap_the_payloads,
    roll_back,
    link_to_a_forgery,
]
"""Nothing in these packages contradicts itself, or only what preserve's own profile asks for."""

ATTACKS: dict[Callable[[Home], None], str] = {
    **dict.fromkeys(CONSISTENT, "manifest-tampered"),
    drop_tag_manifests: "manifest-tampered",
    lower_the_version: "version-downgraded",
    take_the_manifests_of_another: "manifest-tampered",
    add_a_tag_file: "changed-after-sealing",
}


@pytest.mark.parametrize(("attack", "code"), ATTACKS.items(), ids=[attack.__name__ for attack in ATTACKS])
def test_a_forged_package_is_found_by_what_was_sealed(
    spare: Home, capsys: pytest.CaptureFixture[str], attack: Callable[[Home], None], code: str
) -> None:
    archive = Archive(spare.path, capsys)
    attack(spare)
    said = archive.run("validate", "--json", spare.letter.name)
    assert said.status == 3
    assert said.only["valid"] is False
    assert code in {problem["code"] for problem in said.only["problems"] if problem["severity"] == "error"}


def test_a_forgery_is_told_to_people_too(spare: Home, capsys: pytest.CaptureFixture[str]) -> None:
    archive = Archive(spare.path, capsys)
    assert archive.run("validate", spare.letter.name).status == 0
    replace_the_payload(spare)
    for target in (spare.letter.name, spare.letter):
        told = archive.run("validate", target)
        assert told.status == 3
        assert "NOT VALID" in told.out
        assert "manifest-sha256.txt is not the one that was sealed" in told.out


def test_no_rebuild_takes_other_documents_for_a_former_state(spare: Home, capsys: pytest.CaptureFixture[str]) -> None:
    archive = Archive(spare.path, capsys)
    roll_back(spare)
    for words in ([], ["--accept-loss", spare.letter.name]):
        told = archive.run("catalog", "rebuild", "--json", *words).only["problems"]
        assert [problem["code"] for problem in told] == ["history-shorter"]
        said = archive.run("validate", "--json", spare.letter.name)
        assert {problem["code"] for problem in said.only["problems"]} == {"manifest-tampered"}


def test_these_forgeries_agree_with_themselves(sealed: Home, tmp_path: Path) -> None:
    """Or the pins would have nothing to show: no other reader could find most of them."""
    for attack in CONSISTENT:
        home = sealed.copied(tmp_path / attack.__name__ / "home")
        attack(home)
        alone = {code for code in codes(validate(home.letter)) if not code.startswith("profile-")}
        assert alone <= {"missing-to-fetch", "oxum-mismatch"}, attack.__name__


def test_without_the_catalogue_the_history_is_the_witness(spare: Home, capsys: pytest.CaptureFixture[str]) -> None:
    archive = Archive(spare.path, capsys)
    for file in (spare.path / "packages/.preserve").glob("catalog*"):
        file.unlink()
    for target in (spare.letter, spare.letter.name):
        said = archive.run("validate", "--json", target)
        assert said.status == 0
        assert [problem["code"] for problem in said.only["problems"]] == ["package-not-recorded"]
    replace_the_payload(spare)
    for target in (spare.letter, spare.letter.name):
        assert "manifest-tampered" in archive.run("validate", "--json", target).out
    history = spare.letter.with_name(f"{spare.letter.name}.history.jsonl")
    history.write_text(history.read_text().replace("success", "fail"))
    write_manifests(spare.diary)
    (spare.path / "packages/plain").mkdir()
    assert "history-form" in archive.run("validate", "--json", spare.letter).out
    assert archive.run("validate", spare.path / "packages/plain").status == 3
