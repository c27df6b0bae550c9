"""The virus scan: a finding is an error that names it, and no scan is ever mistaken for a clean one."""

from __future__ import annotations

import shutil
import socket
import struct
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from preserve.identify.identifier import Identifier
from preserve.identify.probes.clamav import parse_address
from preserve.model import Identification, Outcome, ProbeRun, Severity

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
LIMIT = 1_000_000


class Clamd:
    """A server that speaks as clamd does: VERSION and INSTREAM, with a limit on the size of a stream."""

    def __init__(self, listening: socket.socket, behave: Callable[[socket.socket], None] | None = None) -> None:
        self.listening = listening
        self.behave = behave or self.serve
        self.streams: list[bytes] = []
        self.connections = 0
        threading.Thread(target=self.run, daemon=True).start()

    def run(self) -> None:
        while True:
            try:
                plug, _ = self.listening.accept()
            except OSError:
                return
            self.connections += 1
            with plug:
                self.behave(plug)

    def serve(self, plug: socket.socket) -> None:
        command = b""
        while not command.endswith(b"\0"):
            command += plug.recv(1)
        if command == b"zVERSION\0":
            plug.sendall(b"ClamAV 1.4.2/27500/Mon Jan  6 09:00:00 2025\0")
            return
        assert command == b"zINSTREAM\0"
        data = b""
        while length := struct.unpack("!I", self.exactly(plug, 4))[0]:
            if len(data) + length > LIMIT:
                plug.sendall(b"INSTREAM size limit exceeded. ERROR\0")
                return
            data += self.exactly(plug, length)
        self.streams.append(data)
        plug.sendall(b"stream: Eicar-Test-Signature FOUND\0" if EICAR in data else b"stream: OK\0")

    @staticmethod
    def exactly(plug: socket.socket, length: int) -> bytes:
        data = b""
        while len(data) < length:
            block = plug.recv(length - len(data))
            if not block:
                raise ConnectionError
            data += block
        return data


@pytest.fixture
def unix(tmp_path: Path) -> Iterator[tuple[socket.socket, str]]:
    path = tmp_path / "clamd.sock"
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(path))
        listening.listen()
        yield listening, str(path)
        listening.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def tcp() -> Iterator[tuple[socket.socket, str]]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening, f"127.0.0.1:{listening.getsockname()[1]}"
        listening.shutdown(socket.SHUT_RDWR)


def scan(address: str, file: Path, content: bytes, *, timeout: float = 30) -> tuple[Identification, ProbeRun]:
    file.write_bytes(content)
    with Identifier(clamav=address, probes=("clamav",), timeout=timeout) as identifier:
        found = identifier.identify(file, "data/letter\n.txt")
    (run,) = found.runs
    assert run.probe == "clamav"
    return found, run


@pytest.mark.parametrize("kind", ["unix", "tcp"])
def test_a_clean_file_was_scanned_whole(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    listening, address = request.getfixturevalue(kind)
    daemon = Clamd(listening)
    content = bytes(range(256)) * 3000
    found, run = scan(address, tmp_path / "x", content)
    assert (run.outcome, found.problems) == (Outcome.SUCCESS, ())
    assert (run.agent.name, run.agent.version) == ("ClamAV", "1.4.2/27500")
    assert daemon.streams == [content]


def test_a_virus_is_an_error_that_names_it(unix: tuple[socket.socket, str], tmp_path: Path) -> None:
    Clamd(unix[0])
    found, run = scan(unix[1], tmp_path / "x", b"before" + EICAR + b"after")
    assert run.outcome is Outcome.FAIL
    (problem,) = found.problems
    assert (problem.code, problem.severity, problem.path) == ("virus-found", Severity.ERROR, "data/letter\n.txt")
    assert "Eicar-Test-Signature" in problem.message
    assert "\n" not in problem.message
    assert problem.hint


def test_an_empty_file_is_scanned_too(unix: tuple[socket.socket, str], tmp_path: Path) -> None:
    daemon = Clamd(unix[0])
    assert scan(unix[1], tmp_path / "x", b"")[1].outcome is Outcome.SUCCESS
    assert daemon.streams == [b""]


def test_a_file_above_the_daemons_limit_is_not_done(tcp: tuple[socket.socket, str], tmp_path: Path) -> None:
    Clamd(tcp[0])
    _, run = scan(tcp[1], tmp_path / "x", b"x" * 20_000_000)
    assert run.outcome is Outcome.NOT_DONE


def test_the_limit_is_told_where_the_daemon_could_tell_it(unix: tuple[socket.socket, str], tmp_path: Path) -> None:
    Clamd(unix[0])
    _, run = scan(unix[1], tmp_path / "x", b"x" * (LIMIT + 1))
    assert (run.outcome, "size limit exceeded" in run.note) == (Outcome.NOT_DONE, True)


def test_without_an_address_the_record_says_that_nothing_was_scanned(tmp_path: Path) -> None:
    _, run = scan("", tmp_path / "x", EICAR)
    assert (run.outcome, run.note) == (Outcome.NOT_DONE, "no ClamAV daemon is configured")


@pytest.mark.parametrize(
    "address", ["/nonexistent/clamd.sock", "127.0.0.1:1", "nonsense:port", "/" + "x" * 300, "/a\0b"]
)
def test_a_daemon_that_is_not_there_is_not_done(address: str, tmp_path: Path) -> None:
    _, run = scan(address, tmp_path / "x", EICAR)
    assert (run.outcome, bool(run.note)) == (Outcome.NOT_DONE, True)


@pytest.mark.parametrize(
    ("behave", "says"),
    [
        (lambda plug: time.sleep(5), "did not answer in time"),  # noqa: ARG005
        (lambda plug: plug.close(), ""),
        (lambda plug: plug.sendall(b"\xff\x1b[31mgarbage\n" * 2000), "no ClamAV daemon"),
        (lambda plug: plug.sendall(b"x" * 100), "no ClamAV daemon"),
    ],
)
def test_a_daemon_that_misbehaves_is_not_done(
    unix: tuple[socket.socket, str], tmp_path: Path, behave: Callable[[socket.socket], None], says: str
) -> None:
    Clamd(unix[0], behave)
    found, run = scan(unix[1], tmp_path / "x", EICAR, timeout=0.6)
    assert (run.outcome, found.problems) == (Outcome.NOT_DONE, ())
    assert says in run.note
    assert "\x1b" not in run.note


def test_files_do_not_wait_for_a_daemon_that_never_answers(unix: tuple[socket.socket, str], tmp_path: Path) -> None:
    daemon = Clamd(unix[0], lambda plug: plug.close())
    (tmp_path / "x").write_bytes(b"x")
    with Identifier(clamav=unix[1], probes=("clamav",)) as identifier:
        found = list(identifier.identify_many([(tmp_path / "x", f"data/{number}") for number in range(20)]))
    assert {each.runs[0].outcome for each in found} == {Outcome.NOT_DONE}
    assert daemon.connections < 20


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("/run/clamav/clamd.ctl", "/run/clamav/clamd.ctl"),
        ("unix:clamd.ctl", "clamd.ctl"),
        ("localhost:3311", ("localhost", 3311)),
        ("localhost", ("localhost", 3310)),
        ("tcp://10.0.0.1:3310", ("10.0.0.1", 3310)),
        ("[::1]:3310", ("::1", 3310)),
        ("[::1]", ("::1", 3310)),
        ("::1", ("::1", 3310)),
    ],
)
def test_addresses(address: str, place: str | tuple[str, int]) -> None:
    assert parse_address(address) == place


@pytest.mark.parametrize("address", ["", ":3310", "host:0", "host:99999", "host:x"])
def test_addresses_that_are_none(address: str) -> None:
    with pytest.raises(ValueError, match="neither"):
        parse_address(address)


@pytest.mark.server
def test_a_real_clamd(tmp_path: Path) -> None:
    program = shutil.which("clamd")
    if program is None:
        pytest.skip("clamd is not installed")
    database = tmp_path / "database"
    database.mkdir()
    (database / "test.ndb").write_text(f"Test.Eicar:0:*:{EICAR.hex()}\n")
    address = tmp_path / "clamd.sock"
    settings = tmp_path / "clamd.conf"
    settings.write_text(f"LocalSocket {address}\nDatabaseDirectory {database}\nForeground yes\n")
    with subprocess.Popen([program, "-c", settings], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            for _ in range(300):
                if address.exists():
                    break
                time.sleep(0.1)
            found, run = scan(str(address), tmp_path / "bad", EICAR)
            assert (run.outcome, len(found.problems)) == (Outcome.FAIL, 1)
            assert scan(str(address), tmp_path / "good", b"good")[1].outcome is Outcome.SUCCESS
        finally:
            server.terminate()
