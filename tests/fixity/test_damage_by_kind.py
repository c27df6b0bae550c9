"""Whatever happens to the files of a real package, each is told under what happened to it."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import preserve
from preserve.bag.evidence import gather
from preserve.bag.validate import Options, validate
from preserve.config import load
from preserve.fixity.judging import failures
from preserve.fixity.kinds import RESULTS
from preserve.model import Failure, Kind, Package, ValidationReport
from preserve.workflows.archive import opened

FILES = {
    "letter.txt": b"Dear reader,\n",
    "copy of letter.txt": b"Dear reader,\n",
    "empty.txt": b"",
    "sub/notes é.txt": b"three notes\n",
    "sub/deeper/100%.txt": b"all of it\n",
    "sub/deeper/big.bin": bytes(range(256)) * 5000,
}
FORGED = ("manifest-sha256.txt", "manifest-sha512.txt", "tagmanifest-sha256.txt", "tagmanifest-sha512.txt")

Sealed = tuple[Path, Package]
Damage = Callable[[Path], object]


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Sealed:
    """A package, as preserve makes them, and what the catalogue knows of it."""
    home = preserve.init(tmp_path_factory.mktemp("archive"))
    for path, content in FILES.items():
        place = home / "incoming" / "letters" / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
    (result,) = preserve.ingest(home=home)
    assert result.path is not None
    with opened(load(home, environment={})) as archive:
        package = archive.catalog.by_name(result.name)
    assert package is not None
    return result.path, package


def judged(bag: Path, package: Package) -> tuple[ValidationReport, tuple[Failure, ...]]:
    report = validate(bag, options=Options(own=True, pinned=package.pinned, expected_version=package.bag_version))
    return report, failures(report.problems, gather(bag, report.problems))


def kinds_after(sealed: Sealed, tmp_path: Path, damage: Damage) -> dict[str, Kind]:
    bag = shutil.copytree(sealed[0], tmp_path / "bag")
    damage(bag)
    return {failure.path: failure.kind for failure in judged(bag, sealed[1])[1]}


def test_a_whole_package_has_no_failures(sealed: Sealed) -> None:
    report, found = judged(*sealed)
    assert report.valid
    assert found == ()


def _flip(bag: Path, path: str) -> None:
    data = bytearray((bag / path).read_bytes())
    data[len(data) // 2] ^= 1
    (bag / path).write_bytes(data)


def _reorder(manifest: Path) -> None:
    manifest.write_text("".join(reversed(manifest.read_text().splitlines(keepends=True))))


def _replace_by_link(file: Path) -> None:
    shutil.move(file, file.with_name("elsewhere"))
    file.symlink_to("elsewhere")


@pytest.mark.parametrize(
    ("damage", "expected"),
    [
        (lambda bag: _flip(bag, "data/letter.txt"), {"data/letter.txt": Kind.ALTERED}),
        (lambda bag: os.truncate(bag / "data/sub/deeper/big.bin", 9), {"data/sub/deeper/big.bin": Kind.ALTERED}),
        (lambda bag: (bag / "data/empty.txt").unlink(), {"data/empty.txt": Kind.MISSING}),
        (lambda bag: shutil.rmtree(bag / "data/sub/deeper"), {
            "data/sub/deeper/100%.txt": Kind.MISSING,
            "data/sub/deeper/big.bin": Kind.MISSING,
        }),
        (lambda bag: (bag / "data/new").write_text("new"), {"data/new": Kind.UNEXPECTED}),
        (lambda bag: (bag / "metadata/new").write_text("new"), {"metadata/new": Kind.UNEXPECTED}),
        (lambda bag: (bag / "data/pipe").symlink_to("letter.txt"), {"data/pipe": Kind.UNEXPECTED}),
        (lambda bag: os.mkfifo(bag / "metadata/pipe"), {"metadata/pipe": Kind.UNEXPECTED}),
        (lambda bag: (bag / "data/sub").rename(bag / "data/sup"), {
            "data/sub/notes é.txt": Kind.MOVED,
            "data/sub/deeper/100%.txt": Kind.MOVED,
            "data/sub/deeper/big.bin": Kind.MOVED,
        }),
        (lambda bag: (bag / "data/letter.txt").rename(bag / "metadata/letter.txt"), {"data/letter.txt": Kind.MOVED}),
        (lambda bag: _replace_by_link(bag / "data/letter.txt"), {"data/letter.txt": Kind.MOVED}),
        (lambda bag: _flip(bag, "metadata/descriptive/dc.xml"), {"metadata/descriptive/dc.xml": Kind.ALTERED}),
        (lambda bag: _reorder(bag / "tagmanifest-sha256.txt"), {"tagmanifest-sha256.txt": Kind.TAMPERED}),
        (lambda bag: (bag / "tagmanifest-sha512.txt").unlink(), {
            "": Kind.TAMPERED,
            "tagmanifest-sha512.txt": Kind.TAMPERED,
        }),
        (lambda bag: (bag / "manifest-sha512.txt").unlink(), {"manifest-sha512.txt": Kind.TAMPERED}),
        (lambda bag: (bag / "bagit.txt").write_text(
            "BagIt-Version: 0.97\nTag-File-Character-Encoding: UTF-8\n"
        ), {"bagit.txt": Kind.DOWNGRADED}),
        (lambda bag: (bag / "bag-info.txt").unlink(), {"bag-info.txt": Kind.MISSING}),
        (lambda bag: shutil.rmtree(bag / "data"), {f"data/{path}": Kind.MISSING for path in FILES}),
    ],
)  # fmt: skip
def test_what_happened_is_told(sealed: Sealed, tmp_path: Path, damage: Damage, expected: dict[str, Kind]) -> None:
    assert kinds_after(sealed, tmp_path, damage) == expected


def test_no_link_is_followed_to_find_what_was_moved(sealed: Sealed, tmp_path: Path) -> None:
    def moved_out(bag: Path) -> None:
        shutil.move(bag / "data/sub", tmp_path / "outside")
        (bag / "data/sub").symlink_to(tmp_path / "outside")

    found = kinds_after(sealed, tmp_path, moved_out)
    assert found == {
        "data/sub": Kind.UNEXPECTED,
        **{f"data/{path}": Kind.MISSING for path in FILES if path.startswith("sub/")},
    }


# --- any damage ---------------------------------------------------------------------------------------------

NAMES = [f"data/{path}" for path in FILES]
TAGS = ["bagit.txt", "bag-info.txt", "README.txt", "metadata/descriptive/dc.xml", "metadata/preservation/premis.xml"]
ANY = st.sampled_from([*NAMES, *TAGS, *FORGED])
DAMAGES = st.lists(
    st.one_of(
        st.tuples(st.just("flip"), ANY, st.integers(0, 10**7)),
        st.tuples(st.just("cut"), ANY, st.integers(0, 10**7)),
        st.tuples(st.just("remove"), ANY),
        st.tuples(st.just("move"), ANY, st.sampled_from(["data/moved", "data/sub/moved", "metadata/moved", *NAMES])),
        st.tuples(st.just("swap"), ANY, ANY),
        st.tuples(st.just("add"), st.sampled_from(["data/added", "metadata/added", "added"]), st.binary(max_size=4)),
        st.tuples(st.just("link"), st.sampled_from(NAMES)),
        st.tuples(st.just("folder"), st.sampled_from(NAMES)),
        st.tuples(st.just("downgrade")),
        st.tuples(st.just("forge"), st.sampled_from(FORGED), st.sampled_from(NAMES)),
    ),
    min_size=1,
    max_size=4,
)


def _harm(bag: Path, what: str, *given: object) -> None:
    places = [bag / str(path) for path in given if isinstance(path, str)]
    if not all(place.is_file() and not place.is_symlink() for place in places[: 1 + (what == "swap")] if what != "add"):
        return  # an earlier damage was there
    first = places[0] if places else bag / "bagit.txt"
    data = bytearray(first.read_bytes()) if first.is_file() else bytearray()
    number = next((one for one in given if isinstance(one, int)), 0)
    if what == "flip" and data:
        data[number % len(data)] ^= 1 << number % 8
        first.write_bytes(data)
    elif what == "cut":
        first.write_bytes(data[: number % (len(data) + 1)])
    elif what == "remove":
        first.unlink()
    elif what == "move" and not places[1].is_dir():
        first.rename(places[1])
    elif what == "swap":
        places[1].rename(bag / "aside")
        first.rename(places[1]) if places[1] != first else None
        (bag / "aside").rename(first)
    elif what == "add":
        first.write_bytes(bytes(given[-1]))  # type: ignore[call-overload]
    elif what == "link":
        first.unlink()
        first.symlink_to("letter.txt")
    elif what == "folder":
        first.unlink()
        first.mkdir()
    elif what == "downgrade":
        first.write_bytes(data.replace(b"1.0", b"0.97"))
    elif what == "forge":
        first.write_bytes(
            b"".join(line for line in data.splitlines(True) if bytes(places[1].name, "utf-8") not in line)
        )


def _files(bag: Path) -> Iterator[tuple[str, bytes | None]]:
    """Each path that is no folder, and its bytes; None for what is no file."""
    for folder, folders, names in os.walk(bag):
        for name in [*names, *(name for name in folders if Path(folder, name).is_symlink())]:
            place = Path(folder, name)
            yield str(place.relative_to(bag)), None if place.is_symlink() else place.read_bytes()


@given(DAMAGES)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_each_file_is_told_under_what_happened_to_it(sealed: Sealed, damages: list[tuple[str, ...]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        bag = shutil.copytree(sealed[0], Path(folder, "bag"))
        for what, *rest in damages:
            _harm(bag, what, *rest)
        before, now = dict(_files(sealed[0])), dict(_files(bag))
        report, found = judged(bag, sealed[1])
    by_path = {failure.path: failure for failure in found}
    places = {failure.moved_to for failure in found if failure.moved_to}
    forged = {failure.path for failure in found if failure.kind in (Kind.TAMPERED, Kind.DOWNGRADED)}
    assert bool(found) is not report.valid
    for error in report.errors:
        assert error.code in RESULTS or error.path in by_path.keys() | places, error
    if not any(path.startswith("manifest-") for path in now):
        assert Kind.TAMPERED in {failure.kind for failure in found}
        return  # nobody can tell any more what the files should be
    for path, data in before.items():
        told = [by_path[name] for name in (path, path.replace("%", "%25")) if name in by_path]  # an older version's way
        failure = next((one for one in told if one.kind is not Kind.UNEXPECTED), told[0] if told else None)
        if now.get(path) == data:
            assert failure is None or forged, failure  # who changed a manifest accuses the files that it lists
            continue
        assert failure is not None, path
        if now.get(path) is not None:
            assert failure.kind in (Kind.ALTERED, Kind.TAMPERED, Kind.DOWNGRADED), failure
        elif failure.kind is Kind.MOVED:
            assert now[failure.moved_to] == data, failure
        else:
            assert failure.kind in (Kind.MISSING, Kind.TAMPERED), failure
    for path in now.keys() - before.keys():
        assert path in places or by_path[path].kind is Kind.UNEXPECTED, path
