"""Tables about packages of an archive: by every name that people use, and what fits nothing or too much."""

import unicodedata
from collections.abc import Mapping

import pytest

from preserve.describe.crosswalks.table import Columns, Row
from preserve.describe.supplied.match_packages import AboutPackages, Held, rows_of_packages, unsaid_problems
from preserve.describe.supplied.read_csv import read_metadata_csv
from preserve.storage.names import shown

LETTERS = Held("6ba7b810-9dad-11d1-80b4-00c04fd430c8", "letters-6ba7b810", "letters")
SUMMER = Held("0dea1b2c-1111-4222-8333-444455556666", "été-0dea1b2c", "été")
TWIN = Held("0dea1b99-1111-4222-8333-444455556666", "été-0dea1b99", "été")


def files(package: Held) -> Mapping[str, str]:
    assert package is LETTERS, "only the files of packages that a row asks about are read"
    return {"1.txt": "data/1.txt", "in/2.txt": "data/in/2.txt", "in/3.txt": "data/in/3.txt"}


def about(text: str, *held: Held) -> AboutPackages:
    table = read_metadata_csv(text.encode(), "metadata.csv")
    assert not [problem for problem in table.problems if problem.severity == "error"]
    return rows_of_packages(table, held or (LETTERS, SUMMER, TWIN), files)


def said(found: AboutPackages) -> dict[str, list[tuple[str, str]]]:
    return {
        key[:8]: [(about, s.value) for about, row in rows.items() for s in row.statements]
        for key, rows in found.rows.items()
    }


@pytest.mark.parametrize(
    "name",
    [
        "letters-6ba7b810",
        "letters-6ba7b810/",
        "packages/letters-6ba7b810",
        "./packages/letters-6ba7b810/",
        "/srv/archive/packages/letters-6ba7b810",
        "packages\\letters-6ba7b810",
        "6ba7b810-9dad-11d1-80b4-00c04fd430c8",
        "6BA7B810-9DAD-11D1-80B4-00C04FD430C8",
        "urn:uuid:6ba7b810-9dad-11d1-80b4-00c04fd430c8",
        "6ba7b8",
        "letters",
    ],
)
def test_a_package_is_named_as_people_name_it_and_so_are_its_files(name: str) -> None:
    found = about(f"filename,dc.title\n{name},A\n")
    assert (said(found), found.problems) == ({"6ba7b810": [("", "A")]}, ())
    assert found.unsaid == (SUMMER, TWIN)
    whole = name.rstrip("/\\")
    for path in ("data/in/2.txt", "in/2.txt", "objects/in/2.txt"):
        found = about(f"filename,dc.title\n{whole}/{path},B\n")
        assert (said(found), found.problems) == ({"6ba7b810": [("data/in/2.txt", "B")]}, ())
    assert said(about(f"filename,dc.title\n{whole}/data/in/,C\n")) == {"6ba7b810": [("data/in/", "C")]}


def test_names_match_whatever_their_normalisation() -> None:
    found = about(unicodedata.normalize("NFD", "filename,dc.title\nété-0dea1b2c,A\n"))
    assert list(said(found)) == ["0dea1b2c"]


@pytest.mark.parametrize(
    ("name", "code", "words"),
    [
        ("été", "metadata-row-ambiguous", "more than one package"),
        ("0dea1b", "metadata-row-ambiguous", "more than one package"),
        ("nothing-like-it", "metadata-row-unmatched", "no such package"),
        ("6ba7", "metadata-row-unmatched", "no such package"),
        ("letters-6ba7b810/data/9.txt", "metadata-row-unmatched", "no such file"),
        ("data/1.txt", "metadata-row-unmatched", "no such package"),
    ],
)
def test_what_fits_nothing_or_too_much_is_said_with_its_row(name: str, code: str, words: str) -> None:
    (problem,) = about(f"filename,dc.title\n{name},A\n").problems
    assert problem.code == code
    assert problem.message.startswith("Row 2 ")
    assert words in problem.message


def test_two_rows_about_one_package_must_say_the_same() -> None:
    twice = "filename,dc.title\nletters,{}\n6ba7b810-9dad-11d1-80b4-00c04fd430c8,{}\n"
    assert [p.code for p in about(twice.format("A", "A")).problems] == ["metadata-row-repeated"]
    different = about(twice.format("A", "B"))
    assert [p.code for p in different.problems] == ["metadata-row-twice"]
    assert different.spoilt == {LETTERS.id}


def test_the_column_id_decides() -> None:
    table = f"filename,id,dc.title\nété,urn:uuid:{TWIN.id},A\n1.txt,{LETTERS.id},B\n"
    assert said(about(table)) == {"0dea1b99": [("", "A")], "6ba7b810": [("data/1.txt", "B")]}


@pytest.mark.parametrize("id_", ["1.23E+10", "#N/A", "urn:uuid:ffffffff-1111-4222-8333-444455556666", "ffffffff"])
@pytest.mark.parametrize("name", ["letters-6ba7b810", "letters-6ba7b810/data/1.txt", "nothing"])
def test_an_id_that_no_package_has_is_told_as_that(id_: str, name: str) -> None:
    found = about(f"filename,id,dc.title\n{name},{id_},A\nété-0dea1b99,,B\n")
    (problem,) = found.problems
    assert problem.code == "metadata-row-id-wrong"
    assert f"Row 2 of metadata.csv is named '{name}' and has the id '{id_}', which no package has" in problem.message
    assert "remove the column 'id'" in problem.hint
    assert said(found) == {"0dea1b99": [("", "B")]}
    assert found.spoilt == ({LETTERS.id} if name != "nothing" else frozenset())


@pytest.mark.parametrize("name", ["été-0dea1b99", "packages/été-0dea1b99/", "été-0dea1b99/data/1.txt.bak"])
def test_an_id_of_another_package_than_the_row_names_is_told_with_both(name: str) -> None:
    found = about(f"filename,id,dc.title\n{name},{LETTERS.id},A\n")
    (problem,) = found.problems
    assert problem.code == "metadata-row-id-wrong"
    assert f"'{name}'" in problem.message
    assert f"'{LETTERS.id}', which is that of {LETTERS.name}" in problem.message
    assert found.spoilt == {LETTERS.id, TWIN.id}


def test_with_the_right_id_it_is_the_file_that_is_missing() -> None:
    (problem,) = about(f"filename,id,dc.title\nletters-6ba7b810/data/9.txt,{LETTERS.id},A\n").problems
    assert (problem.code, "no such file" in problem.message) == ("metadata-row-unmatched", True)
    assert said(about(f"filename,id,dc.title\npackages/letters-6ba7b810,{LETTERS.id},A\n")) == {"6ba7b810": [("", "A")]}


NAMES = [
    "a||b/f.txt",
    r"back\slash.txt",
    " end .txt ",
    "line\nbreak.txt",
    "b\udce9.txt",
    "bi\u202edi",
    "=f",
    "'=f",
    "#N/A",
]


@pytest.mark.parametrize("name", NAMES)
def test_every_file_is_found_by_the_name_that_our_own_table_gives_it(name: str) -> None:
    row = Row((f"{LETTERS.name}/{shown(f'data/{name}')}",), ((("dcterms:title", ""), "A"),))
    columns = Columns(("filename",))
    columns.widen(row)
    table = read_metadata_csv(b"".join(columns.lines([row])), "metadata.csv")
    paths = {one: f"data/{one}" for one in (*NAMES, "x")}
    found = rows_of_packages(table, [LETTERS, SUMMER], lambda _: paths)
    assert (said(found), found.problems) == ({"6ba7b810": [(f"data/{name}", "A")]}, ())


def test_in_a_table_of_one_package_its_name_may_be_left_out() -> None:
    assert said(about("filename,dc.title\ndata/1.txt,A\n", LETTERS)) == {"6ba7b810": [("data/1.txt", "A")]}


def test_packages_without_a_row_are_listed() -> None:
    (problem,) = unsaid_problems(about("filename,dc.title\nletters,A\n"), "metadata.csv")
    assert problem.code == "metadata-package-unsaid"
    assert SUMMER.name in problem.message
