"""Every reader of bytes from outside, as a function of bytes that fails if the reader breaks a promise.

What is promised: only declared errors; findings that can be printed; and, where there is a second way to know, that
what was read is right.  Two engines call them: hypothesis in ``make test``, atheris in ``scripts/fuzz``.
"""

import bz2
import gzip
import hashlib
import io
import lzma
import os
import posixpath
import tarfile
import tempfile
import warnings
import zipfile
from collections.abc import Callable, Mapping
from contextlib import closing
from functools import cache
from pathlib import Path

from preserve import config
from preserve.bag import bag_info, declaration, fetch_list, judge, manifests
from preserve.bag.profiles import profile
from preserve.bag.serialized.opening import open_serialized
from preserve.bag.source import EntryKind
from preserve.bag.validate import validate
from preserve.describe.proposals import proposals_json
from preserve.describe.record.read_xml import check_oai_dc, check_record, read_dc, read_record
from preserve.describe.record.write_xml import dc_xml
from preserve.describe.supplied.match import Files, Scope, rows_left_over, statements_for
from preserve.describe.supplied.read_csv import read_metadata_csv
from preserve.describe.supplied.read_toml import read_toml
from preserve.errors import BagError, ConfigError, DescriptionError, NotABag
from preserve.history import chain
from preserve.model import Record
from preserve.premis import check as premis_check
from preserve.premis import read as premis_read
from preserve.transfer import checksums, lists, reading
from tests.faults.fuzz.memory import MemoryBag
from tests.faults.fuzz.promises import assert_declared, assert_told

Reader = Callable[[bytes], object]

MODES = 8
"""The first octet chooses among this many settings, where a reader has settings."""


def bagit_txt(data: bytes) -> None:
    """bagit.txt; what is found without fault is exactly the two lines."""
    read = declaration.parse(data)
    assert_told(read.problems)
    if not read.problems:
        lines = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        assert lines == declaration.format_declaration(read.version, read.encoding)


def manifest(data: bytes) -> None:
    """Payload and tag manifests; no entry leads out of the bag, and what was read can be written and read again."""
    mode, text = data[0] % MODES if data else 0, data[1:]
    modern, tag = bool(mode & 1), bool(mode & 2)
    path = manifests.file_name("sha256" if mode & 4 else "md5", tag=tag)
    kind = manifests.kind_of(path)
    assert kind is not None
    read = manifests.parse(text, kind, modern=modern, codec="utf-8")
    assert_told(read.problems)
    for entry in read.entries:
        assert_inside(entry)
        assert entry.startswith("data/") is not tag
    entries = [(digest.hex(), entry) for entry, digest in read.entries.items()]
    try:
        written = manifests.format_manifest(entries)
    except BagError as error:
        assert_declared(error)
    else:
        again = manifests.parse(written, kind, modern=True, codec="utf-8")
        assert again.entries == read.entries


def assert_inside(path: str) -> None:
    """That *path* stays in the bag, by the standard library's idea of paths and by that of Windows."""
    assert not posixpath.isabs(path)
    assert posixpath.normpath(path).partition("/")[0] != ".."
    assert "\0" not in path


def bag_info_txt(data: bytes) -> None:
    """bag-info.txt; what was read can be written, and is then read as the same."""
    mode, text = data[0] % MODES if data else 0, data[1:]
    read = bag_info.parse(text, modern=bool(mode & 1), codec="utf-8" if mode & 2 else "utf-16")
    assert_told(read.problems)
    values = [(label, bag_info.one_line(value)) for label, value in read.elements]
    try:
        written = bag_info.format_info(read.elements)
    except BagError as error:
        assert_declared(error)
    else:
        again = bag_info.parse(written).elements
        assert [(label, value.strip(" \t")) for label, value in values] == list(again)


def fetch_txt(data: bytes) -> None:
    """fetch.txt; every entry is payload, and can be written and read again."""
    read = fetch_list.parse(data, modern=True, codec="utf-8")
    assert_told(read.problems)
    for entry in read.entries:
        assert_inside(entry.path)
        assert entry.path.startswith("data/")
        assert entry.length is None or entry.length >= 0
    try:
        written = fetch_list.format_fetch(read.entries)
    except BagError as error:
        assert_declared(error)
    else:
        again = fetch_list.parse(written, modern=True, codec="utf-8")
        assert again.entries == read.entries


def bag(data: bytes) -> None:
    """A whole bag, its tag files one after the other; if it is valid, its manifests are right by hashlib, too."""
    files = MemoryBag.split(data)
    found = judge.judge(MemoryBag(files))
    assert_told(found.problems)
    if not any(problem.severity == "error" for problem in found.problems):
        payload = {path: content for path, content in files.items() if path.startswith("data/")}
        listed = files.get("manifest-sha256.txt", b"") + files.get("manifest-sha512.txt", b"")
        for content in payload.values():
            sums = (hashlib.sha256(content).hexdigest(), hashlib.sha512(content).hexdigest())
            assert any(value.encode() in listed.lower() for value in sums)


FILES = Files("box", {"a.txt": "data/a.txt", "é/b.txt": "data/é/b.txt", "c\udce9": "data/c=E9"})


def metadata_csv(data: bytes) -> None:
    """A table of descriptions, and which of its rows describes what."""
    table = read_metadata_csv(data, "metadata.csv")
    assert_told(table.problems)
    matched = [statements_for(table, FILES, scope) for scope in Scope]
    for one in matched:
        assert_told(one.problems)
    assert_told(rows_left_over(table, matched))
    reading.names_in_table(data)


def metadata_toml(data: bytes) -> None:
    """What is said of a folder; what was read can be written."""
    statements, problems = read_toml(data, "metadata.toml")
    assert statements or problems
    assert_told(problems)
    check_record(dc_xml(Record(statements)))


def dublin_core_xml(data: bytes) -> None:
    """A description in XML, by a producer or by ourselves."""
    statements, problems = read_dc(data, "letter.dc.xml")
    assert statements or problems
    assert_told(problems)
    assert_told(check_record(data))
    assert_told(check_oai_dc(data))
    try:
        read_record(data)
    except DescriptionError as error:
        assert_declared(error)


def premis_xml(data: bytes) -> None:
    """premis.xml of ours."""
    assert_told(premis_check.check(data))
    try:
        premis_read.read(data)
    except DescriptionError as error:
        assert_declared(error)


_LIST_NAMES = ("SHA256SUMS", "letter.txt.md5", "checksums.txt", "manifest-sha3512.txt", "b2sums", "a.sha1", "x", "")


def checksum_list(data: bytes) -> None:
    """A list of checksums by any tool; every line has a checksum of the length of its algorithm."""
    name, text = _LIST_NAMES[data[0] % MODES if data else 0], data[1:]
    read = checksums.parse(name, text)
    assert_told(lists.line_problems(read))
    for line in read.lines:
        assert bytes.fromhex(line.digest.value)
        assert "\0" not in line.path
        assert_told([lists.not_there(name or "list", line, "")])


def tar(data: bytes) -> None:
    """A tar, plain or compressed: as it is, or around the bytes.  Valid means that tarfile reads the same files."""
    mode, content = data[0] % MODES if data else 0, data[1:]
    packers: Mapping[int, Callable[[bytes], bytes]] = {4: _gzip, 5: bz2.compress, 6: _xz}
    content = packers.get(mode, bytes)(content)
    for path, files in _judged(content, "bag.tar"):
        with tarfile.open(path) as archive:
            members = {m.name.removeprefix("./"): m for m in archive if m.isreg()}
            for name, inside in files.items():
                stream = archive.extractfile(members[name])
                assert stream is not None
                assert stream.read() == inside


def zipped(data: bytes) -> None:
    """A zip.  Valid means that zipfile reads the same files."""
    for path, files in _judged(data, "bag.zip"):
        with warnings.catch_warnings(), zipfile.ZipFile(path) as archive:
            warnings.simplefilter("ignore", UserWarning)  # names that stand twice
            for name, inside in files.items():
                assert archive.read(name) == inside


def _gzip(data: bytes) -> bytes:
    return gzip.compress(data, 1, mtime=0)


def _xz(data: bytes) -> bytes:
    return lzma.compress(data, preset=0)


@cache
def _room() -> Path:
    """A folder in memory, where there is one, that goes with the process."""
    memory = "/dev/shm"  # noqa: S108  a folder of our own is made in it
    keeper = tempfile.TemporaryDirectory(prefix="preserve-fuzz-", dir=memory if os.path.isdir(memory) else None)
    _KEPT.append(keeper)
    return Path(keeper.name)


_KEPT: list[object] = []


def _judged(content: bytes, name: str) -> list[tuple[Path, dict[str, bytes]]]:
    """The archive file and, if it is valid, what is in it by our reading; nothing if it is not."""
    path = _room() / name
    path.write_bytes(content)
    try:
        report = validate(path)
    except (BagError, NotABag) as error:
        assert_declared(error)
        return []
    assert_told(report.problems)
    assert report.valid or report.errors
    if not report.valid:
        return []
    with closing(open_serialized(path)) as opened:
        inside = [entry.path for entry in opened.entries() if entry.kind is EntryKind.FILE]
        return [(path, {f"{opened.name}/{file}": opened.read(file, 1 << 24) for file in inside})]


def history(data: bytes) -> None:
    """The lines of a history; one that is unbroken is spelt as ours are, and torn only at its end."""
    read = chain.judge(io.BytesIO(data), name="letter.history.jsonl")
    assert_told(read.problems)
    assert read.whole + len(read.torn) == len(data) or read.broken
    if not read.broken:
        assert len(read.entries) == data.count(b"\n")


def preserve_toml(data: bytes) -> None:
    """preserve.toml; every value that is accepted can be used."""
    home = _room()
    (home / config.FILE_NAME).write_bytes(data)
    try:
        read = config.load(home, environment={})
    except ConfigError as error:
        assert_declared(error)
    else:
        assert read.algorithms
        assert read.packages != read.incoming
        assert read.number("identify.timeout") > 0


def bagit_profile(data: bytes) -> None:
    """A BagIt Profile, and a bag judged by it."""
    try:
        read = profile.load_profile(data, "profile.json")
    except BagError as error:
        assert_declared(error)
    else:
        found = judge.judge(MemoryBag(MemoryBag.sample()))
        assert_told(profile.check(read, found.inspection))


def proposals(data: bytes) -> None:
    """proposals.json; what was read can be written and read again."""
    try:
        read = proposals_json.from_json(data)
    except DescriptionError as error:
        assert_declared(error)
    else:
        assert proposals_json.from_json(proposals_json.to_json(read)) == read


READERS: dict[str, Reader] = {
    "bagit.txt": bagit_txt,
    "manifest": manifest,
    "bag-info.txt": bag_info_txt,
    "fetch.txt": fetch_txt,
    "metadata.csv": metadata_csv,
    "metadata.toml": metadata_toml,
    "dc.xml": dublin_core_xml,
    "tar": tar,
    "zip": zipped,
    "bag": bag,
    "premis.xml": premis_xml,
    "checksums": checksum_list,
    "history": history,
    "preserve.toml": preserve_toml,
    "profile.json": bagit_profile,
    "proposals.json": proposals,
}
"""By name; the first nine read what anybody may send."""
