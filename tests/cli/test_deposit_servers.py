"""The commands against a real server: with credentials, without, and when it goes away in the middle."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.archive import Archive
from tests.deposit.servers.sshd import Sshd, make_key, sshd

pytestmark = pytest.mark.server
PHRASE = "correct-horse-battery"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Sshd]:
    """A server that lets in whoever has the key and knows its passphrase."""
    (tmp_path / "far").mkdir()
    with sshd(tmp_path / "far") as server:
        locked = make_key(tmp_path / "locked_key", passphrase=PHRASE)
        with (server.folder / "authorized_keys").open("a") as stream:
            stream.write(locked.with_suffix(".pub").read_text())
        yield server


@pytest.fixture
def archive(tmp_path: Path, server: Sshd, capsys: pytest.CaptureFixture[str]) -> Archive:
    home = tmp_path / "home"
    for folder in ("incoming", "packages"):
        (home / folder).mkdir(parents=True)
    (home / "preserve.toml").write_text(
        f'[targets.vault]\ntype = "sftp"\nhost = "127.0.0.1"\nport = {server.port}\nuser = "{server.user}"\n'
        f'path = "{server.deposits}"\nknown_hosts = "{server.known_hosts}"\nkey_file = "{tmp_path / "locked_key"}"\n'
        'credentials_file = "vault.credentials"\n'
    )
    credentials = home / "vault.credentials"
    credentials.touch(mode=0o600)
    credentials.write_text(f'passphrase = "{PHRASE}"\n')
    archive = Archive(home, capsys)
    (archive.incoming / "long.txt").write_bytes(os.urandom(500_000).hex().encode())
    archive.ingest()
    return archive


def test_a_package_goes_to_a_server_with_a_locked_key_and_no_credential_is_left_anywhere(
    archive: Archive, server: Sshd
) -> None:
    said = archive.run("targets", "--check", "vault")
    assert said.status == 0, said.err
    assert "passphrase: from the file" in said.out
    told = archive.run("deposit", "--all", "--to", "vault", "--json")
    assert told.status == 0, told.err
    assert told.only["status"] == "verified"
    [arrived] = server.deposits.glob("long-*")
    assert archive.run("validate", arrived).status == 0
    assert archive.run("deposit", "--all", "--to", "vault", "--verify").status == 0
    (archive.home / "vault.credentials").unlink()
    files = [path for path in archive.home.rglob("*") if path.is_file()]
    assert not [path for path in files if PHRASE.encode() in path.read_bytes()]
    assert PHRASE not in said.out + said.err + told.out + told.err


def test_whoever_is_not_let_in_hears_it_in_a_sentence_and_nothing_is_begun(archive: Archive, server: Sshd) -> None:
    (archive.home / "vault.credentials").write_text('passphrase = "something-else"\n')
    said = archive.run("deposit", "--all", "--to", "vault")
    assert said.status in (12, 30)
    assert "something-else" not in said.out + said.err
    (archive.home / "vault.credentials").write_text(f'passphrase = "{PHRASE}"\n')
    server.known_hosts.write_text("")
    server.knows(server.port, make_key(server.folder / "another_key"))
    said = archive.run("deposit", "--all", "--to", "vault")
    assert said.status == 30
    assert "host key" in said.err
    (archive.home / "vault.credentials").chmod(0o644)
    said = archive.run("deposit", "--all", "--to", "vault")
    assert said.status == 12
    assert "chmod 600" in said.err
    assert list(archive.packages.glob("*.deposits")) == []
    assert list(server.deposits.iterdir()) == []


def test_a_server_that_dies_in_the_middle_has_the_package_once_in_the_end(archive: Archive, server: Sshd) -> None:
    running = archive.start("deposit", "--all", "--to", "vault", "--max-rate", "200kB/s")
    while not any(b'"sending"' in path.read_bytes() for path in archive.packages.glob("*.deposits/*/journal.jsonl")):
        assert running.poll() is None, running.communicate()
        time.sleep(0.02)
    server.stop()
    out, err = running.communicate()
    assert running.returncode == 31, (out, err)
    assert "UNKNOWN what arrived" in out
    assert archive.run("status").status == 3
    assert archive.run("deposit", "--to", "vault", "--resume").status == 31
    server.start()
    said = archive.run("deposit", "--to", "vault", "--resume", "--json")
    assert said.only["status"] == "verified"
    assert len(list(server.deposits.glob("long-*"))) == 1
    assert archive.run("log", said.only["name"]).status == 0
    assert "deposit" not in archive.run("status").out
