"""Tables: nothing is lost on the way to a spreadsheet, and nothing in them runs."""

import csv
import io
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from preserve.describe.crosswalks.subject import Notes, Subject
from preserve.describe.crosswalks.table import LEAD, Columns, Row, whole_row
from preserve.describe.crosswalks.targets import cross
from preserve.describe.record.values import legible
from preserve.describe.supplied.cells import as_cell, unprotected
from preserve.describe.supplied.read_csv import read_metadata_csv
from preserve.model import Severity, Statement
from tests.describe.crosswalk_samples import LEAST, PACKAGE, codes, crossed, described, hostile


def cells(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode(), newline=""), strict=True))


def test_word_for_word() -> None:
    said = (
        Statement("dcterms:title", "Letters", lang="en"),
        Statement("dcterms:title", "رسائل", lang="ar"),
        Statement("dcterms:created", "1931"),
        Statement("dcterms:subject", "Anchors"),
        Statement("dcterms:subject", 'A "lost" one; or two, perhaps'),
        Statement("dcterms:title", "The first", about="data/1.txt"),
    )
    assert crossed("csv", *said).data.decode() == (
        "filename,id,sealed,files,bytes,dc.title,dc.title[ar],dc.title[en],dcterms.created,dc.subject,dc.subject\r\n"
        "letters-6ba7b810,urn:uuid:6ba7b810-9dad-11d1-80b4-00c04fd430c8,2026-11-22T00:00:00Z,3,1234,,رسائل,Letters,1931,"
        'Anchors,"A ""lost"" one; or two, perhaps"\r\n'
        "data/1.txt,,,,,The first,,,,,\r\n"
    )


@given(subject=hostile())
def test_every_value_is_there_in_a_rectangle_that_our_own_reader_accepts(subject: Subject) -> None:
    data = cross("csv", subject).data
    rows = cells(data)
    assert {len(row) for row in rows} == {len(rows[0])}
    found = {cell.removeprefix("'") for row in rows for cell in row}
    for statement in subject.record.statements:
        if statement.value.strip():
            assert as_cell(legible(statement.value)).removeprefix("'") in found
    read = read_metadata_csv(data, "metadata.csv")
    assert not [p for p in read.problems if p.severity is Severity.ERROR and p.code.startswith("metadata-")]


SPOILT = ["#N/A", "'#N/A", "1.23E+10", "-1,2E-05", "########", "\u200b", "'\ufeff", " #REF! ", "\u200b\u00a0"]


@given(
    values=st.lists(
        st.text(st.characters(codec="utf-8"))
        | st.from_regex(r"['|=\\ a]+", fullmatch=True)
        | st.from_regex(r"['\u200b\u00a0 #1E+]+", fullmatch=True),
        max_size=4,
    )
)
@example(["a||b", "|||", "'=x", "= 1", "''"])
@example([r"a\|\|b"])
@example([r"a\|\|b", r"\||", r"|\|", r"|\\|", "a||b", r"\|", "|"])
@example(SPOILT)
@example([" '=", "'\t", "\t'a", "' \ta", "\u00a0'\u200b", "\u200b \u200b"])
def test_what_was_exported_is_read_again_as_it_was(values: list[str]) -> None:
    data = crossed("csv", *(Statement("dcterms:subject", value) for value in values)).data
    table = read_metadata_csv(data, "metadata.csv")
    row = table.rows[0]
    assert not [problem for problem in table.problems if problem.severity is Severity.ERROR]
    written = [legible(value).strip() for value in values if value.strip()]
    assert [s.value for s in row.statements if s.term == "dcterms:subject"] == written


@pytest.mark.parametrize(
    "start", ["=", "+", "-", "@", "\t", "\r", "\n", " =", "＝", "＋", "－", "＠", "=cmd|' /C calc'!A"]
)
def test_no_cell_is_a_formula(start: str) -> None:
    (_, row) = cells(crossed("csv", Statement("dcterms:title", f"{start}1+1")).data)
    assert row[len(LEAD)] == f"'{start}1+1"


@given(texts=st.lists(st.text(min_size=1), min_size=1, max_size=5))
def test_no_text_whatever_begins_like_a_formula(texts: list[str]) -> None:
    rows = cells(crossed("csv", *(Statement("dcterms:subject", text) for text in texts)).data)
    assert not [cell for row in rows for cell in row if cell.lstrip()[:1] in set("=+-@＝＋－＠") and cell]


@given(name=st.text(st.characters(codec="utf-8", exclude_characters="\0\r\n"), min_size=1))
@example("a||b/f.txt")
@example(r"a\|\|b/f.txt")
def test_a_name_gets_no_backslashes_for_its_bars(name: str) -> None:
    columns = Columns(("filename",))
    (_, *rows) = columns.lines([Row((name,), ())])
    ((cell,),) = cells(b"".join(rows))
    assert unprotected(cell) == legible(name)


def test_rows_of_many_packages_share_their_columns() -> None:
    notes = Notes("A table")
    other = replace(PACKAGE, name="other")
    subjects = [described(*LEAST), Subject(other, described(Statement("dcterms:title", "x")).record)]
    rows = [whole_row(subject, notes) for subject in subjects]
    columns = Columns()
    for row in rows:
        columns.widen(row)
    head, first, second = cells(b"".join(columns.lines(rows)))
    assert len(head) == len(first) == len(second)
    assert second[head.index("dc.title")] == "x"
    assert first[head.index("dc.title[ar]")] == "رسائل"


def test_a_scheme_that_no_one_would_recognise_is_told() -> None:
    assert codes(crossed("csv", Statement("dcterms:subject", "Anchors", scheme="LCSH"))) == {"export-mark-left-out"}
    assert codes(crossed("csv", *LEAST)) == set()
