"""Cut, lengthened, deleted, renamed, swapped, added, linked, replaced by what is no file: each by its right name.

Small bags and large ones take different ways through the code; the findings are the same.
"""

import os
import random
from pathlib import Path

import pytest

from preserve.bag.validate import Options, validate
from preserve.model import PinnedDigest
from tests.bag.builder import digest
from tests.faults.damage.kinds import DAMAGES, NEW, Damage, many_files, undo
from tests.faults.damage.sealed import Home, every_file, found
from tests.faults.tally import proof, sample

LEVELS = [pytest.param(5, id="a-few"), pytest.param(300, id="many", marks=pytest.mark.slow)]


def assert_class(told: set[tuple[str, str]], damage: Damage, path: str, *, pinned: bool) -> None:
    """That *told* names what happened to the file *path* of a package of ours."""
    if path.startswith("data/"):
        beside = {("unlisted", path + NEW)} if damage.leaves_new else set()
        assert told - {("oxum-mismatch", "bag-info.txt")} == {(damage.code, path)} | beside
    elif not path.startswith("tagmanifest-"):
        assert (damage.code, path) in told
        assert not damage.leaves_new or ("changed-after-sealing", path + NEW) in told
        assert {place for _, place in told} <= {path, path + NEW, "data/letter.txt", "bagit.txt", "bag-info.txt"}
    if pinned and "manifest-" in path:
        assert ("manifest-tampered", path) in told


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.name)
def test_whatever_happens_to_a_file_of_a_package_is_told_by_its_name(spare: Home, damage: Damage) -> None:
    package, options = spare.letter, spare.options(spare.letter)
    for path in every_file(package):
        content = (package / path).read_bytes()
        damage.do(package / path)
        alone, pinned = validate(package), validate(package, options=options)
        undo(package / path, content)
        assert_class(found(pinned), damage, path, pinned=True)
        if path == "bag-info.txt":  # without it nothing says that the package is ours
            assert (damage.code, path) in found(alone)
        else:
            assert_class(found(alone), damage, path, pinned=False)
        assert not alone.valid
        assert not pinned.valid
    assert validate(package, options=options).problems == ()


@pytest.mark.parametrize("number", LEVELS)
def test_a_file_cut_off_at_any_length_is_found(spare: Home, number: int) -> None:
    """One cut is harmless, if nobody looks at the pins: that of the line end after a tag manifest's last line."""
    package, options = spare.letter, spare.options(spare.letter)
    with proof("every file cut off at every length") as points:
        for path in every_file(package):
            content = (package / path).read_bytes()
            code = "manifest-tampered" if path.startswith("tagmanifest-") else "checksum-mismatch"
            for length in {*sample(range(len(content)), number), len(content) - 1}:
                os.truncate(package / path, length)
                with points.point((path, length)):
                    alone = validate(package)
                    assert (code, path) in found(validate(package, options=options))
                    assert (code, path) in found(alone) or path.startswith("tagmanifest-")
                    if alone.valid:
                        assert length == len(content) - 1
                        assert "last-line-open" in {problem.code for problem in alone.problems}
                (package / path).write_bytes(content)


@pytest.mark.parametrize("added", [b"x", b"\n", b"\0", b" "])
def test_one_byte_more_at_the_end_of_any_file_is_found(spare: Home, added: bytes) -> None:
    """An empty line after a tag manifest is told, and harmless, if nobody looks at the pins."""
    package, options = spare.letter, spare.options(spare.letter)
    for path in every_file(package):
        content = (package / path).read_bytes()
        (package / path).write_bytes(content + added)
        alone = validate(package)
        is_tag_manifest = path.startswith("tagmanifest-")
        code = "manifest-tampered" if is_tag_manifest else "checksum-mismatch"
        assert (code, path) in found(validate(package, options=options))
        if is_tag_manifest and added in b"\n ":
            assert {problem.code for problem in alone.problems} <= {"manifest-blank-line", "last-line-open"}
        else:
            assert not alone.valid
        (package / path).write_bytes(content)


def test_any_two_files_that_changed_places_are_found(spare: Home) -> None:
    package, options = spare.diary, spare.options(spare.diary)
    paths = every_file(package)
    for first, second in sample([(a, b) for a in paths for b in paths if a < b], 30):
        _swap(package / first, package / second)
        told = found(validate(package, options=options))
        for path in (first, second):
            read = "checksum-mismatch" if not path.startswith("tagmanifest-") else "manifest-tampered"
            assert (read, path) in told, (first, second)
        _swap(package / first, package / second)
    assert validate(package, options=options).valid


def _swap(one: Path, other: Path) -> None:
    content = one.read_bytes()
    one.write_bytes(other.read_bytes())
    other.write_bytes(content)


@pytest.mark.parametrize(
    ("place", "code"),
    [
        ("data/added.txt", "unlisted"),
        ("data/sub/added.txt", "unlisted"),
        ("data/.hidden", "unlisted"),
        ("added.txt", "changed-after-sealing"),
        ("metadata/descriptive/dc2.xml", "changed-after-sealing"),
        (".DS_Store", "changed-after-sealing"),
        ("manifest-md5.txt", "not-in-every-manifest"),
        ("tagmanifest-md5.txt", "tag-manifest-omits-manifest"),
        ("manifest-crc32.txt", "algorithm-unknown"),
        ("fetch.txt", "changed-after-sealing"),
    ],
)
def test_an_added_file_is_found_wherever_it_stands(spare: Home, place: str, code: str) -> None:
    package = spare.diary
    (package / place).write_bytes(b"")
    for options in (Options(), spare.options(package)):
        report = validate(package, options=options)
        assert not report.valid
        assert code in {each for each, _ in found(report)}


@pytest.mark.parametrize(("place", "code"), [("data/more", "link-found"), ("more", "changed-after-sealing")])
def test_an_added_link_is_found_and_not_followed(spare: Home, place: str, code: str) -> None:
    package = spare.diary
    for target in ("/", "..", "data", "/dev/zero", "nowhere", os.path.basename(place)):
        (package / place).symlink_to(target)
        assert found(validate(package, options=spare.options(package))) >= {(code, place)}
        (package / place).unlink()


def test_a_hard_link_is_a_file(spare: Home) -> None:
    """Content is what counts: a link count that changed is no damage, and a wrong link is a wrong file."""
    package, options = spare.diary, spare.options(spare.diary)
    os.link(package / "data/monday.txt", spare.path / "elsewhere")
    assert validate(package, options=options).problems == ()
    (package / "data/monday.txt").unlink()
    os.link(package / "data/sub/tuesday.txt", package / "data/monday.txt")
    assert ("checksum-mismatch", "data/monday.txt") in found(validate(package, options=options))
    os.link(package / "bagit.txt", package / "data/more.txt")
    assert ("unlisted", "data/more.txt") in found(validate(package, options=options))


# --- many files at once -------------------------------------------------------------------------------------


@pytest.mark.parametrize("times", [pytest.param(1, id="once"), pytest.param(60, id="often", marks=pytest.mark.slow)])
@pytest.mark.parametrize("size", [40, 2600])
def test_all_kinds_of_damage_at_once_are_each_told(tmp_path: Path, size: int, times: int) -> None:
    """Bags with many files are checked by several processes: nothing that one of them finds is lost."""
    bag = many_files(tmp_path / "bag", size)
    manifests = sorted(path.name for path in bag.glob("*manifest-*"))
    pinned = tuple(PinnedDigest(name, "sha256", digest("sha256", (bag / name).read_bytes())) for name in manifests)
    options = Options(pinned=pinned, expected_version="1.0")
    listed = [path for path in every_file(bag) if path.startswith(("data/", "notes/"))]
    with proof(f"every kind of damage in a bag of {size} files") as points:
        for seed in range(times):
            chosen = random.Random(seed).sample(listed, 2 * len(DAMAGES))
            done = list(zip(chosen, (*DAMAGES, *DAMAGES), strict=True))
            before = {path: (bag / path).read_bytes() for path in chosen}
            for path, damage in done:
                damage.do(bag / path)
            report = validate(bag, options=options)
            for path, content in before.items():
                undo(bag / path, content)
            renamed = {path + NEW for path, damage in done if damage.leaves_new}
            expected = {(damage.code, path) for path, damage in done}
            expected |= {("unlisted", path) for path in renamed if path.startswith("data/")}
            with points.point(seed):
                assert found(report) - {("oxum-mismatch", "bag-info.txt")} == expected
                warned = {problem.path for problem in report.problems if problem.code == "tag-file-unlisted"}
                assert warned == {path for path in renamed if path.startswith("notes/")}
        assert validate(bag, options=options).problems == ()
