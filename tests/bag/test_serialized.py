"""A bag in one file is judged like a bag in a folder, and nothing is unpacked."""

import bz2
import gzip
import hashlib
import io
import lzma
import os
import subprocess
import tarfile
import zipfile
from pathlib import Path

import pytest

from preserve.bag.serialized.opening import open_serialized
from preserve.bag.source import BagSource
from preserve.bag.validate import validate
from preserve.errors import BagError, NotABag
from preserve.model import Severity
from tests.bag.archives import PAYLOAD, bag_files, codes, contents, in_base, tar_bytes, zip_bytes
from tests.bag.builder import build

FILES = bag_files()
TAR = tar_bytes(in_base(FILES))
KINDS: dict[str, bytes] = {
    "bag.tar": TAR,
    "bag.tar.gz": gzip.compress(TAR),
    "bag.tgz": gzip.compress(TAR),
    "bag.tar.bz2": bz2.compress(TAR),
    "bag.tar.xz": lzma.compress(TAR),
    "bag.zip": zip_bytes(in_base(FILES)),
}
MEDIA_TYPES = {
    "bag.tar": "application/tar",
    "bag.tar.gz": "application/gzip",
    "bag.tgz": "application/gzip",
    "bag.tar.bz2": "application/x-bzip2",
    "bag.tar.xz": "application/x-xz",
    "bag.zip": "application/zip",
}


@pytest.fixture(params=KINDS)
def archive(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    path = tmp_path / str(request.param)
    path.write_bytes(KINDS[request.param])
    return path


def test_every_file_is_found_with_its_digests(archive: Path) -> None:
    found, problems = contents(archive, ("sha256", "md5"))
    assert found == {path: hashlib.sha256(content).hexdigest() for path, content in FILES.items()}
    assert problems == ()


def test_algorithms_that_no_manifest_names_are_computed_too(archive: Path) -> None:
    found, problems = contents(archive, ("blake2b",))
    assert found == {path: hashlib.blake2b(content).hexdigest() for path, content in FILES.items()}
    assert problems == ()


def test_it_validates_like_the_folder(archive: Path) -> None:
    report = validate(archive)
    assert report.valid
    assert report.problems == ()
    assert report.files == len(PAYLOAD)


def test_it_knows_its_name_and_its_media_type(archive: Path) -> None:
    bag = open_serialized(archive)
    assert bag.name == "bag"
    assert getattr(bag, "serialization", "") == MEDIA_TYPES[archive.name]
    bag.close()


def test_nothing_is_written_beside_it(archive: Path) -> None:
    validate(archive)
    assert os.listdir(archive.parent) == [archive.name]


def test_entries_can_be_asked_for_again(archive: Path) -> None:
    bag = open_serialized(archive)
    assert sorted(entry.path for entry in bag.entries()) == sorted(entry.path for entry in bag.entries())
    bag.close()


def test_reading_is_bounded_and_an_absent_file_is_absent(archive: Path) -> None:
    bag = open_serialized(archive)
    list(bag.entries())
    assert bag.read("bagit.txt", 1000) == FILES["bagit.txt"]
    assert bag.read("data/sub/notes.txt", 20_000) == PAYLOAD["data/sub/notes.txt"]
    with pytest.raises(BagError):
        bag.read("bagit.txt", 3)
    with pytest.raises(FileNotFoundError):
        bag.read("absent.txt", 3)
    bag.close()


def test_a_file_that_is_not_there_is_a_failure_and_no_exception(archive: Path) -> None:
    bag = open_serialized(archive)
    (measured,) = bag.measure(["data/absent"], ("sha256",))
    assert measured.failure is not None
    bag.close()


def test_it_is_recognised_by_content_and_not_by_suffix(archive: Path) -> None:
    other = archive.rename(archive.with_name("bag.something"))
    found, problems = contents(other)
    assert len(found) == len(FILES)
    assert codes(problems, None) == {"archive-suffix"}


def test_another_name_than_the_base_folders_is_a_warning(archive: Path) -> None:
    other = archive.rename(archive.with_name("other-" + archive.name))
    _, problems = contents(other)
    assert codes(problems, None) == {"archive-name-differs"}
    assert codes(problems) == set()


@pytest.mark.parametrize(
    "content", [b"", b"hello", b"\0" * 2048, b"%PDF-1.7", gzip.compress(b"a text, no tar"), bz2.compress(b"")]
)
def test_what_is_no_archive_is_not_a_bag(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "thing.tar.gz"
    path.write_bytes(content)
    with pytest.raises(NotABag):
        open_serialized(path)


def test_what_is_no_file_is_not_a_bag(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.tar")
    for name in ("absent.tar", "pipe.tar", "."):
        with pytest.raises(NotABag):
            open_serialized(tmp_path / name)


@pytest.mark.parametrize("format", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])  # tarfile's word
def test_all_dialects_of_tar_are_read_alike(tmp_path: Path, format: int) -> None:  # noqa: A002
    path = tmp_path / "bag.tar"
    payload = {f"data/{'ordner/' * 9}{'x' * 80}.txt": b"deep", "data/é日本.txt": b"odd", "data/" + "n" * 90: b""}
    files = bag_files(payload)
    path.write_bytes(tar_bytes(in_base(files), format=format))
    assert validate(path).problems == ()


def test_names_of_any_length_and_kind_pass(tmp_path: Path) -> None:
    payload = {
        "data/" + "long " * 45: b"1",
        "data/" + "/".join(["d" * 200] * 12): b"2",
        "data/مقالة.txt": b"3",
        "data/cafe\u0301 %25 100%.txt": b"4",
        "data/two\nlines": b"5",
        "data/ space ": b"6",
    }
    files = in_base(bag_files(payload))
    for name, data in {"bag.tar": tar_bytes(files), "bag.zip": zip_bytes(files)}.items():
        (tmp_path / name).write_bytes(data)
        report = validate(tmp_path / name)
        assert report.valid, report.errors


@pytest.mark.parametrize("program", ["tar --format=gnu", "tar --format=ustar", "tar --format=pax", "tar --format=v7"])
@pytest.mark.parametrize("compression", ["", "z", "j", "J"])
def test_what_gnu_tar_writes_is_read(tmp_path: Path, program: str, compression: str) -> None:
    build(tmp_path / "bag")
    suffix = {"": ".tar", "z": ".tar.gz", "j": ".tar.bz2", "J": ".tar.xz"}[compression]
    done = subprocess.run(
        [*program.split(), f"-c{compression}f", f"bag{suffix}", "bag"], cwd=tmp_path, capture_output=True, check=False
    )
    if done.returncode:
        pytest.skip(done.stderr.decode())
    report = validate(tmp_path / f"bag{suffix}")
    assert report.valid
    assert report.problems == ()


def test_a_tar_made_with_a_leading_dot_is_the_same_bag(tmp_path: Path) -> None:
    build(tmp_path / "bag")
    subprocess.run(["tar", "-cf", "bag.tar", "./bag"], cwd=tmp_path, check=True)
    assert validate(tmp_path / "bag.tar").problems == ()


def test_manifests_after_the_payload_are_as_good(tmp_path: Path) -> None:
    files = dict(reversed(bag_files(algorithms=("sha256", "sha3256")).items()))
    (tmp_path / "bag.tar.gz").write_bytes(gzip.compress(tar_bytes(in_base(files))))
    report = validate(tmp_path / "bag.tar.gz")
    assert report.valid
    assert report.problems == ()


def test_several_compressed_streams_in_a_row_are_one_archive(tmp_path: Path) -> None:
    half = len(TAR) // 2
    for name, compress in (("bag.tar.gz", gzip.compress), ("bag.tar.bz2", bz2.compress), ("bag.tar.xz", lzma.compress)):
        (tmp_path / name).write_bytes(compress(TAR[:half]) + compress(TAR[half:]))
        assert validate(tmp_path / name).problems == ()


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_all_methods_of_zip_are_read(tmp_path: Path, method: int) -> None:
    (tmp_path / "bag.zip").write_bytes(zip_bytes(in_base(FILES), method=method))
    assert validate(tmp_path / "bag.zip").problems == ()


def test_a_zip_written_to_a_pipe_is_read(tmp_path: Path) -> None:
    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def tell(self) -> int:
            raise io.UnsupportedOperation

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:  # sizes come after the content
        for name, content in in_base(FILES).items():
            archive.writestr(name, content)
    (tmp_path / "bag.zip").write_bytes(pipe.getvalue())
    assert validate(tmp_path / "bag.zip").problems == ()


def test_a_zip64_is_read(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in in_base(FILES).items():
            with archive.open(name, "w", force_zip64=True) as member:
                member.write(content)
    (tmp_path / "bag.zip").write_bytes(buffer.getvalue())
    assert validate(tmp_path / "bag.zip").problems == ()


def test_more_members_than_a_plain_zip_can_count(tmp_path: Path) -> None:
    payload = {f"data/{number}": b"" for number in range(66_000)}
    (tmp_path / "bag.zip").write_bytes(zip_bytes(in_base(bag_files(payload)), method=zipfile.ZIP_STORED))
    bag: BagSource = open_serialized(tmp_path / "bag.zip")
    assert sum(1 for _ in bag.entries()) == 66_000 + 4
    assert bag.problems == ()
    bag.close()


def test_names_that_a_mac_writes_into_a_zip_are_understood_with_a_warning(tmp_path: Path) -> None:
    name = "bag/data/été.txt".encode()
    data = zip_bytes(in_base(bag_files({"data/été.txt": b"summer"})))
    # the flag that says UTF-8 is taken away in both headers of that member
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.rindex(mark, 0, data.index(name) if mark == b"PK\x03\x04" else data.rindex(name))
        data = data[: at + flags + 1] + b"\0" + data[at + flags + 2 :]
    (tmp_path / "bag.zip").write_bytes(data)
    report = validate(tmp_path / "bag.zip")
    assert report.valid
    assert codes(report.problems, Severity.WARNING) == {"archive-name-encoding"}


def test_empty_folders_are_told(tmp_path: Path) -> None:
    build(tmp_path / "bag", {})
    for name, command in {"bag.tar": ["tar", "-cf"], "bag.zip": ["zip", "-qr"]}.items():
        subprocess.run([*command, name, "bag"], cwd=tmp_path, check=True)
        assert "payload-folder-missing" not in codes(validate(tmp_path / name).problems)


def test_large_files_are_read_at_the_same_time_and_come_out_right(tmp_path: Path) -> None:
    payload = {f"data/{number}": bytes([number]) * 5_000_000 for number in range(4)}
    files = in_base(bag_files(payload))
    for name, data in {"bag.tar": tar_bytes(files), "bag.zip": zip_bytes(files)}.items():
        (tmp_path / name).write_bytes(data)
        assert validate(tmp_path / name).problems == ()


def test_a_backslash_in_a_name_is_as_legal_in_an_archive_as_in_a_folder(tmp_path: Path) -> None:
    files = in_base(bag_files({"data/a\\b.txt": b"one", "data/ends\\": b"two"}))
    data = tar_bytes(files)
    for name, content in (("bag.tar", data), ("bag.tar.gz", gzip.compress(data)), ("bag.zip", zip_bytes(files))):
        (tmp_path / name).write_bytes(content)
        report = validate(tmp_path / name)
        assert report.valid, report.errors
        assert [problem.code for problem in report.problems] == ["name-not-for-windows"] * 2
