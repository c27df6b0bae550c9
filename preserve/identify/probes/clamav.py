"""The virus scan, by a ClamAV daemon: one file a connection, sent in pieces (clamd's INSTREAM command).

A scan that could not take place is recorded as not done; it is neither a pass nor a finding.
"""

from __future__ import annotations

import os
import re
import socket
import struct
import time
from contextlib import suppress
from pathlib import Path
from typing import Self

from preserve.identify.reading import Reading, ran
from preserve.identify.rules import VIRUS_FOUND
from preserve.model import Agent, Identification, Outcome
from preserve.storage import names

_PIECE = 256 * 1024
_PORT = 3310
_HOST_PORT = re.compile(
    r"(?:\[(?P<bracketed>[0-9A-Fa-f:.%\w]+)\]|(?P<name>[^:\[\]\s]+))(?::(?P<port>[0-9]{1,5}))?"
    r"|(?P<bare>[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*)"
)
_LONGEST_ANSWER = 4096
_PATIENCE = 5.0
_REST = 30.0
"""Seconds after which a daemon that could not be reached is asked again; until then no file waits for it."""
_ENOUGH = 3
"""A daemon that was silent so many times in a row counts as unreachable."""


class NoAnswer(Exception):
    """The daemon cannot be reached, or does not speak as clamd does; the message says how."""


class Unreachable(NoAnswer):
    """There is no daemon at the address."""


def parse_address(address: str) -> str | tuple[str, int]:
    """A socket's path, or host and port (3310 where none is given).  ``ValueError`` if *address* is neither."""
    plain = address.strip().removeprefix("unix:").removeprefix("tcp://")
    if "/" in plain or address.strip().startswith("unix:"):
        return plain
    found = _HOST_PORT.fullmatch(plain)
    port = int(found["port"] or _PORT) if found else 0
    if not found or not 0 < port < 65536:
        raise ValueError(f"{address!r} is neither a socket's path nor host:port")
    return found["bracketed"] or found["bare"] or found["name"], port


class Daemon:
    """A ClamAV daemon at an address.  Every call has a deadline in seconds and raises ``NoAnswer``."""

    def __init__(self, address: str) -> None:
        self.address = address

    def version(self, seconds: float) -> str:
        """The engine and the signatures, as ``1.4.2/27500``."""
        with self._connect(time.monotonic() + seconds) as link:
            answer = link.ask(b"zVERSION\0")
        if not answer.startswith("ClamAV "):
            raise NoAnswer(f"what listens at {names.shown(self.address)} is no ClamAV daemon")
        parts = answer.removeprefix("ClamAV ").split("/")
        return "/".join(parts[:2]).strip()[:100]

    def scan(self, fd: int, seconds: float) -> str:
        """The daemon's answer on the bytes of the open file *fd*: ``stream: OK``, or ``stream: NAME FOUND``."""
        with self._connect(time.monotonic() + seconds) as link:
            return link.stream(fd)

    def _connect(self, deadline: float) -> _Link:
        try:
            place = parse_address(self.address)
        except ValueError as error:
            raise Unreachable(str(error)) from error
        patience = min(_PATIENCE, max(deadline - time.monotonic(), 0.01))
        try:
            if isinstance(place, tuple):
                return _Link(socket.create_connection(place, patience), deadline)
            plug = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC)
            try:
                plug.settimeout(patience)
                plug.connect(os.fsencode(place))
            except BaseException:
                plug.close()
                raise
            return _Link(plug, deadline)
        except (OSError, ValueError) as error:  # ValueError: a NUL in the path
            reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
            raise Unreachable(
                f"the ClamAV daemon at {names.shown(self.address)} cannot be reached: {reason}"
            ) from error


class _Link:
    """One connection, one question."""

    def __init__(self, plug: socket.socket, deadline: float) -> None:
        self._plug = plug
        self._deadline = deadline

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self._plug.close()

    def ask(self, command: bytes) -> str:
        with suppress(BrokenPipeError, ConnectionResetError):
            self._send(command)
        return self._answer()

    def stream(self, fd: int) -> str:
        offset = 0
        # Above its size limit the daemon answers and hangs up while we are still sending.
        with suppress(BrokenPipeError, ConnectionResetError):
            self._send(b"zINSTREAM\0")
            while piece := os.pread(fd, _PIECE, offset):
                self._send(struct.pack("!I", len(piece)) + piece)
                offset += len(piece)
            self._send(struct.pack("!I", 0))
        return self._answer()

    def _send(self, data: bytes) -> None:
        try:
            self._plug.settimeout(self._remaining())
            self._plug.sendall(data)
        except TimeoutError as error:
            raise NoAnswer("the ClamAV daemon did not answer in time") from error
        except (BrokenPipeError, ConnectionResetError):
            raise
        except OSError as error:
            raise NoAnswer(f"the connection to the ClamAV daemon broke: {error.strerror or error}") from error

    def _answer(self) -> str:
        answer = b""
        try:
            while b"\0" not in answer and len(answer) < _LONGEST_ANSWER and (block := self._received()):
                answer += block
        except TimeoutError as error:
            raise NoAnswer("the ClamAV daemon did not answer in time") from error
        except OSError as error:
            raise NoAnswer(f"the connection to the ClamAV daemon broke: {error.strerror or error}") from error
        text = answer.partition(b"\0")[0].decode("utf-8", "replace").strip()
        if not text:
            raise NoAnswer("the ClamAV daemon hung up without an answer")
        return text

    def _received(self) -> bytes:
        self._plug.settimeout(self._remaining())
        try:
            return self._plug.recv(_LONGEST_ANSWER)
        except ConnectionResetError:  # it hung up on us; what it had said before may still be there
            return self._plug.recv(_LONGEST_ANSWER)

    def _remaining(self) -> float:
        remaining = self._deadline - time.monotonic()
        if remaining <= 0:
            raise TimeoutError
        return remaining


class ClamavProbe:
    """Asks the daemon about each file.  A virus is an error that names it."""

    name = "clamav"

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._daemon = Daemon(reading.options.clamav) if reading.options.clamav.strip() else None
        # Answer before the parent loses patience, so that a slow daemon costs no restart of the worker.
        self._seconds = max(reading.options.timeout * 0.9, 0.05)
        self._unreachable_until = 0.0
        self._silent = 0
        self._reason = ""
        self.agent = Agent("ClamAV")

    def probe(self, file: Path, known: Identification) -> Identification:  # noqa: ARG002  the desk has it open
        """*known* with the result of the scan."""
        if self._daemon is None:
            return ran(known, self, Outcome.NOT_DONE, "no ClamAV daemon is configured")
        if time.monotonic() < self._unreachable_until:
            return ran(known, self, Outcome.NOT_DONE, self._reason)
        try:
            if not self.agent.version:
                self.agent = Agent("ClamAV", self._daemon.version(self._seconds / 2))
            answer = self._daemon.scan(self._reading.fd, self._seconds / 2)
        except NoAnswer as error:
            self._reason = str(error)
            self._silent += 1
            if isinstance(error, Unreachable) or self._silent >= _ENOUGH:
                self._unreachable_until = time.monotonic() + _REST
            return ran(known, self, Outcome.NOT_DONE, self._reason)
        self._silent = 0
        return self._judged(known, answer)

    def _judged(self, known: Identification, answer: str) -> Identification:
        verdict = names.shown(answer.partition(": ")[2] or answer)
        if verdict == "OK":
            return ran(known, self, Outcome.SUCCESS, "no virus found")
        if verdict.endswith(" FOUND"):
            virus = verdict.removesuffix(" FOUND")
            problem = VIRUS_FOUND.at(known.path, f"{names.shown(known.path)} contains the virus {virus}, says ClamAV.")
            return ran(known, self, Outcome.FAIL, f"found {virus}", problems=(*known.problems, problem))
        return ran(known, self, Outcome.NOT_DONE, f"the ClamAV daemon answered: {verdict}")
