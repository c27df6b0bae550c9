"""METS documents are what the official schemas and the E-ARK specifications demand, whatever files are called."""

from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote_to_bytes

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from preserve.deposit.sip import eark
from preserve.deposit.sip.mets import CSIP_NS, Agent, File, Head, href
from preserve.storage.names import raw
from tests.deposit.sip.schemas import official_mets

SOFTWARE = Agent("preserve", "SOFTWARE", "1.0")
ARCHIVE = Agent("City Archive & <Sons>", "ORGANIZATION")
HEAD = Head("letters", "Letters\x0b “x” <&>\n", "Mixed", datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), [SOFTWARE, ARCHIVE])
NS = {"m": "http://www.loc.gov/METS/", "x": "http://www.w3.org/1999/xlink", "c": CSIP_NS}
HREF = "{http://www.w3.org/1999/xlink}href"
SHA = "0" * 64


def _file(path: str, **more: str) -> File:
    return File(path, 5, SHA, more.pop("media_type", eark.media_type(path)), **more)


METADATA = tuple(
    _file(f"metadata/{path}")
    for path in (
        "descriptive/dc.xml",
        "descriptive/oai_dc.xml",
        "descriptive/proposals.json",
        "preservation/premis.xml",
        "source/ÿ checksums.md5",
    )
)
SIP = eark.Sip(HEAD, METADATA, (_file("documentation/README.txt"),), (_file("schemas/record.xsd"),))
REPRESENTATION = _file("representations/rep1/METS.xml")


def _root(sip: eark.Sip = SIP) -> etree._Element:
    return etree.fromstring(b"".join(eark.root_mets(sip, REPRESENTATION)))


def test_the_root_document_is_valid(shared: Path) -> None:
    official_mets(shared).assertValid(_root())


def test_a_reference_to_agreements_is_valid(shared: Path) -> None:
    head = Head(HEAD.identifier, "", "Mixed", HEAD.created, [SOFTWARE], [("SUBMISSIONAGREEMENT", "RA 13-2011/5329")])
    root = _root(eark.Sip(head, METADATA, SIP.documentation, SIP.schemas))
    official_mets(shared).assertValid(root)
    assert root.xpath("string(m:metsHdr/m:altRecordID[@TYPE='SUBMISSIONAGREEMENT'])", namespaces=NS)


def test_the_oracle_finds_what_is_wrong(shared: Path) -> None:
    root = _root()
    root.find("m:metsHdr", NS).set(f"{{{CSIP_NS}}}OAISPACKAGETYPE", "PARCEL")
    assert not official_mets(shared).validate(root)
    root = _root()
    root.find("m:fileSec/m:fileGrp/m:file", NS).set("CHECKSUMTYPE", "SHA256")
    assert not official_mets(shared).validate(root)


@given(
    names=st.lists(
        st.binary(min_size=1, max_size=20).map(lambda b: b.replace(b"\0", b"~").decode("utf-8", "surrogateescape")),
        max_size=4,
    )
)
def test_any_document_is_named_so_that_it_is_found(shared: Path, names: list[str]) -> None:
    paths = [f"data/{name}" for name in names]
    documents = [File(path, 1, SHA, "text/plain", "Plain\x00Text", "1\n0") for path in paths]
    root = etree.fromstring(b"".join(eark.representation_mets(HEAD, documents)))
    official_mets(shared).assertValid(root)
    found = [unquote_to_bytes(each.get(HREF)) for each in root.iter("{*}FLocat")]
    assert found == [raw(path) for path in paths]


def test_a_reference_is_never_a_scheme() -> None:
    assert href("data/a:b c?d#e%") == "data/a%3Ab%20c%3Fd%23e%25"
    assert href("c:/x") == "c%3A/x"


def test_every_file_is_named_once_and_every_identifier_is_unique() -> None:
    root = _root()
    named = [each.get(HREF) for each in root.iter("{*}FLocat", "{*}mdRef")]
    assert sorted(named) == sorted(
        href(file.path) for file in (*METADATA, *SIP.documentation, *SIP.schemas, REPRESENTATION)
    )
    other = etree.fromstring(b"".join(eark.representation_mets(HEAD, [_file("data/a")])))
    ids = [each.get("ID") for tree in (root, other) for each in tree.iter() if each.get("ID")]
    assert len(ids) == len(set(ids))


def test_every_reference_within_the_document_leads_somewhere() -> None:
    root = _root()
    ids = {each.get("ID") for each in root.iter()}
    references = " ".join(each.get(name, "") for each in root.iter() for name in ("DMDID", "ADMID", "FILEID"))
    assert references.split()
    assert set(references.split()) <= ids


def test_metadata_is_told_apart() -> None:
    root = _root()

    def references(tag: str) -> list[tuple[str, str]]:
        return [(each.get("MDTYPE"), each.get(HREF)) for each in root.findall(f".//m:{tag}/m:mdRef", NS)]

    assert references("dmdSec") == [("OTHER", "metadata/descriptive/dc.xml"), ("DC", "metadata/descriptive/oai_dc.xml")]
    assert references("digiprovMD") == [("PREMIS", "metadata/preservation/premis.xml")]
    assert [path for _, path in references("sourceMD")] == [
        "metadata/descriptive/proposals.json",
        "metadata/source/%C3%BF%20checksums.md5",
    ]


def test_the_representation_is_pointed_to() -> None:
    root = _root()
    (pointer,) = root.iter("{*}mptr")
    assert pointer.get(HREF) == "representations/rep1/METS.xml"
    assert pointer.getparent().get("LABEL") == "Representations/rep1"
    group = root.xpath(f"//m:fileGrp[@ID='{pointer.get('{http://www.w3.org/1999/xlink}title')}']", namespaces=NS)[0]
    assert group.get("USE") == "Representations/rep1"


def test_the_same_package_gives_the_same_bytes() -> None:
    assert list(eark.root_mets(SIP, REPRESENTATION)) == list(eark.root_mets(SIP, REPRESENTATION))


def test_what_a_package_is_of_is_said_only_where_the_words_agree() -> None:
    assert eark.category(["Text", "Text"]) == "Textual works – Digital"
    assert eark.category(["Text", "Sound"]) == eark.category([]) == eark.category(["Sound"]) == "Mixed"


def test_places() -> None:
    assert eark.place_of("data/a/b") == "representations/rep1/data/a/b"
    assert eark.place_of("metadata/preservation/premis.xml") == "metadata/preservation/premis.xml"
    assert eark.place_of("manifest-sha512.txt") == "documentation/manifest-sha512.txt"
    for path in ("bagit.txt", "bag-info.txt", "tagmanifest-sha512.txt", "README.txt"):
        assert not eark.place_of(path)
