"""Where the client goes: to one origin, whatever answers and the environment say."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from preserve.deposit.http import Client
from preserve.errors import ConfigError, DepositRefused, TargetUnreachable
from tests.deposit.http.answers import GIVEN
from tests.deposit.servers.scripted import Served


def test_addresses_are_resolved_within_the_origin(client: Client, served: Served) -> None:
    assert client.within("text") == f"{served.url}/app/text"
    assert client.within("/other?a=b#c") == f"{served.url}/other?a=b"
    assert client.within(f"{served.url}/app/x") == f"{served.url}/app/x"
    assert client.within(f"{served.url.upper().replace('HTTP', 'http')}/x").endswith("/x")


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1:{port}/x",
        "http://127.0.0.1/x",
        "http://127.0.0.2:{port}/x",
        "http://127.0.0.1:{port}@evil.example/x",
        "http://user:pass@127.0.0.1:{port}/x",
        "//evil.example/x",
        "\\\\evil.example\\x",
        "http://127.0.0.1:{port}\\@evil.example/x",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "/x\r\nHost: evil.example",
        "/a b",
        "http://[",
        "/" + "x" * 9000,
    ],
)
def test_no_answer_leads_away_from_the_origin(client: Client, served: Served, url: str) -> None:
    with pytest.raises(DepositRefused, match="points to"):
        client.within(url.format(port=served.url.rpartition(":")[2]))


@pytest.mark.parametrize("url", ["ftp://a.example/", "a.example", "https://u:p@a.example/", "https://", "https://a b/"])
def test_a_base_that_is_no_address_is_an_error_of_configuration(url: str) -> None:
    with pytest.raises(ConfigError, match="cannot be used"):
        Client(url, GIVEN)


def test_a_redirect_is_followed_for_reading_within_the_origin_only(client: Client, served: Served) -> None:
    assert client.call("GET", "moved").body == b"some text"
    assert client.call("GET", "moved").url == f"{served.url}/app/text"
    with pytest.raises(DepositRefused, match=r"points to http://127\.0\.0\.2:9"):
        client.call("GET", "away")
    with pytest.raises(DepositRefused, match="more than 5 times"):
        client.call("GET", "round")
    served.asked.clear()
    for method in ("POST", "PUT", "DELETE"):
        with pytest.raises(DepositRefused, match="has moved to /app/text"):
            client.call(method, "moved", body=b"x")
    assert not served.calls("text")


def test_nothing_of_the_environment_is_used(served: Served, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login a password b\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    Client(served.url, GIVEN).call("GET", "app/text")
    assert "Authorization" not in served.asked[0].headers


def test_a_proxy_is_used_if_it_is_named(served: Served) -> None:
    with closing(Client("http://repository.invalid/app", GIVEN, proxy=served.url, timeout=2)) as client:
        with pytest.raises(DepositRefused):  # our server, taken for a proxy, knows no such path
            client.call("GET", "text")
        with pytest.raises(TargetUnreachable, match="cannot be reached"):
            Client("http://repository.invalid/", GIVEN, proxy="http://127.0.0.1:9").call("POST", "x")
    assert served.asked[0].path == "http://repository.invalid/app/text"


def test_no_cookie_is_sent_back(client: Client, served: Served) -> None:
    client.call("GET", "text")
    client.call("GET", "text")
    assert "Cookie" not in served.asked[-1].headers
