"""Rights statements and licences by their addresses, and embargoes."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preserve.describe.record.embargo import NEVER, embargo
from preserve.describe.record.judge import judge_record
from preserve.describe.record.rights import STATEMENTS, Kind, read_rights
from preserve.describe.record.settle import settle
from preserve.model import Record, Severity, Statement

CC = "https://creativecommons.org/"


@pytest.mark.parametrize(
    "uri",
    [
        *(f"http://rightsstatements.org/vocab/{name}/1.0/" for name in STATEMENTS),
        *(f"{CC}licenses/{kind}/4.0/" for kind in ("by", "by-sa", "by-nd", "by-nc", "by-nc-sa", "by-nc-nd")),
        f"{CC}licenses/by/3.0/de/",
        f"{CC}licenses/by/2.5/scotland/",
        f"{CC}licenses/by-sa/2.1/jp/",
        f"{CC}licenses/by-nd-nc/1.0/",
        f"{CC}publicdomain/zero/1.0/",
        f"{CC}publicdomain/mark/1.0/",
    ],
)
def test_the_addresses_of_the_publishers_are_known_and_so_are_their_other_spellings(uri: str) -> None:
    assert settle(Statement("dcterms:license", uri)) == (Statement("dcterms:license", uri, scheme="URI"), ())
    swapped = uri.replace("https:", "http:") if "https:" in uri else uri.replace("http:", "https:")
    for other in (swapped, uri.rstrip("/"), uri.replace("//", "//www.")):
        statement, [(rule, sentence)] = settle(Statement("dcterms:rights", other))
        assert (statement.value, statement.scheme, rule.code) == (uri, "URI", "rights-uri-corrected"), other
        assert uri in sentence


@pytest.mark.parametrize(
    ("written", "uri"),
    [
        (f"{CC}licenses/by/4.0/deed.en", f"{CC}licenses/by/4.0/"),
        (f"{CC}licenses/by-sa/3.0/de/legalcode", f"{CC}licenses/by-sa/3.0/de/"),
        (f"{CC}licenses/by-sa-nc/4.0/", f"{CC}licenses/by-nc-sa/4.0/"),
        ("http://rightsstatements.org/page/InC/1.0/?language=en", "http://rightsstatements.org/vocab/InC/1.0/"),
        ("http://rightsstatements.org/vocab/inc-edu/1.0/", "http://rightsstatements.org/vocab/InC-EDU/1.0/"),
        ("creativecommons.org/publicdomain/zero/1.0/deed.de", f"{CC}publicdomain/zero/1.0/"),
    ],
)
def test_pages_about_a_licence_are_written_as_the_licence(written: str, uri: str) -> None:
    assert read_rights(written) == read_rights(written)
    assert settle(Statement("dcterms:license", written))[0].value == uri


@pytest.mark.parametrize(
    ("written", "uri"),
    [
        (f"{CC}licenses/by/5.0/", f"{CC}licenses/by/4.0/"),
        (f"{CC}licenses/by/4.0/de/", f"{CC}licenses/by/4.0/"),
        (f"{CC}licenses/by/3.0/xx/", f"{CC}licenses/by/3.0/"),
        (f"{CC}publicdomain/zero/2.0/", f"{CC}publicdomain/zero/1.0/"),
        ("http://rightsstatements.org/vocab/InC/2.0/", "http://rightsstatements.org/vocab/InC/1.0/"),
        ("http://rightsstatements.org/vocab/INC-EUD/1.0/", "http://rightsstatements.org/vocab/InC-EDU/1.0/"),
        (f"{CC}licenses/sold/4.0/", ""),
    ],
)
def test_an_address_that_the_publisher_does_not_have_is_told_with_the_likely_one(written: str, uri: str) -> None:
    statement, [(rule, sentence)] = settle(Statement("dcterms:license", written))
    assert (statement.value, rule.code) == (written, "rights-uri-unknown")
    assert uri in sentence


@pytest.mark.parametrize(
    ("written", "uri"),
    [
        ("CC BY 4.0", f"{CC}licenses/by/4.0/"),
        ("CC-BY-SA-3.0", f"{CC}licenses/by-sa/3.0/"),
        ("CC BY-NC-SA 3.0 DE", f"{CC}licenses/by-nc-sa/3.0/de/"),
        ("Creative Commons Attribution-NonCommercial 4.0 International", f"{CC}licenses/by-nc/4.0/"),
        ("CC0", f"{CC}publicdomain/zero/1.0/"),
        ("In Copyright", "http://rightsstatements.org/vocab/InC/1.0/"),
    ],
)
def test_a_name_is_kept_and_its_address_suggested(written: str, uri: str) -> None:
    statement, [(rule, sentence)] = settle(Statement("dcterms:license", written))
    assert (statement.value, rule.code, rule.severity) == (written, "rights-as-text", Severity.WARNING)
    assert uri in sentence


@pytest.mark.parametrize(
    "words",
    ["© 1931 the heirs", "All rights reserved", "https://example.org/terms", f"See {CC}licenses/by/4.0", "CC BY 9.9"],
)
def test_other_words_about_rights_are_left_alone(words: str) -> None:
    assert read_rights(words).kind is Kind.OTHER


@given(st.text() | st.from_regex(r"https?://(www\.)?(creativecommons|rightsstatements)\.org/[a-zA-Z0-9/.-]*"))
def test_no_text_breaks_it_and_what_is_canonical_stays(text: str) -> None:
    uri = read_rights(text).uri
    assert not uri or read_rights(uri).kind is Kind.CANONICAL


@pytest.mark.parametrize(
    ("values", "until"),
    [
        ([], None),
        (["2031-01-01"], date(2031, 1, 1)),
        (["2031-01-01T10:00:00Z"], date(2031, 1, 1)),
        (["2031"], date(2031, 12, 31)),
        (["2031-02"], date(2031, 2, 28)),
        (["203X"], date(2039, 12, 31)),
        (["2030/2032-06"], date(2032, 6, 30)),
        (["../2032"], date(2032, 12, 31)),
        (["2030/.."], NEVER),
        (["2030/"], NEVER),
        (["27.12.2031"], date(2031, 12, 27)),
        (["03/04/2031"], NEVER),
        (["when the heirs agree"], NEVER),
        (["2031-01-01", "2032-01-01"], date(2032, 1, 1)),
        (["-0500"], date.min),
        (["Y20000"], NEVER),
    ],
)
def test_an_embargo_lasts_until_the_latest_day_that_it_can_mean(values: list[str], until: date | None) -> None:
    assert embargo(Record(tuple(Statement("dcterms:available", value) for value in values))) == until


def test_one_file_under_embargo_holds_the_package_back() -> None:
    statements = (Statement("dcterms:available", "2031-01-01"), Statement("dcterms:available", "2040", about="data/a"))
    assert embargo(Record(statements)) == date(2040, 12, 31)


@pytest.mark.parametrize(
    ("values", "codes"),
    [
        (["2031-01-01"], []),
        (["2031"], ["embargo-vague"]),
        (["2031/.."], ["embargo-open"]),
        (["2031-01-01", "2032-01-01"], ["embargo-several"]),
        (["after my death"], ["embargo-illegal"]),
        (["03/04/2031"], ["date-ambiguous"]),
    ],
)
def test_what_an_embargo_must_be_is_said(values: list[str], codes: list[str]) -> None:
    record = Record(tuple(Statement("dcterms:available", value) for value in values))
    found = [p.code for p in judge_record(record)]
    assert [code for code in found if code.startswith(("embargo", "date"))] == codes
