"""The documents that ``incoming/`` ships are what the guide says they are, and git has not changed a byte of them."""

import shutil
import subprocess
import sys
import unicodedata
import zipfile
from pathlib import Path

import pikepdf
import pytest
from lxml import etree

REPOSITORY = Path(__file__).resolve().parents[2]
INCOMING = REPOSITORY / "incoming"
SCRIPT = REPOSITORY / "scripts" / "make_samples.py"
FOLDER = INCOMING / "harbour-office-1931"
LETTER = INCOMING / "lettre au conservateur.txt"
REPORT = INCOMING / "Report of the Weather Station 1987.pdf"
GUIDE = INCOMING / "Guide for interviewers.docx"
SIDECAR = INCOMING / "Résumé de l'été à Côte-Brûlée.txt.dc.xml"
MADE = {LETTER, REPORT, GUIDE, FOLDER / "SHA256SUMS"}
SAMPLES = sorted(
    INCOMING / name
    for name in (
        "Guide for interviewers.docx",
        "Minutes 2011-03-09 (English – español).txt",
        "Re_ opening hours of the reading room.eml",
        "Report of the Weather Station 1987.pdf",
        "Résumé de l'été à Côte-Brûlée.txt",
        "The last keeper of Skerry Point.md",
        "harbour-office-1931",
        "lettre au conservateur.txt",
        "tide-mill.html",
        "untitled-note.txt",
        "سوق الورّاقين.md",
    )
)


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def shipped() -> dict[str, bytes]:
    """What the samples hold; a person may have put documents of their own beside them."""
    single = {path.name: path.read_bytes() for path in [*SAMPLES, SIDECAR] if path.is_file()}
    inside = {f"{FOLDER.name}/{name}": content for name, content in files(FOLDER).items()}
    return single | inside


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the samples without what the script makes."""
    for name, content in shipped().items():
        if INCOMING / name not in MADE:
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_bytes(content)
    return tmp_path


def make(folder: Path) -> str:
    return subprocess.run([sys.executable, SCRIPT, folder], check=True, capture_output=True, text=True).stdout


def test_every_sample_is_there_and_there_are_eight_to_twelve() -> None:
    assert 8 <= len(SAMPLES) <= 12
    assert [path for path in SAMPLES if not path.exists()] == []


def test_the_samples_are_small_enough_to_ship() -> None:
    assert sum(map(len, shipped().values())) < 200_000


def test_every_name_is_nfc() -> None:
    assert all(unicodedata.is_normalized("NFC", name) for name in shipped())


def test_the_script_makes_the_committed_bytes(copy: Path) -> None:
    make(copy)
    assert files(copy) == shipped()


def test_the_script_touches_nothing_that_is_right(copy: Path) -> None:
    make(copy)
    before = {path: path.stat().st_mtime_ns for path in copy.rglob("*")}
    said = make(copy)
    assert "written" not in said
    assert {path: path.stat().st_mtime_ns for path in copy.rglob("*")} == before


def test_the_letter_is_windows_1252_and_nothing_else() -> None:
    raw = LETTER.read_bytes()
    with pytest.raises(UnicodeDecodeError):
        raw.decode("utf-8")
    assert set("œ€’“”…–") <= set(raw.decode("cp1252"))
    assert any(0x80 <= byte <= 0x9F for byte in raw), "bytes that Latin-1 has no letters for"
    assert raw.count(b"\r\n") == raw.count(b"\n") == raw.count(b"\r") > 10


def test_all_other_texts_are_utf_8_with_lf() -> None:
    for name, raw in shipped().items():
        if not name.endswith((".pdf", ".docx", LETTER.name)):
            raw.decode("utf-8")
            assert b"\r" not in raw, name


@pytest.mark.skipif(not shutil.which("sha256sum"), reason="needs GNU coreutils")
def test_sha256sum_agrees_with_the_supplied_checksums() -> None:
    subprocess.run(["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"], cwd=FOLDER, check=True)


def test_every_row_of_the_metadata_matches_a_file() -> None:
    rows = (FOLDER / "metadata.csv").read_text(encoding="utf-8").splitlines()[1:]
    paths = {row.split(",", 1)[0].removeprefix("objects/") for row in rows}
    assert paths == {"", *files(FOLDER)} - {"metadata.csv", "SHA256SUMS"}


class Offline(etree.Resolver):  # type: ignore[misc]  # lxml ships no types
    """Answers the schemas' imports from the official copies at hand."""

    def __init__(self, schemas: Path) -> None:
        self.copies = {
            "http://dublincore.org/schemas/xmls/simpledc20021212.xsd": schemas / "oai_dc" / "simpledc20021212.xsd",
            "http://www.w3.org/2001/03/xml.xsd": schemas / "w3" / "xml-2001-03.xsd",
        }

    def resolve(self, system_url: str, _public_id: str, context: object) -> object:
        return self.resolve_filename(str(self.copies.get(system_url, system_url)), context)


def test_the_dublin_core_beside_a_document_is_valid_oai_dc(shared: Path) -> None:
    schemas = shared / "reference" / "xsd"
    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(Offline(schemas))
    schema = etree.XMLSchema(etree.parse(schemas / "oai_dc" / "oai_dc.xsd", parser))
    record = etree.parse(SIDECAR)
    schema.assertValid(record)
    record.getroot()[0].tag = "{http://purl.org/dc/elements/1.1/}heading"
    assert not schema.validate(record), "or the schema would accept anything"


def test_the_pdf_opens_without_a_complaint_and_says_who_wrote_it() -> None:
    with pikepdf.open(REPORT) as pdf:
        assert len(pdf.pages) == 2
        assert str(pdf.docinfo["/Title"]) == "Report of the Weather Station for the Year 1987"
        assert str(pdf.docinfo["/Author"]) == "Winifred Aldersey"
        assert str(pdf.docinfo["/CreationDate"]) == "D:20040517101500Z"
        with pdf.open_metadata() as xmp:
            assert xmp["dc:title"] == str(pdf.docinfo["/Title"])
            assert xmp["dc:creator"] == [str(pdf.docinfo["/Author"])]
            assert xmp["xmp:CreateDate"] == "2004-05-17T10:15:00Z"


def test_the_docx_is_a_whole_package_whose_parts_refer_to_each_other() -> None:
    with zipfile.ZipFile(GUIDE) as package:
        assert package.testzip() is None
        names = package.namelist()
        assert names[0] == "[Content_Types].xml"
        parts = {name: etree.fromstring(package.read(name)) for name in names}
    targets = {"word/" + t for t in parts["word/_rels/document.xml.rels"].xpath("//@Target")}
    targets |= set(parts["_rels/.rels"].xpath("//@Target"))
    declared = {name.removeprefix("/") for name in parts["[Content_Types].xml"].xpath("//@PartName")}
    assert targets == declared == {"word/document.xml", "word/styles.xml", "docProps/core.xml"}
    core = {etree.QName(element).localname: element.text for element in parts["docProps/core.xml"]}
    assert core["title"] == "Guide for interviewers: recording the memories of the valley"
    assert core["creator"] == "Bram Oosterling"


def test_the_arabic_article_is_arabic() -> None:
    text = (INCOMING / "سوق الورّاقين.md").read_text(encoding="utf-8")
    letters = [char for char in text if char.isalpha()]
    assert sum(unicodedata.bidirectional(char) == "AL" for char in letters) > 0.99 * len(letters)
    assert "بقلم" in text
    assert any(unicodedata.name(char, "").startswith("ARABIC-INDIC DIGIT") for char in text)


def test_the_untitled_note_is_empty() -> None:
    assert (INCOMING / "untitled-note.txt").stat().st_size == 0


def test_the_date_of_the_web_page_is_not_the_last_date_on_it() -> None:
    page = (INCOMING / "tide-mill.html").read_text(encoding="utf-8")
    assert '<meta name="dcterms.created" content="2006-05-21">' in page
    assert "3 January 2019" in page[page.index("<footer>") :]
