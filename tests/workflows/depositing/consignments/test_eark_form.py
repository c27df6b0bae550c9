"""A package as an E-ARK SIP: every file is named with its size and digest, and what it says holds good in there."""

import subprocess
import zipfile
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from urllib.parse import unquote_to_bytes

import pytest
from lxml import etree

from preserve import api
from preserve.config import load
from preserve.errors import DescriptionError, UsageError
from preserve.history import file as history
from preserve.premis.read import read
from preserve.storage.times import rfc3339
from preserve.workflows.archive import Archive, opened
from tests.deposit.sip.schemas import official_mets
from tests.premis.conftest import official_premis
from tests.workflows.depositing.consignments.unpacking import home_with, ready, unpacked

FILES = {"letter.txt": b"A letter.\n", "notes/empty.txt": b"", "notes/größe #1.bin": bytes(range(256))}
ORGANIZATION = ("Submitting-Organization", "City Archive")
HREF = "{http://www.w3.org/1999/xlink}href"
NS = {"m": "http://www.loc.gov/METS/"}


def _home(home: Path) -> Path:
    return home_with(home, FILES, "title=Letters & <notes>", "type=Text")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    with opened(load(_home(tmp_path_factory.mktemp("home")), environment={})) as store:
        yield store


@pytest.fixture(scope="module")
def sip(store: Archive, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return unpacked(ready(store, "eark", [ORGANIZATION]), tmp_path_factory.mktemp("out") / "sip")


def _mets(place: Path) -> "etree._Element":
    return etree.fromstring(place.read_bytes())


def _named(mets: Path) -> dict[Path, tuple[int, str]]:
    """What a METS document names, with size and SHA-256."""
    found = {}
    for each in _mets(mets).iter("{*}file", "{*}mdRef"):
        locator = each.find("m:FLocat", NS) if each.tag.endswith("file") else each
        path = mets.parent / unquote_to_bytes(locator.get(HREF)).decode()
        assert path not in found
        assert each.get("CHECKSUMTYPE") == "SHA-256"
        found[path] = (int(each.get("SIZE")), each.get("CHECKSUM"))
    return found


def test_every_file_is_named_once_with_its_size_and_digest(sip: Path) -> None:
    named = _named(sip / "METS.xml")
    inside = _named(sip / "representations/rep1/METS.xml")
    assert not named.keys() & inside.keys()
    there = {each for each in sip.rglob("*") if each.is_file()}
    assert {*named, *inside} == there - {sip / "METS.xml"}
    for path, (size, digest) in (named | inside).items():
        data = path.read_bytes()
        assert (size, digest) == (len(data), sha256(data).hexdigest())


def test_the_documents_are_the_representation(sip: Path) -> None:
    data = sip / "representations/rep1/data"
    assert {str(each.relative_to(data)): each.read_bytes() for each in data.rglob("*") if each.is_file()} == FILES
    media = {
        each.find("m:FLocat", NS).get(HREF): each.get("MIMETYPE")
        for each in _mets(sip / "representations/rep1/METS.xml").iter("{*}file")
    }
    assert media["data/letter.txt"] == "text/plain"


def test_it_is_valid_by_the_official_schemas(sip: Path, shared: Path) -> None:
    for place in (sip / "METS.xml", sip / "representations/rep1/METS.xml"):
        official_mets(shared).assertValid(_mets(place))
    official_premis(shared).assertValid(_mets(sip / "metadata/preservation/premis.xml"))


def test_premis_is_the_packages_own_and_its_places_are_found_in_the_sip(sip: Path, store: Archive) -> None:
    (package,) = store.catalog.packages()
    data = (sip / "metadata/preservation/premis.xml").read_bytes()
    assert data == (store.place_of(package.name) / "metadata/preservation/premis.xml").read_bytes()
    for file in read(data).files:
        assert (sip / "representations/rep1" / file.path).read_bytes() == FILES[file.original]


def test_the_readme_tells_how_to_check_it(sip: Path) -> None:
    text = (sip / "documentation/README.txt").read_text()
    (command,) = [line.strip() for line in text.splitlines() if "sum -c" in line]
    checked = subprocess.run(["sh", "-c", command], cwd=sip, capture_output=True, text=True, check=True)
    assert checked.stdout.count(": OK") == len(FILES)


def test_who_submits_it_must_be_known(store: Archive) -> None:
    with pytest.raises(DescriptionError, match="names who submits it"):
        ready(store, "eark")


def test_agents_and_agreements_are_what_a_person_says(store: Archive, tmp_path: Path) -> None:
    said = {"PRESERVE_ARCHIVE_ORGANIZATION": "County Records", "PRESERVE_ARCHIVE_AGENT": "Jo Smith"}
    tags = [("Submission-Agreement", "RA 13-2011/5329"), ("Reference-Code", "FM 12")]
    with opened(load(store.config.home, environment=said)) as with_names:
        sip = unpacked(ready(with_names, "eark", tags), tmp_path / "sip")
    header = _mets(sip / "METS.xml").find("m:metsHdr", NS)
    agents = [(each.get("ROLE"), each.get("TYPE"), each.findtext("m:name", "", NS)) for each in header.iter("{*}agent")]
    assert agents == [
        ("CREATOR", "OTHER", "preserve"),
        ("CREATOR", "ORGANIZATION", "County Records"),
        ("CREATOR", "INDIVIDUAL", "Jo Smith"),
    ]
    records = {each.get("TYPE"): each.text for each in header.iter("{*}altRecordID")}
    assert records == {"SUBMISSIONAGREEMENT": "RA 13-2011/5329", "REFERENCECODE": "FM 12"}


def test_what_it_has_no_place_for_is_refused(store: Archive) -> None:
    with pytest.raises(UsageError, match="DSpace-Handle says nothing") as refused:
        ready(store, "eark", [ORGANIZATION, ("DSpace-Handle", "1/2")])
    assert "Submission-Agreement" in refused.value.hint


def test_a_changed_description_has_the_time_of_the_change(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    with opened(load(_home(home), environment={})) as store:
        (package,) = store.catalog.packages()
        api.change_description(package.id, agent="Jo", home=home, values=["dcterms:title=Letters, revised"])
        (changed,) = store.catalog.packages()
        past = history.read(store.history_of(changed.name))
        sent = ready(store, "eark", [ORGANIZATION])
        sip = unpacked(sent, tmp_path / "sip")
    root = _mets(sip / "METS.xml")
    assert root.get("OBJID") == sent.label
    assert sent.label.endswith(".v2")
    assert root.get("LABEL") == "Letters, revised"
    assert root.find("m:metsHdr", NS).get("CREATEDATE") == rfc3339(past.states[frozenset(changed.pinned)])
    assert {each for each in sip.rglob("*") if each.is_file()} == {
        *_named(sip / "METS.xml"),
        *_named(sip / "representations/rep1/METS.xml"),
        sip / "METS.xml",
    }


def test_tar_and_zip_hold_one_folder_with_the_same_files(store: Archive, sip: Path, tmp_path: Path) -> None:
    files = {str(each.relative_to(sip)): each.read_bytes() for each in sip.rglob("*") if each.is_file()}
    for form in ("eark-tar", "eark-zip"):
        sent = ready(store, form, [ORGANIZATION])
        at = unpacked(sent, tmp_path / form)
        if form == "eark-tar":
            (at / "out").mkdir()
            subprocess.run(["tar", "-xf", at / f"{sent.label}.tar", "-C", at / "out"], check=True)
        else:
            with zipfile.ZipFile(at / f"{sent.label}.zip") as packed:
                packed.extractall(at / "out")
        out = at / "out" / sent.label
        assert {str(each.relative_to(out)): each.read_bytes() for each in out.rglob("*") if each.is_file()} == files
