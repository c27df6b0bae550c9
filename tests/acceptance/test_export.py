"""``preserve export``, as people and scripts call it."""

from pathlib import Path

import pytest
from lxml import etree

from preserve.describe.crosswalks.targets import TARGETS
from tests.acceptance.archive import Archive

COMPLETE = (
    *("--set", "title=Letters of the harbour office"),
    *("--set", "creator=Fenn, Jane"),
    *("--set", "publisher=Vellhaven Harbour Office"),
    *("--set", "issued=1931-02-03"),
    *("--set", "type=Text"),
)


@pytest.fixture
def letter(archive: Archive) -> str:
    """The name of a package with all that the targets demand."""
    (archive.incoming / "letter.txt").write_text("Dear reader,\n\nall is well.\n")
    (result,) = archive.ingest(*COMPLETE)
    return str(result["name"])


@pytest.mark.parametrize("form", TARGETS)
def test_every_form_goes_to_standard_output_to_a_file_and_into_json(archive: Archive, letter: str, form: str) -> None:
    said = archive.run("export", letter, "--as", form)
    assert said.status == 0, said.err
    assert "Letters of the harbour office" in said.out
    place = archive.home / "out"
    told = archive.run("export", letter, "--as", form, "--output", place)
    assert (told.status, told.out) == (0, "")
    assert place.read_bytes().decode() == said.out
    assert archive.run("export", letter, "--as", form, "--json").only["content"] == said.out
    place.unlink()
    message = archive.run("export", letter, "--as", form, "--output", place, "--json").only
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


def test_what_is_not_known_is_named_and_nothing_is_written(archive: Archive) -> None:
    (archive.incoming / "note.txt").write_text("The anchor is lost.\n")
    (result,) = archive.ingest("--set", "creator=Jane Fenn")
    place = archive.home / "note.xml"
    said = archive.run("export", result["name"], "--as", "datacite", "--output", place)
    assert (said.status, said.out) == (21, "")
    for missing in ("family name of 'Jane Fenn'", "a publisher", "a year of publication"):
        assert missing in said.err
    assert not place.exists()


def test_an_organisation_is_named_on_the_command_line(archive: Archive) -> None:
    (archive.incoming / "note.txt").write_text("The anchor is lost.\n")
    (result,) = archive.ingest(*COMPLETE, "--set", "contributor=Board of Trade")
    assert archive.run("export", result["name"], "--as", "datacite").status == 21
    said = archive.run("export", result["name"], "--as", "datacite", "--organization", "Board of Trade")
    assert said.status == 0
    assert 'nameType="Organizational">Board of Trade<' in said.out


def test_warnings_go_to_standard_error_and_not_into_the_result(archive: Archive, letter: str) -> None:
    said = archive.run("export", letter, "--as", "datacite")
    assert "no DOI" in said.err
    etree.fromstring(said.out.encode())
    assert archive.run("export", letter, "--as", "datacite", "--quiet").err == ""


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
        archive.run("export", letter, "--as", form)
    assert {path: data for path, data in state().items() if ".preserve" not in path.parts} == before


def test_a_description_that_cannot_be_read_is_a_sentence(archive: Archive, letter: str) -> None:
    (archive.packages / letter / "metadata/descriptive/dc.xml").unlink()
    said = archive.run("export", letter, "--as", "oai_dc")
    assert said.status == 22
    assert "dc.xml" in said.err
