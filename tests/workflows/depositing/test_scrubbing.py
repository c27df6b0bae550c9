"""No credential is left in what is kept or shown, in whatever form it went over the line."""

import base64
import html
import json
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preserve.errors import AccessRefused, PreserveError
from preserve.ports.depositing import Secret
from preserve.workflows.depositing.scrubbing import TAKEN_OUT, Scrubber

ODD = "pä$s/wö+rd \"<&'>%"
TAKEN = TAKEN_OUT.decode()
printable = st.text(
    st.characters(min_codepoint=33, max_codepoint=0x24F, exclude_characters="\x7f"), min_size=4, max_size=40
)


@pytest.mark.parametrize(
    "shown",
    [
        ODD,
        quote(ODD),
        quote(ODD, safe=""),
        quote(ODD, safe="").lower(),
        quote_plus(ODD),
        json.dumps(ODD),
        json.dumps(ODD, ensure_ascii=False),
        html.escape(ODD),
        base64.b64encode(f"archivist:{ODD}".encode()).decode(),
        base64.urlsafe_b64encode(f"archivist:{ODD}".encode()).decode(),
    ],
)
def test_every_form_of_it_is_taken_out(shown: str) -> None:
    told = Scrubber([Secret(ODD)]).text(f"before {shown} after")
    assert told.startswith("before ")
    assert told.endswith(" after")
    assert TAKEN in told
    assert told in (f"before {TAKEN} after", f'before "{TAKEN}" after')


@given(user=printable, password=printable, realm=st.binary(max_size=5))
def test_basic_authentication_is_taken_out_whoever_the_user_is(user: str, password: str, realm: bytes) -> None:
    token = base64.b64encode(realm + f"{user}:{password}".encode())
    told = Scrubber([Secret(password)]).octets(b"Authorization: Basic " + token + b"\r\n")
    assert told == b"Authorization: Basic " + TAKEN_OUT + b"\r\n" or len(token) > 200


@given(before=st.binary(max_size=30), after=st.binary(max_size=30), password=printable)
def test_it_is_gone_whatever_stands_beside_it(before: bytes, after: bytes, password: str) -> None:
    told = Scrubber([Secret(password)]).octets(before + password.encode() + after)
    assert password.encode() not in told.replace(TAKEN_OUT, b" ")


def test_what_is_no_credential_stays_to_the_octet() -> None:
    content = bytes(range(256)) * 100
    assert Scrubber([Secret("not in there")]).octets(content) == content
    assert Scrubber([]).octets(content) == content
    assert Scrubber([Secret("")]).text("nothing \udcff") == "nothing \udcff"


def test_a_short_one_is_taken_out_where_it_stands_alone() -> None:
    scrubber = Scrubber([Secret("to")])
    assert scrubber.text("go to Toronto") == f"go {TAKEN} Toronto"


def test_the_lines_of_a_key_are_taken_out_one_by_one() -> None:
    lines = ["-----BEGIN KEY-----", "b3BlbnNzaC1rZXktdjEAAAAA", "QyNTUxOQAAACDtqJ7zOtqQtYqO"]
    told = Scrubber([Secret("\n".join(lines))]).text(f"line 2 is {lines[1]}; line 3 is {lines[2]}")
    assert told == f"line 2 is {TAKEN}; line 3 is {TAKEN}"


def test_an_error_tells_nothing_of_it_and_neither_does_what_caused_it() -> None:
    def fail() -> None:
        try:
            raise ValueError("https://me:hush-hush@example.org")
        except ValueError as error:
            raise AccessRefused("It said hush-hush.", hint="Not hush-hush.") from error

    with pytest.raises(PreserveError) as caught:
        fail()
    error = Scrubber([Secret("hush-hush")]).of_error(caught.value)
    assert "hush" not in f"{error.message} {error.hint} {error} {error.args} {error.__cause__} {error.__context__}"
    assert isinstance(error, AccessRefused)


def test_it_does_not_show_what_it_looks_for() -> None:
    assert "hush" not in repr(Scrubber([Secret("hush-hush")]))


def test_a_large_receipt_is_read_in_passing() -> None:
    token = base64.b64encode(b"0123456789abcdef" * 200_000)
    assert Scrubber([Secret("correct horse battery staple")]).octets(token) == token
