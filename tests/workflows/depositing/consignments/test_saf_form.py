"""A package as DSpace takes it in: everything is there, under its name, and said as exactly as DSpace can say it."""

import zipfile
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from preserve.config import load
from preserve.errors import DescriptionError, UsageError
from preserve.workflows.archive import Archive, opened
from tests.deposit.sip.saf_reader import Item, read_archive
from tests.workflows.depositing.consignments.unpacking import home_with, ready, unpacked

FILES = {
    "letter.txt": b"A letter.\n",
    "license.txt": b"Read it at will.\n",
    "contents": b"Not the contents of DSpace.\n",
    "notes/größe 1.bin": bytes(range(256)),
    "odd\tname\n.txt": b"odd\n",
    "empty": b"",
}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    said = ("title=Letters", "creator=Fenn, Jane", "rightsHolder=City Archive", "modified=1931-02-03", "audience=all")
    home = home_with(tmp_path_factory.mktemp("home"), FILES, *said)
    with opened(load(home, environment={})) as store:
        yield store


def _item(store: Archive, at: Path, tags: tuple[tuple[str, str], ...] = ()) -> Item:
    sent = ready(store, "saf", tags)
    (item,) = read_archive(unpacked(sent, at))
    assert item.name == sent.label
    return item


def test_every_document_is_a_bitstream(store: Archive, tmp_path: Path) -> None:
    item = _item(store, tmp_path / "out")
    documents = {name: read for name, read in item.bitstreams.items() if read.bundle == "ORIGINAL"}
    names = {name: name for name in FILES} | {
        "contents": "renamed/contents",
        "odd\tname\n.txt": "renamed/odd%09name%0A.txt",
    }
    assert {name: read.content for name, read in documents.items()} == {names[name]: FILES[name] for name in FILES}
    assert documents["renamed/contents"].description == "In the package: contents"
    assert not any(read.permissions for read in documents.values())


def test_what_the_package_says_of_itself_is_a_bundle_of_its_own(store: Archive, tmp_path: Path) -> None:
    item = _item(store, tmp_path / "out")
    (package,) = store.catalog.packages()
    place = store.place_of(package.name)
    kept = {name: read for name, read in item.bitstreams.items() if read.bundle != "ORIGINAL"}
    assert {read.bundle for read in kept.values()} == {"PRESERVATION"}
    assert {read.permissions for read in kept.values()} == {("r", "Administrator")}
    assert {"metadata/descriptive/dc.xml", "metadata/preservation/premis.xml"} <= set(kept)
    assert {name: read.content for name, read in kept.items()} == {name: (place / name).read_bytes() for name in kept}


def test_what_dublin_core_cannot_say_exactly_is_said_in_dcterms(store: Archive, tmp_path: Path) -> None:
    values = _item(store, tmp_path / "out").values
    assert {("dc", "title", "Letters"), ("dc", "contributor.author", "Fenn, Jane")} <= set(values)
    assert [each for each in values if each[0] == "dcterms"] == [
        ("dcterms", "modified", "1931-02-03"),
        ("dcterms", "rightsHolder", "City Archive"),
        ("dcterms", "audience", "all"),
    ]
    assert ("dc", "date", "1931-02-03") in values


def test_collections_a_handle_and_readers_are_what_a_person_says(store: Archive, tmp_path: Path) -> None:
    without = _item(store, tmp_path / "without")
    assert (without.collections, without.handle) == (None, None)
    tags = (
        ("DSpace-Collection", "123456789/42"),
        ("dspace-collection", "123456789/43"),
        ("DSpace-Handle", "123456789/7"),
        ("DSpace-Readers", "Reading Room"),
    )
    item = _item(store, tmp_path / "with", tags)
    assert (item.collections, item.handle) == (["123456789/42", "123456789/43"], "123456789/7")
    assert item.bitstreams["letter.txt"].permissions == ("r", "Reading Room")


def test_what_means_nothing_to_dspace_is_refused(store: Archive) -> None:
    with pytest.raises(UsageError, match="Storage-Option says nothing in what is sent as saf"):
        ready(store, "saf", [("Storage-Option", "Standard")])
    with pytest.raises(UsageError, match="once only"):
        ready(store, "saf", [("DSpace-Handle", "1/2"), ("DSpace-Handle", "1/3")])
    with pytest.raises(DescriptionError, match="is no collection of DSpace"):
        ready(store, "saf", [("DSpace-Collection", "Letters")])


def test_the_zip_has_a_folder_around_the_items(store: Archive, tmp_path: Path) -> None:
    """DSpace takes the first folder of a zip for the archive as soon as any file in it lies three folders deep."""
    sent = ready(store, "saf-zip")
    (piece,) = sent.pieces()
    assert piece.path == f"{sent.label}.zip"
    unpacked(sent, tmp_path)
    with zipfile.ZipFile(tmp_path / piece.path) as packed:
        packed.extractall(tmp_path / "out")
        assert {name.partition("/")[0] for name in packed.namelist()} == {sent.label}
    (item,) = read_archive(tmp_path / "out" / sent.label)
    assert item.bitstreams["letter.txt"].content == FILES["letter.txt"]


def test_it_is_the_same_each_time(store: Archive) -> None:
    def digest() -> str:
        (piece,) = ready(store, "saf-zip").pieces()
        return sha256(b"".join(piece.blocks())).hexdigest()

    assert digest() == digest()
