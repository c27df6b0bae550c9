"""What fuzzing found: each once broke a promise, and keeps it now."""

import struct
import zipfile

import pytest

from preserve.describe.record.terms import DCTERMS_NS, RECORD_NS
from tests.bag.archives import bag_files, in_base, zip_bytes
from tests.faults.fuzz.readers import READERS


def overlapping_zip() -> bytes:
    """The name of a member that shares octets with another one went to the terminal as it was."""
    data = bytearray(zip_bytes(in_base(bag_files() | {"data/\x1b[2J\x07": b"x"}), method=zipfile.ZIP_STORED))
    last = data.rindex(b"PK\x01\x02", 0, data.rindex(b"\x1b[2J"))
    struct.pack_into("<L", data, last + 42, 0)
    return bytes(data)


def zip_with(position: int, octet: int) -> bytes:
    """A whole zip, but for one octet of its first directory entry that other readers refuse."""
    data = bytearray(zip_bytes(in_base(bag_files())))
    data[data.index(b"PK\x01\x02") + position] = octet
    return bytes(data)


def odd_language() -> bytes:
    """A schema processor repeats what is wrong, to the letter and at any length."""
    title = f"<dcterms:title xml:lang='%{chr(0x7F) * 4000}'>x</dcterms:title>"
    return f"<record xmlns='{RECORD_NS}' xmlns:dcterms='{DCTERMS_NS}'>{title}</record>".encode()


FINDINGS = {
    "a schema processor's quotation": ("dc.xml", odd_language()),
    "a URL that is no text cannot be written again": ("fetch.txt", b"https:\x80//example.org/a 3 data/a%0A\n"),
    "a name on the terminal": ("zip", overlapping_zip()),
    "a version of zip that is none": ("zip", zip_with(6, 141)),
    "a change to a file, in a zip": ("zip", zip_with(8, 0x20)),
    "more digits than Python reads": ("preserve.toml", b"[identify]\ntimeout = " + b"1" * 5000),
    "brackets without end": ("preserve.toml", b"a = " + b"[" * 100_000),
    "a path as long as its manifest": ("manifest", b"\x03" + b"0" * 32 + b"  " + b"d/" * 50_000 + b"x\n"),
    "a parser's advice for programmers": ("dc.xml", b"<a>" * 300),
}


@pytest.mark.parametrize(("name", "data"), FINDINGS.values(), ids=FINDINGS)
def test_a_promise_that_was_broken_is_kept(name: str, data: bytes) -> None:
    READERS[name](data)
