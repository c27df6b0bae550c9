"""Who logs in where, and by which host keys the server is known: what ``[targets.NAME]`` says of SSH."""

from __future__ import annotations

import os
import pwd
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from preserve.config.settings import Setting
from preserve.deposit.given import Given
from preserve.errors import AccessRefused
from preserve.ports.depositing import Secret

BY_DIGEST, BY_BYTES = "digest", "bytes"


def _host(value: str) -> str:
    odd = not value or value.startswith("-") or any(char.isspace() or char in "/@\0" for char in value)
    return "must be the name or the address of a server, such as sftp.example.org" if odd else ""


def _user(value: str) -> str:
    odd = value.startswith("-") or any(char.isspace() or char in ":@/\0" for char in value)
    return "must be a user's name there, in one word" if odd else ""


def _port(value: int) -> str:
    return "" if 0 < value < 65536 else "must be the number of a port, such as 22"


def _path(value: str) -> str:
    return "" if value.strip() and "\0" not in value else "must name a folder there"


def _local(value: str) -> str:
    return "holds a NUL, which no path can" if "\0" in value else ""


def _seconds(value: int) -> str:
    return "" if value > 0 else "must be greater than zero"


def _way(value: str) -> str:
    return "" if value in (BY_DIGEST, BY_BYTES) else f"must be one of {BY_DIGEST}, {BY_BYTES}"


SETTINGS: tuple[Setting, ...] = (
    Setting("host", "", "The server's name or address.", _host),
    Setting("port", 22, "The port of its SSH.", _port),
    Setting("user", "", "The user there; by default the one who runs preserve.", _user),
    Setting("path", "", "The folder there; it must exist. Relative: below the folder in which one logs in.", _path),
    Setting("known_hosts", "", "The file with the server's host key; by default those that ssh reads.", _local),
    Setting("key_file", "", "The private key; by default those of the agent, and the usual ones in ~/.ssh.", _local),
    Setting("timeout", 60, "Seconds in which the server must give some answer.", _seconds),
    Setting(
        "verify",
        BY_DIGEST,
        "digest: the server computes SHA-256 where it lets us run a program, else all is read back; bytes: all is "
        "always read back.",
        _way,
    ),
)
REQUIRED = ("host", "path")
PASSPHRASE: Mapping[str, str] = {"passphrase": "the passphrase of the private key"}


@dataclass(frozen=True, slots=True)
class Login:
    """Where to log in, and as whom.  *known_hosts* are the files that say which host keys are the server's."""

    target: str
    host: str
    port: int
    user: str
    known_hosts: tuple[Path, ...]
    key_file: Path | None
    password: Secret
    passphrase: Secret
    timeout: int

    @classmethod
    def of(cls, given: Given) -> Login:
        """What the table of *given* says."""
        known, key = given.text("known_hosts"), given.text("key_file")
        me = pwd.getpwuid(os.getuid())
        home = Path(me.pw_dir) / ".ssh"
        usual = (home / "known_hosts", home / "known_hosts2", Path("/etc/ssh/ssh_known_hosts"))
        return cls(
            given.name,
            given.text("host"),
            given.number("port"),
            given.text("user") or me.pw_name,
            (_expanded(given.home, known, me.pw_dir),) if known else usual,
            _expanded(given.home, key, me.pw_dir) if key else None,
            given.secret("password"),
            given.secret("passphrase"),
            given.number("timeout"),
        )

    @property
    def server(self) -> str:
        """The server as people name it; with its port where that is not the usual one."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == 22 else f"{host}:{self.port}"

    @property
    def known_as(self) -> str:
        """The server as its line in a ``known_hosts`` file begins."""
        return self.host if self.port == 22 else f"[{self.host}]:{self.port}"

    def url(self, path: str) -> str:
        """Where *path*, an absolute one there, is to be found."""
        return f"sftp://{self.user}@{self.server}{path}"

    def private_key(self) -> Path | None:
        """The file of the private key that was named, if one was.  ``AccessRefused`` if others may read it."""
        if self.key_file is None:
            return None
        try:
            mode = self.key_file.stat().st_mode
        except OSError as error:
            raise AccessRefused(
                f"The private key {self.key_file} cannot be read: {(error.strerror or str(error)).lower()}.",
                hint=f"Correct key_file in [targets.{self.target}].",
            ) from error
        if mode & 0o077:
            raise AccessRefused(
                f"The private key {self.key_file} may be read by others than its owner, and is not used.",
                hint=f"chmod 600 {self.key_file}; and have a new key made if others use this machine.",
            )
        return self.key_file


def _expanded(home: Path, text: str, own: str) -> Path:
    """A path that a person wrote: ``~/`` is the user's folder, else it counts from the archive's home."""
    return Path(own) / text[2:] if text.startswith("~/") else home / text
