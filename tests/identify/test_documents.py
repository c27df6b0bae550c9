"""What documents say about themselves is read; what programs filled in by themselves is not repeated."""

from __future__ import annotations

import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from preserve.identify.identifier import Identifier
from preserve.identify.judge import is_document
from preserve.model import Identification, Outcome
from tests.identify import samples
from tests.identify.conftest import Ask


def said(found: Identification) -> set[tuple[str, str]]:
    return {(each.field.removeprefix("dcterms:"), each.value) for each in found.embedded}


def outcome(found: Identification, probe: str) -> tuple[Outcome, str]:
    return next((run.outcome, run.note) for run in found.runs if run.probe == probe)


def test_html(ask: Ask) -> None:
    found = ask("page.html", samples.HTML.encode())
    assert said(found) == {
        ("language", "en-GB"),
        ("title", "The papers of the society"),
        ("title", "Les papiers"),
        ("title", "Papers"),
        ("creator", "Jane Doe"),
        ("description", "About the papers."),
        ("subject", "archives"),
        ("subject", "papers"),
        ("date", "3 May 2004"),
        ("created", "2004"),
        ("modified", "2005-06"),
        ("issued", "2004-05-03T10:00:00Z"),
        ("identifier", "https://example.org/papers"),
    }
    methods = {each.value: (each.method, each.lang) for each in found.embedded}
    assert methods["Jane Doe"] == ("html:meta[author]", "")
    assert methods["Les papiers"] == ("html:meta[DC.title]", "fr")
    assert methods["The papers of the society"] == ("html:title", "en-GB")
    assert [language.tag for language in found.languages] == ["en"]


def test_html_in_an_old_encoding(ask: Ask) -> None:
    page = f'<html><head><meta charset="windows-1252"><title>Été à la côte</title></head><body>{samples.FRENCH}</body>'
    found = ask("page.htm", page.encode("cp1252"))
    assert ("title", "Été à la côte") in said(found)
    assert [language.tag for language in found.languages] == ["fr"]


def test_docx(ask: Ask) -> None:
    found = ask("minutes.docx", samples.docx())
    assert found.mime.endswith("wordprocessingml.document")
    assert said(found) == {
        ("title", "Minutes of the meeting"),
        ("creator", "Jane Doe"),
        ("subject", "Meetings"),
        ("subject", "minutes"),
        ("subject", "society"),
        ("subject", "spring"),
        ("language", "en-US"),
        ("created", "2019-03-04T10:00:00Z"),
        ("extent", "3 pages"),
        ("premis:creatingApplicationName", "Writing Office 9"),
    }
    assert [language.tag for language in found.languages] == ["en"]
    assert [fmt.key for fmt in found.formats] == ["fmt/412"]
    assert is_document(found)


def test_odt(ask: Ask) -> None:
    found = ask("lettre.odt", samples.odt())
    assert said(found) == {
        ("title", "Une lettre"),
        ("creator", "Anne Dupont"),
        ("contributor", "Paul Martin"),
        ("created", "2020-01-02T03:04:05"),
        ("subject", "lettres"),
        ("language", "fr-FR"),
        ("extent", "1 page"),
        ("premis:creatingApplicationName", "FreeOffice/7.2"),
    }
    assert [language.tag for language in found.languages] == ["fr"]


def test_epub(ask: Ask) -> None:
    found = ask("book.epub", samples.epub())
    assert said(found) == {
        ("title", "מכתבים"),
        ("creator", "Dana Levi"),
        ("language", "he"),
        ("identifier", "urn:isbn:123"),
        ("modified", "2021-05-06T07:08:09Z"),
    }
    assert [language.tag for language in found.languages] == ["he"]


def test_pdf(ask: Ask) -> None:
    info = {"/Title": "Microsoft Word - x.doc", "/Author": "Jane", "/CreationDate": "D:20200102030405+01'00'"}
    info |= {"/Creator": "Writer 3", "/Producer": "PDF library 2"}
    found = ask("report.pdf", samples.pdf(info, samples.XMP.encode(), compress=True))
    assert said(found) == {
        ("creator", "Jane"),
        ("created", "2020-01-02T03:04:05+01:00"),
        ("created", "2018-01-01T00:00:00Z"),
        ("premis:creatingApplicationName", "Writer 3"),
        ("title", "Annual report"),
        ("title", "Rapport annuel"),
        ("creator", "John Smith"),
        ("language", "en-GB"),
        ("extent", "2 pages"),
    }
    assert ("Rapport annuel", "fr") in {(each.value, each.lang) for each in found.embedded}
    created = next(each for each in found.embedded if each.value.startswith("2020"))
    assert created.method == "pdf:docinfo[CreationDate] (PDF date to W3CDTF)"
    assert outcome(found, "language") == (Outcome.NOT_DONE, "the text is not extracted from this format (PDF)")
    assert found.charset == ""


def test_mail(ask: Ask) -> None:
    found = ask("letter.eml", samples.mail())
    assert said(found) == {
        ("title", "Réunion du printemps"),
        ("creator", "Anne Dupont <anne@example.org>"),
        ("identifier", "<1234@example.org>"),
        ("created", "2021-05-06T07:08:09Z"),
    }
    assert [language.tag for language in found.languages] == ["fr"]


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("secret.pdf", samples.pdf(password="secret"), "protected by a password"),  # noqa: S106  the test is about it
        ("broken.pdf", b"%PDF-1.7\nnothing more", "damaged"),
        ("cut.pdf", samples.pdf({"/Title": "Report"})[:200], "damaged"),
        ("bomb.pdf", samples.pdf(xmp=b"<x>" + b" " * 60_000_000 + b"</x>", compress=True), "too large"),
        ("doctype.pdf", samples.pdf(xmp=b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'), "DOCTYPE"),
        ("cut.docx", samples.docx()[:300], "damaged"),
        ("doctype.docx", samples.docx('<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'), "DOCTYPE"),
        ("bomb.docx", samples.docx(b" " * 100_000_000), "larger than"),
        (
            "bomb.epub",
            samples.zipped({"mimetype": "application/epub+zip", "META-INF/container.xml": b"<" * 10**8}),
            "la",
        ),
        (
            "odd.epub",
            samples.zipped({"mimetype": "application/epub+zip", "META-INF/container.xml": "<a/>"}),
            "names no",
        ),
        ("deep.odt", samples.odt("<text:span>" * 5000 + "x" + "</text:span>" * 5000), "content.xml"),
    ],
)
def test_hostile_and_broken_documents_are_a_warning_in_the_record(
    ask: Ask, name: str, content: bytes, says: str
) -> None:
    found = ask(name, content)
    status, note = outcome(found, "metadata")
    assert status is Outcome.WARNING
    assert says in note


def test_what_can_be_read_of_a_damaged_document_is_read(ask: Ask) -> None:
    found = ask("doctype.docx", samples.docx("<broken", samples.ENGLISH))
    assert ("extent", "3 pages") in said(found)
    assert [language.tag for language in found.languages] == ["en"]


def test_an_archive_that_is_no_document_has_no_metadata(ask: Ask) -> None:
    found = ask("things.zip", samples.zipped({"../../etc/passwd": b"x", "a.txt": b"y"}))
    assert outcome(found, "metadata") == (Outcome.NOT_DONE, "no metadata is read from this format")
    assert not is_document(found)


def test_a_member_that_lies_about_its_size_does_no_harm(ask: Ask) -> None:
    data = bytearray(samples.docx())
    for place in _offsets(bytes(data), b"PK\x01\x02"):
        data[place + 24 : place + 28] = (0xFFFFFFF0).to_bytes(4, "little")
    assert ask("liar.docx", bytes(data)).mime


def _offsets(data: bytes, mark: bytes) -> list[int]:
    return [place for place in range(len(data)) if data.startswith(mark, place)]


def test_an_encrypted_member_is_noted(ask: Ask) -> None:
    data = bytearray(samples.docx())
    for mark, flags in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        for place in _offsets(bytes(data), mark):
            data[place + flags] |= 1
    status, note = outcome(ask("secret.docx", bytes(data)), "metadata")
    assert status is Outcome.WARNING
    assert "encrypted" in note


@pytest.mark.parametrize(
    "page",
    [
        b"<html>" + b"<div>" * 200_000 + b"text",
        b"<html><head>" + b"<meta name=author content=x>" * 100_000,
        b"<html><title>" + b"<" * 3_000_000,
        b"<!DOCTYPE html [" + b"<!ENTITY a '" + b"b" * 100_000 + b"'>]><html>&a;",
        b"<html><title>\xed\xa0\x80\x00\x01 title</title>",
        b"<html lang='" + b"x-" * 50_000 + b"'>",
    ],
)
def test_hostile_pages_are_bounded(ask: Ask, page: bytes) -> None:
    found = ask("page.html", page)
    assert len(found.embedded) <= 200
    assert outcome(found, "metadata")[0] is not Outcome.FAIL


@pytest.mark.parametrize(
    "message",
    [
        b"From: \xff\xfe\nSubject: =?utf-8?q?=FF=FE?=\nDate: yesterday\n\nhello",
        b"From: =?no-such-charset?b?////?= <\nSubject: [\nDate: Thu, 99 Foo 9999 99:99:99 +9999\nTo: x\n\n",
        b'From: a@b\nContent-Type: multipart/mixed; boundary="x"\nSubject: ' + b"(" * 5000 + b"\n\n--x\n",
        b"From: a@b\nSubject: s\nContent-Type: text/plain; charset=klingon\nContent-Transfer-Encoding: base64\n\n%%%",
        b"From: a@b\nMessage-ID: <<>>\nSubject:\n long\n folded\nContent-Type: a/b/c; =\n\n",
        b"Received: x\nFrom: a@b\nSubject: " + b"x" * 100_000 + b"\n\n",
    ],
)
def test_hostile_messages_lose_at_most_a_header(ask: Ask, message: bytes) -> None:
    found = ask("letter.eml", message)
    assert outcome(found, "metadata")[0] in (Outcome.SUCCESS, Outcome.WARNING)
    for each in found.embedded:
        each.value.encode("utf-8")


def test_a_nested_message_does_not_exhaust_the_stack(ask: Ask) -> None:
    parts = "".join(f'Content-Type: multipart/mixed; boundary="{n}"\n\n--{n}\n' for n in range(3000))
    found = ask("deep.eml", f"From: a@b\nSubject: Deep\nMIME-Version: 1.0\n{parts}".encode())
    assert ("title", "Deep") in said(found)


def test_a_zip_of_very_many_members_is_not_searched(ask: Ask) -> None:
    members = {f"{number}": "" for number in range(100_001)}
    found = ask("many.docx", samples.zipped({"[Content_Types].xml": "<a/>"} | members, zipfile.ZIP_STORED))
    assert "more than" in outcome(found, "metadata")[1]


DOCUMENTS = {
    "minutes.docx": samples.docx(),
    "lettre.odt": samples.odt(),
    "book.epub": samples.epub(),
    "report.pdf": samples.pdf({"/Title": "Report", "/CreationDate": "D:2020"}, samples.XMP.encode()),
    "letter.eml": samples.mail(),
    "page.html": samples.HTML.encode(),
}


@settings(deadline=None, max_examples=200)
@given(
    name=st.sampled_from(sorted(DOCUMENTS)),
    changes=st.lists(
        st.tuples(st.integers(0, 10_000), st.binary(max_size=3), st.integers(0, 3)), min_size=1, max_size=8
    ),
)
def test_no_damage_to_a_document_makes_a_probe_fail(
    identifier: Identifier,
    tmp_path_factory: pytest.TempPathFactory,
    name: str,
    changes: list[tuple[int, bytes, int]],
) -> None:
    data = bytearray(DOCUMENTS[name])
    for place, new, dropped in changes:
        start = place % (len(data) + 1)
        data[start : start + dropped] = new
    file = tmp_path_factory.getbasetemp() / f"damaged-{name}"
    file.write_bytes(data)
    found = identifier.identify(file, f"data/{name}")
    assert len(found.runs) == 6
    assert Outcome.FAIL not in {run.outcome for run in found.runs}
