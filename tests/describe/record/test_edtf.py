"""EDTF: every example of the specification (Library of Congress, 4 February 2019), and what it does not allow."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from preserve.describe.record.edtf import LONGEST, is_edtf, span
from preserve.describe.record.read_xml import check_record
from preserve.describe.record.settle import settle
from preserve.describe.record.values import is_w3cdtf
from preserve.describe.record.write_xml import dc_xml
from preserve.model import Record, Severity, Statement
from tests.describe.official import official_record

LEVELS = (
    """
    1985-04-12 1985-04 1985
    1985-04-12T23:20:30 1985-04-12T23:20:30Z 1985-04-12T23:20:30-04 1985-04-12T23:20:30+04:30
    1964/2008 2004-06/2006-08 2004-02-01/2005-02-08 2004-02-01/2005-02 2004-02-01/2005 2005/2006-02
    """,
    """
    Y170000002 Y-170000002 2001-21 1984? 2004-06~ 2004-06-11% 201X 20XX 2004-XX 1985-04-XX 1985-XX-XX
    1985-04-12/.. 1985-04/.. 1985/.. ../1985-04-12 ../1985-04 ../1985 1985-04-12/ 1985-04/ 1985/
    /1985-04-12 /1985-04 /1985 -1985
    """,
    """
    Y-17E7 1950S2 Y171010000S3 Y3388E2S3 2001-34 [1667,1668,1670..1672] [..1760-12-03] [1760-12..]
    [1760-01,1760-02,1760-12..] [1667,1760-12] [..1984] {1667,1668,1670..1672} {1960,1961-12} {..1984}
    2004-06~-11 2004?-06-11 ?2004-06-~11 2004-%06-11 156X-12-25 15XX-12-25 XXXX-12-XX 1XXX-XX 1XXX-12 1984-1X
    2004-06-~01/2004-06-~20 2004-06-XX/2004-07-03
    """,
)
EXAMPLES = [(text, level) for level, texts in enumerate(LEVELS) for text in texts.split()]


@pytest.mark.parametrize(("text", "level"), EXAMPLES)
def test_every_example_of_the_specification_is_legal_at_its_level(text: str, level: int) -> None:
    found = span(text)
    assert found is not None
    assert found.level == level


@pytest.mark.parametrize("text", [text for text, _ in EXAMPLES])
def test_every_example_may_stand_in_a_record_that_is_valid_under_the_schemas_of_2008(shared: Path, text: str) -> None:
    for scheme in ("", "EDTF"):
        statement, findings = settle(Statement("dcterms:created", text, scheme=scheme))
        assert statement.value == text
        assert {rule.code for rule, _ in findings} <= {"date-season-or-years"}
        assert statement.scheme == ("W3CDTF" if is_w3cdtf(text) else "")
        record = Record((Statement("dcterms:title", "T"), Statement("dcterms:identifier", "1"), statement))
        assert not [p for p in check_record(dc_xml(record)) if p.severity is Severity.ERROR]
        assert official_record(shared / "reference" / "xsd").validate(etree.fromstring(dc_xml(record)))


def test_what_is_no_date_is_no_edtf() -> None:
    _, findings = settle(Statement("dcterms:subject", "1931~", scheme="EDTF"))
    assert [rule.code for rule, _ in findings] == ["scheme-misplaced"]


REFUSED = """
    2021-02-30 2021-02-30? 2019-02-29 1900-02-29 2021-04-31~ 2021-13 2021-00 2021-13? 2021-01-32 2021-20 2021-42
    2021-24-01 2021-02-3X XXXX-02-30 2021-X3-32 2021-2-3 21 199 19u1 20210403 2021-2X -0000 ١٩٨٥ 1984?? ?1984?
    1984-06-? 2008/1964 2021-02-30/2021-03 2021-13/2022 1985-04-12T23:20:30/1986 / ../ /.. ../.. 1984/1985/1986
    1985-04-12T24:00:00 1985-04-12T25:00:00 1985-04-12T23:20 1985-04-12T23:20:60 1985-04-12T23:20:30+25:00
    1985-04T10:00:00 Y2021 Y17 Y01234567 Y0E5 1950S5 1950S0 Y171010000S10 -0000S2 [1667 [1667} {} [] [,1667]
    [1670..1668] [1670..1672-01] [1667,..1670] [1667..,1670] [..] {1960,2021-02-30} [1960,2021-13] [1960/1961]
    12/12/16 1931-03-12Z 1931ca spring
"""


@pytest.mark.parametrize("text", [*REFUSED.split(), "", " 1985", "1985\n", "[1667, 1668]", "1931 ?", "1984/ 1985"])
def test_what_the_specification_or_the_calendar_does_not_have_is_refused(text: str) -> None:
    assert not is_edtf(text)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2024-02", (2024, 2, 1), (2024, 2, 29)),
        ("193X", (1930, 1, 1), (1939, 12, 31)),
        ("1931-XX-31", (1931, 1, 31), (1931, 12, 31)),
        ("20XX-02-29", (2000, 2, 29), (2096, 2, 29)),
        ("-005X", (-59, 1, 1), (-50, 12, 31)),
        ("1931~/1933-06?", (1931, 1, 1), (1933, 6, 30)),
        ("1931/..", (1931, 1, 1), None),
        ("/1931", None, (1931, 12, 31)),
        ("[1931-02,1933..1935]", (1931, 2, 1), (1935, 12, 31)),
        ("{1931,1933..}", (1931, 1, 1), None),
        ("2001-34", (2001, 4, 1), (2001, 6, 30)),
        ("2001-24", (2000, 12, 1), (2002, 2, 28)),
        ("1950S2", (1900, 1, 1), (1999, 12, 31)),
        ("Y-17E7", (-170000000, 1, 1), (-170000000, 12, 31)),
        ("Y1E99999999", None, None),
    ],
)
def test_a_value_says_between_which_days_it_lies(
    text: str, first: tuple[int, int, int] | None, last: tuple[int, int, int] | None
) -> None:
    found = span(text)
    assert found is not None
    assert (found.first, found.last) == (first, last)


@given(st.dates())
def test_every_day_of_the_calendar_is_legal_and_is_itself(day: date) -> None:
    found = span(day.isoformat())
    assert found is not None
    assert found.first == found.last == (day.year, day.month, day.day)


@given(st.integers(1, 9999), st.integers(0, 99), st.integers(0, 99))
def test_no_other_day_is(year: int, month: int, day: int) -> None:
    text = f"{year:04}-{month:02}-{day:02}"
    try:
        date(year, month, day)
    except ValueError:
        assert not is_edtf(text)
        assert not is_edtf(f"{text}?")
    else:
        assert is_edtf(text)


@given(st.text("0123456789X-?~%/.[]{},YEST:Z+", max_size=24))
def test_nothing_that_looks_like_a_date_breaks_it_and_no_span_ends_before_it_begins(text: str) -> None:
    found = span(text)
    if found and found.first and found.last:
        assert found.first <= found.last


def test_what_is_longer_than_any_date_is_not_even_looked_at() -> None:
    assert is_edtf("[" + ",".join(["1931"] * 150) + "]")
    assert not is_edtf("Y1" + "0" * LONGEST)
