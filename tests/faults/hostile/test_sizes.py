"""Things without end: lines, names, nesting, lists.  A finding each, in bounded memory, and no traceback."""

import gzip
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.bag.archives import bag_files, in_base, tar_bytes, zip_bytes
from tests.bag.builder import build, put
from tests.faults.fuzz.promises import assert_sentence
from tests.faults.hostile.bombs import bomb_tar_xz, lying_zip64, overlapping_zip
from tests.faults.hostile.limits import Ended, preserve

pytestmark = pytest.mark.slow

MEMORY = 250
"""MiB: the bags below are small, or larger than any memory."""

_MIB = 1024 * 1024
_SUM = b"0" * 64


def sparse(bag: Path, name: str) -> None:
    """A file of a tebibyte that takes no room and that nobody lists: what is listed is read, however long it is."""
    (bag / "tagmanifest-sha256.txt").unlink()
    with (bag / name).open("wb") as file:
        file.truncate(1 << 40)


BAGS: dict[str, tuple[Callable[[Path], object], str]] = {
    "a declaration without end": (lambda bag: sparse(bag, "bagit.txt"), "tag-file-too-large"),
    "metadata without end": (lambda bag: sparse(bag, "bag-info.txt"), "tag-file-too-large"),
    "a manifest without end": (lambda bag: sparse(bag, "manifest-sha256.txt"), "tag-file-too-large"),
    "a fetch.txt without end": (lambda bag: sparse(bag, "fetch.txt"), "tag-file-too-large"),
    "a tag file without end": (lambda bag: sparse(bag, "manifest-md5.txt"), "tag-file-too-large"),
    "a line without end": (lambda bag: put(bag, "bag-info.txt", b"x" * 4 * _MIB), "bag-info-malformed"),
    "a label without end": (lambda bag: put(bag, "bag-info.txt", b"x" * 4 * _MIB + b": y\n"), "checksum-mismatch"),
    "lines without end": (lambda bag: put(bag, "bag-info.txt", b"x\n" * 200_000), "bag-info-malformed"),
    "an Oxum without end": (
        lambda bag: put(bag, "bag-info.txt", b"Payload-Oxum: " + b"9" * _MIB + b".1\n"),
        "oxum-malformed",
    ),
    "many Oxums": (lambda bag: put(bag, "bag-info.txt", b"Payload-Oxum: 1.1\n" * 50_000), "oxum-repeated"),
    "a path without end": (
        lambda bag: put(bag, "manifest-sha256.txt", _SUM + b"  data/" + b"d/" * _MIB + b"x\n"),
        "missing",
    ),
    "a path of escapes": (
        lambda bag: put(bag, "manifest-sha256.txt", _SUM + b"  data/" + b"%0A" * 50_000 + b"\n"),
        "missing",
    ),
    "a checksum without end": (
        lambda bag: put(bag, "manifest-sha256.txt", b"0" * 4 * _MIB + b"  data/x\n"),
        "digest-malformed",
    ),
    "lines that are none": (lambda bag: put(bag, "manifest-sha256.txt", b"x\n" * 200_000), "manifest-line-malformed"),
    "empty lines": (lambda bag: put(bag, "manifest-sha256.txt", b"\n" * 200_000), "unlisted"),
    "a URL without end": (
        lambda bag: put(bag, "fetch.txt", b"x" * 4 * _MIB + b" - data/letter.txt\n"),
        "fetch-url-not-absolute",
    ),
    "a name of a declaration without end": (
        lambda bag: put(bag, "bagit.txt", b"BagIt-Version: " + b"1" * 60_000 + b".0\nTag-File-Character-Encoding: x\n"),
        "version-unknown",
    ),
}


def judged(ended: Ended, expected: list[str]) -> None:
    """Each target was judged, was not valid, and has the finding that is expected, in sentences."""
    assert "Traceback" not in ended.err
    assert ended.status == 3, ended.err
    assert len(ended.messages) == len(expected)
    for message, code in zip(ended.messages, expected, strict=True):
        assert message["valid"] is False
        assert code in {problem["code"] for problem in message["problems"]}, message["target"]
        for problem in message["problems"]:
            assert_sentence(problem["message"])


def test_bags_with_things_without_end(tmp_path: Path) -> None:
    targets = []
    for number, (bend, _) in enumerate(BAGS.values()):
        bag = build(tmp_path / f"bag{number}")
        bend(bag)
        targets.append(bag)
    ended = preserve("--home", tmp_path, "validate", *targets)
    judged(ended, [code for _, code in BAGS.values()])
    assert ended.mebibytes < MEMORY


GOOD = in_base(bag_files())
ARCHIVES: dict[str, tuple[Callable[[], bytes], str]] = {
    "deep.tar": (lambda: tar_bytes({**GOOD, "bag/" + "d/" * 5_000 + "x": b"1"}), "archive-member-unsafe"),
    "deep.zip": (lambda: zip_bytes({**GOOD, "bag/" + "d/" * 30_000 + "x": b"1"}), "archive-member-unsafe"),
    "long.tar": (lambda: tar_bytes({**GOOD, "bag/data/" + "n" * 900_000: b"1"}), "archive-member-unsafe"),
    "many.zip": (lambda: zip_bytes({**GOOD, **{f"bag/data/{n}": b"" for n in range(5_000)}}), "unlisted"),
    "kinds.zip": (
        lambda: zip_bytes({**GOOD, **{f"bag/manifest-x{n}.txt": b"00  data/a\n" for n in range(2_000)}}),
        "algorithm-unknown",
    ),
    "overlapping.zip": (lambda: overlapping_zip(1_000, 10_000_000), "archive-member-overlaps"),
    "bomb.tar.xz": (lambda: bomb_tar_xz(GOOD, 1 << 30), "archive-bomb"),
    "bomb.zip": (
        lambda: zip_bytes(in_base(bag_files({"data/zeros": b"\0" * 200 * _MIB})), method=zipfile.ZIP_LZMA),
        "archive-bomb",
    ),
    "zip64.zip": (lambda: lying_zip64(GOOD), "archive-damaged"),
}


def test_archives_with_things_without_end(tmp_path: Path) -> None:
    for name, (make, _) in ARCHIVES.items():
        (tmp_path / name).write_bytes(make())
    ended = preserve("--home", tmp_path, "validate", *(tmp_path / name for name in ARCHIVES))
    judged(ended, [code for _, code in ARCHIVES.values()])
    assert ended.mebibytes < MEMORY


def test_an_archive_in_an_archive_in_an_archive_is_none_of_ours(tmp_path: Path) -> None:
    path = tmp_path / "nested.tar.gz"
    path.write_bytes(gzip.compress(gzip.compress(tar_bytes(GOOD) + b"\0" * 200 * _MIB)))
    ended = preserve("--home", tmp_path, "validate", path)
    assert ended.status == 22
    assert [problem["code"] for problem in ended.messages[0]["problems"]] == ["not-a-bag"]
    assert ended.mebibytes < MEMORY


LISTS: dict[str, bytes] = {
    "a line": _SUM + b"  " + b"a" * 4 * _MIB,
    "an escaped line": b"\\" + _SUM + b"  " + b"\\" * _MIB,
    "a checksum": b"0" * 4 * _MIB,
    "empty lines": b"\n" * 20 * _MIB,
    "zeros": b"\0" * 20 * _MIB,
    "lines without sense": b"x\n" * 10 * _MIB,
    "almost BSD": b"SHA256 (" + b") = (" * _MIB,
    "unknown algorithms": b"CRC (x) = 00\n" * 200_000,
}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    for folder in ("incoming", "packages"):
        (tmp_path / folder).mkdir()
    return tmp_path


def test_lists_without_end(home: Path) -> None:
    for number, data in enumerate(LISTS.values()):
        put(home, f"incoming/box{number}/a.txt", b"x")
        put(home, f"incoming/box{number}/SHA256SUMS", data)
    ended = preserve("--home", home, "check")
    assert ended.status == 3  # two of them promise files that are not there
    assert len([message for message in ended.messages if message["message_type"] == "check"]) == len(LISTS)
    for message in ended.messages:
        for problem in message["problems"]:
            assert_sentence(problem["message"])
    assert ended.mebibytes < MEMORY


TABLES: dict[str, bytes] = {
    "a cell": b'filename,dc.title\na.txt,"' + b"x" * 4 * _MIB + b'"\n',
    "columns": b"filename" + b",dc.title" * 20_000 + b"\na.txt,x\n",
    "columns without sense": b"filename" + b",dc.titel" * 5_000 + b"\na.txt,x\n",
    "a quotation": b'filename,dc.title\na.txt,"' + b"x\n" * _MIB,
    "quotation marks": b"filename,dc.title\na.txt," + b'""' * _MIB + b"\n",
    "cells": b"filename,dc.title\n" + (b"," * 1000 + b"\n") * 2100,
    "empty rows": b"filename,dc.title\n" + b"\n" * 2 * _MIB,
    "nothing": b"",
    "a name": b"filename,dc.title\n" + b"n" * 100_000 + b",x\n",
}


def test_tables_without_end(home: Path) -> None:
    for number, data in enumerate(TABLES.values()):
        put(home, f"incoming/box{number}/a.txt", b"x")
        put(home, f"incoming/box{number}/metadata.csv", data)
    ended = preserve("--home", home, "check")
    assert ended.status == 3
    refused = [message["ready"] for message in ended.messages if message["message_type"] == "check"]
    assert len(refused) == len(TABLES)
    for message in ended.messages:
        for problem in message["problems"]:
            assert_sentence(problem["message"])
    assert ended.mebibytes < MEMORY


@pytest.mark.parametrize("text", ["[" * 200_000, '{"a":' * 200_000, "1" * 200_000, '{"' + "k" * 200_000 + '": 1}'])
def test_json_without_end(home: Path, text: str) -> None:
    (home / "profile.json").write_text(text)
    build(home / "bag")
    ended = preserve("--home", home, "validate", "--profile", home / "profile.json", home / "bag")
    assert ended.status in (3, 22)
    assert "Traceback" not in ended.err
    for line in ended.err.splitlines():
        assert_sentence(line)
