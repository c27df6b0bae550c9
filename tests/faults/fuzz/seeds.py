"""Where fuzzing begins: for each reader something whole, and the words of its language.  All of it is made here."""

import zipfile
from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from preserve.bag.profiles.profile import OWN
from preserve.config import SETTINGS
from preserve.describe.proposals import proposals_json
from preserve.describe.record.write_xml import dc_xml, oai_dc_xml
from preserve.history.chain import History, extend
from preserve.history.entry import NewEntry
from preserve.model import Agent, Event, Evidence, Outcome, PinnedDigest, Proposal, Record, Statement
from preserve.premis.write import premis_xml
from preserve.storage.resources import schema
from tests.bag.archives import bag_files, in_base, tar_bytes, zip_bytes
from tests.faults.fuzz.memory import BREAK, NAMES, MemoryBag
from tests.premis.samples import subject

_DC = b'<metadata xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/">'
_XSI = b' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
_SUM = b"0123456789abcdef" * 4
_RECORD = Record(
    (
        Statement("dcterms:title", "A letter", "en"),
        Statement("dcterms:created", "2019-12-27", scheme="W3CDTF"),
        Statement("dcterms:subject", "Rain", about="data/a.txt"),
    )
)
_EVENT = Event("fix", datetime(2026, 11, 22, tzinfo=UTC), Outcome.SUCCESS, (Agent("preserve", "1"),), "Read.")
_SMALL = bag_files({"data/letter.txt": b"Dear archive,\n"})


def _modes(data: bytes) -> Iterable[bytes]:
    return (bytes([mode]) + data for mode in range(8))


def _history() -> bytes:
    pinned = (PinnedDigest("manifest-sha256.txt", "sha256", _SUM.decode()),)
    sealed = Event("ipc", _EVENT.time, Outcome.SUCCESS, _EVENT.agents, "Sealed.")
    package = "urn:uuid:00000000-0000-4000-8000-000000000001"
    entries = [NewEntry(sealed, "a", pinned), NewEntry(_EVENT, "b")]
    return extend(History((), ()), package, entries)[0]


def _proposals() -> bytes:
    evidence = Evidence("data/a.txt", 0, 3, "Dear")
    return proposals_json.to_json([Proposal("dcterms:title", "Dear", "en", 0.5, "first-line", "p", "1", evidence)])


SEEDS: dict[str, Callable[[], Iterable[bytes]]] = {
    "bagit.txt": lambda: [_SMALL["bagit.txt"], b"BagIt-Version: 0.97\r\nTag-File-Character-Encoding: UTF-16\r\n"],
    "manifest": lambda: [
        *_modes(_SUM + b"  data/a.txt\n" + _SUM + b" *data/b%25%0A.txt\n"),
        *_modes(_SUM[:32] + b"\t./bag-info.txt\r\n\\" + _SUM[:32] + b"  data/\xc3\xa9\\n\n"),
    ],
    "bag-info.txt": lambda: _modes(b"Payload-Oxum: 14.1\nContact-Name: A\n  and B\nContact-Name: C\n"),
    "fetch.txt": lambda: [b"https://example.org/a 3 data/a%0A\nftp://x - data/\xc3\xa9\n"],
    "metadata.csv": lambda: [
        b"filename,dc.title,dcterms.created,dc.title[ar]\nobjects/a.txt,A,2019,\xd9\x82\n,Whole,,\n",
        '\ufefffilename;dc.title\r\n"é/b.txt";"x ""y"" z\n2"\r\n'.encode(),
        "sep=,\nfilename,dc.language\na.txt,English\n".encode("utf-16"),
    ],
    "metadata.toml": lambda: [
        b'publisher = "P"\ncreator = ["A", {value = "B", lang = "fr"}]\ncreated = 1931-03-12\ndc.type = "text"\n',
        '"title@ar" = "رسائل"\nlicense = "CC BY 4.0"\navailable = "2031/.."\n'.encode(),
    ],
    "dc.xml": lambda: [
        dc_xml(_RECORD),
        oai_dc_xml(_RECORD),
        _DC[:-1] + _XSI + b'><dc:title xml:lang="en">A</dc:title><dc:date xsi:type="dcterms:W3CDTF">2019</dc:date>'
        b"</metadata>",
        b'<dublin_core schema="dc"><dcvalue element="date" qualifier="issued">2019</dcvalue></dublin_core>',
        _DC + b"<dc:title>A</dc:title></metadata>",
    ],
    "tar": lambda: _modes(tar_bytes(in_base(_SMALL))),
    "zip": lambda: [zip_bytes(in_base(_SMALL)), zip_bytes(in_base(_SMALL), method=zipfile.ZIP_STORED)],
    "bag": lambda: [BREAK.join(files.get(name, b"") for name in NAMES[:5]) for files in [MemoryBag.sample()]],
    "premis.xml": lambda: [premis_xml(subject("a.txt"))],
    "checksums": lambda: [
        *_modes(_SUM + b"  a.txt\n\\" + _SUM + b"  a\\nb\n# no line\nSHA256 (a.txt) = " + _SUM + b"\n"),
        *_modes(_SUM[:32] + b"\n"),
    ],
    "history": lambda: [_history()],
    "preserve.toml": lambda: ["".join(f"{s.key} = {_toml(s.default)}\n" for s in SETTINGS).encode()],
    "profile.json": lambda: [schema(OWN)],
    "proposals.json": lambda: [_proposals()],
}


def _toml(value: object) -> str:
    if isinstance(value, tuple):
        return "[" + ", ".join(f'"{each}"' for each in value) + "]"
    return f'"{value}"' if isinstance(value, str) else str(value)


WORDS: dict[str, tuple[bytes, ...]] = {
    "bagit.txt": (b"BagIt-Version", b": ", b"1.0", b"0.97", b"Tag-File-Character-Encoding", b"UTF-8", b"\xef\xbb\xbf"),
    "manifest": (_SUM, _SUM[:32], b"  ", b" *", b"data/", b"../", b"./", b"%0A", b"%25", b"\\", b"~", b"C:\\", b"\r\n"),
    "bag-info.txt": (b"Payload-Oxum", b": ", b":", b"1.1", b"\n ", b"\r", b"\xc2\x85", b"\xe2\x80\xa8"),
    "fetch.txt": (b"https://x/", b" - ", b" 3 ", b"data/", b"..", b"%0D", b"%2", b"\t"),
    "metadata.csv": (b"filename", b"dc.title", b"dcterms.created", b"[ar]", b'"', b'""', b"sep=;", b"||", b"\xff\xfe"),
    "dc.xml": (b"<!DOCTYPE a [", b"<!ENTITY b 'c'>", b"&b;", b"<![CDATA[", b"xml:lang=", b"<?xml version='1.1'?>"),
    "tar": (b"ustar\x0000", b"ustar  \0", b"././@LongLink", b"30 mtime=1.1\n", b"path=", b"size=", b"GNU.sparse."),
    "zip": (b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07", b"\x01\0\x18\0", b"\xff" * 4),
    "bag": (BREAK, _SUM, b"data/letter.txt", b"BagIt-Version: 1.0\n", b"%25"),
    "premis.xml": (b"<!DOCTYPE", b"xsi:type", b"2026-11-22T10:00:00Z", b"-1", b"</premis:event>"),
    "checksums": (_SUM, b"  ", b" *", b"\\n", b"SHA256 (", b") = ", b"-----BEGIN PGP SIGNED MESSAGE-----", b"\0"),
    "history": (b'"seq":', b'"previous":', b"\\ud800", b"1e999", b"sha256:", b"null"),
    "metadata.toml": (b"[dc]", b'"""', b"12/12/16", b"{value = ", b"1979-05-27", b"inf", b"\xff", b"\\u0000", b"[[x]]"),
    "preserve.toml": (b"[bag]", b"algorithms", b'"""', b"\\u0000", b"inf", b"1979-05-27", b"..", b"[[x]]"),
    "profile.json": (b'"required"', b"true", b"null", b"[]", b"{}", b'"*"', b"\\u001b", b"Accept-BagIt-Version"),
    "proposals.json": (b'"confidence"', b"NaN", b"1e400", b"true", b"null", b"\\udc00", b"-1"),
}
"""The words that mean something to each reader."""
