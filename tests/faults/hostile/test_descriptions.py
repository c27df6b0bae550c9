"""Descriptions in XML that mean harm: refused in one sentence, and nothing that they point at is ever read."""

import gzip
from pathlib import Path

import pytest

from tests.acceptance.archive import Archive
from tests.faults.fuzz.promises import assert_sentence

DC = 'xmlns:dc="http://purl.org/dc/elements/1.1/"'
UNREADABLE = "What nobody may read"


def described(declarations: str, text: str = "&x;", declared: str = "") -> str:
    """A description with a document type of its own."""
    return f"{declared}<!DOCTYPE m [{declarations}]><m {DC}><dc:title>{text}</dc:title></m>"


def in_encoding(name: str, text: str) -> bytes:
    return f'<?xml version="1.0" encoding="{name}"?>{text}'.encode(name)


FILE = '<!ENTITY x SYSTEM "file://{secret}">'
LAUGHS = '<!ENTITY l0 "ha">' + "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
BEGIN, END = f"<m {DC}><dc:title>", "</dc:title></m>"

WITH_A_DOCTYPE: dict[str, str | bytes] = {
    "a file as an entity": described(FILE),
    "a file beside it as an entity": described('<!ENTITY x SYSTEM "../secret">'),
    "an address as an entity": described('<!ENTITY x SYSTEM "http://127.0.0.1:9/{secret}">'),
    "a parameter entity": described('<!ENTITY % p SYSTEM "file://{secret}"> %p;'),
    "an entity in an entity": described(FILE + '<!ENTITY y "&x;">', "&y;"),
    "a DTD in another file": f'<!DOCTYPE m SYSTEM "file://{{secret}}"><m {DC}><dc:title>&x;</dc:title></m>',
    "a DTD from the net": f'<!DOCTYPE m PUBLIC "-//W3C//DTD XHTML 1.0//EN" "http://127.0.0.1:9/x.dtd"><m {DC}/>',
    "a billion laughs": described(LAUGHS, "&l11;"),
    "laughs in an attribute": f'<!DOCTYPE m [{LAUGHS}]><m {DC}><dc:title xml:lang="&l11;">x</dc:title></m>',
    "one long laugh": described(f'<!ENTITY x "{"a" * 100_000}">', "&x;" * 1000),
    "an entity that calls itself": described('<!ENTITY x "&x;">'),
    "a default attribute": described('<!ATTLIST m xml:lang CDATA "x">', "t"),
    "in UTF-16": in_encoding("UTF-16", described(FILE)),
    "in UTF-16 that nobody declared": described(FILE).encode("utf-16"),
    "in UTF-32": in_encoding("UTF-32", described(FILE)),
    "in UTF-7": b'<?xml version="1.0" encoding="UTF-7"?>' + described(FILE).encode("utf-7"),
}
BROKEN: dict[str, str | bytes] = {
    "in EBCDIC": in_encoding("cp037", described(FILE)),
    "in UTF-8 that says UTF-16": '<?xml version="1.0" encoding="UTF-16"?>' + described(FILE),
    "compressed": gzip.compress(f"{BEGIN}x{END}".encode()),
    "compressed twice": gzip.compress(gzip.compress(b"\0" * 50_000_000, 9), 9),
    "nested without end": "<a>" * 100_000,
    "nested deeply": "<a>" * 5_000 + "</a>" * 5_000,
    "a name without end": f"<{'a' * 11_000_000}/>",
    "a text without end": f"{BEGIN}{'x' * 11_000_000}{END}",
    "too large altogether": " " * 17_000_000,
    "a control character": f"{BEGIN}&#27;[31m{END}",
    "a NUL": f"{BEGIN}\0{END}",
    "nothing": "",
}


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """What must never be read."""
    path = tmp_path / "secret"
    path.write_text(UNREADABLE)
    return path


def arrive(archive: Archive, secret: Path, description: str | bytes) -> None:
    (archive.incoming / "letter.txt").write_text("Dear archive,\n")
    data = description.encode() if isinstance(description, str) else description
    (archive.incoming / "letter.txt.dc.xml").write_bytes(data.replace(b"{secret}", str(secret).encode()))


@pytest.mark.parametrize("description", [*WITH_A_DOCTYPE.values(), *BROKEN.values()], ids=[*WITH_A_DOCTYPE, *BROKEN])
def test_it_is_refused_in_one_sentence(archive: Archive, secret: Path, description: str | bytes) -> None:
    arrive(archive, secret, description)
    said = archive.run("check", "--json")
    assert said.status == 3
    (problem,) = said.only["problems"]
    assert problem["code"] == "dc-xml-unreadable"
    assert_sentence(problem["message"])
    assert ("DOCTYPE" in problem["message"]) is (description in WITH_A_DOCTYPE.values())
    for programmers_word in ("libxml", "xmlCtxt", "XML_PARSE", "<string>", "lxml"):
        assert programmers_word not in problem["message"]
    assert UNREADABLE not in said.out


def test_nothing_is_packaged_of_a_transfer_so_described(archive: Archive, secret: Path) -> None:
    arrive(archive, secret, described(FILE))
    said = archive.run("ingest")
    assert said.status == 3
    assert UNREADABLE not in said.out + said.err
    assert not archive.sealed()


HARMLESS = {
    "an inclusion": f'<m {DC} xmlns:xi="http://www.w3.org/2001/XInclude"><dc:title>A<xi:include href="{{secret}}"/>'
    "</dc:title></m>",
    "a stylesheet": f'<?xml-stylesheet href="file://{{secret}}"?>{BEGIN}A{END}',
    "a schema": f'<m {DC} xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xsi:schemaLocation="http://purl.org/dc/elements/1.1/ file://{secret}"><dc:title>A</dc:title></m>',
    "a section that looks like markup": f"{BEGIN}A<![CDATA[&x;]]>{END}",
}


def test_what_points_elsewhere_is_text_and_not_followed(archive: Archive, secret: Path) -> None:
    for number, description in enumerate(HARMLESS.values()):
        arrive(archive, secret, description)
        for name in ("letter.txt", "letter.txt.dc.xml"):
            (archive.incoming / name).rename(archive.incoming / f"{number}-{name}")
    assert archive.run("ingest").status == 0
    for package in archive.sealed():
        assert all(UNREADABLE not in path.read_text(errors="replace") for path in package.rglob("*") if path.is_file())
    titles = [entry["title"] for entry in archive.run("ls", "--json").messages]
    assert sorted(titles) == ["A"] * (len(HARMLESS) - 1) + ["A&x;"]


def test_titles_cannot_turn_the_screen_around(archive: Archive, secret: Path) -> None:
    arrive(archive, secret, f"{BEGIN}&#x202e;gnp.exe&#x9b;2J{END}")
    archive.run("ingest")
    for command in (["ls"], ["show", archive.only_package().name], ["log", archive.only_package().name]):
        said = archive.run(*command)
        for line in (said.out + said.err).splitlines():
            assert_sentence(line or "-")
