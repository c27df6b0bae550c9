"""Archives that mean harm are named for what they are, and nothing in them is followed."""

import binascii
import gzip
import io
import lzma
import struct
import tarfile
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from preserve.bag.serialized import container as serialized_container
from preserve.bag.validate import validate
from preserve.model import Problem
from tests.bag.archives import add, bag_files, codes, contents, in_base, tar_bytes, zip_bytes

FILES = bag_files()
GOOD = in_base(FILES)


def judged(tmp_path: Path, name: str, data: bytes) -> tuple[Problem, ...]:
    """The findings about the archive; it is never valid, and no name from inside it appeared on disk."""
    path = tmp_path / name
    path.write_bytes(data)
    assert not validate(path).valid
    assert [found.name for found in tmp_path.iterdir()] == [name]
    return contents(path)[1]


UNSAFE = {
    "absolute": "/etc/passwd",
    "climbing": "bag/../../evil",
    "climbing at the end": "bag/data/..",
    "windows drive": "C:/evil",
    "windows drive in the bag": "bag/C:/evil",
    "backslash": "bag\\data\\x",
    "windows climbing": "bag/..\\evil",
    "share": "\\\\server\\share",
    "empty part": "bag//data/x",
    "dot part": "bag/./data/x",
}


@pytest.mark.parametrize("name", UNSAFE.values(), ids=UNSAFE)
def test_unsafe_names_are_refused(tmp_path: Path, name: str) -> None:
    files = {**GOOD, name: b"evil"}
    assert codes(judged(tmp_path, "bag.tar", tar_bytes(files))) == {"archive-member-unsafe"}
    (tmp_path / "bag.tar").unlink()
    assert codes(judged(tmp_path, "bag.tar.gz", gzip.compress(tar_bytes(files)))) == {"archive-member-unsafe"}
    (tmp_path / "bag.tar.gz").unlink()
    assert codes(judged(tmp_path, "bag.zip", zip_bytes(files))) == {"archive-member-unsafe"}


def test_members_without_a_name_are_refused(tmp_path: Path) -> None:
    data = tar_bytes({**GOOD, "": b"evil"})
    assert "archive-member-unsafe" in codes(judged(tmp_path, "bag.tar", data))


SPECIAL: dict[str, tuple[dict[str, Any], str]] = {
    "symbolic link": ({"type": tarfile.SYMTYPE, "linkname": "/etc/passwd"}, "archive-member-link"),
    "hard link": ({"type": tarfile.LNKTYPE, "linkname": "bag/bagit.txt"}, "archive-member-link"),
    "pipe": ({"type": tarfile.FIFOTYPE}, "archive-member-special"),
    "character device": ({"type": tarfile.CHRTYPE, "devmajor": 1, "devminor": 5}, "archive-member-special"),
    "block device": ({"type": tarfile.BLKTYPE, "devmajor": 8}, "archive-member-special"),
    "unknown kind": ({"type": b"Q"}, "archive-member-special"),
    "sparse file": ({"pax_headers": {"GNU.sparse.major": "1", "GNU.sparse.realsize": "9"}}, "archive-member-sparse"),
}


@pytest.mark.parametrize(("fields", "code"), SPECIAL.values(), ids=SPECIAL)
def test_what_is_no_plain_file_is_refused(tmp_path: Path, fields: dict[str, Any], code: str) -> None:
    data = tar_bytes(GOOD, extra=lambda archive: add(archive, "bag/data/odd", **fields))
    assert codes(judged(tmp_path, "bag.tar", data)) == {code}
    (tmp_path / "bag.tar").unlink()
    assert codes(judged(tmp_path, "bag.tar.xz", lzma.compress(data))) == {code}


def test_an_old_gnu_sparse_file_is_refused_and_the_rest_is_read(tmp_path: Path) -> None:
    def sparse(archive: tarfile.TarFile) -> None:
        info = tarfile.TarInfo("bag/data/odd")
        info.size = 512
        block = bytearray(info.tobuf(tarfile.GNU_FORMAT))
        block[156:157] = b"S"
        block[482:483] = b"\1"  # one more block of the sparse map
        block[148:156] = b" " * 8
        block[148:156] = b"%06o\0 " % sum(block)
        assert archive.fileobj is not None
        archive.fileobj.write(bytes(block) + b"\0" * 512 + b"c" * 512)
        archive.offset += 1536
        add(archive, "bag/data/last", b"seen")

    path = tmp_path / "bag.tar"
    path.write_bytes(tar_bytes(GOOD, extra=sparse))
    found, problems = contents(path)
    assert codes(problems) == {"archive-member-sparse"}
    assert "data/last" in found


def test_links_in_a_zip_are_refused(tmp_path: Path) -> None:
    for mode, code in ((0o120777, "archive-member-link"), (0o010644, "archive-member-special")):
        buffer = io.BytesIO(zip_bytes(GOOD))
        with zipfile.ZipFile(buffer, "a") as archive:
            info = zipfile.ZipInfo("bag/data/odd")
            info.create_system = 3
            info.external_attr = mode << 16
            archive.writestr(info, "/etc/passwd")
        assert codes(judged(tmp_path, "bag.zip", buffer.getvalue())) == {code}


def test_a_name_that_is_there_twice_is_refused_whatever_it_holds(tmp_path: Path) -> None:
    def twice(archive: tarfile.TarFile) -> None:
        add(archive, "./bag/data/letter.txt", FILES["data/letter.txt"])

    data = tar_bytes(GOOD, extra=twice)
    assert codes(judged(tmp_path, "bag.tar", data)) == {"archive-member-twice"}
    (tmp_path / "bag.tar").unlink()
    assert codes(judged(tmp_path, "bag.tar.gz", gzip.compress(data))) == {"archive-member-twice"}
    (tmp_path / "bag.tar.gz").unlink()
    buffer = io.BytesIO(zip_bytes(GOOD))
    with zipfile.ZipFile(buffer, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("bag/data/letter.txt", FILES["data/letter.txt"])
    assert codes(judged(tmp_path, "bag.zip", buffer.getvalue())) == {"archive-member-twice"}


def test_a_file_that_is_a_folder_too_is_refused(tmp_path: Path) -> None:
    data = tar_bytes({**GOOD, "bag/data/letter.txt/inside": b"x"})
    assert "archive-member-twice" in codes(judged(tmp_path, "bag.tar", data))


def test_a_bag_without_its_base_folder_is_refused_and_still_judged(tmp_path: Path) -> None:
    for name, data in {"bag.tar": tar_bytes(FILES), "bag.zip": zip_bytes(FILES)}.items():
        assert codes(judged(tmp_path, name, data)) == {"archive-no-base-folder"}
        assert codes(validate(tmp_path / name).problems) == {"archive-no-base-folder"}
        (tmp_path / name).unlink()


def test_anything_beside_the_base_folder_is_refused(tmp_path: Path) -> None:
    for more in ("other/file", "loose.txt", "__MACOSX/bag/._bagit.txt"):
        for order in (GOOD | {more: b"x"}, {more: b"x"} | GOOD):
            assert codes(judged(tmp_path, "bag.tar", tar_bytes(order))) == {"archive-several-folders"}


def test_an_archive_without_members_is_no_bag(tmp_path: Path) -> None:
    assert "archive-no-base-folder" in codes(judged(tmp_path, "bag.zip", zip_bytes({})))


def test_names_that_are_not_utf8_are_carried_and_told(tmp_path: Path) -> None:
    name = "bag/data/caf\udce9.txt"
    for format in (tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT):  # noqa: A001  tarfile's word
        path = tmp_path / "bag.tar"
        path.write_bytes(tar_bytes({**GOOD, name: b"x"}, format=format))
        found, problems = contents(path)
        assert "data/caf\udce9.txt" in found
        assert codes(problems, None) == {"archive-name-encoding"}
        assert not validate(path).valid  # no manifest can list it


# --- headers that say two things ----------------------------------------------------------------------------


def pax(records: dict[str, str], kind: bytes = b"x") -> bytes:
    """A pax header by hand, so that it may contradict what follows."""
    body = b""
    for key, value in records.items():
        text = f" {key}={value}\n".encode()
        length = len(text) + 1
        while len(str(length)) + len(text) != length:
            length = len(str(length)) + len(text)
        body += str(length).encode() + text
    return header("PaxHeader", len(body), kind) + body + b"\0" * (-len(body) % 512)


def header(name: str, size: int, kind: bytes = b"0") -> bytes:
    info = tarfile.TarInfo(name)
    info.size = size
    info.type = kind
    return info.tobuf(tarfile.USTAR_FORMAT)


def spliced(*blocks: bytes) -> bytes:
    """The good tar with more blocks before its end marker."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, content in GOOD.items():
            add(archive, name, content)
        end = archive.offset
    return buffer.getvalue()[:end] + b"".join(blocks) + b"\0" * 1024


AMBIGUOUS: dict[str, Callable[[], bytes]] = {
    "two sizes": lambda: spliced(pax({"size": "3"}), header("bag/data/x", 700), b"abc".ljust(1024, b"\0")),
    "two names": lambda: spliced(
        header("././@LongLink", 11, b"L") + b"bag/data/y\0".ljust(512, b"\0"),
        pax({"path": "bag/data/z"}),
        header("bag/data/x", 0),
    ),
    "global name": lambda: spliced(pax({"path": "bag/data/z"}, b"g"), header("bag/data/x", 0)),
    "global size": lambda: spliced(pax({"size": "512"}, b"g"), header("bag/data/x", 0), b"\1" * 512),
    "folder with content": lambda: spliced(header("bag/data/x/", 512, b"5")),
    "file named like a folder": lambda: spliced(header("bag/data/x/", 3), b"abc".ljust(512, b"\0")),
}


@pytest.mark.parametrize("make", AMBIGUOUS.values(), ids=AMBIGUOUS)
def test_headers_that_two_programs_would_read_differently_are_refused(
    tmp_path: Path, make: Callable[[], bytes]
) -> None:
    assert "archive-member-ambiguous" in codes(judged(tmp_path, "bag.tar", make()))


def test_a_file_inside_a_file_is_not_seen_as_a_member(tmp_path: Path) -> None:
    """What a reader would see that believed the smaller of two sizes."""
    smuggled = header("bag/data/evil", 4) + b"evil".ljust(512, b"\0")
    data = spliced(pax({"size": str(len(smuggled))}), header("bag/data/x", 0), smuggled)
    path = tmp_path / "bag.tar"
    path.write_bytes(data)
    found, _ = contents(path)
    assert "data/evil" not in found
    assert "data/x" in found


def test_headers_of_absurd_size_are_passed_over(tmp_path: Path) -> None:
    huge = pax({"comment": "x" * 2_000_000})
    found = codes(judged(tmp_path, "bag.tar", spliced(huge, header("bag/data/x", 0))))
    assert found == {"archive-header-too-large"}
    claims = spliced(header("PaxHeader", 8**11 - 1, b"x"))
    assert {"archive-header-too-large", "archive-truncated"} <= codes(judged(tmp_path, "bag.tar", claims))


def test_sizes_that_no_disk_holds_are_damage(tmp_path: Path) -> None:
    block = bytearray(header("bag/data/x", 0))
    for field in (b"\x80" + b"\xff" * 11, b"\xff" * 12, b"\x80" + b"\0" * 3 + b"\x7f" + b"\xff" * 7, b"not a size.."):
        block[124:136] = field
        block[148:156] = b" " * 8
        block[148:156] = b"%06o\0 " % sum(block)
        assert codes(judged(tmp_path, "bag.tar", spliced(bytes(block)))) <= {"archive-damaged", "archive-truncated"}
    assert "archive-truncated" in codes(
        judged(tmp_path, "bag.tar", spliced(pax({"size": str(2**62)}), header("bag/data/x", 0)))
    )


@pytest.mark.parametrize("body", [b"9999 path=x\n", b"path=x\n", b"7 path\n", b"0 \n", b"-5 a=b\n", b"\xff" * 20])
def test_malformed_pax_headers_are_damage(tmp_path: Path, body: bytes) -> None:
    block = header("PaxHeader", len(body), b"x") + body.ljust(512, b"\0")
    assert codes(judged(tmp_path, "bag.tar", spliced(block, header("bag/data/x", 0)))) == {"archive-damaged"}


# --- zips that say two things -------------------------------------------------------------------------------


def central(data: bytes, name: str) -> int:
    return data.rindex(b"PK\x01\x02", 0, data.rindex(name.encode()))


def local(data: bytes, name: str) -> int:
    return data.rindex(b"PK\x03\x04", 0, data.index(name.encode()))


def poked(data: bytes, at: int, value: bytes) -> bytes:
    return data[:at] + value + data[at + len(value) :]


LETTER = "bag/data/letter.txt"
ZIP = zip_bytes(GOOD, method=zipfile.ZIP_STORED)
DISAGREEING = {
    "another name": poked(ZIP, local(ZIP, LETTER) + 30, b"bag/data/zzzzzz.txt"),
    "another size": poked(ZIP, local(ZIP, LETTER) + 22, struct.pack("<L", 5)),
    "another compressed size": poked(ZIP, local(ZIP, LETTER) + 18, struct.pack("<L", 5)),
    "another checksum": poked(ZIP, local(ZIP, LETTER) + 14, b"\1\2\3\4"),
    "another method": poked(ZIP, local(ZIP, LETTER) + 8, b"\x08"),
    "encrypted in one": poked(ZIP, local(ZIP, LETTER) + 6, b"\1"),
}


@pytest.mark.parametrize("data", DISAGREEING.values(), ids=DISAGREEING)
def test_a_header_that_contradicts_the_directory_is_refused(tmp_path: Path, data: bytes) -> None:
    assert "archive-member-ambiguous" in codes(judged(tmp_path, "bag.zip", data))


def test_encrypted_members_are_refused(tmp_path: Path) -> None:
    data = poked(poked(ZIP, local(ZIP, LETTER) + 6, b"\1"), central(ZIP, LETTER) + 8, b"\1")
    assert codes(judged(tmp_path, "bag.zip", data)) == {"archive-member-encrypted"}


def test_unknown_compression_is_refused(tmp_path: Path) -> None:
    data = poked(poked(ZIP, local(ZIP, LETTER) + 8, b"\x5f"), central(ZIP, LETTER) + 10, b"\x5f")
    assert codes(judged(tmp_path, "bag.zip", data)) == {"archive-member-method"}


def test_a_second_name_in_an_extra_field_is_refused(tmp_path: Path) -> None:
    def field(name: str, other: bytes) -> bytes:
        return struct.pack("<HHBL", 0x7075, 5 + len(other), 1, binascii.crc32(name.encode())) + other

    for other, expected in ((b"bag/data/evil.txt", {"archive-member-ambiguous"}), (b"bag/data/honest.txt", set())):
        buffer = io.BytesIO(zip_bytes(GOOD))
        with zipfile.ZipFile(buffer, "a") as archive:
            info = zipfile.ZipInfo("bag/data/honest.txt")
            info.extra = field(info.filename, other)
            archive.writestr(info, b"x")
        assert codes(judged(tmp_path, "bag.zip", buffer.getvalue())) == expected


def test_members_that_share_octets_are_refused(tmp_path: Path) -> None:
    at = central(ZIP, "bag/data/sub/notes.txt")
    start = struct.unpack_from("<L", ZIP, central(ZIP, LETTER) + 42)
    assert "archive-member-overlaps" in codes(
        judged(tmp_path, "bag.zip", poked(ZIP, at + 42, struct.pack("<L", *start)))
    )


def test_a_wrong_crc_is_found_though_the_size_is_right(tmp_path: Path) -> None:
    data = ZIP.replace(b"Dear archive", b"Dead archive")
    assert codes(judged(tmp_path, "bag.zip", data)) == {"archive-member-damaged"}


def test_members_that_hold_more_than_they_declare_are_refused(tmp_path: Path) -> None:
    data = zip_bytes(GOOD)
    name = "bag/data/sub/notes.txt"
    for at in (local(data, name) + 22, central(data, name) + 24):
        data = poked(data, at, struct.pack("<L", 3))
    assert codes(judged(tmp_path, "bag.zip", data)) == {"archive-member-damaged"}


def test_a_nul_in_a_name_is_refused(tmp_path: Path) -> None:
    data = ZIP.replace(b"letter.txt", b"lett\0r.txt")
    assert "archive-member-unsafe" in codes(judged(tmp_path, "bag.zip", data))


def test_a_zip_within_the_gaps_of_a_zip_is_found(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in GOOD.items():
            archive.writestr(name, content)
        archive.writestr("bag/data/hidden", b"evil")
        del archive.filelist[-1]
        del archive.NameToInfo["bag/data/hidden"]
    assert codes(judged(tmp_path, "bag.zip", buffer.getvalue())) == {"archive-hidden-data"}


def test_something_before_a_zip_is_found(tmp_path: Path) -> None:
    data = zip_bytes({"front/x": b""})[:40] + zip_bytes(GOOD)
    assert "archive-hidden-data" in codes(judged(tmp_path, "bag.zip", data))


# --- ends ---------------------------------------------------------------------------------------------------

TAR = tar_bytes(GOOD)
TRAILING: dict[str, tuple[str, bytes]] = {
    "tar": ("bag.tar", TAR + b"more"),
    "tar after a tar": ("bag.tar", TAR + tar_bytes({"bag/data/evil": b"x"})),
    "gzip": ("bag.tar.gz", gzip.compress(TAR) + b"more"),
    "xz": ("bag.tar.xz", lzma.compress(TAR) + b"more"),
    "within gzip": ("bag.tar.gz", gzip.compress(TAR + b"more")),
    "gzip after gzip": ("bag.tar.gz", gzip.compress(TAR) + gzip.compress(tar_bytes({"bag/data/evil": b"x"}))),
    "zip": ("bag.zip", ZIP + b"more"),
}


@pytest.mark.parametrize(("name", "data"), TRAILING.values(), ids=TRAILING)
def test_trailing_garbage_is_found(tmp_path: Path, name: str, data: bytes) -> None:
    assert "archive-trailing-data" in codes(judged(tmp_path, name, data))


def test_a_tar_without_an_end_marker_may_have_been_cut_off(tmp_path: Path) -> None:
    assert "archive-truncated" in codes(judged(tmp_path, "bag.tar", spliced()[:-1024]))


# --- bombs --------------------------------------------------------------------------------------------------


def zeros(name: str, size: int) -> bytes:
    return header(name, size) + b"\0" * size


@pytest.fixture
def small_bombs(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same rule with a smaller allowance, so that tests need not expand 100 MiB."""
    monkeypatch.setattr(serialized_container, "FREE", 1024 * 1024)


@pytest.mark.usefixtures("small_bombs")
def test_a_bomb_is_read_no_further(tmp_path: Path) -> None:
    tar = spliced(zeros("bag/data/bomb", 60 * 1024 * 1024))
    assert "archive-bomb" in codes(judged(tmp_path, "bag.tar.xz", lzma.compress(tar)))
    (tmp_path / "bag.tar.xz").unlink()
    files = {**GOOD, "bag/data/bomb": b"\0" * (60 * 1024 * 1024)}
    assert "archive-bomb" in codes(judged(tmp_path, "bag.zip", zip_bytes(files, method=zipfile.ZIP_BZIP2)))


@pytest.mark.usefixtures("small_bombs")
def test_a_bomb_after_the_end_marker_is_one_too(tmp_path: Path) -> None:
    data = lzma.compress(TAR + b"\0" * (60 * 1024 * 1024))
    assert "archive-bomb" in codes(judged(tmp_path, "bag.tar.xz", data))


def test_what_compresses_well_is_no_bomb(tmp_path: Path) -> None:
    files = in_base(bag_files({"data/zeros": b"\0" * 50_000_000}))
    path = tmp_path / "bag.tar.xz"
    path.write_bytes(lzma.compress(tar_bytes(files), preset=0))
    assert validate(path).problems == ()


def test_an_archive_in_the_payload_is_payload(tmp_path: Path) -> None:
    payload = {"data/inner.tar.gz": gzip.compress(tar_bytes({"/etc/passwd": b"x"})), "data/inner.zip": ZIP[:50]}
    path = tmp_path / "bag.tar"
    path.write_bytes(tar_bytes(in_base(bag_files(payload))))
    assert validate(path).problems == ()


def test_an_xz_that_asks_for_gigabytes_of_memory_is_refused(tmp_path: Path) -> None:
    filters = [{"id": lzma.FILTER_LZMA2, "preset": 1, "dict_size": 2**20}]
    data = bytearray(lzma.compress(TAR, filters=filters))
    at = data.index(b"\x21\x01", 12) + 2
    data[at] = 40  # a dictionary of 4 GiB
    size = (data[12] + 1) * 4
    data[12 + size - 4 : 12 + size] = struct.pack("<L", binascii.crc32(bytes(data[12 : 12 + size - 4])))
    assert "archive-damaged" in codes(judged(tmp_path, "bag.tar.xz", bytes(data)))


def test_a_gap_between_members_is_searched_in_flat_memory(tmp_path: Path) -> None:
    data = zip_bytes(GOOD)
    head, tail = data[: data.index(b"PK\x01\x02")], data[data.index(b"PK\x01\x02") :]
    gap = 128 * 1024 * 1024
    path = tmp_path / "bag.zip"
    with path.open("wb") as file:
        file.write(head)
        file.seek(gap, io.SEEK_CUR)
        file.write(tail[:-6] + struct.pack("<LH", len(head) + gap, 0))
    tracemalloc.start()
    try:
        assert validate(path).valid
        assert tracemalloc.get_traced_memory()[1] < 32 * 1024 * 1024
    finally:
        tracemalloc.stop()
