"""Every bit of a sealed package: a flip anywhere is found, told for what it is, and never an exception.

One kind of flip has no meaning, and is named here: RFC 8493 §2.1.3 lets a checksum be written in upper or lower case.
In a manifest even that is found, because the tag manifests list it; in a tag manifest, which nothing lists, it is
found by the digests pinned at sealing, and a package that is judged without them is rightly called valid.
"""

import tarfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from preserve.bag.serialized.opening import open_serialized
from preserve.bag.source import EntryKind
from preserve.bag.validate import validate
from preserve.errors import PreserveError
from preserve.model import ValidationReport
from tests.faults.damage.sealed import Home, codes, every_file, found
from tests.faults.tally import proof, sample

Judge = Callable[[], ValidationReport]

A_FEW = pytest.param(24, id="a-few")
MANY = pytest.param(400, id="many", marks=pytest.mark.slow)
"""Bits of each file; all of them in a full proof."""


class Flipped:
    """A file, of which one bit at a time is turned round and back again."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.content = path.read_bytes()

    @property
    def bits(self) -> range:
        return range(8 * len(self.content))

    @contextmanager
    def at(self, bit: int) -> Iterator[bytes]:
        """The octet that stands there while the bit is wrong."""
        octet = bytes([self.content[bit // 8] ^ 1 << bit % 8])
        with self.path.open("r+b", buffering=0) as file:
            file.seek(bit // 8)
            file.write(octet)
            yield octet
            file.seek(bit // 8)
            file.write(self.content[bit // 8 : bit // 8 + 1])

    def changes_only_case(self, bit: int, octet: bytes) -> bool:
        """Whether it made a digit of a checksum upper-case, and nothing else."""
        before, old = self.content[: bit // 8], self.content[bit // 8 : bit // 8 + 1]
        in_a_checksum = b" " not in before[before.rfind(b"\n") + 1 :]
        return in_a_checksum and old.upper() == octet and octet in b"ABCDEF"


def assert_told(report: ValidationReport, path: str, *, pinned: bool) -> None:
    """That the flip in the file *path* is told for what it is."""
    told = found(report)
    assert not report.valid
    if path.startswith("tagmanifest-"):
        assert ("manifest-tampered", path) in told or not pinned
        return
    assert ("checksum-mismatch", path) in told
    if path.startswith("manifest-"):
        assert ("manifest-tampered", path) in told or not pinned
    elif path not in ("bagit.txt", "bag-info.txt"):  # those are read, and so may be wrong in more ways
        assert told == {("checksum-mismatch", path)}


@pytest.mark.parametrize("number", [A_FEW, MANY])
def test_a_flipped_bit_in_a_package_of_ours_is_found(spare: Home, number: int) -> None:
    package = spare.letter
    with proof("every bit of a package, by its pins") as points, spare.validation() as validation:
        for path in every_file(package):
            file = Flipped(package / path)
            for bit in sample(file.bits, number):
                with points.point((path, bit)), file.at(bit):
                    assert_told(validation.run(package.name), path, pinned=True)
        assert validation.run(package.name).valid


@pytest.mark.parametrize("number", [A_FEW, MANY])
def test_a_flipped_bit_in_a_package_far_from_its_catalogue_is_found(spare: Home, number: int) -> None:
    package = spare.letter
    with proof("every bit of a package, without its pins") as points:
        for path in every_file(package):
            file = Flipped(package / path)
            for bit in sample(file.bits, number):
                with points.point((path, bit)), file.at(bit) as octet:
                    report = validate(package)
                    if path.startswith("tagmanifest-") and file.changes_only_case(bit, octet):
                        assert report.valid
                    else:
                        assert_told(report, path, pinned=False)
        assert validate(package).valid


def content_of(archive: Path) -> dict[str, bytes]:
    with closing(open_serialized(archive)) as bag:
        return {e.path: bag.read(e.path, 10_000_000) for e in bag.entries() if e.kind is EntryKind.FILE}


def pack(kind: str, package: Path, archive: Path) -> None:
    if kind == "tar":
        with tarfile.open(archive, "w") as tar:
            tar.add(package, package.name)
        return
    method = zipfile.ZIP_DEFLATED if kind == "deflated zip" else zipfile.ZIP_STORED
    with zipfile.ZipFile(archive, "w", method) as zipped:
        for path in every_file(package):
            zipped.write(package / path, f"{package.name}/{path}")


@pytest.mark.parametrize("number", [pytest.param(80, id="a-few"), pytest.param(3000, id="many", marks=MANY.marks)])
@pytest.mark.parametrize("kind", ["tar", "zip", "deflated zip"])
def test_a_flipped_bit_in_a_serialized_package_is_found_or_changes_no_file(
    sealed: Home, tmp_path: Path, kind: str, number: int
) -> None:
    """Times, owners and padding of an archive mean nothing to a bag; then its files are what they were."""
    archive = tmp_path / f"{sealed.letter.name}.{kind[-3:]}"
    pack(kind, sealed.letter, archive)
    before, options = content_of(archive), sealed.options(sealed.letter)
    file = Flipped(archive)
    with proof(f"every bit of a package as {kind}") as points:
        for bit in sample(file.bits, number):
            with points.point(bit), file.at(bit):
                try:
                    report = validate(archive, options=options)
                except PreserveError:
                    continue  # nothing could be judged, and that is said
                assert codes(report) or content_of(archive) == before
    assert validate(archive, options=options).valid
