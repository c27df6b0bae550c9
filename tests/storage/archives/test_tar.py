"""A tar that is never on disk is the same from any octet on, and everybody reads it back."""

import io
import subprocess
import tarfile
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from preserve.bag.serialized import tar as ours
from preserve.bag.serialized.container import Container
from preserve.bag.serialized.members import Members
from preserve.errors import BagError
from preserve.storage.archives.layout import Member
from preserve.storage.archives.tar import Tar
from preserve.storage.names import raw
from tests.storage.archives.members import MIB, Held, Zeros, few, held, whole

GIB = 1024**3


def read_by_tarfile(data: bytes) -> dict[str, bytes]:
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        return {member.name: _content(tar, member) for member in tar}


def _content(tar: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    file = tar.extractfile(member)
    assert file is not None
    with file:
        return file.read()


@given(held(text_only=False), st.data())
def test_from_any_octet_it_is_the_end_of_the_whole(members: list[Held], data: st.DataObject) -> None:
    tar = Tar(members)
    octets = whole(tar)
    assert len(octets) == tar.size
    start = data.draw(st.integers(0, tar.size + 10))
    assert whole(tar, start) == octets[start:]


@given(held(text_only=False))
def test_python_reads_it_back(members: list[Held]) -> None:
    assert read_by_tarfile(whole(Tar(members))) == {member.path: member.data for member in members}


@given(held(text_only=False))
def test_the_same_members_give_the_same_octets(members: list[Held]) -> None:
    assert whole(Tar(members)) == whole(Tar(tuple(members)))


def read_by_ours(data: bytes, place: Path) -> tuple[dict[str, bytes], list[str]]:
    place.write_bytes(data)
    container, members = Container(place), Members[int]()
    try:
        ours.scan(container, members)
        found = {
            name: b"".join(ours.blocks(container, where))
            for name, where in ((entry.path, members.find(entry.path)) for entry in members.entries())
            if where is not None
        }
    finally:
        container.close()
    return found, [problem.code for problem in members.problems]


@settings(max_examples=30)
@given(held(text_only=True))
def test_our_own_reader_finds_nothing_wrong(tmp_path_factory: pytest.TempPathFactory, members: list[Held]) -> None:
    data = whole(Tar(members))
    found, problems = read_by_ours(data, tmp_path_factory.mktemp("tar") / "top.tar")
    plain = {member.path: member.data for member in members if _is_harmless(member.path)}
    assert plain.items() <= found.items()
    if len(plain) == len(members):
        assert problems == []


def _is_harmless(path: str) -> bool:
    from preserve.bag.serialized.members import trouble  # noqa: PLC0415

    return not trouble(path)


NAMES = [
    "top/plain.txt",
    "top/größe.txt",
    "top/" + "a" * 96,
    "top/" + "a" * 97,
    "top/" + "b" * 150 + "/" + "c" * 100,
    "top/" + "b" * 152 + "/" + "c" * 100,
    "top/" + "d/" * 120 + "deep",
    "top/" + "رسائل/" * 40 + "كتاب",
    "top/stray\udcff\udc80",
    "top/" + "stray\udcff/" * 60 + "x",
    "top/line\nbreak",
]


def test_gnu_tar_unpacks_every_name_without_a_word(tmp_path: Path) -> None:
    place = tmp_path / "top.tar"
    members = [Held(name, name.encode("utf-8", "surrogateescape")) for name in NAMES]
    place.write_bytes(whole(Tar(members)))
    done = subprocess.run(["tar", "-xf", place, "-C", tmp_path], capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    for name in NAMES:
        assert (tmp_path / name).read_bytes() == raw(name)
    assert (tmp_path / "top/plain.txt").stat().st_mode & 0o7777 == 0o644


def test_a_file_of_more_than_eight_gib_is_read_back(tmp_path: Path) -> None:
    tar = Tar([Zeros("top/large", 9 * GIB), Held("top/after", b"after")])
    place = tmp_path / "top.tar"
    head, tail = few(tar, 0, 4096), whole(tar, 9 * GIB + 1536)
    with place.open("wb") as stream:  # the zeros between are a hole
        stream.write(head)
        stream.seek(9 * GIB + 1536)
        stream.write(tail)
    assert place.stat().st_size == tar.size
    with tarfile.open(place) as read:
        assert [(member.name, member.size) for member in read] == [("top/large", 9 * GIB), ("top/after", 5)]
    listed = subprocess.run(["tar", "-tvf", place], capture_output=True, check=True, text=True)
    assert f" {9 * GIB} " in listed.stdout
    assert listed.stderr == ""


def test_nothing_is_read_before_where_one_begins() -> None:
    class Untouchable(Zeros):
        def blocks(self, start: int = 0) -> Iterator[bytes]:
            raise AssertionError(f"{self.path} was not to be read from {start}")

    tar = Tar([Untouchable("top/a", 10_000), Held("top/b", b"b" * MIB), Untouchable("top/c", 10_000)])
    assert few(tar, 512 + 10_240 + 512 + 10, 1000) == b"b" * 1000


def test_a_member_that_has_not_what_it_said_ends_the_reading() -> None:
    class Liar(Held):
        @property
        def size(self) -> int:
            return 5

    for data in (b"", b"four", b"six666"):
        got: list[bytes] = []
        with pytest.raises(BagError, match="has not 5 octets any more"):
            got.extend(Tar([Liar("top/a", data)]).blocks())
        assert sum(map(len, got)) <= 512 + 6


def test_it_is_the_same_in_every_version_of_preserve() -> None:
    """A sending that one version began the next goes on with: whoever changes this changes what lies at far ends."""
    members: list[Member] = [
        Held("top/a", b"a" * 1000),
        Held("top/" + "größe/" * 30 + "b", b"b"),
        Zeros("top/c", 9 * GIB),
    ]
    tar = Tar(members)
    assert tar.size == 9_663_682_560
    assert sha256(few(tar, 0, 5632)).hexdigest() == "3d1fa8fcd4ee51ceac8b928fc0cc605179cfae6f0a804d1514809cbd12ce4c61"
