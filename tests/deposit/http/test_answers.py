"""What an answer means, and what of it is shown and kept."""

from __future__ import annotations

import base64

import pytest

from preserve.deposit.http import Auth, Client, basic, bearer, by_header
from preserve.errors import AccessRefused, ConfigError, DepositRefused, NoRoom, PreserveError, TargetUnreachable
from preserve.ports.depositing import Secret
from tests.deposit.http.answers import GIVEN, SECRET
from tests.deposit.servers.scripted import Fault, Served


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (401, AccessRefused),
        (403, AccessRefused),
        (407, AccessRefused),
        (404, DepositRefused),
        (409, DepositRefused),
        (413, DepositRefused),
        (507, NoRoom),
        (500, TargetUnreachable),
        (502, TargetUnreachable),
        (504, TargetUnreachable),
    ],
)
def test_a_status_says_who_is_at_fault(client: Client, status: int, error: type[PreserveError]) -> None:
    with pytest.raises(error, match=f"{status} .so it is") as caught:
        client.call("POST", str(status))
    assert type(caught.value) is error
    assert client.call("POST", str(status), expect=(status,)).status == status


def test_a_refusal_that_speaks_of_a_quota_is_one_for_want_of_room(client: Client) -> None:
    for status in (400, 413):
        with pytest.raises(NoRoom, match=r"no room at .*: \d+ .Bucket quota exceeded") as caught:
            client.call("POST", f"quota/{status}")
        assert "preserve deposit --to repository --resume" in caught.value.hint
    with pytest.raises(AccessRefused):
        client.call("POST", "quota/403")


@pytest.mark.parametrize("path", ["cut", "squeezed", "huge"])
def test_an_answer_that_is_not_whole_is_none(client: Client, path: str) -> None:
    with pytest.raises(TargetUnreachable):
        client.call("GET", path)


@pytest.mark.parametrize("path", ["deep", "text", "page"])
def test_what_is_not_json_is_told_as_such(client: Client, path: str) -> None:
    with pytest.raises(TargetUnreachable, match="not JSON"):
        client.call("GET", path, expect=(200, 422)).document()


def test_what_a_server_says_is_shown_without_markup_and_control_characters(client: Client) -> None:
    with pytest.raises(DepositRefused, match=r"Sorry not so\)") as page:
        client.call("GET", "page")
    assert "<" not in page.value.message
    with pytest.raises(DepositRefused, match=r"Bad\., a: is too short"):
        client.call("GET", "list")
    with pytest.raises(DepositRefused, match=r"no \\x1b\[31m") as echo:
        client.call("GET", "echo")
    assert "\x1b" not in echo.value.message


def test_a_credential_is_in_no_message_no_receipt_and_no_repr(client: Client) -> None:
    with pytest.raises(DepositRefused) as caught:
        client.call("POST", "echo")
    assert SECRET not in caught.value.message
    answer = client.call("POST", "echo", expect=(400,))
    assert SECRET.encode() not in answer.receipt()
    assert b"[credential]" in answer.receipt()
    for shown in (repr(client), repr(answer), repr(client._auth), str(client.__dict__)):
        assert SECRET not in shown


def test_a_receipt_holds_the_answer_as_it_came_without_cookies(client: Client) -> None:
    receipt = client.call("GET", "text").receipt()
    assert receipt.startswith(b"HTTP 200 OK\r\n")
    assert b"x-note: kept\r\n" in receipt
    assert receipt.endswith(b"\r\n\r\nsome text")
    assert b"cookie" not in receipt.lower()


@pytest.mark.parametrize(
    ("auth", "header", "value"),
    [
        (bearer(Secret(SECRET)), "Authorization", f"Bearer {SECRET}"),
        (
            basic("m\u00fcller", Secret(SECRET)),
            "Authorization",
            "Basic " + base64.b64encode(f"m\u00fcller:{SECRET}".encode()).decode(),
        ),
        (by_header("X-Key", f"u:{SECRET}", Secret(SECRET)), "X-Key", f"u:{SECRET}"),
    ],
)
def test_credentials_go_in_one_header_and_are_hidden_in_each_form(
    served: Served, auth: Auth, header: str, value: str
) -> None:
    Client(served.url, GIVEN, auth=auth).call("GET", "app/text")
    assert served.asked[-1].headers[header] == value
    hidden = auth.hide(f"they sent {value} and {SECRET}".encode())
    assert SECRET.encode() not in hidden
    assert value.rpartition(" ")[2].encode() not in hidden


@pytest.mark.parametrize("token", ["two\nlines", "caf\u00e9", "a\0b"])
def test_a_token_that_no_header_can_hold_is_an_error_of_configuration(token: str) -> None:
    with pytest.raises(ConfigError) as caught:
        bearer(Secret(token))
    assert token not in caught.value.message


def test_silence_is_told_as_a_lost_answer_and_no_server_as_nothing_sent(served: Served) -> None:
    served.faults = [Fault("text", silent=30)]
    with pytest.raises(TargetUnreachable, match=r"was lost: it was silent for too long\. Whether"):
        Client(served.url, GIVEN, timeout=0.3).call("POST", "app/text")
    with pytest.raises(TargetUnreachable, match=r"connection refused\. Nothing was sent"):
        Client("http://127.0.0.1:9", GIVEN).call("POST", "x")
    with pytest.raises(TargetUnreachable, match=r"no server of this name\. Nothing was sent"):
        Client("http://repository.invalid", GIVEN).call("POST", "x")


def test_a_file_is_read_in_blocks_and_never_further_than_it_may_be(client: Client) -> None:
    blocks = list(client.read("huge", most=3_000_000))
    assert sum(map(len, blocks)) == 3_000_001
    assert max(map(len, blocks)) <= 1 << 20
    assert b"".join(client.read("text", most=100)) == b"some text"
    with pytest.raises(TargetUnreachable, match="too early"):
        list(client.read("cut", most=100))
    with pytest.raises(DepositRefused):
        list(client.read("404", most=100))
