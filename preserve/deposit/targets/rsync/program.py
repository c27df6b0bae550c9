"""The rsync program on this side: its words, its end, and what it says, of which little is kept."""

from __future__ import annotations

import os
import selectors
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from preserve.deposit.ssh.login import Login
from preserve.errors import ConfigError

PARTIAL = ".preserve-partial"
"""The folder, in that of the file itself, in which rsync keeps what it has of a file when it is broken off."""
_KEPT = ("PATH", "HOME", "USER", "LOGNAME", "TMPDIR", "SSH_AUTH_SOCK")
_MOST = 64 * 1024
"""Octets of what it says that are kept: of its complaints the last."""
_GRACE = 5.0


@dataclass(frozen=True, slots=True)
class Ended:
    """How it ended: its exit status, the beginning of what it said, and the end of what it complained about."""

    status: int
    said: str
    complaint: str


def command(login: Login, folder: Path, there: str, words: Sequence[str], rate: int) -> list[str]:
    """The command that sends files below *folder* to the folder *there*; their names come on its standard input.

    Nothing that is named can be taken for an option, and the far end's shell reads no name.
    """
    program = shutil.which("rsync")
    if program is None or shutil.which("ssh") is None:
        raise ConfigError(
            f"The target {login.target} needs the programs rsync and ssh.",
            hint="Install them, on Debian with: apt install rsync openssh-client",
        )
    # The child must not outlive us, however we end: what it goes on writing, nobody would have compared.
    tied = [setpriv, "--pdeathsig", "TERM", "--"] if (setpriv := shutil.which("setpriv")) else []
    host = f"[{login.host}]" if ":" in login.host else login.host
    return [
        *tied,
        program,
        "--protect-args",
        "--times",
        "--omit-dir-times",
        "--chmod=ugo=rwX",
        f"--partial-dir={PARTIAL}",
        f"--timeout={login.timeout}",
        f"--bwlimit={max(1, rate // 1024) if rate else 0}",  # in KiB; 0 is no limit
        "--from0",
        "--files-from=-",
        f"--rsh={_ssh(login)}",
        *words,
        "--",
        f"{folder}/",
        f"{host}:{there}/",
    ]


def run(words: Sequence[str], names: bytes) -> Ended:
    """Run it to its end; *names* is what it reads.  If this is broken off, so is the program."""
    with subprocess.Popen(  # noqa: S603  every word of it is ours, or stands behind --
        words,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={name: value for name, value in os.environ.items() if name in _KEPT} | {"LC_ALL": "C.UTF-8"},
    ) as process:
        try:
            said, complaint = _talk(process, names)
            return Ended(process.wait(), said.decode("utf-8", "replace"), complaint.decode("utf-8", "replace"))
        finally:
            if process.poll() is None:
                _end(process)


def _talk(process: subprocess.Popen[bytes], names: bytes) -> tuple[bytes, bytes]:
    """Give it *names* and hear it out: the beginning of what it says, the end of what it complains about."""
    assert process.stdin is not None  # noqa: S101  all three were asked for
    assert process.stdout is not None  # noqa: S101
    assert process.stderr is not None  # noqa: S101
    unsaid, said, complaint = memoryview(names), b"", b""
    with selectors.DefaultSelector() as selector:
        os.set_blocking(process.stdin.fileno(), False)
        selector.register(process.stdin, selectors.EVENT_WRITE)
        selector.register(process.stdout, selectors.EVENT_READ)
        selector.register(process.stderr, selectors.EVENT_READ)
        while selector.get_map():
            for key, _ in selector.select():
                if key.fileobj is process.stdin:
                    unsaid = _fed(process, unsaid)
                    if not unsaid:
                        selector.unregister(process.stdin)
                        process.stdin.close()
                    continue
                block = os.read(key.fd, _MOST)
                if not block:
                    selector.unregister(key.fileobj)
                elif key.fileobj is process.stdout:
                    said = (said + block)[:_MOST]
                else:
                    complaint = (complaint + block)[-_MOST:]
    return said, complaint


def _fed(process: subprocess.Popen[bytes], unsaid: memoryview) -> memoryview:
    assert process.stdin is not None  # noqa: S101
    try:
        return unsaid[os.write(process.stdin.fileno(), unsaid) :] if unsaid else unsaid
    except BrokenPipeError:  # it ended early, and will say why
        return unsaid[:0]


def _end(process: subprocess.Popen[bytes]) -> None:
    """With a moment to put what it has of a file where the next run finds it."""
    process.terminate()
    try:
        process.wait(_GRACE)
    except subprocess.TimeoutExpired:
        process.kill()


def _ssh(login: Login) -> str:
    """The ssh command for rsync: nobody is asked, no key is believed that is not known, no file of settings is read."""
    words = ["ssh", "-F", "none", "-p", str(login.port), "-l", login.user]
    options = {
        "BatchMode": "yes",
        "StrictHostKeyChecking": "yes",
        "UpdateHostKeys": "no",
        "ClearAllForwardings": "yes",
        "ForwardAgent": "no",
        "ControlPath": "none",
        "ConnectTimeout": str(login.timeout),
        "ServerAliveInterval": str(max(1, login.timeout // 4)),
    }
    if len(login.known_hosts) == 1:
        options |= {"UserKnownHostsFile": _file(login.known_hosts[0]), "GlobalKnownHostsFile": "/dev/null"}
    if login.key_file is not None:
        options |= {"IdentityFile": _file(login.key_file), "IdentitiesOnly": "yes", "IdentityAgent": "none"}
    for key, value in options.items():
        words += ["-o", f"{key}={value}"]
    return " ".join("'" + word.replace("'", "''") + "'" for word in words)


def _file(path: Path) -> str:
    """A path as an option of ssh takes it: in quotes, without anything that stands for something else."""
    text = str(path).replace("%", "%%").replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'
