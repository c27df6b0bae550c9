"""File systems that lack a call: a description changes all the same, only in other steps."""

import os
from pathlib import Path

import pytest

from tests.acceptance.archive import Archive
from tests.faults.aftermath import assert_in_order
from tests.faults.strace import Strace, preserve
from tests.keeping.copies import add_locations, alter, files_in


@pytest.fixture
def package(archive: Archive) -> Path:
    (archive.incoming / "letter.txt").write_text("A letter about the sea and the weather of that year.\n" * 20)
    archive.ingest()
    return archive.only_package()


@pytest.mark.parametrize(
    ("calls", "error"),
    [
        (("renameat2",), "EINVAL"),  # NFS, SMB: no exchange
        (("renameat2",), "ENOSYS"),  # an old kernel
        (("linkat", "link"), "EPERM"),  # FAT, some mounts of other systems
        (("linkat", "link"), "EMLINK"),  # a file that has too many names
        (("linkat", "link", "ioctl"), "EOPNOTSUPP"),
        (("renameat2", "linkat", "link", "ioctl"), "EINVAL"),
    ],
)
def test_a_description_changes_where_a_call_is_missing(
    strace: Strace, archive: Archive, package: Path, calls: tuple[str, ...], error: str
) -> None:
    document = package / "data" / "letter.txt"
    before = document.read_bytes(), document.stat().st_mtime_ns
    words = preserve(archive.home, "describe", package.name, "--set", "title=A letter")
    ended = strace.refused(words, calls, error)
    assert ended.returncode == 0, ended.stderr
    assert (document.read_bytes(), document.stat().st_mtime_ns) == before
    assert archive.run("describe", "--json", package.name).only["record"][0]["value"] == "A letter"
    assert archive.run("validate", package.name).status == 0
    assert not os.listdir(archive.packages / ".preserve" / "changing")
    assert_in_order(archive, packages=1)


def test_damage_is_not_copied_where_nothing_can_be_shared(strace: Strace, archive: Archive, package: Path) -> None:
    """Where bytes are copied they are read, and what is read is compared."""
    document = package / "data" / "letter.txt"
    seen = document.stat()
    document.write_bytes(document.read_bytes().replace(b"sea", b"bay"))
    os.utime(document, ns=(seen.st_atime_ns, seen.st_mtime_ns))
    words = preserve(archive.home, "describe", package.name, "--set", "title=A letter")
    ended = strace.refused(words, ("linkat", "link", "ioctl"), "EOPNOTSUPP")
    assert ended.returncode == 22, ended.stderr
    assert "data/letter.txt is not what was sealed" in ended.stderr


@pytest.mark.parametrize(
    ("calls", "error"),
    [
        (("renameat2", "linkat", "link", "ioctl"), "EINVAL"),
        pytest.param(("renameat2",), "ENOSYS", marks=pytest.mark.slow),
        pytest.param(("linkat", "link", "ioctl"), "EPERM", marks=pytest.mark.slow),
    ],
)
def test_copies_are_made_and_mended_where_a_call_is_missing(
    strace: Strace, archive: Archive, package: Path, calls: tuple[str, ...], error: str
) -> None:
    (nas,) = add_locations(archive, "nas")
    whole = files_in(package)
    ended = strace.refused(preserve(archive.home, "replicate", "--to", "nas", "--all"), calls, error)
    assert ended.returncode == 0, ended.stderr
    assert files_in(nas / package.name) == whole
    alter(package / "data" / "letter.txt")
    (package / "data" / "more.txt").write_text("more")
    ended = strace.refused(preserve(archive.home, "repair", package.name), calls, error)
    assert ended.returncode == 0, ended.stderr
    assert files_in(package) == whole
    kept = files_in(archive.packages / ".preserve" / "set-aside")
    assert {Path(path).name for path in kept} == {"letter.txt", "more.txt"}
    assert_in_order(archive, packages=1)
