"""metadata.csv as archives make it: encodings, separators, languages, and every way in which it can be wrong."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preserve.describe.supplied.match import Files, Matched, Scope, rows_left_over, statements_for
from preserve.describe.supplied.read_csv import Table, read_metadata_csv
from preserve.model import Severity

SOURCE = "metadata.csv"


def table(text: str, encoding: str = "utf-8") -> Table:
    return read_metadata_csv(text.encode(encoding), SOURCE)


def box(*paths: str) -> Files:
    return Files("box", {path: f"data/{path}" for path in paths})


def said(matched: Matched) -> list[tuple[str, str, str]]:
    return [(s.about, s.term.removeprefix("dcterms:"), s.value) for s in matched.statements]


def codes(result: Table | Matched) -> list[str]:
    return [problem.code for problem in result.problems]


PLAIN = "filename,dc.title,dc.creator,dc.creator\r\nobjects/é.txt,Été,Ann,Bob\r\n"


@pytest.mark.parametrize(
    ("data", "assumed"),
    [
        (PLAIN.encode(), False),
        (PLAIN.encode("utf-8-sig"), False),
        (PLAIN.encode("utf-16"), False),
        (PLAIN.encode("utf-32"), False),
        (b"\xfe\xff" + PLAIN.encode("utf-16-be"), False),
        (PLAIN.encode("utf-16-le"), True),
        (PLAIN.encode("utf-16-be"), True),
        (PLAIN.encode("windows-1252"), True),
        (PLAIN.replace("\r\n", "\n").encode(), False),
        (PLAIN.replace("\r\n", "\r").encode(), False),
        (PLAIN.replace(",", ";").encode(), False),
        (PLAIN.replace(",", "\t").encode(), False),
        (("sep=;\r\n" + PLAIN.replace(",", ";")).encode(), False),
        (("\r\n" + PLAIN + ",,,\r\n\r\n").encode(), False),
    ],
)
def test_every_usual_encoding_separator_and_line_end(data: bytes, assumed: bool) -> None:
    result = read_metadata_csv(data, SOURCE)
    assert codes(result) == (["metadata-encoding"] if assumed else [])
    matched = statements_for(result, box("é.txt", "b.txt"))
    assert matched.problems == ()
    assert said(matched) == [
        ("data/é.txt", "title", "Été"),
        ("data/é.txt", "creator", "Ann"),
        ("data/é.txt", "creator", "Bob"),
    ]


def test_an_arabic_windows_table_is_told_from_a_western_one() -> None:
    result = table("filename,dc.title\na.txt,رسالة إلى المحرر\n", "windows-1256")
    assert result.encoding == "windows-1256"
    assert result.rows[0].statements[0].value == "رسالة إلى المحرر"
    assert "windows-1256" in result.problems[0].message


@pytest.mark.parametrize(
    ("encoding", "title"),
    [
        ("windows-1251", "Письмо в редакцию"),
        ("koi8-r", "Письмо в редакцию"),
        ("cp866", "Письмо в редакцию"),
        ("windows-1254", "Ağustos günlükleri, İstanbul"),
        ("windows-1250", "Łódź, książka i źródło"),
        ("windows-1253", "Γράμμα προς τον εκδότη"),
        ("mac-roman", "Été à la mer, Größe"),
        ("cp850", "Été à la mer, Größe"),
        ("windows-1252", "Bob’s “first” letter – Été"),
    ],
)
def test_a_wrong_encoding_is_named_as_what_it_probably_is(encoding: str, title: str) -> None:
    result = table(f'filename,dc.title\na.txt,"{title}"\n', encoding)
    assert result.rows[0].statements[0].value == title
    assert codes(result) == ["metadata-encoding"]
    assert encoding in result.problems[0].message


def test_what_looks_like_words_in_no_encoding_is_refused_rather_than_garbled() -> None:
    noise = random.Random(7).randbytes(4000).translate(None, b'\0\r\n",')
    assert codes(read_metadata_csv(b"filename,dc.title\na.txt," + noise + b"\n", SOURCE)) == ["metadata-unreadable"]


def test_letters_that_went_through_a_wrong_encoding_before_are_told() -> None:
    result = table("filename,dc.title,dc.creator\na,Ã‰tÃ©,Andr\ufffd\nb,Été,Ãccent\n")
    assert codes(result) == ["value-garbled", "value-garbled"]
    assert "Été" in result.problems[0].message


def test_two_bars_separate_the_values_of_a_cell() -> None:
    result = table("filename,dc.creator,dc.date\na,Ann||Bob || Cy||,1931||12/12/16\n")
    assert [s.value for s in result.rows[0].statements] == ["Ann", "Bob", "Cy", "1931", "12/12/16"]
    assert codes(result) == ["date-ambiguous"]


def test_the_apostrophe_that_keeps_a_cell_from_being_a_formula_is_taken_off() -> None:
    result = table("filename,dc.title,dc.subject\n'=a.txt,'=1+1,'tis the season\n")
    assert [s.value for s in result.rows[0].statements] == ["=1+1", "'tis the season"]
    assert said(statements_for(result, box("=a.txt", "b.txt")))[0] == ("data/=a.txt", "title", "=1+1")


@pytest.mark.parametrize(
    ("heading", "value", "code", "severity"),
    [
        ("dc.identifier", "1.23E+10", "identifier-rounded", Severity.ERROR),
        ("dcterms.identifier", "1,23E+10", "identifier-rounded", Severity.ERROR),
        ("dc.identifier", "-9e-05", "identifier-rounded", Severity.ERROR),
        ("dc.title", "1.23E+10", "value-rounded", Severity.WARNING),
        *(
            ("dc.title", spoilt, "value-of-spreadsheet", Severity.ERROR)
            for spoilt in ("#NAME?", "#REF!", "#VALUE!", "#N/A", "#DIV/0!", "#¡REF!", "########", "###", "Err:508")
        ),
        *(
            ("dc.title", unseen, "value-invisible", Severity.ERROR)
            for unseen in ("\u200b", "\u00a0", "\ufeff", " \u00a0\u200b ", "\u3000")
        ),
    ],
)  # fmt: skip
@pytest.mark.parametrize("beside", ["", "A||"])
def test_what_a_spreadsheet_spoilt_is_told_with_row_and_column(
    heading: str, value: str, code: str, severity: Severity, beside: str
) -> None:
    result = table(f'filename,dc.creator,{heading}\na,Ann,{beside}Letters\nb,Bob,"{beside}{value}"\n')
    (problem,) = result.problems
    assert (problem.code, problem.severity) == (code, severity)
    assert problem.message.startswith(f"Row 3, column 3 ({heading}) of metadata.csv: ")
    assert problem.hint
    assert result.faulty == ({3} if severity is Severity.ERROR else frozenset())
    if code != "value-invisible":
        assert f"'{value}'" in problem.message
        assert codes(table(f'filename,dc.creator,{heading}\nb,Bob,"\'{value}"\n')) == [], "an apostrophe says: text"


@pytest.mark.parametrize(
    "value",
    ["12E5", "1E10", "E+10", "12.3E+10", "#", "# 1", "#1", "#anchors!", "a\u200bb", "می\u200cخواهم", "🙂\ufe0f"],
)  # fmt: skip
def test_what_only_resembles_it_is_left_alone(value: str) -> None:
    result = table(f"filename,dc.identifier\nb,{value}\n")
    assert (codes(result), [s.value for s in result.rows[0].statements]) == ([], [value])


def test_languages_that_differ_only_in_case_are_one() -> None:
    result = table("filename,dc.title[FR],dc.title[fr],dc.title[EN-us],dc.title[zh-hANT-tw]\na,A,B,C,D\n")
    assert [s.lang for s in result.rows[0].statements] == ["fr", "fr", "en-US", "zh-Hant-TW"]
    assert codes(result) == []


def test_a_fault_of_ten_thousand_rows_is_one_finding_that_counts_them() -> None:
    rows = "".join(f"f{n},English\n" for n in range(10_000))
    (problem,) = table(f"filename,dc.language\n{rows}").problems
    assert problem.code == "language-corrected"
    assert problem.message.startswith("Row 2, column 2 (dc.language) of metadata.csv: ")
    assert "9,999 more rows, the last of them row 10,001" in problem.message


def test_two_types_in_a_row_are_an_error_of_that_row() -> None:
    (problem,) = table("filename,dc.type,dc.type\na,Text,image\nb,text,Text\n").problems
    assert (problem.code, problem.message[:6]) == ("type-several", "Row 2 ")


def test_the_table_that_we_export_is_read_without_a_word() -> None:
    result = table("filename,id,sealed,files,bytes,dc.title\nletters-6ba7b810,urn:uuid:x,2026-11-22,3,12,A\n")
    assert codes(result) == []
    assert result.rows[0].id == "urn:uuid:x"


@pytest.mark.parametrize(
    "heading",
    [
        "dc.title",
        "dcterms.title",
        "dc:title",
        "dcterms:title",
        "title",
        "Title",
        " dc.title ",
        "DC.TITLE",
        "dc.title[]",
    ],
)
def test_every_way_of_writing_a_column(heading: str) -> None:
    result = table(f"filename,{heading}\na.txt,A\n")
    assert [s.term for s in result.rows[0].statements] == ["dcterms:title"]
    assert codes(result) == []


def test_languages_stand_in_brackets() -> None:
    result = table("filename,dc.title[ar],dc.title[en_US],dc.title[Klingonese]\na,د,A,B\n")
    assert [s.lang for s in result.rows[0].statements] == ["ar", "en-US", ""]
    assert codes(result) == ["lang-dropped"]


@pytest.mark.parametrize("heading", ["file", "Path", "File Name"])
def test_other_names_of_the_first_column_are_taken_and_reported(heading: str) -> None:
    assert codes(table(f"{heading},dc.title\na,A\n")) == ["metadata-filename-unusual"]


def test_cells_are_plain_text_even_where_a_spreadsheet_would_calculate() -> None:
    result = table('filename,dc.title\na,"=HYPERLINK(""http://x"",""y"")"\n')
    assert result.rows[0].statements[0].value == '=HYPERLINK("http://x","y")'


def test_cells_may_hold_line_breaks_and_rows_are_counted_as_a_spreadsheet_does() -> None:
    result = table('filename,dc.title\na,"two\nlines"\n\nb,B\n')
    assert [(row.number, row.name) for row in result.rows] == [(2, "a"), (4, "b")]


@pytest.mark.parametrize(
    ("text", "code", "severity", "words"),
    [
        ("filename,dc.titel\na,A\n", "metadata-column-unknown", Severity.WARNING, ["Column 2", "mean dcterms:title"]),
        ("name,dc.title\na,A\n", "metadata-no-filename", Severity.ERROR, ["name"]),
        ("", "metadata-no-filename", Severity.ERROR, ["empty"]),
        ("\n\n", "metadata-no-filename", Severity.ERROR, ["empty"]),
        ("filename,dc.title\na\n", "metadata-row-short", Severity.WARNING, ["Row 2"]),
        ("filename,dc.title\na,A, B\n", "metadata-row-long", Severity.ERROR, ["Row 2", "column 3"]),
        ("filename,,dc.title\na,x,A\n", "metadata-column-unnamed", Severity.ERROR, ["Row 2", "column 2"]),
        ("filename,dc.title\n,A\n", "metadata-row-without-name", Severity.ERROR, ["Row 2"]),
        ("filename,dc.title\na,A\0\n", "metadata-cell-nul", Severity.ERROR, ["Row 2", "column 2"]),
        ("filename,dc.title\na\0,A\n", "metadata-cell-nul", Severity.ERROR, ["Row 2", "column 1"]),
        ('filename,dc.title\na,"A\nb,B\n', "metadata-unreadable", Severity.ERROR, ["Row 2", "never closed"]),
        ('filename,dc.title\na,"A"B\n', "metadata-unreadable", Severity.ERROR, ["Row 2"]),
        (f'filename,dc.title\na,"{"x" * 200_000}"\n', "metadata-unreadable", Severity.ERROR, ["131,072"]),
        ("filename,dc.language\na,English\n", "language-corrected", Severity.WARNING, ["Row 2, column 2", "English"]),
        ("filename,dc.title\na,A\x0bB\n", "character-illegal", Severity.WARNING, ["Row 2, column 2", r"\x0b"]),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_row_and_column(text: str, code: str, severity: Severity, words: list[str]) -> None:
    problems = table(text).problems
    assert [(p.code, p.severity, p.path) for p in problems] == [(code, severity, SOURCE)]
    assert all(word in problems[0].message for word in words), problems[0].message
    assert problems[0].hint


def test_extra_separators_at_the_end_are_harmless() -> None:
    assert codes(table("filename,dc.title,,\na,A,,\nb,B,,,,\n")) == []


def test_a_thousand_warnings_do_not_hide_an_error() -> None:
    rows = "".join(f"f{n},in words {n}\n" for n in range(2000))
    assert "metadata-row-without-name" in codes(table(f"filename,dc.date\n{rows},1931\n"))


@pytest.mark.parametrize("name", [".", "./", "box", "box/", "objects", "objects/", "objects/box", "data/", "/"])
def test_a_row_for_the_transfer_itself_describes_the_package(name: str) -> None:
    matched = statements_for(table(f"filename,dc.title\n{name},A\n"), box("a.txt", "b.txt"))
    assert said(matched) == [("", "title", "A")]


@pytest.mark.parametrize(
    "name",
    ["in/a.txt", "objects/in/a.txt", "data/in/a.txt", "box/in/a.txt", "objects/box/in/a.txt", "./in/a.txt", "in\\a.txt",
     "/in/a.txt", " in/a.txt"],
)  # fmt: skip
def test_a_row_for_a_file_describes_that_file(name: str) -> None:
    matched = statements_for(table(f"filename,dc.title\n{name},A\n"), box("in/a.txt", "b.txt"))
    assert said(matched) == [("data/in/a.txt", "title", "A")]


def test_a_row_for_the_only_file_describes_the_package() -> None:
    result = table("filename,dc.title\nletter.txt,A\n")
    files = Files("letter.txt", {"letter.txt": "data/letter.txt"})
    for scope in Scope:
        assert said(statements_for(result, files, scope)) == [("", "title", "A")]
    both = table("filename,dc.title\n.,Whole\na.txt,Part\n")
    assert said(statements_for(both, box("a.txt"))) == [("", "title", "Whole"), ("data/a.txt", "title", "Part")]


def test_a_row_for_a_folder_describes_the_package_if_it_holds_everything_else_the_folder() -> None:
    result = table("filename,dc.title\nin,A\n")
    assert said(statements_for(result, box("in/a.txt", "in/deep/b.txt"))) == [("", "title", "A")]
    assert said(statements_for(result, box("in/a.txt", "b.txt"))) == [("data/in/", "title", "A")]


def test_real_folders_called_objects_are_found() -> None:
    result = table("filename,dc.title\nobjects/a.txt,A\n")
    assert said(statements_for(result, box("objects/a.txt", "b.txt"))) == [("data/objects/a.txt", "title", "A")]


def test_names_match_in_either_normalisation_and_exactly_first() -> None:
    nfc, nfd = "caf\u00e9.txt", "cafe\u0301.txt"
    result = table(f"filename,dc.title\n{nfc},A\n")
    assert said(statements_for(result, box(nfd, "b"))) == [(f"data/{nfd}", "title", "A")]
    assert said(statements_for(result, box(nfd, nfc))) == [(f"data/{nfc}", "title", "A")]


def test_an_ambiguous_name_is_an_error() -> None:
    name, one, two = "A\u030a\u0323", "\u1ea0\u030a", "\u00c5\u0323"
    matched = statements_for(table(f"filename,dc.title\n{name},A\n"), box(one, two))
    assert codes(matched) == ["metadata-row-ambiguous"]


def test_names_that_are_not_utf8_match_a_table_from_the_same_machine() -> None:
    files = Files("box", {"b\udce9b\udce9.txt": "data/b=E9b=E9.txt", "x": "data/x"})
    for encoding in ("utf-8", "windows-1252"):
        matched = statements_for(table("filename,dc.title\nbébé.txt,A\n", encoding), files)
        assert said(matched) == [("data/b=E9b=E9.txt", "title", "A")]


def test_a_row_that_matches_nothing_is_an_error_inside_a_transfer_and_somebody_elses_beside_it() -> None:
    result = table("filename,dc.title\nbox/a.txt,A\nother/b.txt,B\nnowhere.txt,C\n")
    inside = statements_for(result, box("a.txt", "c.txt"))
    assert codes(inside) == ["metadata-row-unmatched"] * 2
    assert "Row 3" in inside.problems[0].message
    here = statements_for(result, box("a.txt", "c.txt"), Scope.SHARED)
    there = statements_for(result, Files("other", {"b.txt": "data/b.txt", "c": "data/c"}), Scope.SHARED)
    assert here.problems == there.problems == ()
    assert said(here) == [("data/a.txt", "title", "A")]
    left = rows_left_over(result, [here, there])
    assert [problem.code for problem in left] == ["metadata-row-unmatched"]
    assert "Row 4" in left[0].message


def test_two_rows_for_one_file_are_an_error_unless_they_say_the_same() -> None:
    same = statements_for(table("filename,dc.title\na,A\nobjects/a,A\n"), box("a", "b"))
    assert [(p.code, p.severity) for p in same.problems] == [("metadata-row-repeated", Severity.WARNING)]
    assert said(same) == [("data/a", "title", "A")]
    different = statements_for(table("filename,dc.title\na,A\n./a,B\n"), box("a", "b"))
    assert [(p.code, p.severity) for p in different.problems] == [("metadata-row-twice", Severity.ERROR)]
    assert "Rows 2 and 3" in different.problems[0].message


def test_ten_thousand_rows_over_many_folders() -> None:
    names = [f"d{n % 1000}/f{n}.txt" for n in range(10_000)]
    result = table("filename,dc.title,dc.date\n" + "".join(f"objects/{name},T {name},2019\n" for name in names))
    matched = statements_for(result, box(*names))
    assert matched.problems == result.problems == ()
    assert len(matched.statements) == 20_000


@given(st.binary(max_size=300) | st.text(max_size=100).map(lambda text: ("filename,dc.title\n" + text).encode()))
def test_any_bytes_give_a_table(data: bytes) -> None:
    result = read_metadata_csv(data, SOURCE)
    statements_for(result, box("a", "b"))
    statements_for(result, box(), Scope.SHARED)
