"""Damage of any kind, anywhere, is found, and is a finding and never an exception."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preserve.bag.validate import Options, validate
from tests.bag.builder import build, put, reseal
from tests.bag.test_tag_files import BYTES

FILES = {"data/a.txt": b"ab\n", "data/100% é.txt": b"c"}
TAG_FILES = ["bagit.txt", "bag-info.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt", "fetch.txt"]


@pytest.fixture
def bag(tmp_path: Path) -> Path:
    return build(tmp_path / "bag", FILES)


def every_file(bag: Path) -> Iterator[Path]:
    return (Path(folder, name) for folder, _, names in os.walk(bag) for name in names)


def same_checksums(name: str, before: bytes, after: bytes) -> bool:
    """Whether a change is meaningless: hex digits in a tag manifest may be upper or lower case (§2.1.3)."""
    return name.startswith("tagmanifest-") and before.lower() == after.lower()


def test_a_flipped_bit_anywhere_is_found(bag: Path) -> None:
    for file in list(every_file(bag)):
        content = file.read_bytes()
        for bit in range(8 * len(content)):
            flipped = bytearray(content)
            flipped[bit // 8] ^= 1 << bit % 8
            file.write_bytes(flipped)
            report = validate(bag)
            assert not report.valid or same_checksums(file.name, content, bytes(flipped)), (file.name, bit)
        file.write_bytes(content)
    assert validate(bag).valid


def test_a_file_cut_off_anywhere_is_found(bag: Path) -> None:
    for file in list(every_file(bag)):
        content = file.read_bytes()
        for length in range(len(content)):
            file.write_bytes(content[:length])
            report = validate(bag)
            assert not report.valid or "last-line-open" in {p.code for p in report.problems}, (file.name, length)
        file.write_bytes(content)


def test_a_removed_file_is_found(bag: Path) -> None:
    for file in list(every_file(bag)):
        content = file.read_bytes()
        file.unlink()
        assert validate(bag).problems, file.name
        file.write_bytes(content)


def test_an_added_byte_anywhere_is_found(bag: Path) -> None:
    for file in list(every_file(bag)):
        content = file.read_bytes()
        for place in range(len(content) + 1):
            file.write_bytes(content[:place] + b"x" + content[place:])
            assert not validate(bag).valid, (file.name, place)
        file.write_bytes(content)


@given(BYTES, st.sampled_from(TAG_FILES), st.booleans())
def test_no_bytes_in_a_tag_file_raise(data: bytes, name: str, agree: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        bag = build(Path(folder, "bag"), FILES)
        put(bag, name, data)
        if agree and not name.startswith("tag"):
            reseal(bag)
        for options in (Options(), Options(tolerant=True), Options(completeness_only=True)):
            report = validate(bag, options=options)
            assert all(problem.message and problem.hint for problem in report.problems)


@given(st.sampled_from(TAG_FILES), st.sampled_from(["folder", "link", "pipe", "loop"]))
def test_no_kind_of_thing_in_the_place_of_a_tag_file_raises(name: str, kind: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        bag = build(Path(folder, "bag"), FILES)
        (bag / name).unlink(missing_ok=True)
        if kind == "folder":
            (bag / name).mkdir()
        elif kind == "pipe":
            os.mkfifo(bag / name)
        else:
            (bag / name).symlink_to(name if kind == "loop" else "data/a.txt")
        assert validate(bag).problems
