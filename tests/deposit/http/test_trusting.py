"""TLS is verified always, against the system's authorities or a file that was named."""

from __future__ import annotations

import select
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from socketserver import BaseRequestHandler, ThreadingTCPServer
from threading import Thread

import pytest

from preserve.deposit.given import Given
from preserve.deposit.http import HTTP_SETTINGS, Client, basic, client_of
from preserve.errors import AccessRefused, ConfigError, TargetUnreachable
from preserve.ports.depositing import Secret
from tests.deposit.http.answers import GIVEN, app
from tests.deposit.servers.certificates import certificate
from tests.deposit.servers.scripted import serving


def test_a_certificate_is_trusted_if_its_authority_is_named(tmp_path: Path) -> None:
    context, trusted = certificate(tmp_path)
    with serving(app, context) as served, closing(Client(served.url, GIVEN, ca_file=trusted)) as client:
        assert client.call("GET", "app/text").body == b"some text"
        assert len(served.asked) == 1


@pytest.mark.parametrize(
    ("days", "address", "named", "reason"),
    [
        (1, "127.0.0.1", False, "self-signed certificate|self signed"),
        (-1, "127.0.0.1", True, "has expired"),
        (1, "127.0.0.2", True, "not valid for"),
    ],
)
def test_a_certificate_that_proves_nothing_is_refused_and_nothing_is_sent(
    tmp_path: Path, days: int, address: str, named: bool, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    context, trusted = certificate(tmp_path, days=days, address=address)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(trusted))
    monkeypatch.setenv("CURL_CA_BUNDLE", str(trusted))
    auth = basic("me", Secret("open-sesame-4711"))
    with serving(app, context) as served:
        client = Client(served.url, GIVEN, ca_file=trusted if named else None, auth=auth)
        with closing(client), pytest.raises(AccessRefused, match=f"is not accepted: .*({reason})") as caught:
            client.call("POST", "app/text", body=b"x")
        assert "Nothing was sent" in caught.value.message
        assert not served.asked


@contextmanager
def tunnel() -> Iterator[tuple[str, list[str]]]:
    """A proxy on loopback that connects to whatever it is asked for, and whom it was asked for."""
    asked: list[str] = []

    class Tunnel(BaseRequestHandler):
        def handle(self) -> None:
            asked.append(self.request.recv(4096).split()[1].decode())
            host, port = asked[-1].split(":")
            with socket.create_connection((host, int(port))) as far:
                self.request.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                other = {far: self.request, self.request: far}
                while True:
                    for side in select.select(list(other), [], [])[0]:
                        if not (data := side.recv(65536)):
                            return
                        other[side].sendall(data)

    with ThreadingTCPServer(("127.0.0.1", 0), Tunnel) as server:
        server.daemon_threads = True
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}", asked
        server.shutdown()
        thread.join()


def test_a_certificate_is_verified_through_a_proxy_too(tmp_path: Path) -> None:
    context, trusted = certificate(tmp_path)
    with serving(app, context) as served, tunnel() as (proxy, asked):
        with closing(Client(served.url, GIVEN, ca_file=trusted, proxy=proxy)) as client:
            assert client.call("GET", "app/text").body == b"some text"
        with closing(Client(served.url, GIVEN, proxy=proxy)) as client, pytest.raises(AccessRefused, match="self"):
            client.call("GET", "app/text")
        assert asked == [served.url.removeprefix("https://")] * 2
        assert len(served.asked) == 1


def test_a_server_that_speaks_no_tls_is_refused() -> None:
    with serving(app) as served, pytest.raises(AccessRefused, match=r"\(TLS\)"):
        Client(served.url.replace("http:", "https:"), GIVEN).call("GET", "x")


def test_a_file_of_authorities_that_cannot_be_used_is_an_error_of_configuration(tmp_path: Path) -> None:
    (tmp_path / "empty.pem").write_text("nothing\n")
    for name in ("empty.pem", "missing.pem"):
        with pytest.raises(ConfigError, match=name):
            Client("https://a.example", GIVEN, ca_file=tmp_path / name)


def test_the_settings_make_the_client(tmp_path: Path) -> None:
    context, _ = certificate(tmp_path)
    (tmp_path / "127.0.0.11.pem").rename(tmp_path / "own.pem")
    values = {setting.key: setting.default for setting in HTTP_SETTINGS}
    with serving(app, context) as served:
        given = Given("repository", {**values, "url": served.url, "ca_file": "own.pem"}, tmp_path, tmp_path)
        assert client_of(given).call("GET", "app/text").status == 200
        given = Given("repository", {**values, "url": served.url, "proxy": "http://127.0.0.1:9"}, tmp_path, tmp_path)
        with pytest.raises(TargetUnreachable):
            client_of(given).call("POST", "app/text")
    assert [setting.check(value) for setting in HTTP_SETTINGS if setting.key == "timeout" for value in (60, 0)] == [
        "",
        "must be a number of seconds from 1 to 3600",
    ]


@pytest.mark.parametrize(
    ("url", "unprotected"),
    [("http://repository.example", True), ("https://repository.example", False), ("http://[::1]:80", False)],
)
def test_a_line_on_which_a_credential_could_be_read_is_known(url: str, unprotected: bool) -> None:
    assert Client(url, GIVEN, auth=basic("me", Secret("x"))).unprotected is unprotected
    assert not Client(url, GIVEN).unprotected


def test_without_requests_one_sentence_says_what_to_install() -> None:
    program = (
        "import sys; sys.modules['requests'] = None\n"
        "from pathlib import Path\n"
        "from preserve.deposit.given import Given\n"
        "from preserve.deposit.http import Client\n"
        "from preserve.errors import ConfigError\n"
        "try: Client('https://a.example', Given('zenodo', {}, Path(), Path()))\n"
        "except ConfigError as error: print(error.message, error.hint)"
    )
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert "The target zenodo needs the Python package requests" in told
    assert "pip install" in told
