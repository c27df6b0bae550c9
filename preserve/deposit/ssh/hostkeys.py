"""Whether the server is the one that it should be: host keys, held against ``known_hosts``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import asyncssh

from preserve.deposit.ssh.login import Login
from preserve.errors import AccessRefused

_SAME = "Ask those who run the server, by another way than this line, for the fingerprint of its host key."


class Witness(asyncssh.SSHClient):
    """Remembers the host key of a server that is not known by it."""

    def __init__(self) -> None:
        self.unknown: asyncssh.SSHKey | None = None

    def validate_host_public_key(self, host: str, addr: str, port: int, key: asyncssh.SSHKey) -> bool:
        """Called for a key that is in no file: it is not believed."""
        del host, addr, port
        self.unknown = key
        return False


def known_hosts(login: Login) -> asyncssh.SSHKnownHosts:
    """All that the files say.  ``AccessRefused`` if one cannot be read, or is no such file."""
    known = asyncssh.SSHKnownHosts()
    for file in login.known_hosts:
        if len(login.known_hosts) > 1 and not file.exists():
            continue  # one of the usual ones
        try:
            known.load(file.read_text("utf-8", "surrogateescape"))
        except OSError as error:
            raise _unusable(login, file, (error.strerror or str(error)).lower()) from error
        except ValueError as error:
            raise _unusable(login, file, "a line in it is none of such a file") from error
    return known


def _unusable(login: Login, file: Path, why: str) -> AccessRefused:
    return AccessRefused(
        f"The file of known hosts {file} cannot be used: {why}.",
        hint=f"Correct it, or known_hosts in [targets.{login.target}].",
    )


def not_known(login: Login, key: asyncssh.SSHKey | None) -> AccessRefused:
    """The server showed *key*, which is none of its known ones; nothing was told to it."""
    files = " or ".join(str(file) for file in login.known_hosts)
    seen = f"({key.get_algorithm()} {key.get_fingerprint()})" if key else "(of another kind)"
    if _has_one(login):
        return AccessRefused(
            f"{login.server} shows another host key {seen} than {files} has for it: it was set up anew, or "
            "somebody is between it and here.  Nothing was sent.",
            hint=f"{_SAME} Only if it is the one above: ssh-keygen -R '{login.known_as}' -f {login.known_hosts[0]}, "
            f"then add the new line: {_scan(login)}",
        )
    return AccessRefused(
        f"{login.server} shows a host key {seen} that is not in {files}.  Nothing was sent.",
        hint=f"{_SAME} If it is the one above, add it: {_scan(login)}",
    )


def is_another(login: Login, key: asyncssh.SSHKey) -> bool:
    """Whether host keys of the server are known, and *key* is none of them."""
    host_keys, ca_keys, _ = _known(login)
    return bool(host_keys) and not ca_keys and key not in host_keys


def _has_one(login: Login) -> bool:
    """Whether a host key of the server is known at all; a revoked one counts."""
    return any(_known(login))


def _known(login: Login) -> tuple[Sequence[asyncssh.SSHKey], Sequence[asyncssh.SSHKey], Sequence[asyncssh.SSHKey]]:
    port = None if login.port == 22 else login.port
    host_keys, ca_keys, revoked, *_ = known_hosts(login).match(login.host, "", port)
    return host_keys, ca_keys, revoked


def _scan(login: Login) -> str:
    port = "" if login.port == 22 else f"-p {login.port} "
    return f"ssh-keyscan {port}{login.host} >> {login.known_hosts[0]}"
