"""A zip that is never on disk is the same from any octet on, and everybody reads it back, also while it arrives."""

import io
import os
import shutil
import struct
import subprocess
import zipfile
import zlib
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from preserve.bag.serialized import zip as ours
from preserve.bag.serialized.container import Container
from preserve.bag.serialized.directory import ZipEntry
from preserve.bag.serialized.members import Members
from preserve.errors import BagError
from preserve.storage.archives.layout import Member
from preserve.storage.archives.zip import Zip, crc_of
from tests.storage.archives.members import Held, Zeros, few, held, whole

GIB = 1024**3


@given(held(text_only=True), st.data())
def test_from_any_octet_it_is_the_end_of_the_whole(members: list[Held], data: st.DataObject) -> None:
    packed = Zip(members)
    octets = whole(packed)
    assert len(octets) == packed.size
    start = data.draw(st.integers(0, packed.size + 10))
    assert whole(Zip(members), start) == octets[start:]


@given(held(text_only=True))
def test_python_reads_it_back(members: list[Held]) -> None:
    with zipfile.ZipFile(io.BytesIO(whole(Zip(members)))) as read:
        assert read.testzip() is None
        found = {info.orig_filename: read.read(info) for info in read.infolist()}
    assert found == {member.path: member.data for member in members}


@settings(max_examples=30)
@given(held(text_only=True))
def test_our_own_reader_finds_nothing_wrong(tmp_path_factory: pytest.TempPathFactory, members: list[Held]) -> None:
    place = tmp_path_factory.mktemp("zip") / "top.zip"
    place.write_bytes(whole(Zip(members)))
    container, read = Container(place), Members[ZipEntry]()
    try:
        ours.scan(container, read)
        found = {entry.path: read.find(entry.path) for entry in read.entries()}
        contents = {name: b"".join(ours.blocks(container, where)) for name, where in found.items() if where}
    finally:
        container.close()
    assert {problem.code for problem in read.problems} <= {"archive-member-unsafe"}
    assert contents.items() <= {member.path: member.data for member in members}.items()


def test_it_can_be_read_while_it_arrives() -> None:
    """As a reader of streams does: each member by what stands before it, without the directory at the end."""
    members = [Held("top/a", b"a" * 5000), Held("top/größe", b""), Held("top/b", b"b")]
    stream = io.BytesIO(whole(Zip(members)))
    for member in members:
        head = struct.unpack("<4s5H3L2H", stream.read(30))
        name = stream.read(head[9])
        stream.read(head[10])
        data = stream.read(head[7])
        assert (head[0], head[2] & 0x8, head[3]) == (b"PK\x03\x04", 0, 0)
        assert (name.decode(), data, zlib.crc32(data)) == (member.path, member.data, head[6])
        assert bool(head[2] & 0x800) is not member.path.isascii()


@pytest.mark.skipif(shutil.which("unzip") is None, reason="unzip is not installed")
def test_unzip_unpacks_it(tmp_path: Path) -> None:
    names = ["top/plain.txt", "top/größe.txt", "top/" + "رسائل/" * 10 + "كتاب", "top/" + "d/" * 50 + "deep"]
    place = tmp_path / "top.zip"
    place.write_bytes(whole(Zip([Held(name, name.encode()) for name in names])))
    done = subprocess.run(
        ["unzip", "-q", place], cwd=tmp_path, capture_output=True, check=False, env={**os.environ, "LC_ALL": "C.UTF-8"}
    )
    assert (done.returncode, done.stderr) == (0, b"")
    for name in names:
        assert (tmp_path / name).read_bytes() == name.encode()


def test_what_is_too_large_for_a_plain_zip_is_a_wide_one(tmp_path: Path) -> None:
    members: list[Member] = [Zeros("top/large", 5 * GIB), Held("top/after", b"after")]
    crcs = {"top/large": 0x12345678}
    packed = Zip(members, lambda member: crcs.get(member.path) or crc_of(member))
    place = tmp_path / "top.zip"
    with place.open("wb") as stream:
        stream.write(few(packed, 0, 100))
        stream.seek(5 * GIB + 30)
        stream.write(whole(packed, 5 * GIB + 30))
    assert place.stat().st_size == packed.size
    with zipfile.ZipFile(place) as read:
        assert [(info.filename, info.file_size) for info in read.infolist()] == [
            ("top/large", 5 * GIB),
            ("top/after", 5),
        ]
        assert read.read("top/after") == b"after"
    container, found = Container(place), Members[ZipEntry]()
    try:
        ours.scan(container, found)
        assert found.problems == []
    finally:
        container.close()


def test_more_members_than_a_plain_zip_counts(tmp_path: Path) -> None:
    packed = Zip([Held(f"top/{number}", b"") for number in range(65_536)])
    place = tmp_path / "top.zip"
    place.write_bytes(whole(packed))
    with zipfile.ZipFile(place) as read:
        assert len(read.infolist()) == 65_536
    start = packed.size - 5000
    assert whole(packed, start) == place.read_bytes()[start:]


def test_a_member_is_asked_for_its_checksum_once() -> None:
    asked: list[str] = []

    def crc(member: Member) -> int:
        asked.append(member.path)
        return crc_of(member)

    packed = Zip([Held("top/a", b"a"), Held("top/b", b"b")], crc)
    assert asked == []
    assert whole(packed) == whole(packed)
    assert asked == ["top/a", "top/b"]


def test_names_that_are_no_text_are_refused() -> None:
    with pytest.raises(BagError, match="cannot stand in a zip"):
        Zip([Held("top/stray\udcff", b"")])


def test_it_is_the_same_in_every_version_of_preserve() -> None:
    """A sending that one version began the next goes on with: whoever changes this changes what lies at far ends."""
    members = [Held("top/a", b"a" * 1000), Held("top/größe", b"b")]
    assert sha256(whole(Zip(members))).hexdigest() == "a2539b8ecdf9e1346f808466df1efd7b03c55ba506cac33e6e97c32745b9f6d6"
