"""The plain bag: judged by the short way, and exactly as by the long one."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from preserve.bag import judge as long_way
from preserve.bag import naming
from preserve.bag.folders.source import FolderSource
from preserve.bag.plain import judge as short_way
from preserve.bag.plain.chunks import NotPlain, lockstep
from preserve.bag.validate import Options, validate
from preserve.model import PinnedDigest
from preserve.storage.crew import Crew
from preserve.storage.distinct import Distinct
from tests.bag.builder import build, put

FILES = {
    f"data/{number % 7}/sub/{number:04}.txt": f"letter {number}\n".encode() * (number % 50) for number in range(900)
}
LARGE = {"data/large one": b"x" * (3 << 20), "data/large two": b"y" * (1 << 20), "data/small": b"z"}
NAMES = {"data/Übung": b"1", "data/كتاب.txt": b"2", "data/50%25 off": b"3", "data/con.txt": b"4", "data/a:b": b"5"}


def both(root: Path, crew: Crew, **noted: object) -> tuple[long_way.Judgement, long_way.Judgement | None]:
    """The judgement by the long way, and by the short one, None where that is not taken to its end."""
    source = FolderSource(root, crew)
    try:
        pinned, version = noted.get("pinned", ()), noted.get("version", "")
        exact = long_way.judge(source, pinned=pinned, expected_version=version)  # type: ignore[arg-type]
        outcome = short_way.judge(source, pinned=pinned, expected_version=version, progress=None)  # type: ignore[arg-type]
        if outcome.known is not None:
            again = long_way.judge(source, pinned=pinned, expected_version=version, known=outcome.known)  # type: ignore[arg-type]
            assert alike(again, exact)
    finally:
        source.close()
    return exact, outcome.judgement


def alike(one: long_way.Judgement, other: long_way.Judgement) -> bool:
    """Whether both found the same, in whatever order."""
    return set(one.problems) == set(other.problems) and described(one) == described(other)


def described(one: long_way.Judgement) -> tuple[object, ...]:
    found = one.inspection
    return found.version, found.info, found.tag_files, found.payload_files, found.payload_octets


@pytest.fixture(scope="module", params=["alone", "together"])
def crew(request: pytest.FixtureRequest) -> Iterator[Crew]:
    """A crew of nobody, and of two."""
    with Crew(1 if request.param == "alone" else 2) as crew:
        yield crew


@pytest.fixture(params=["0.97", "1.0"])
def bag(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A bag that is large enough to be shared."""
    algorithms = ("sha256", "sha512")
    return build(
        tmp_path / "bag", {**FILES, **LARGE, **NAMES_AT[request.param]}, version=request.param, algorithms=algorithms
    )


NAMES_AT = {"0.97": {path.replace("%25", "%20"): data for path, data in NAMES.items()}, "1.0": NAMES}


def test_a_plain_bag_takes_the_short_way(bag: Path, crew: Crew) -> None:
    exact, plain = both(bag, crew)
    assert plain is not None
    assert alike(plain, exact)
    assert {problem.code for problem in plain.problems} == {"name-not-for-windows"}
    assert plain.inspection.payload_files == len(FILES) + len(LARGE) + len(NAMES)


def test_many_at_once_are_judged_like_one(bag: Path) -> None:
    with Crew(2) as crew:
        assert validate(bag, crew=crew).valid
        assert validate(bag, crew=crew).valid


ONE = "data/3/sub/0402.txt"


def _flip(bag: Path) -> None:
    data = bytearray((bag / ONE).read_bytes())
    data[0] ^= 1
    (bag / ONE).write_bytes(data)


def _flip_large(bag: Path) -> None:
    put(bag, "data/large one", b"x" * ((3 << 20) - 1) + b"y")


def _grow(bag: Path) -> None:
    put(bag, ONE, (bag / ONE).read_bytes() + b"!")


def _lose(bag: Path) -> None:
    (bag / ONE).unlink()


def _lose_large(bag: Path) -> None:
    (bag / "data/large one").unlink()


def _add(bag: Path) -> None:
    put(bag, "data/3/new.txt", b"new")


def _swap(bag: Path) -> None:
    (bag / ONE).rename(bag / "kept")
    (bag / "data/4/sub/0403.txt").rename(bag / ONE)
    (bag / "kept").rename(bag / "data/4/sub/0403.txt")


def _rename(bag: Path) -> None:
    (bag / ONE).rename((bag / ONE).with_suffix(".TXT"))


def _link(bag: Path) -> None:
    (bag / "data/link").symlink_to("small")


def _fold(bag: Path) -> None:
    manifest = bag / "manifest-sha256.txt"
    manifest.write_text(manifest.read_text().replace("data/Übung", "data/U\u0308bung"))


def _collide(bag: Path) -> None:
    for name in ("sha256", "sha512"):
        text = (bag / f"manifest-{name}.txt").read_text()
        line = next(line for line in text.splitlines(keepends=True) if line.endswith("data/small\n"))
        (bag / f"manifest-{name}.txt").write_text(text + line.replace("data/small", "data/SMALL"))
    put(bag, "data/SMALL", b"z")


def _list_twice(bag: Path) -> None:
    for name in ("sha256", "sha512"):
        lines = (bag / f"manifest-{name}.txt").read_text().splitlines(keepends=True)
        (bag / f"manifest-{name}.txt").write_text("".join([*lines, lines[5]]))


def _list_less(bag: Path) -> None:
    lines = (bag / "manifest-sha512.txt").read_text().splitlines(keepends=True)
    (bag / "manifest-sha512.txt").write_text("".join(lines[:-1]))


def _reorder(bag: Path) -> None:
    lines = (bag / "manifest-sha512.txt").read_text().splitlines(keepends=True)
    (bag / "manifest-sha512.txt").write_text("".join(reversed(lines)))


def _shout(bag: Path) -> None:
    lines = (bag / "manifest-sha512.txt").read_text().splitlines(keepends=True)
    (bag / "manifest-sha512.txt").write_text("".join([lines[0][:128].upper() + lines[0][128:], *lines[1:]]))


def _cut(bag: Path) -> None:
    for name in ("sha256", "sha512"):
        os.truncate(bag / f"manifest-{name}.txt", (bag / f"manifest-{name}.txt").stat().st_size - 1)


def _wrong_oxum(bag: Path) -> None:
    put(bag, "bag-info.txt", b"Payload-Oxum: 1.1\n")


def _forge_tag(bag: Path) -> None:
    put(bag, "meta/dc.xml", b"<dc/>")


def _folder_for_fetch(bag: Path) -> None:
    (bag / "fetch.txt").mkdir()


def _unlisted_tag(bag: Path) -> None:
    put(bag, "notes.txt", b"new")


def _forge_info(bag: Path) -> None:
    put(bag, "bag-info.txt", (bag / "bag-info.txt").read_bytes() + b"Contact-Name: Mallory\n")


def _lose_tag_manifest(bag: Path) -> None:
    (bag / "tagmanifest-sha512.txt").unlink()


def _empty_data(bag: Path) -> None:
    shutil.rmtree(bag / "data")


BENDS = [value for name, value in sorted(globals().items()) if name.startswith("_") and callable(value)]


@pytest.mark.parametrize("bend", BENDS, ids=lambda bend: bend.__name__)
def test_both_ways_find_the_same(bag: Path, crew: Crew, bend: Callable[[Path], None]) -> None:
    bend(bag)
    exact, plain = both(bag, crew)
    assert exact.problems
    assert plain is None or alike(plain, exact)


def test_a_changed_file_does_not_need_the_long_way(bag: Path, crew: Crew) -> None:
    _flip(bag)
    _flip_large(bag)
    _, plain = both(bag, crew)
    assert plain is not None
    assert {problem.path for problem in plain.problems if problem.code == "checksum-mismatch"} == {
        ONE,
        "data/large one",
    }


def test_what_was_noted_at_sealing_is_compared_on_both_ways(bag: Path, crew: Crew) -> None:
    pins = (
        PinnedDigest("tagmanifest-sha256.txt", "sha256", "0" * 64),
        PinnedDigest("manifest-sha512.txt", "sha512", "1" * 128),
    )
    exact, plain = both(bag, crew, pinned=pins, version="0.96")
    assert plain is not None
    assert alike(plain, exact)
    assert {problem.code for problem in plain.problems} >= {"manifest-tampered", "version-downgraded"}


def test_a_missing_file_is_not_a_reason_to_read_all_others_again(bag: Path) -> None:
    _lose(bag)
    source = FolderSource(bag)
    outcome = short_way.judge(source, pinned=(), expected_version="", progress=None)
    source.close()
    assert outcome.judgement is None
    assert outcome.known is not None
    assert list(outcome.known) == [ONE]


def test_completeness_alone_reads_no_payload(bag: Path) -> None:
    _flip(bag)
    report = validate(bag, options=Options(completeness_only=True))
    assert {problem.code for problem in report.errors} <= {"not-verified"}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(st.data())
def test_whatever_happens_to_a_bag_both_ways_find_the_same(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    root = tmp_path_factory.mktemp("bags") / "bag"
    files = {f"data/{name}": name.encode() for name in ("a", "A", "b/c", "b/d", "e f", "g", "h")}
    chosen = data.draw(st.lists(st.sampled_from(sorted(files)), unique=True))
    build(root, {path: files[path] for path in chosen}, algorithms=("sha256", "md5"))
    for victim in data.draw(
        st.lists(st.sampled_from(sorted(path for path in root.rglob("*") if path.is_file())), max_size=3, unique=True)
    ):
        octets = bytearray(victim.read_bytes()) or bytearray(1)
        at = data.draw(st.integers(0, len(octets) - 1))
        octets[at : at + data.draw(st.integers(0, 2))] = data.draw(st.binary(max_size=2))
        victim.write_bytes(octets)
    exact, plain = both(root, Crew(1))
    assert plain is None or alike(plain, exact)
    shutil.rmtree(root)


@given(
    paths=st.lists(st.text("ab/", min_size=1, max_size=30)),
    size=st.integers(1, 200),
    blocks=st.integers(1, 50),
)
def test_chunks_hold_every_line_once(paths: list[str], size: int, blocks: int) -> None:
    one, two = ("".join(f"{'x' * width}  {path}\n" for path in paths).encode() for width in (4, 9))
    pieces = list(lockstep([cut(one, blocks), cut(two, blocks)], [4, 9], size))
    assert b"".join(piece[0] for piece in pieces) == one
    assert b"".join(piece[1] for piece in pieces) == two
    assert all(piece[0].count(b"\n") == piece[1].count(b"\n") for piece in pieces)


def cut(data: bytes, size: int) -> Iterator[bytes]:
    return (data[at : at + size] for at in range(0, len(data), size))


@pytest.mark.parametrize("other", [b"", b"9  a\n", b"99  a\n99  b\n99  c\n", b"99  a\n99  b"])
def test_manifests_that_do_not_lie_side_by_side_are_not_plain(other: bytes) -> None:
    with pytest.raises(NotPlain):
        list(lockstep([iter([b"1  a\n1  b\n"]), iter([other])], [1, 2], 100))


def test_distinct_never_misses_what_comes_twice() -> None:
    some = Distinct()
    some.add(map(hash, (f"path {number}" for number in range(10_000))))
    assert some.all_differ()
    some.add([hash("path 77")])
    assert not some.all_differ()


def test_a_name_that_deserves_a_warning_is_not_overlooked_in_a_batch() -> None:
    odd = [
        *("data/a<b", "data/x ", "data/y./z", "data/CON", "data/sub/Lpt1.txt", "data/Thumbs.db", "data/.DS_Store"),
        *("data/._a", "data/a\x01b", "data/$RECYCLE.BIN/x", "data/__MACOSX/x", "data/desktop.ini", "data/a\u2028/nul"),
    ]
    for name in odd:
        batch = ["data/plain.txt", name, "data/other.txt"]
        assert (
            {problem.path for problem in naming.of_each(batch)}
            == {problem.path for problem in naming.judge(batch)}
            == {name}
        )
    assert not naming.of_each(["data/plain.txt", "data/Ünïcode/كتاب.txt"])
