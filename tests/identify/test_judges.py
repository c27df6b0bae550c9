"""What is decided without looking at a file."""

from __future__ import annotations

import codecs
from importlib import metadata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preserve.identify import judge, wire
from preserve.identify.documents.collect import Collector, tag, term_named
from preserve.identify.values import date_of_mail, date_of_pdf, tidy, worth_keeping
from preserve.identify.versions import installed
from preserve.model import (
    Agent,
    Embedded,
    Format,
    Identification,
    LanguageShare,
    Outcome,
    ProbeRun,
    Problem,
    Severity,
)


@pytest.mark.parametrize(
    ("mime", "charset", "text", "document"),
    [
        ("text/plain", "", True, True),
        ("text/html", "utf-8", True, True),
        ("application/json", "", True, True),
        ("image/svg+xml", "", True, True),
        ("application/octet-stream", "utf-16le", True, True),
        ("application/octet-stream", "", False, False),
        ("", "", False, False),
        ("", "us-ascii", True, True),
        ("application/pdf", "", False, True),
        ("application/vnd.oasis.opendocument.text", "", False, True),
        ("application/epub+zip", "", False, True),
        ("message/rfc822", "", False, True),
        ("image/png", "", False, False),
        ("application/zip", "", False, False),
        ("inode/x-empty", "", False, False),
    ],
)
def test_what_is_text_and_what_a_document(mime: str, charset: str, text: bool, document: bool) -> None:
    known = Identification("data/x", mime=mime, charset=charset)
    assert (judge.is_text(known), judge.is_document(known)) == (text, document)


PLACEHOLDERS = (
    "Unknown|unknown| |untitled|Untitled Document|Untitled-1|Microsoft Word - x.doc|Microsoft Word - Lettre à M. X"
    "|Document1|Dokument 3|slide 1|scan0001.pdf|letter.docx|-|?|...|(anonymous)|[unknown]|<None>|بدون عنوان|Без имени"
    "|PowerPoint Presentation|New Page 2|Full page fax print - x|file://|about:blank|\ufffd\ufffd title"
)


@pytest.mark.parametrize("value", PLACEHOLDERS.split("|"))
def test_placeholders_are_dropped(value: str) -> None:
    assert not worth_keeping("dcterms:title", tidy(value))


TITLES = (
    "1984|Letter to a friend|رسالة إلى صديق|Q|The Untitled Poem|Unknown soldiers|Documents of 1848|Report.|战争与和平"
    "|Book 1|Document 1848|Page 12|Scanning the past|Author unknown: a study|Page by page|Word and image - a history"
)


@pytest.mark.parametrize("value", TITLES.split("|"))
def test_titles_that_people_gave_are_kept(value: str) -> None:
    assert worth_keeping("dcterms:title", tidy(value))


@pytest.mark.parametrize(
    ("given_date", "expected"),
    [
        ("D:20200102030405+01'00'", "2020-01-02T03:04:05+01:00"),
        ("D:20200102030405+01'00", "2020-01-02T03:04:05+01:00"),
        ("D:20200102030405Z", "2020-01-02T03:04:05Z"),
        ("D:20200102030405Z00'00'", "2020-01-02T03:04:05Z"),
        ("D:20200102030405-0530", "2020-01-02T03:04:05-05:30"),
        ("D:20200102030405", "2020-01-02"),
        ("D:202001020304Z", "2020-01-02T03:04Z"),
        ("20200102030405Z", "2020-01-02T03:04:05Z"),
        ("D:202001", "2020-01"),
        ("D:2020", "2020"),
        ("2020", ""),
        ("D:20201340", ""),
        ("D:00000000000000", ""),
        ("Thu Jan 2 2020", ""),
        ("", ""),
    ],
)
def test_dates_of_pdf(given_date: str, expected: str) -> None:
    assert date_of_pdf(given_date) == expected


@pytest.mark.parametrize(
    ("given_date", "expected"),
    [
        ("Thu, 06 May 2021 07:08:09 +0200", "2021-05-06T07:08:09+02:00"),
        ("Thu, 06 May 2021 07:08:09 +0000", "2021-05-06T07:08:09Z"),
        ("6 May 2021 07:08:09 -0000 (somewhere)", "2021-05-06T07:08:09Z"),
        ("Thu, 06 May 2021 07:08:09 GMT", "2021-05-06T07:08:09Z"),
        ("Thu, 06 May 2021 07:08:09", ""),
        ("yesterday", ""),
        ("Thu, 99 May 2021 07:08:09 +0000", ""),
        ("", ""),
    ],
)
def test_dates_of_mail(given_date: str, expected: str) -> None:
    assert date_of_mail(given_date) == expected


@given(st.text())
def test_no_text_breaks_the_judges(text: str) -> None:
    plain = tidy(text)
    plain.encode("utf-8")
    assert "\n" not in plain
    for field in ("dcterms:title", "dcterms:language", "dcterms:date"):
        worth_keeping(field, plain)
    date_of_pdf(text)
    date_of_mail(text)
    tag(text)
    term_named(text)
    judge.charset_name(text)


def test_every_charset_name_can_be_used_to_decode() -> None:
    assert judge.charset_name("utf8") == "utf-8"
    assert judge.charset_name("latin-1") == "iso-8859-1"
    assert judge.charset_name("cp437") == "ibm437"
    assert judge.charset_name("no such thing") == ""
    from encodings.aliases import aliases  # noqa: PLC0415

    for codec in sorted(set(aliases.values())):
        if name := judge.charset_name(codec):
            codecs.lookup(name)


def test_terms_are_found_in_any_case_and_with_qualifiers() -> None:
    assert term_named("TITLE") == "dcterms:title"
    assert term_named("date.created") == "dcterms:created"
    assert term_named("title.alternative") == "dcterms:alternative"
    assert term_named("isPartOf") == "dcterms:isPartOf"
    assert term_named("creator.personalName") == "dcterms:creator"
    assert term_named("nonsense") == ""


def test_languages_are_normalised_where_they_are_tags_and_kept_where_not() -> None:
    found = Collector()
    for value in ("en_us", "iw", "english", "und", ""):
        found.add("dcterms:language", value, "x")
    assert [each.value for each in found.all()] == ["en-US", "he", "english"]


FULL = Identification(
    "data/caf\udce9\n.txt",
    "text/plain",
    "utf-8",
    (Format("Plain Text File", "", "PRONOM", "x-fmt/111", "text match"),),
    (LanguageShare("ar", 0.5, True),),
    (Embedded("dcterms:title", "عنوان", "html:title", "ar"),),
    (ProbeRun("pronom", Agent("siegfried", "1"), Outcome.WARNING, "note"),),
    (Problem("virus-found", Severity.ERROR, "data/x", "message", "", "hint"),),
)


def test_versions_are_those_that_the_packages_tell_of_themselves() -> None:
    for package in ("chardet", "lxml", "pikepdf", "preserve_packager", "python-magic"):
        assert installed(package) == metadata.version(package)
    assert installed("no-such-package") == ""


def test_what_the_worker_says_arrives_as_it_was_said() -> None:
    import json  # noqa: PLC0415

    for known in ({}, {"pronom": Agent("siegfried", "1")}, {"pronom": Agent("siegfried", "2")}):
        line = wire.line({"found": wire.to_message(FULL, known)})
        assert line.count(b"\n") == 1
        assert wire.from_message(FULL.path, json.loads(line)["found"], known) == FULL
