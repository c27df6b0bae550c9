"""XML from outside is plain, bounded XML or it is refused in one sentence."""

import gzip
from pathlib import Path

import pytest

from preserve.errors import UnsafeXml
from preserve.storage import safe_xml

LAUGHS = b'<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><a>&c;</a>'


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (LAUGHS, "DOCTYPE"),
        (b'<!DOCTYPE a SYSTEM "http://example.org/a.dtd"><a/>', "DOCTYPE"),
        (b"<a>", "not well-formed"),
        (b"", "not well-formed"),
        (b"not xml at all", "not well-formed"),
        (gzip.compress(b"<a/>"), "compressed"),
        (b"<a>" + b" " * 100 + b"</a>", "may have at most 64"),
    ],
)
def test_what_asks_for_more_than_text_is_refused(data: bytes, says: str) -> None:
    with pytest.raises(UnsafeXml, match=says) as caught:
        safe_xml.parse(data, source="letter.dc.xml", limit=64 if b"   " in data else 1000)
    assert "letter.dc.xml" in caught.value.message
    assert caught.value.hint


def test_no_file_is_read_because_xml_said_so(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("password")
    attack = f'<!DOCTYPE a [<!ENTITY x SYSTEM "file://{secret}">]><a>&x;</a>'.encode()
    with pytest.raises(UnsafeXml):
        safe_xml.parse(attack, source="x")


def test_declared_encodings_are_respected() -> None:
    data = '<?xml version="1.0" encoding="windows-1252"?><a>œuvre</a>'.encode("cp1252")
    assert safe_xml.parse(data, source="x").text == "œuvre"


@pytest.mark.parametrize("data", [b"", b"\0\1\2", b"<title>x", b"<a" * 3000, b"\xff\xfe<\0"])
def test_html_of_any_kind_never_raises(data: bytes) -> None:
    safe_xml.parse_html(data)
