"""No credential is left in what is kept or shown, in whatever form it went over the line."""

import base64
import html
import json
import re
from collections.abc import Callable
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
        json.dumps(ODD).replace("/", "\\/"),
        re.sub("[<>&'+]", lambda found: f"\\u{ord(found[0]):04X}", json.dumps(ODD)),
        html.escape(ODD),
        html.escape(ODD, quote=False),
        ODD.replace("&", "&amp;").replace("<", "&lt;"),
        "".join(f"&#{ord(each)};" for each in ODD),
        "".join(f"&#X{ord(each):04X};" for each in ODD),
        html.escape(json.dumps(ODD)[1:-1]),
        html.escape(html.escape(ODD)),
        json.dumps(json.dumps(ODD)[1:-1]),
        quote(quote(ODD, safe=""), safe=""),
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


NAMED = {"&": "amp", "<": "lt", ">": "gt", '"': "quot", "'": "apos", "/": "sol", "ä": "auml", "+": "plus", " ": "#32"}
ENCODERS: list[Callable[[str], bytes]] = [
    lambda each: each.encode("utf-8", "surrogateescape"),
    lambda each: quote(each, safe="", errors="surrogateescape").encode(),
    lambda each: quote_plus(each, errors="surrogateescape").encode(),
    lambda each: "".join(f"%{octet:02x}" for octet in each.encode("utf-8", "surrogateescape")).encode(),
    lambda each: json.dumps(each)[1:-1].encode(),
    lambda each: json.dumps(each, ensure_ascii=False)[1:-1].replace("/", "\\/").encode("utf-8", "surrogateescape"),
    lambda each: in_utf16(each, "\\u{:04x}"),
    lambda each: in_utf16(each, "\\u{:04X}"),
    lambda each: f"&#{ord(each)};".encode(),
    lambda each: f"&#x{ord(each):x};".encode(),
    lambda each: f"&#X{ord(each):06X};".encode(),
    lambda each: html.escape(each).encode("utf-8", "surrogateescape"),
    lambda each: f"&{NAMED[each]};".encode() if each in NAMED else each.encode("utf-8", "surrogateescape"),
]
"""Each spells one character as somebody does."""
credentials = st.text(st.characters(min_codepoint=32, exclude_categories=["Cs"]), min_size=4, max_size=30) | st.text(
    "aZ09 &<>\"'/\\+=%#;:u26\n\t\x00äé€😀\udcff", min_size=4, max_size=30
)


def in_utf16(character: str, form: str) -> bytes:
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(form.format(int.from_bytes(units[at : at + 2], "big")) for at in range(0, len(units), 2)).encode()


@given(credential=credentials, chosen=st.data(), before=st.binary(max_size=10), after=st.binary(max_size=10))
def test_no_mixture_of_spellings_survives(credential: str, chosen: st.DataObject, before: bytes, after: bytes) -> None:
    encoders = chosen.draw(st.lists(st.sampled_from(ENCODERS), min_size=len(credential), max_size=len(credential)))
    spelled = b"".join(encode(each) for encode, each in zip(encoders, credential, strict=True))
    told = Scrubber([Secret(credential)]).octets(before + spelled + after)
    assert TAKEN_OUT in told
    assert spelled not in told.replace(TAKEN_OUT, b"\0\0\0")
    assert Scrubber([Secret(credential)]).octets(b"-- " + spelled + b" --") == b"-- " + TAKEN_OUT + b" --"


@given(credential=credentials, encoder=st.sampled_from(ENCODERS))
def test_each_spelling_of_the_whole_is_taken_out(credential: str, encoder: Callable[[str], bytes]) -> None:
    spelled = b"".join(map(encoder, credential))
    assert Scrubber([Secret(credential)]).octets(b"-- " + spelled + b" --") == b"-- " + TAKEN_OUT + b" --"


@given(user=printable, password=printable, encoder=st.sampled_from(ENCODERS))
def test_the_signs_of_a_token_may_be_spelled_otherwise(
    user: str, password: str, encoder: Callable[[str], bytes]
) -> None:
    token = base64.b64encode(f"{user}:{password}".encode()).decode()
    spelled = b"".join(encoder(each) if each in "+/=" else each.encode() for each in token)
    told = Scrubber([Secret(password)]).octets(b"Basic " + spelled + b"\r\n")
    assert told == b"Basic " + TAKEN_OUT + b"\r\n" or password.encode() in spelled  # as 0000 in &#X00002B;


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


def test_no_answer_makes_it_work_for_long() -> None:
    """Odd credentials, and answers that are nearly full of them."""
    for odd in ("\\" * 30 + "x", "%25" * 8 + "x", "&amp;" * 8 + "x", "&#38;" * 8 + "x", "\\u005c" * 3 + "x"):
        content = odd[:-1].encode() * 20
        assert Scrubber([Secret(odd)]).octets(content) == content
