"""Who is not let in, and whom we do not trust: each refused with a sentence, before anything was sent."""

from __future__ import annotations

import os
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from preserve.deposit.given import TargetKind
from preserve.deposit.targets.rsync import KIND as RSYNC
from preserve.deposit.targets.sftp import KIND
from preserve.errors import AccessRefused, ConfigError, PreserveError, TargetUnreachable
from preserve.testing.conformance import consignment, deposit
from preserve.testing.logs import MemoryLog
from preserve.testing.wire import Direction, Wire
from tests.deposit.far_shelf import Shelf
from tests.deposit.servers.memory import in_memory
from tests.deposit.servers.passworded import passworded
from tests.deposit.servers.sshd import Sshd, make_key, need, sshd

pytestmark = pytest.mark.server
PASSWORD = "correct horse battery staple"  # noqa: S105  of a key and a server that live as long as a test


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    """In memory: no disk is tried here."""
    with in_memory() as folder:
        yield folder


@pytest.fixture(scope="module")
def server() -> Iterator[Sshd]:
    with in_memory() as folder, sshd(folder / "sshd") as running:
        yield running


@pytest.fixture
def shelf(server: Sshd, tmp_path: Path) -> Shelf:
    return Shelf(KIND, server, tmp_path / "scratch")


def refused(shelf: Shelf, kind: type[PreserveError] = AccessRefused) -> str:
    """The sentence with which a check is refused, and what it says to do; nothing is left at the far end."""
    with closing(shelf.open()) as target, pytest.raises(kind) as caught:
        target.check()
    assert type(caught.value) is kind
    told = f"{caught.value.message} {caught.value.hint}"
    assert caught.value.message.endswith(".")
    assert caught.value.hint
    assert "\n" not in told
    assert not any(secret in told + repr(caught.value.__cause__) for secret in shelf.secrets())
    return told


def fingerprint(key: Path) -> str:
    told = subprocess.run(["ssh-keygen", "-lf", key], check=True, capture_output=True, text=True).stdout
    return told.split()[1]


def test_a_key_of_somebody_else_is_not_let_in(shelf: Shelf, tmp_path: Path) -> None:
    shelf.values["key_file"] = str(make_key(tmp_path / "other"))
    assert f"does not let {shelf.server.user} in: it did not accept the key" in refused(shelf)


def test_a_wrong_password_is_not_let_in(shelf: Shelf) -> None:
    shelf.values["key_file"] = ""
    shelf.passwords["password"] = PASSWORD
    assert "it did not accept the password" in refused(shelf)


def test_a_right_password_is_let_in_at_another_kind_of_server(shelf: Shelf, tmp_path: Path) -> None:
    root = tmp_path / "root"
    (root / "in").mkdir(parents=True)
    shelf.values |= {"key_file": "", "user": "archive", "path": "/in"}
    with passworded(root, PASSWORD) as port:
        shelf.server.knows(port, tmp_path / "root.key")
        shelf.port = port
        shelf.passwords |= {"password": "Tr0ub4dor"}
        assert "it did not accept the password" in refused(shelf)
        shelf.passwords["password"] = PASSWORD
        for form in ("tar", "bag"):
            what = consignment(form, f"letters-{form}")
            assert deposit(shelf, what, tmp_path / f"journal-{form}").error is None
        assert sorted(entry.name for entry in (root / "in").iterdir()) == ["letters-bag", "letters-tar.tar"]
        log = MemoryLog()
        with closing(shelf.open()) as target:
            target.send(consignment("zip"), log)
        assert PASSWORD.encode() not in b"".join(content for _, content in log.receipts)


@pytest.mark.parametrize("passphrase", [PASSWORD, "Tr0ub4dor", ""])
def test_a_locked_key_needs_its_passphrase(shelf: Shelf, tmp_path: Path, passphrase: str) -> None:
    key = make_key(tmp_path / "locked", passphrase=PASSWORD)
    allowed = shelf.server.folder / "authorized_keys"
    allowed.write_text(allowed.read_text() + key.with_suffix(".pub").read_text())
    shelf.values["key_file"] = str(key)
    shelf.passwords["passphrase"] = passphrase
    if passphrase == PASSWORD:
        with closing(shelf.open()) as target:
            assert "OpenSSH" in target.check()
    else:
        shelf.passwords = {"passphrase": passphrase} if passphrase else {}
        assert "its passphrase is wrong or missing" in refused(shelf)


def test_keys_that_are_none(shelf: Shelf, tmp_path: Path) -> None:
    shelf.values["key_file"] = str(tmp_path / "none")
    assert "cannot be read: no such file" in refused(shelf)
    (tmp_path / "text").write_text("no key")
    (tmp_path / "text").chmod(0o600)
    shelf.values["key_file"] = str(tmp_path / "text")
    assert "cannot be used" in refused(shelf)
    open_key = make_key(tmp_path / "open")
    open_key.chmod(0o644)
    shelf.values["key_file"] = str(open_key)
    assert "may be read by others" in refused(shelf)


def test_an_unknown_host_key_is_refused_with_its_fingerprint(shelf: Shelf, tmp_path: Path) -> None:
    known = tmp_path / "known"
    known.write_text("# nobody\n")
    shelf.values["known_hosts"] = str(known)
    told = refused(shelf)
    assert fingerprint(shelf.server.folder / "host_key.pub") in told
    assert f"is not in {known}" in told
    assert f"ssh-keyscan -p {shelf.server.port} 127.0.0.1 >> {known}" in told


@pytest.mark.parametrize("kind", ["ed25519", "rsa"])
def test_another_host_key_than_the_known_one_is_refused_with_its_fingerprint(
    shelf: Shelf, tmp_path: Path, kind: str
) -> None:
    known = tmp_path / "known"
    key = make_key(tmp_path / "former", kind=kind).with_suffix(".pub").read_text()
    known.write_text(f"[127.0.0.1]:{shelf.server.port} {key}")
    shelf.values["known_hosts"] = str(known)
    told = refused(shelf)
    assert "shows another host key" in told
    assert fingerprint(shelf.server.folder / "host_key.pub") in told
    assert "Nothing was sent" in told
    assert "ssh-keygen -R" in told


def test_a_revoked_host_key_is_refused(shelf: Shelf, tmp_path: Path) -> None:
    known = tmp_path / "known"
    line = shelf.server.known_hosts.read_text()
    known.write_text(line + "@revoked " + line)
    shelf.values["known_hosts"] = str(known)
    assert "another host key" in refused(shelf)


def test_files_of_known_hosts_that_are_none(shelf: Shelf, tmp_path: Path) -> None:
    shelf.values["known_hosts"] = str(tmp_path / "none")
    assert "cannot be used: no such file" in refused(shelf)
    (tmp_path / "odd").write_bytes(b"\xff\n")
    shelf.values["known_hosts"] = str(tmp_path / "odd")
    assert "a line in it is none" in refused(shelf)


def test_a_folder_that_is_not_there(shelf: Shelf) -> None:
    shelf.values["path"] = "/nowhere/at/all"
    assert "There is no folder /nowhere/at/all" in refused(shelf, ConfigError)
    shelf.values["path"] = str(shelf.server.folder / "config")
    assert "There is no folder" in refused(shelf, ConfigError)


def test_a_folder_in_which_one_may_not_write(tmp_path: Path) -> None:
    with sshd(tmp_path / "sshd", read_only=True) as server:
        shelf = Shelf(KIND, server, tmp_path / "scratch")
        for form in ("tar", "bag"):
            done = deposit(shelf, consignment(form), tmp_path / f"journal-{form}")
            assert isinstance(done.error, AccessRefused)
            assert "may not do this" in done.error.message
        assert not shelf.names()


def test_a_server_that_is_not_there_or_not_one(shelf: Shelf) -> None:
    with closing(socket.socket()) as nobody:
        nobody.bind(("127.0.0.1", 0))
        shelf.port = nobody.getsockname()[1]
        assert "the connection was refused" in refused(shelf, TargetUnreachable)
    with babbling(b"HTTP/1.1 200 OK\r\n\r\n" * 1000) as shelf.port:
        refused(shelf, TargetUnreachable)
    with babbling(b"SSH-2.0-x\r\n" + b"\xff" * 100_000) as shelf.port:
        refused(shelf, TargetUnreachable)
    shelf.values["host"] = "no-such-host.invalid"
    refused(shelf, TargetUnreachable)


@contextmanager
def babbling(words: bytes) -> Iterator[int]:
    """A server that says *words* to whoever connects; its port."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def talk() -> None:
            while True:
                try:
                    plug, _ = listening.accept()
                except OSError:
                    return
                with plug:
                    try:
                        plug.sendall(words)
                        plug.recv(1)
                    except OSError:
                        pass

        thread = threading.Thread(target=talk)
        thread.start()
        yield listening.getsockname()[1]
        listening.shutdown(socket.SHUT_RDWR)
    thread.join()


@pytest.mark.parametrize("after", [0, 30, 1500, 3000])
def test_a_server_that_falls_silent_is_given_up(shelf: Shelf, after: int) -> None:
    with Wire("127.0.0.1", shelf.server.port) as wire:
        shelf.server.knows(wire.port)
        shelf.port = wire.port
        shelf.values["timeout"] = 1
        wire.silence(Direction.DOWN, after=after)
        refused(shelf, TargetUnreachable)


@pytest.mark.parametrize("kind", [KIND, RSYNC], ids=["sftp", "rsync"])
def test_a_key_that_the_agent_holds_is_enough(
    shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: TargetKind
) -> None:
    """Also for a key with a passphrase, which nobody here knows; for rsync it is the only way."""
    need("rsync", "rsync")
    key = make_key(tmp_path / "held", passphrase=PASSWORD)
    allowed = shelf.server.folder / "authorized_keys"
    allowed.write_text(allowed.read_text() + key.with_suffix(".pub").read_text())
    asking = tmp_path / "ask"
    asking.write_text(f"#!/bin/sh\necho '{PASSWORD}'\n")
    asking.chmod(0o700)
    shelf.kind = kind
    shelf.values["key_file"] = ""
    with agent(tmp_path / "agent") as place:
        monkeypatch.setenv("SSH_AUTH_SOCK", place)
        asked = os.environ | {"SSH_ASKPASS": str(asking), "SSH_ASKPASS_REQUIRE": "force"}
        subprocess.run(["ssh-add", "-q", key], env=asked, check=True, stdin=subprocess.DEVNULL)
        what = consignment("bag", f"held-{kind.name}", folder=tmp_path / "files")
        done = deposit(shelf, what, tmp_path / "journal")
        assert done.error is None, done.error


@contextmanager
def agent(place: Path) -> Iterator[str]:
    words = ["ssh-agent", "-D", "-a", str(place)]
    with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
        try:
            while not place.exists():
                time.sleep(0.01)
            yield str(place)
        finally:
            running.terminate()
