"""What servers say, read: whatever it is, it is understood as what it is, or as nothing; and leads nowhere else."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preserve.deposit.targets.swordv2 import documents
from preserve.deposit.targets.swordv2.container import safe
from preserve.deposit.targets.swordv2.dialects import DIALECTS
from preserve.errors import UnsafeXml
from preserve.model.deposits import Stage

ATOM = 'xmlns="http://www.w3.org/2005/Atom" xmlns:sword="http://purl.org/net/sword/terms/"'


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://r.example.org/edit/1", "https://r.example.org/edit/1"),
        ("/edit/1", "https://r.example.org/edit/1"),
        ("https://r.example.org:443/edit/1#part", "https://r.example.org:443/edit/1"),
        ("http://r.example.org/edit/1", "https://r.example.org/edit/1"),  # a server behind a proxy
        ("http://r.example.org:8080/edit/1", ""),
        ("https://other.example.org/edit/1", ""),
        ("//other.example.org/edit/1", ""),
        ("https://r.example.org@other.example.org/", ""),
        ("https://user:word@r.example.org/", ""),
        ("https://r.example.org\\@other.example.org/", ""),
        ("file:///etc/passwd", ""),
        ("javascript:alert(1)", ""),
        ("https://r.example.org/\r\nHost: other", ""),
        ("", ""),
    ],
)
def test_only_addresses_of_the_configured_server_are_kept(url: str, kept: str) -> None:
    assert safe("https://r.example.org/swordv2/sd", url) == kept


def test_a_server_asked_in_the_clear_is_not_asked_for_more() -> None:
    assert safe("http://r.example.org/sd", "https://r.example.org/edit/1") == ""


@pytest.mark.parametrize("read", [documents.service, documents.receipt, documents.feed, documents.statement])
@given(body=st.one_of(st.binary(max_size=200), st.text(max_size=80).map(lambda text: f"<feed {ATOM}>{text}".encode())))
def test_anything_is_read_or_refused(read: object, body: bytes) -> None:
    assert callable(read)
    with suppress(ValueError, UnsafeXml):
        read(body)
    documents.error(body)


def test_states_of_parts_are_not_those_of_the_whole() -> None:
    state = '<category scheme="http://purl.org/net/sword/terms/state" term="archived"/>'
    told = documents.statement(f"<feed {ATOM}><entry>{state}</entry></feed>".encode())
    assert told.states == ()


def test_a_state_is_told_with_its_words() -> None:
    state = '<category scheme="http://purl.org/net/sword/terms/state" term="INVALID">No bag.</category>'
    told = documents.statement(f"<feed {ATOM}>{state}</feed>".encode())
    assert DIALECTS["dans"].stage(told.states) == (Stage.REFUSED, "invalid: No bag.")


def test_a_state_that_nobody_knows_is_none() -> None:
    assert DIALECTS["dspace"].stage([("http://example.org/state/half-eaten", "")]) == (None, "")


@pytest.mark.parametrize("name", ["error", "errorDocument"])
def test_an_error_document_says_what_is_wrong(name: str) -> None:
    words = "<summary>No</summary><sword:verboseDescription>Full</sword:verboseDescription>"
    assert documents.error(f"<sword:{name} {ATOM}>{words}</sword:{name}>".encode()) == "No: Full"
    assert documents.error(f"<entry {ATOM}><title>An error</title></entry>".encode()) is None


def test_the_service_document_of_eprints_is_read_as_well() -> None:
    body = (
        '<service xmlns="http://www.w3.org/2007/app" xmlns:atom="http://www.w3.org/2005/Atom" '
        'xmlns:sword="http://purl.org/net/sword/"><workspace><collection href="/id/contents"><atom:title>E</atom:title>'
        "<sword:acceptPackaging>http://purl.org/net/sword/package/SimpleZip</sword:acceptPackaging>"
        "<acceptPackaging>http://purl.org/net/sword/package/Binary</acceptPackaging></collection></workspace></service>"
    )
    (one,) = documents.service(body.encode())
    assert one.title == "E"
    assert [each.rpartition("/")[2] for each in one.packagings] == ["SimpleZip", "Binary"]
