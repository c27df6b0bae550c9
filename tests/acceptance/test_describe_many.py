"""Many descriptions at once: a table is written, filled in, and brought back; all of it or nothing."""

import csv
import io
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import pytest

from tests.acceptance.archive import Archive, Said

Rows = list[dict[str, str]]


@pytest.fixture
def packages(archive: Archive) -> list[Path]:
    """Two texts and a folder of two."""
    (archive.incoming / "bell.md").write_text("# The harbour bell\n\nBy Ada Larsen\n\nIt was rung on 3 March 1931.\n")
    (archive.incoming / "Résumé.txt").write_text("Un résumé de l'été à la côte, écrit pour nos amis de la ville.\n" * 3)
    (archive.incoming / "box").mkdir()
    (archive.incoming / "box" / "one.txt").write_text("One letter about the sea and the weather of that year.\n" * 3)
    (archive.incoming / "box" / "two.txt").write_text("Two letters about the town and the people who lived there.\n")
    archive.ingest()
    return archive.sealed()


def name_of(archive: Archive, beginning: str) -> str:
    return next(package.name for package in archive.sealed() if package.name.startswith(beginning))


def titles(archive: Archive) -> set[str]:
    return {message["title"] for message in archive.run("ls", "--json").messages if not message["title_stands_in"]}


def states(archive: Archive) -> int:
    """How many changes all descriptions have seen."""
    found = (archive.run("describe", "--json", package.name).only["states"] for package in archive.sealed())
    return int(sum(found)) - len(archive.sealed())


def exported(archive: Archive) -> tuple[list[str], Rows]:
    place = archive.home / "out.csv"
    place.unlink(missing_ok=True)
    assert archive.run("describe", "--export", place).status == 0
    with place.open(encoding="utf-8", newline="") as stream:
        reader = csv.reader(stream)
        head = next(reader)
        return head, [dict(zip(head, row, strict=True)) for row in reader]


def table(archive: Archive, text: str | bytes, name: str = "table.csv") -> Path:
    place = archive.home / name
    place.write_bytes(text if isinstance(text, bytes) else text.encode())
    return place


def brought(archive: Archive, text: str | bytes, *words: str) -> Said:
    return archive.run("describe", "--json", "--csv", table(archive, text), "--agent", "Ada", *words)


def problems(said: Said) -> list[dict[str, Any]]:
    return [message for message in said.messages if message["message_type"] == "problem"]


def codes(said: Said) -> set[str]:
    return {problem["code"] for problem in problems(said)}


@pytest.mark.usefixtures("packages")
def test_a_table_says_what_is_missing_and_what_is_proposed(archive: Archive) -> None:
    head, rows = exported(archive)
    assert head[:3] == ["filename", "id", "missing"]
    bell = next(row for row in rows if row["filename"].startswith("bell"))
    assert bell["missing"].split("; ")[:2] == ["title", "creator"]
    assert (bell["dc.title"], bell["proposed.dc.creator"]) == ("", "Ada Larsen")
    assert {"dc.title", "dc.creator", "dc.date", "dc.rights"} <= set(head)


@pytest.mark.usefixtures("packages")
def test_a_table_brought_back_as_it_is_changes_nothing(archive: Archive) -> None:
    exported(archive)
    said = archive.run("describe", "--json", "--csv", archive.home / "out.csv")
    assert (said.status, said.messages) == (0, [])
    archive.run("describe", "--export", archive.home / "again.csv")
    assert (archive.home / "again.csv").read_bytes() == (archive.home / "out.csv").read_bytes()


@pytest.mark.usefixtures("packages")
def test_a_table_that_was_filled_in_goes_round(archive: Archive) -> None:
    """A spreadsheet writes its own dialect: semicolons, a byte order mark, cells of all kinds."""
    head, rows = exported(archive)
    for row in rows:
        row["dc.title"] = f"=Title; of “{row['filename']}”\nin two lines"
        row["dc.creator"] = "Ada Larsen||Bo Winter"
    out = io.StringIO()
    writer = csv.DictWriter(out, head, delimiter=";")
    writer.writeheader()
    writer.writerows(rows)
    done = brought(archive, b"\xef\xbb\xbf" + out.getvalue().encode())
    assert done.status == 0, done.err
    assert {message["status"] for message in done.messages} == {"changed"}
    assert len(titles(archive)) == 3
    bell = archive.run("describe", "--json", name_of(archive, "bell")).only
    creators = {(s["value"], s["origin"], s["agent"]) for s in bell["record"] if s["term"] == "dcterms:creator"}
    assert creators == {("Ada Larsen", "table.csv", "Ada"), ("Bo Winter", "table.csv", "Ada")}
    assert next(p["status"] for p in bell["proposals"] if p["value"] == "Ada Larsen") == "accepted"
    assert [s["origin"] for s in bell["record"] if s["term"] == "dcterms:format"] == ["preserve"]
    again = archive.run("describe", "--json", "--csv", archive.home / "table.csv")
    assert (again.status, again.messages) == (0, [])
    head, rows = exported(archive)
    assert rows[0]["dc.title"].startswith("'=Title")
    assert archive.run("describe", "--json", "--csv", archive.home / "out.csv").messages == []
    for package in archive.sealed():
        assert archive.run("validate", package.name).status == 0


WRITTEN: dict[str, Callable[[Archive], str]] = {
    "by name": lambda archive: name_of(archive, "box"),
    "by path": lambda archive: f"packages/{name_of(archive, 'box')}",
    "by id": lambda archive: archive.run("show", "--json", name_of(archive, "box")).only["id"],
    "by transfer": lambda _: "box",
}


@pytest.mark.usefixtures("packages")
@pytest.mark.parametrize("way", WRITTEN)
def test_rows_name_packages_in_any_usual_way(archive: Archive, way: str) -> None:
    written = WRITTEN[way](archive)
    said = brought(archive, f"filename,dc.title\n{written},A box\n{written}/data/one.txt,One\nbox/two.txt,Two\n")
    assert said.status == 0, said.err
    record = archive.run("describe", "--json", name_of(archive, "box")).only["record"]
    found = {s["about"]: s["value"] for s in record if s["term"] == "dcterms:title"}
    assert found == {"": "A box", "data/one.txt": "One", "data/two.txt": "Two"}


@pytest.mark.usefixtures("packages")
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_accents_may_be_composed_either_way(archive: Archive, form: Literal["NFC", "NFD"]) -> None:
    text = unicodedata.normalize(form, "filename\tdc.title\nRésumé.txt\tÉté\n")
    assert brought(archive, text).status == 0
    assert {unicodedata.normalize("NFC", title) for title in titles(archive)} == {"Été"}


@pytest.mark.usefixtures("packages")
def test_a_language_is_added_beside_another(archive: Archive) -> None:
    assert brought(archive, "filename,dc.title[en]\nbell.md,The bell\n").status == 0
    assert brought(archive, "filename,dc.title[fr]\nbell.md,La cloche\n").status == 0
    record = archive.run("describe", "--json", name_of(archive, "bell")).only["record"]
    found = [(s["value"], s["lang"]) for s in record if s["term"] == "dcterms:title"]
    assert found == [("The bell", "en"), ("La cloche", "fr")]


WRONG = {
    "a column that is no term": ("filename,dc.titel\nbell.md,x\n", "column-not-a-term", "dc.titel"),
    "a row that matches nothing": ("filename,dc.title\nball.md,x\nbell.md,y\n", "metadata-row-unmatched", "Row 2"),
    "a file that is not there": ("filename,dc.title\nbox/three.txt,x\n", "metadata-row-unmatched", "three.txt"),
    "two rows for one": ("filename,dc.title\nbell.md,x\nbell.md,y\n", "metadata-row-twice", "Rows 2 and 3"),
    "a date of two meanings": ("filename,dc.date\nbell.md,03/04/1931\n", "date-ambiguous", "1931-04-03"),
    "no filename": ("name,dc.title\nbell.md,x\n", "metadata-no-filename", "filename"),
    "a quotation mark that is not closed": ('filename,dc.title\nbell.md,"x\n', "metadata-unreadable", "quotation"),
    "a cell too many": ("filename,dc.title\nbell.md,Bells, large\n", "metadata-row-long", "Row 2"),
    "two types": ("filename,dc.type,dc.type\nbell.md,Text,Sound\n", "type-several", "Text"),
}


@pytest.mark.usefixtures("packages")
@pytest.mark.parametrize("fault", WRONG)
def test_whatever_is_wrong_is_said_and_nothing_is_written(archive: Archive, fault: str) -> None:
    text, code, words = WRONG[fault]
    said = brought(archive, text)
    assert said.status == 21
    (found,) = [problem for problem in problems(said) if problem["code"] == code]
    assert found["severity"] == "error"
    assert words in found["message"]
    assert states(archive) == 0
    assert "nothing was written" in archive.run("describe", "--csv", archive.home / "table.csv").err


@pytest.mark.usefixtures("packages")
def test_everything_wrong_is_said_at_once(archive: Archive) -> None:
    said = brought(archive, "filename,dc.title,dc.date,nonsense\nbell.md,x,12/12/16,y\nnone.txt,x,,\nbox,x,1931,\n")
    assert said.status == 21
    assert {"date-ambiguous", "metadata-row-unmatched", "column-not-a-term"} <= codes(said)
    assert "metadata-package-unsaid" in codes(said)
    assert states(archive) == 0


@pytest.mark.usefixtures("packages")
def test_the_right_rows_are_taken_over_if_that_is_asked_for(archive: Archive) -> None:
    text = "filename,dc.title,dc.date\nbell.md,A bell,12/12/16\nRésumé.txt,Un résumé,1931\nbox,Boxes, many,x\n"
    said = brought(archive, text, "--partial")
    assert said.status == 3
    assert titles(archive) == {"Un résumé"}
    assert states(archive) == 1


@pytest.mark.usefixtures("packages")
def test_a_dry_run_writes_nothing(archive: Archive) -> None:
    assert brought(archive, "filename,dc.title\nbell.md,A bell\n", "--dry-run").status == 0
    assert states(archive) == 0


@pytest.mark.usefixtures("packages")
def test_a_transfer_of_which_there_are_two_packages_is_named_by_neither(archive: Archive) -> None:
    (archive.incoming / "bell.md").write_text("# Another bell\n\nThis one is newer than the other, and larger.\n")
    archive.ingest()
    said = brought(archive, "filename,dc.title\nbell.md,A bell\n")
    assert said.status == 21
    assert "metadata-row-ambiguous" in codes(said)
    row = next(row for row in exported(archive)[1] if row["filename"].startswith("bell"))
    assert brought(archive, f"filename,id,dc.title\nbell.md,{row['id']},A bell\n").status == 0
    assert titles(archive) == {"A bell"}


@pytest.mark.usefixtures("packages")
def test_the_whole_archive_as_a_table_makes_no_title_of_a_file_name(archive: Archive) -> None:
    place = archive.home / "all.csv"
    assert archive.run("export", "--as", "csv", "--output", place).status == 0
    assert archive.run("describe", "--json", "--csv", place).messages == []
    assert not titles(archive)


@pytest.mark.usefixtures("packages")
def test_a_damaged_package_does_not_stop_the_others(archive: Archive) -> None:
    damaged = name_of(archive, "bell")
    (archive.packages / damaged / "metadata/descriptive/dc.xml").write_text("<record/>")
    text = "filename,dc.title\nbell.md,A bell\nbox,A box\n"
    assert brought(archive, text).status == 21
    assert brought(archive, text, "--partial").status == 3
    assert "A box" in titles(archive)


def add_a_stranger(archive: Archive, name: str) -> None:
    (archive.packages / name / "data" / "stranger.txt").write_text("x")


def cut_a_document(archive: Archive, name: str) -> None:
    (archive.packages / name / "data" / "bell.md").write_text("x")


def lose_the_history(archive: Archive, name: str) -> None:
    (archive.packages / f"{name}.history.jsonl").unlink()


@pytest.mark.usefixtures("packages")
@pytest.mark.parametrize("damage", [add_a_stranger, cut_a_document, lose_the_history])
def test_what_stands_against_one_package_is_found_before_any_is_written(
    archive: Archive, damage: Callable[[Archive, str], None]
) -> None:
    damage(archive, name_of(archive, "bell"))
    text = "filename,dc.title\nbox,A box\nbell.md,A bell\n"
    for words in ([], ["--dry-run"]):
        said = brought(archive, text, *words)
        assert said.status == 21
        assert "Row 3" in next(problem["message"] for problem in problems(said) if problem["severity"] == "error")
    assert not titles(archive)
    assert brought(archive, text, "--partial").status == 3
    assert titles(archive) == {"A box"}


@pytest.mark.usefixtures("packages")
def test_a_value_that_goes_is_told_before_it_goes(archive: Archive) -> None:
    both = "filename,dc.subject,dc.subject\nbell.md,Bells,Harbours\n"
    assert brought(archive, both).status == 0
    one = "filename,dc.subject\nbell.md,Bells\n"
    would = archive.run("describe", "--csv", table(archive, one), "--dry-run")
    assert "loses the value “Harbours”" in would.err
    assert "dcterms:subject: “Bells”, “Harbours” → “Bells”" in would.out
    assert "value-taken-away" in codes(brought(archive, one))


@pytest.mark.usefixtures("packages")
def test_options_that_do_not_go_together(archive: Archive) -> None:
    for words in (["--partial"], ["--export", "x", "--csv", "y"], ["bell", "--csv", "y"], []):
        assert archive.run("describe", *words).status == 2
    assert archive.run("describe", "--csv", "none.csv").status == 21
    exported(archive)
    assert archive.run("describe", "--export", archive.home / "out.csv").status == 2


def test_the_same_change_is_made_everywhere(archive: Archive, packages: list[Path]) -> None:
    would = archive.run("describe", "--all", "--accept", "title", "--dry-run")
    assert (would.status, states(archive)) == (0, 0)
    assert "would be changed" in would.out
    said = archive.run(
        "describe", "--json", "--all", "--accept", "title", "--set", "rights=Free to read", "--agent", "Bo"
    )
    assert said.status == 0, said.err
    assert {message["status"] for message in said.messages} == {"changed"}
    assert states(archive) == len(packages)
    assert "The harbour bell" in titles(archive)
    for package in packages:
        assert archive.run("validate", package.name).status == 0
    again = archive.run("describe", "--json", "--all", "--set", "rights=Free to read")
    assert (again.status, again.messages) == (0, [])


@pytest.mark.usefixtures("packages")
def test_what_leaves_a_choice_everywhere_is_told(archive: Archive) -> None:
    text = "# A title\n\n3 March 1931\n\nThe text speaks of 5 May 1932 as well.\n" * 2
    (archive.incoming / "two.md").write_text(text)
    archive.ingest()
    said = archive.run("describe", "--json", "--all", "--accept", "date")
    assert said.status == 3
    told = {message["name"]: message for message in said.messages}
    two = told[name_of(archive, "two")]
    assert (two["status"], two["problems"][0]["code"]) == ("unchanged", "several-proposed")
    assert told[name_of(archive, "bell")]["status"] == "changed"


@pytest.mark.usefixtures("packages")
def test_a_wish_that_makes_no_sense_everywhere_is_refused_at_once(archive: Archive) -> None:
    for words, status in ((["--accept", "1"], 21), (["--set", "nonsense=x"], 21), ([], 2), (["--csv", "x"], 2)):
        assert archive.run("describe", "--all", *words).status == status
    assert archive.run("describe", "--all", "--set", "date=12/12/16").status == 21
    assert states(archive) == 0
