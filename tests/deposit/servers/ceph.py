"""A real S3 server on loopback: Ceph's radosgw, before one monitor and one object store that lives in memory.

Debian has it: ``apt-get install --no-install-recommends ceph-mon ceph-osd radosgw``.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.deposit.servers.certificates import certificate

PROGRAMS = ("ceph", "ceph-authtool", "ceph-mon", "ceph-osd", "monmaptool", "radosgw", "radosgw-admin", "setpriv")
ACCESS_KEY = "PRESERVEARCHIVEKEY01"
SECRET_KEY = "thissecretissaidtonobodyatall0123456789x"  # noqa: S105  of a server that lives for a minute
_PATIENCE = 90.0
_CONF = """[global]
fsid = {fsid}
mon host = v2:127.0.0.1:{port}/0
public addr = 127.0.0.1
cluster addr = 127.0.0.1
keyring = {folder}/keyring
run dir = {folder}/run
log file = {folder}/$name.log
debug rgw = 0/0
debug osd = 0/0
debug ms = 0/0
debug mon = 0/0
debug paxos = 0/0
admin socket =
pid file =
mon data = {folder}/mon
paxos propose interval = 0.05
paxos min wait = 0.01
mon data avail warn = 1
mon data avail crit = 0
mon allow pool size one = true
osd data = {folder}/osd
osd objectstore = memstore
memstore device bytes = {octets}
osd class load list = *
osd class default list = *
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 1
osd pool default pgp num = 1
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
rgw data = {folder}/rgw
rgw rados pool pg num min = 1
rgw cache enabled = false
rgw bucket quota ttl = 0
rgw user quota bucket sync interval = 0
rgw bucket quota cache size = 0
"""


@dataclass(slots=True)
class Ceph:
    """A small cluster in *folder*; ``gateway`` is what speaks S3, and can be killed and started again."""

    folder: Path
    port: int
    tls_port: int
    ca_file: Path
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)
    gateway: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it is, without protection."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def tls_url(self) -> str:
        """Where it is, with a certificate that ``ca_file`` vouches for."""
        return f"https://127.0.0.1:{self.tls_port}"

    def admin(self, *words: str) -> Any:
        """What radosgw-admin answers to *words*."""
        done = self._tool("radosgw-admin", *words)
        return json.loads(done) if done.strip().startswith((b"{", b"[")) else done

    def start(self) -> None:
        """Build it up, from nothing."""
        monitor = _free_port()
        for name in ("mon", "osd", "rgw", "run"):
            (self.folder / name).mkdir()
        fsid = str(uuid.uuid4())
        conf = _CONF.format(fsid=fsid, port=monitor, folder=self.folder, octets=6 << 30)
        (self.folder / "ceph.conf").write_text(conf)
        keyring = str(self.folder / "keyring")
        self._tool("ceph-authtool", "-C", keyring, "--gen-key", "-n", "mon.", "--cap", "mon", "allow *")
        caps = ("--cap", "mon", "allow *", "--cap", "osd", "allow *")
        self._tool("ceph-authtool", keyring, "--gen-key", "-n", "client.admin", *caps)
        monmap = str(self.folder / "monmap")
        self._tool("monmaptool", "--create", "--addv", "a", f"[v2:127.0.0.1:{monitor}]", "--fsid", fsid, monmap)
        self._tool("ceph-mon", "--mkfs", "-i", "a", "--monmap", monmap, "--keyring", keyring)
        self._daemon("ceph-mon", "-i", "a")
        osd = str(uuid.uuid4())
        self._tool("ceph-authtool", keyring, "--gen-key", "-n", "osd.0")
        secret = self._tool("ceph-authtool", keyring, "-n", "osd.0", "-p").decode().strip()
        self._tool("ceph", "osd", "new", osd, "-i", "-", given=json.dumps({"cephx_secret": secret}).encode())
        self._tool("ceph-osd", "-i", "0", "--mkfs", "--osd-uuid", osd)
        self._daemon("ceph-osd", "-i", "0")
        self.start_gateway()
        names = ("--uid=archive", "--display-name=archive", "--max-buckets=0")
        self.admin("user", "create", *names, f"--access-key={ACCESS_KEY}", f"--secret-key={SECRET_KEY}")

    def start_gateway(self) -> None:
        """Start what speaks S3, and wait until it does."""
        own = f"ssl_certificate={self.ca_file} ssl_private_key={self.ca_file.with_suffix('.key')}"
        ends = f"beast endpoint=127.0.0.1:{self.port} ssl_endpoint=127.0.0.1:{self.tls_port} {own}"
        self.gateway = self._daemon("radosgw", "-n", "client.admin", f"--rgw-frontends={ends}")
        self._wait_for(self.port)

    def kill_gateway(self) -> None:
        """What speaks S3 dies in the middle of whatever it does."""
        if self.gateway is not None:
            _ended(self.gateway, signal.SIGKILL)

    def stop(self) -> None:
        """Nothing of it is left running."""
        for process in reversed(self.running):
            _ended(process, signal.SIGKILL)

    def _daemon(self, program: str, *words: str) -> subprocess.Popen[bytes]:
        with (self.folder / f"{program}.out").open("ab") as out:
            # It dies with the tests, also where nobody could stop it.
            command = ["setpriv", "--pdeathsig", "KILL", program, "-c", str(self.folder / "ceph.conf"), *words, "-f"]
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out)
        self.running.append(process)
        return process

    def _tool(self, program: str, *words: str, given: bytes = b"") -> bytes:
        command = [program, "-c", str(self.folder / "ceph.conf"), *words]
        done = subprocess.run(command, input=given, capture_output=True, timeout=_PATIENCE, check=False)
        if done.returncode:
            raise RuntimeError(f"{program} {words[0]} failed: {done.stderr.decode(errors='replace')[-500:]}")
        return done.stdout

    def _wait_for(self, port: int) -> None:
        end = time.monotonic() + _PATIENCE
        while time.monotonic() < end:
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1.0):
                return
            if self.gateway is None or self.gateway.poll() is not None:
                break
            time.sleep(0.1)
        raise RuntimeError(f"radosgw did not start: {(self.folder / 'radosgw.out').read_text()[-500:]}")


@contextmanager
def running(folder: Path) -> Iterator[Ceph]:
    """A cluster, as long as the block; skips where a program is missing."""
    if missing := [program for program in PROGRAMS if shutil.which(program) is None]:
        reason = f"{missing[0]} is not installed: apt-get install --no-install-recommends ceph-mon ceph-osd radosgw"
        if os.environ.get("PRESERVE_REQUIRE_SERVERS") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    _, ca_file = certificate(folder)
    cluster = Ceph(folder, _free_port(), _free_port(), ca_file)
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.stop()


def _ended(process: subprocess.Popen[bytes], by: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        process.send_signal(by)
    process.wait()


def _free_port() -> int:
    with socket.socket() as plug:
        plug.bind(("127.0.0.1", 0))
        port: int = plug.getsockname()[1]
        return port
