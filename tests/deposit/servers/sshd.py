"""Debian's OpenSSH server on a free port of loopback, with keys and a configuration of its own."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

_CONFIG = """\
Port {port}
ListenAddress 127.0.0.1
HostKey {folder}/host_key
AuthorizedKeysFile {folder}/authorized_keys
PidFile none
StrictModes no
UsePAM no
PermitRootLogin yes
PasswordAuthentication yes
KbdInteractiveAuthentication no
MaxStartups 100
KexAlgorithms curve25519-sha256
UseDNS no
Subsystem sftp {sftp}
"""

_WITHOUT_HABITS = "SetEnv HOME={folder}\n"
"""What the shells of whoever runs the tests read first, in each session, takes longer than all else."""


@dataclass
class Sshd:
    """One server; ``deposits`` is the folder to which packages are sent.  It can be stopped and started again."""

    folder: Path
    port: int
    runs_programs: bool
    process: subprocess.Popen[bytes] | None = field(default=None)

    @property
    def deposits(self) -> Path:
        return self.folder / "deposits"

    @property
    def user(self) -> str:
        return pwd.getpwuid(os.getuid()).pw_name

    @property
    def key(self) -> Path:
        return self.folder / "key"

    @property
    def known_hosts(self) -> Path:
        return self.folder / "known_hosts"

    def knows(self, port: int, host_key: Path | None = None) -> None:
        """Let the host key be known for *port* of 127.0.0.1, too."""
        key = (host_key or self.folder / "host_key").with_suffix(".pub").read_text()
        with self.known_hosts.open("a") as file:
            file.write(f"[127.0.0.1]:{port} {key}")

    def start(self) -> None:
        program = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
        assert program
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [program, "-D", "-e", "-f", self.folder / "config"], stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        for _ in range(500):
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 5):
                return
            assert self.process.poll() is None, (self.folder / "log").read_text()
            time.sleep(0.02)
        raise AssertionError("sshd did not begin to listen")

    def stop(self) -> None:
        """As a power cut does: with all its sessions, which are processes of their own."""
        if self.process is None:
            return
        with self.process as server:
            for pid in [*_below(server.pid), server.pid]:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        self.process = None


def make_key(path: Path, *, kind: str = "ed25519", passphrase: str = "") -> Path:
    subprocess.run(["ssh-keygen", "-q", "-t", kind, "-N", passphrase, "-C", "test", "-f", path], check=True)
    return path


def need(program: str, package: str) -> None:
    """Skip, or fail where servers are required, if *program* is not installed."""
    if shutil.which(program, path=f"{os.environ.get('PATH', '')}:/usr/sbin"):
        return
    missing = f"{program} is not installed (Debian: {package})"
    if os.environ.get("PRESERVE_REQUIRE_SERVERS") == "1":
        pytest.fail(missing)
    pytest.skip(missing)


@contextmanager
def sshd(folder: Path, *, runs_programs: bool = True, read_only: bool = False, more: str = "") -> Iterator[Sshd]:
    """A server, as the user who runs the tests; with *runs_programs* off it lets nobody do anything but SFTP.

    *more* are lines for its configuration.
    """
    need("sshd", "openssh-server")
    if os.getuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)  # where root's sshd locks itself in before anybody has logged in
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = Sshd(folder, port, runs_programs)
    server.deposits.mkdir(parents=True)
    make_key(folder / "host_key")
    (folder / "authorized_keys").write_text(make_key(server.key).with_suffix(".pub").read_text())
    server.knows(port)
    config = _CONFIG.format(port=port, folder=folder, sftp="internal-sftp -R" if read_only else "internal-sftp")
    (folder / "config").write_text(
        config
        + ("" if runs_programs else "ForceCommand internal-sftp\n")
        + more
        + _WITHOUT_HABITS.format(folder=folder)
    )
    server.start()
    try:
        yield server
    finally:
        server.stop()


def _below(pid: int) -> Iterator[int]:
    """The processes that descend from *pid*."""
    with suppress(OSError):
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            yield from _below(int(child))
            yield int(child)
