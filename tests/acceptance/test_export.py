"""``preserve export``, as people and scripts call it."""

import csv
import shutil
from pathlib import Path

import pytest
from lxml import etree

import preserve
from preserve.describe.crosswalks.targets import TARGETS
from tests.acceptance.archive import Archive
from tests.describe.crosswalk_samples import official

COMPLETE = (
    "title=Letters of the harbour office",
    "creator=Fenn, Jane",
    "publisher=Vellhaven Harbour Office",
    "contributor=Board of Trade, Harbours, Lights",
    "issued=1931-02-03",
    "type=Text",
)
BODY = ("--organization", "Board of Trade, Harbours, Lights")


@pytest.fixture(scope="module")
def shared_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive with a package that says all that the targets demand; the tests that get it change nothing in it."""
    home = tmp_path_factory.mktemp("home")
    incoming = preserve.init(home) / "incoming"
    (incoming / "letter.txt").write_text("Dear reader,\n\nall is well.\n")
    (result,) = preserve.ingest(home=home, values=COMPLETE)
    assert result.status == "sealed"
    return home


@pytest.fixture
def archive(shared_home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Archive:
    """A copy of that archive."""
    for name in ("incoming", "packages"):
        shutil.copytree(shared_home / name, tmp_path / name)
    return Archive(tmp_path, capsys)


@pytest.fixture
def letter(archive: Archive) -> str:
    """The name of its package."""
    return archive.only_package().name


@pytest.mark.parametrize("form", TARGETS)
def test_every_form_goes_to_standard_output_to_a_file_and_into_json(archive: Archive, letter: str, form: str) -> None:
    said = archive.run("export", letter, "--as", form, *BODY)
    assert said.status == 0, said.err
    assert "Letters of the harbour office" in said.out
    place = archive.home / "out"
    told = archive.run("export", letter, "--as", form, *BODY, "--output", place)
    assert (told.status, told.out) == (0, "")
    assert place.read_bytes().decode() == said.out
    assert archive.run("export", letter, "--as", form, *BODY, "--json").only["content"] == said.out
    place.unlink()
    message = archive.run("export", letter, "--as", form, *BODY, "--output", place, "--json").only
    assert (message["path"], message["bytes"], message["name"]) == (str(place), len(place.read_bytes()), letter)
    assert "content" not in message


def test_an_id_is_what_it_is_for_show(archive: Archive, letter: str) -> None:
    entry = archive.run("ls", "--json").only
    for text in (letter, entry["id"], entry["id"][:6], f"urn:uuid:{entry['id']}", entry["path"]):
        assert archive.run("export", text, "--as", "oai_dc", "--json").only["id"] == entry["id"]
    assert archive.run("export", "nowhere", "--as", "oai_dc").status == 23
    assert archive.run("export", letter, "--as", "marc").status == 2


def test_simple_dublin_core_is_the_file_in_the_package(archive: Archive, letter: str) -> None:
    place = archive.packages / letter / "metadata/descriptive/oai_dc.xml"
    assert archive.run("export", letter, "--as", "oai_dc").out == place.read_text()


@pytest.mark.parametrize(
    ("form", "schema"),
    [
        ("dcterms", "dc-2008/qualifieddc.xsd"),
        ("datacite", "datacite-4.7/kernel-4.7/metadata.xsd"),
        ("mods", "mods/mods-3-8.xsd"),
    ],
)
def test_what_a_real_package_says_is_valid_under_the_official_schema(
    archive: Archive, letter: str, shared: Path, form: str, schema: str
) -> None:
    said = archive.run("export", letter, "--as", form, *BODY)
    official(shared / "reference/xsd", schema).assertValid(etree.fromstring(said.out.encode()))


def test_what_is_not_known_is_named_and_nothing_is_written(archive: Archive, letter: str) -> None:
    place = archive.home / "note.xml"
    for form in ("datacite", "invenio"):
        said = archive.run("export", letter, "--as", form, "--output", place)
        assert (said.status, said.out) == (21, "")
        assert "the family name of 'Board of Trade, Harbours, Lights', or that it is an organisation" in said.err
        assert archive.run("export", letter, "--as", form, "--json").only["exit_code"] == 21
        assert not place.exists()


def test_an_organisation_is_named_on_the_command_line(archive: Archive, letter: str) -> None:
    said = archive.run("export", letter, "--as", "datacite", *BODY)
    assert said.status == 0
    assert 'nameType="Organizational">Board of Trade, Harbours, Lights<' in said.out


def test_warnings_go_to_standard_error_and_not_into_the_result(archive: Archive, letter: str) -> None:
    said = archive.run("export", letter, "--as", "datacite", *BODY)
    assert "no DOI" in said.err
    etree.fromstring(said.out.encode())
    assert archive.run("export", letter, "--as", "datacite", *BODY, "--quiet").err == ""


@pytest.mark.parametrize("there", ["file", "folder", "link"])
def test_nothing_is_ever_overwritten(archive: Archive, letter: str, there: str) -> None:
    place = archive.home / "out.xml"
    if there == "file":
        place.write_text("mine")
    elif there == "folder":
        place.mkdir()
    else:
        place.symlink_to("nowhere")
    said = archive.run("export", letter, "--as", "oai_dc", "--output", place)
    assert said.status == 2
    assert "exists already" in said.err
    assert there != "file" or place.read_text() == "mine"
    assert there != "link" or not (archive.home / "nowhere").exists()


def test_a_file_that_cannot_be_written_is_a_sentence_and_leaves_nothing(archive: Archive, letter: str) -> None:
    said = archive.run("export", letter, "--as", "oai_dc", "--output", archive.home / "no folder" / "out.xml")
    assert said.status == 2
    assert "cannot be written: no such file or directory" in said.err
    said = archive.run("export", letter, "--as", "oai_dc", "--output", archive.home / ("x" * 300))
    assert said.status == 2
    assert not [path.name for path in archive.home.iterdir() if path.name.endswith(".preserve-export")]


def test_a_package_is_not_changed(archive: Archive, letter: str) -> None:
    def state() -> dict[Path, bytes]:
        return {path: path.read_bytes() for path in archive.packages.rglob("*") if path.is_file()}

    before = {path: data for path, data in state().items() if ".preserve" not in path.parts}
    for form in TARGETS:
        archive.run("export", letter, "--as", form, *BODY)
    assert {path: data for path, data in state().items() if ".preserve" not in path.parts} == before


def test_a_description_that_cannot_be_read_is_a_sentence(archive: Archive, letter: str) -> None:
    (archive.packages / letter / "metadata/descriptive/dc.xml").unlink()
    said = archive.run("export", letter, "--as", "oai_dc")
    assert said.status == 22
    assert "dc.xml" in said.err


# --- the whole archive ---------------------------------------------------------------------------------------


def test_a_table_of_the_whole_archive_has_a_row_for_every_package(archive: Archive, letter: str) -> None:
    (archive.incoming / "formula.txt").write_text("The sum of all anchors is unknown.\n")
    (second,) = (
        r["name"] for r in archive.ingest("--set", "title==SUM(A1:A9)", "--set", "subject=x") if r["name"] != letter
    )
    place = archive.home / "all.csv"
    message = archive.run("export", "--as", "csv", "--output", place, "--json").only
    assert (message["packages"], message["bytes"]) == (2, place.stat().st_size)
    assert archive.run("export", "--as", "csv").out == place.read_bytes().decode()
    with place.open(newline="") as stream:
        rows = {row["filename"]: row for row in csv.DictReader(stream)}
    assert list(rows) == [message["name"] for message in archive.run("ls", "--json").messages]
    assert set(rows) == {letter, second}
    assert rows[letter]["dc.title"] == "Letters of the harbour office"
    assert rows[second]["dc.title"] == "'=SUM(A1:A9)"


def test_a_table_of_an_empty_archive_is_its_heading(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = Archive(home, capsys).run("export", "--as", "csv")
    assert (said.status, said.out) == (0, "filename,id,sealed,files,bytes\r\n")


def test_a_package_that_cannot_be_read_has_its_row_and_is_told(archive: Archive, letter: str) -> None:
    assert archive.run("ls").status == 0
    (archive.packages / letter / "metadata/descriptive/dc.xml").write_bytes(b"<record")
    said = archive.run("export", "--as", "csv")
    assert said.status == 3
    assert letter in said.out
    assert "dc.xml" in said.err
    place = archive.home / "all.csv"
    message = archive.run("export", "--as", "csv", "--output", place, "--json").messages[0]
    assert [problem["code"] for problem in message["problems"]] == ["export-unreadable"]


def test_only_a_table_holds_a_whole_archive_and_json_does_not(archive: Archive) -> None:
    assert archive.run("export", "--as", "mods").status == 2
    said = archive.run("export", "--as", "csv", "--json")
    assert said.status == 2
    assert "--output" in said.err
