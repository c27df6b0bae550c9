"""Reads a Simple Archive as DSpace's documentation says, and as its importer does where that leaves it open."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from lxml import etree

LINE = re.compile("\r\n|\r|\n")
BLANKS = "".join(map(chr, range(0x21)))
"""What Java's trim() takes away."""


@dataclass
class Item:
    name: str
    values: list[tuple[str, str, str]] = field(default_factory=list)
    """Schema, field and value."""
    bitstreams: dict[str, "Read"] = field(default_factory=dict)
    collections: list[str] | None = None
    handle: str | None = None


@dataclass
class Read:
    bundle: str
    content: bytes
    primary: bool = False
    description: str = ""
    permissions: tuple[str, str] | None = None


def read_archive(folder: Path) -> list[Item]:
    """All items.  The mapfile has a line for each, cut at white space, so no name may hold any."""
    items = []
    for place in sorted(each for each in folder.iterdir() if each.is_dir()):
        assert len(place.name.split()) == 1
        items.append(_item(place))
    return items


def _item(place: Path) -> Item:
    item = Item(place.name)
    for file in [place / "dublin_core.xml", *sorted(place.glob("metadata_*"))]:
        item.values += _values(file)
    for line in lines(place / "contents"):
        name, read = bitstream(place, line)
        assert name not in item.bitstreams, "a file is listed twice"
        item.bitstreams[name] = read
    for bundle in {read.bundle for read in item.bitstreams.values()}:
        assert sum(read.primary for read in item.bitstreams.values() if read.bundle == bundle) <= 1
    if (place / "collections").exists():
        item.collections = list(lines(place / "collections"))
        assert all("/" in line or re.fullmatch("[0-9a-f-]{36}", line) for line in item.collections)
    if (place / "handle").exists():
        item.handle = next(iter(lines(place / "handle")))
    return item


def lines(file: Path) -> Iterator[str]:
    """As Java's BufferedReader cuts them; the importer passes over blank ones."""
    return (line for line in LINE.split(file.read_bytes().decode("utf-8")) if line.strip(BLANKS))


def _values(file: Path) -> Iterator[tuple[str, str, str]]:
    root = etree.parse(file).getroot()
    assert root.tag == "dublin_core"
    schema = root.get("schema") or "dc"
    assert file.name in ("dublin_core.xml", f"metadata_{schema}.xml")
    for value in root:
        assert value.tag == "dcvalue"
        assert value.get("element")
        text = (value.text or "").strip(BLANKS)
        assert text, "an empty value is not taken in"
        qualifier = value.get("qualifier", "none")
        yield schema, value.get("element", "") + ("" if qualifier == "none" else f".{qualifier}"), text


def bitstream(place: Path, line: str) -> tuple[str, Read]:
    """One line of ``contents``."""
    assert not line.strip(BLANKS).startswith("-r "), "this line registers a file that lies elsewhere"
    name, *marks = line.split("\t")
    given = dict(mark.split(":", 1) for mark in marks)
    assert set(given) <= {"bundle", "permissions", "description", "primary"}
    bundle = given.get("bundle", "LICENSE" if name == "license.txt" else "ORIGINAL").strip()
    read = Read(bundle, (place / name).read_bytes(), given.get("primary") == "true")
    read.description = given.get("description", "").strip(BLANKS)
    if "permissions" in given:
        found = re.fullmatch(r"-([rw]) '([^']*)'", given["permissions"])
        assert found
        read.permissions = (found[1], found[2])
    return name, read
