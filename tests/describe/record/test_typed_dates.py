"""Dates as people and spreadsheets write them: corrected where one day is meant, refused where it could be two."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preserve.describe.record.exact_dates import Kind, exact, is_date
from preserve.describe.record.set_values import set_statements
from preserve.describe.record.settle import settle
from preserve.describe.record.typed_dates import read_date
from preserve.describe.supplied.read_csv import read_metadata_csv
from preserve.errors import DescriptionError
from preserve.model import Severity, Statement


def created(value: str, term: str = "dcterms:created", scheme: str = "") -> tuple[Statement, list[tuple[str, str]]]:
    statement, findings = settle(Statement(term, value, scheme=scheme))
    return statement, [(rule.code, sentence) for rule, sentence in findings]


@pytest.mark.parametrize(
    "value", ["1931", "1931-03", "1931-03-12", "2019-12-27T10:00:00Z", "1931~", "193X", "1930/1935"]
)
def test_what_is_a_date_is_left_alone(value: str) -> None:
    statement, found = created(value)
    assert (statement.value, found) == (value, [])
    assert statement.scheme == ("W3CDTF" if value[:4].isdigit() and len(value) != 9 and "~" not in value else "")


@pytest.mark.parametrize(
    ("typed", "readings"),
    [
        ("12/12/16", ["2016-12-12", "1916-12-12", "2012-12-16"]),
        ("03/04/2021", ["2021-04-03", "2021-03-04"]),
        ("3.4.2021", ["2021-04-03", "2021-03-04"]),
        ("01.03.2011", ["2011-03-01", "2011-01-03"]),
        ("03-04-2021 10:30", ["2021-04-03", "2021-03-04"]),
        ("27-Dec-19", ["2019-12-27", "1919-12-27"]),
        ("Dec-19", ["2019-12", "1919-12"]),
        ("1911/12", ["1911-12", "1911/1912"]),
        ("12/16", ["2016-12", "1916-12"]),
        ("١٢/١٢/١٦", ["2016-12-12", "1916-12-12"]),
        ("10111912", ["1912-11-10", "1912-10-11"]),
        ("03.04.1931 - 05.06.1931", ["1931-04-03/1931-06-05", "1931-03-04/1931-05-06"]),
    ],
)
def test_what_can_be_read_in_two_ways_is_refused_with_both(typed: str, readings: list[str]) -> None:
    statement, [(code, sentence)] = created(typed)
    assert (statement.value, code) == (typed, "date-ambiguous")
    assert all(reading in sentence for reading in readings), sentence


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("27.12.2019", "2019-12-27"),
        ("27/12/2019", "2019-12-27"),
        ("12/27/2019", "2019-12-27"),
        ("12.12.2019", "2019-12-12"),
        ("28. 2. 1931", "1931-02-28"),
        ("2019/12/27", "2019-12-27"),
        ("2019-1-5", "2019-01-05"),
        ("20191227", "2019-12-27"),
        ("12/2019", "2019-12"),
        ("12 March 1931", "1931-03-12"),
        ("March 12, 1931", "1931-03-12"),
        ("Mar 2011", "2011-03"),
        ("1. März 2011", "2011-03-01"),
        ("١٢ مارس ١٩٣١", "1931-03-12"),
        ("12 марта 1931", "1931-03-12"),
        ("١٩٣١", "1931"),
        ("2019‑12‑27", "2019-12-27"),
        ("2019-12-27 00:00:00", "2019-12-27"),
        ("2019-12-27 14:30:05", "2019-12-27T14:30:05"),
    ],
)
def test_what_can_only_be_one_date_is_written_as_that_and_said(typed: str, meant: str) -> None:
    for scheme in ("", "W3CDTF", "EDTF"):
        if scheme == "W3CDTF" and "T" in meant:
            continue  # a moment of EDTF has no time zone
        statement, [(code, sentence)] = created(typed, scheme=scheme)
        assert (statement.value, code) == (meant, "date-corrected")
        assert meant in sentence
    with pytest.raises(DescriptionError) as caught:
        set_statements([f"created={typed}"])
    assert meant in caught.value.hint


@pytest.mark.parametrize(
    ("typed", "suggestion"),
    [
        ("ca. 1931", "1931~"),
        ("um 1931", "1931~"),
        ("[ca. 1931]", "1931~"),
        ("1931 ?", "1931?"),
        ("1930s", "193X"),
        ("1930er Jahre", "193X"),
        ("19th century", "18XX"),
        ("XIXe siècle", "18XX"),
        ("19--", "19XX"),
        ("before 1931", "../1931"),
        ("nach 1931", "1931/.."),
        ("1931 - 1933", "1931/1933"),
        ("1931\u201333", "1931/1933"),
        ("1914-18", "1914/1918"),
        ("between 1931 and 1933", "[1931..1933]"),
        ("Spring 1931", "1931-21"),
        ("1931, 1933", "{1931,1933}"),
        ("12.03.1931 - 14.03.1931", "1931-03-12/1931-03-14"),
        ("Friday, 27 December 2019", "2019-12-27"),
        ("undated", ""),
        ("in the year of the flood", ""),
    ],
)
def test_vague_words_are_kept_and_edtf_is_suggested(typed: str, suggestion: str) -> None:
    statement, findings = settle(Statement("dcterms:created", typed))
    assert statement.value == typed
    assert [(rule.code, rule.severity) for rule, _ in findings] == [("date-as-text", Severity.WARNING)]
    assert not suggestion or suggestion in findings[0][1]
    assert not suggestion or is_date(suggestion)


@pytest.mark.parametrize(
    "typed", ["2021-02-30", "30.02.2021", "2021-13", "31/4/2021", "1933/1931", "0000-00-00", "99/99/9999"]
)
def test_what_no_calendar_has_is_refused(typed: str) -> None:
    assert [code for code, _ in created(typed)[1]] == ["date-impossible"]


def test_a_day_number_of_a_spreadsheet_is_refused_with_its_day() -> None:
    _, [(code, sentence)] = created("43826")
    assert code == "date-day-number"
    assert "2019-12-27" in sentence


def test_a_season_that_looks_like_years_is_asked_about() -> None:
    statement, [(code, sentence)] = created("1918-21")
    assert (statement.value, code) == ("1918-21", "date-season-or-years")
    assert "1918/1921" in sentence
    assert created("2021-21")[1] == []


def test_a_period_may_be_words_and_an_embargo_may_not() -> None:
    assert created("the long nineteenth century", "dcterms:temporal")[1] == []
    assert created("12/12/16", "dcterms:temporal")[1] == []
    assert [code for code, _ in created("when the heirs agree", "dcterms:available")[1]] == ["embargo-illegal"]


def test_a_table_says_where_a_date_was_changed_by_a_spreadsheet() -> None:
    data = b"filename;dc.date\na.txt;01.03.2011\nb.txt;27.12.2019\nc.txt;43826\n"
    found = {(p.code, p.message.partition(" of ")[0]) for p in read_metadata_csv(data, "metadata.csv").problems}
    assert found == {
        ("date-ambiguous", "Row 2, column 2 (dc.date)"),
        ("date-corrected", "Row 3, column 2 (dc.date)"),
        ("date-day-number", "Row 4, column 2 (dc.date)"),
    }


@given(st.dates())
def test_the_same_day_in_any_order_is_never_read_as_another(day: object) -> None:
    iso = str(day)
    year, month, number = iso.split("-")
    for typed in (
        f"{number}.{month}.{year}",
        f"{month}/{number}/{year}",
        f"{int(number)}/{int(month)}/{year}",
        f"{year}/{month}/{number}",
    ):
        found = read_date(typed)
        assert iso in found.values
        assert found.kind is not Kind.CERTAIN or found.values == (iso,)


@given(
    st.text(max_size=200)
    | st.from_regex(r"\A[0-9./ -]{1,40}\Z")
    | st.from_regex(r"\A(ca\. |[0-9]{4} - |between )+[0-9]{4}")
)
def test_no_text_breaks_it_and_whatever_it_says_is_a_date(typed: str) -> None:
    found = read_date(typed)
    assert all(map(is_date, found.values))
    assert not exact(typed) or is_date(exact(typed))
