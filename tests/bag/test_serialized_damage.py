"""Whatever happens to an archive on its way, the answer is a judgement: never a traceback, never a false "valid"."""

import bz2
import gzip
import lzma
import tempfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from preserve.bag.serialized.opening import open_serialized
from preserve.bag.source import EntryKind
from preserve.bag.validate import validate
from preserve.errors import PreserveError
from tests.bag.archives import bag_files, codes, in_base, tar_bytes, zip_bytes

FILES = bag_files({"data/letter.txt": b"Dear archive,\n" * 40, "data/sub/b": bytes(range(256)) * 8})
TAR = tar_bytes(in_base(FILES))
ARCHIVES: dict[str, bytes] = {
    "bag.tar": TAR,
    "bag.tar.gz": gzip.compress(TAR),
    "bag.tar.bz2": bz2.compress(TAR),
    "bag.tar.xz": lzma.compress(TAR),
    "bag.zip": zip_bytes(in_base(FILES)),
    "stored/bag.zip": zip_bytes(in_base(FILES), method=zipfile.ZIP_STORED),
    "bzip2/bag.zip": zip_bytes(in_base(FILES), method=zipfile.ZIP_BZIP2),
    "lzma/bag.zip": zip_bytes(in_base(FILES), method=zipfile.ZIP_LZMA),
}


def content_of(path: Path) -> dict[str, bytes]:
    bag = open_serialized(path)
    try:
        files = [entry.path for entry in bag.entries() if entry.kind is EntryKind.FILE]
        return {file: bag.read(file, 10_000_000) for file in files}
    finally:
        bag.close()


def assert_judged(kind: str, data: bytes) -> bool:
    """Whether it is valid still; if so, every file is what it was."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, Path(kind).name)
        path.write_bytes(data)
        try:
            report = validate(path)
        except PreserveError:
            return False
        if report.valid:
            assert content_of(path) == FILES
        else:
            assert report.errors
        return report.valid


@pytest.mark.parametrize("kind", ARCHIVES)
def test_the_undamaged_archive_is_valid(kind: str) -> None:
    assert assert_judged(kind, ARCHIVES[kind])


@pytest.mark.parametrize("kind", ARCHIVES)
def test_an_archive_that_was_cut_off_is_not_valid(kind: str) -> None:
    data = ARCHIVES[kind]
    end = len(data.rstrip(b"\0")) if kind == "bag.tar" else len(data)  # the padding of a tar holds nothing
    for length in {*range(0, end, max(1, end // 150)), *range(end - 40, end)}:
        assert not assert_judged(kind, data[:length])


@pytest.mark.parametrize("kind", ARCHIVES)
@settings(max_examples=150, deadline=None)
@given(draw=st.data())
def test_flipped_bits_are_found_or_harmless(kind: str, draw: st.DataObject) -> None:
    data = bytearray(ARCHIVES[kind])
    for position in draw.draw(st.lists(st.integers(0, len(data) - 1), min_size=1, max_size=4)):
        data[position] ^= draw.draw(st.integers(1, 255))
    assert_judged(kind, bytes(data))


@pytest.mark.parametrize("kind", ARCHIVES)
@settings(max_examples=60, deadline=None)
@given(draw=st.data())
def test_parts_that_were_lost_doubled_or_overwritten_are_found(kind: str, draw: st.DataObject) -> None:
    data = ARCHIVES[kind]
    start = draw.draw(st.integers(0, len(data)))
    end = draw.draw(st.integers(start, len(data)))
    middle = draw.draw(st.sampled_from([b"", data[start:end] * 2, b"\0" * (end - start), b"\xff" * (end - start)]))
    assert_judged(kind, data[:start] + middle + data[end:])


@pytest.mark.parametrize("kind", ["bag.tar", "bag.zip", "stored/bag.zip"])
def test_every_octet_of_the_headers_may_be_wrong(kind: str) -> None:
    data = ARCHIVES[kind]
    for position in range(0, len(data), 1 if kind != "bag.tar" else 7):
        changed = bytearray(data)
        changed[position] ^= 0xFF
        assert_judged(kind, bytes(changed))


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=3000), st.sampled_from([b"", b"\x1f\x8b\x08", b"BZh9", b"\xfd7zXZ\x00", b"PK\x03\x04"]))
def test_noise_is_no_bag(noise: bytes, magic: bytes) -> None:
    assert not assert_judged("noise.tar", magic + noise)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=1024))
def test_noise_within_a_compressed_tar_is_no_bag(noise: bytes) -> None:
    assert not assert_judged("bag.tar.gz", gzip.compress(TAR[:1536] + noise))


def test_damage_is_told_as_damage(tmp_path: Path) -> None:
    for kind in ("bag.tar.gz", "bag.tar.bz2", "bag.tar.xz"):
        data = bytearray(ARCHIVES[kind])
        data[len(data) // 2] ^= 0x10
        (tmp_path / kind).write_bytes(data)
        assert "archive-damaged" in codes(validate(tmp_path / kind).problems)
        (tmp_path / kind).write_bytes(ARCHIVES[kind][:-30])
        assert {"archive-truncated", "archive-damaged"} & codes(validate(tmp_path / kind).problems)
