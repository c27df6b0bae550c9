"""A line that can be cut: a TCP proxy on loopback, for trying what a client does when the network fails.

A test puts it between the client and a real server::

    with Wire("127.0.0.1", server.port) as wire:
        wire.cut_after(1_000_000)
        ...                        # the client speaks to 127.0.0.1, wire.port
        wire.heal()

What is told to a wire holds for all connections, those that are open and those that come, until ``heal``.
"""

from __future__ import annotations

import select
import socket
import struct
import threading
import time
from collections import Counter
from enum import StrEnum
from types import TracebackType
from typing import Self

_BLOCK = 64 * 1024
_TURN = 0.05
"""Seconds between two looks at whether something has changed."""
_RESET = struct.pack("ii", 1, 0)
"""For SO_LINGER: a socket closed so sends RST at once, as a line that breaks does."""
_PATIENCE = 10.0
"""Seconds in which the server must have accepted a connection."""


class Direction(StrEnum):
    """Which way octets go."""

    UP = "up"
    """From the client to the server."""
    DOWN = "down"
    """From the server to the client."""


class Wire:
    """A proxy to *host* and *port*, from a port of its own on loopback, as long as it is entered.

    All methods may be called from any thread, at any time while it is entered.
    """

    def __init__(self, host: str, port: int) -> None:
        self._server = (host, port)
        # Bound and never listening: it keeps the port for this wire while connections are refused.
        self._reserved = _bound(0)
        self._port: int = self._reserved.getsockname()[1]
        self._listening: socket.socket | None = None
        self._lock = threading.RLock()
        self._threads: list[threading.Thread] = []
        self._lines: set[_Line] = set()
        self._carried: Counter[Direction] = Counter()
        self._connections = 0
        self._plain()

    def _plain(self) -> None:
        self._left: dict[Direction, int] = {}
        self._once = False
        self._silent: dict[Direction, int] = {}
        self._rate = 0
        self._broken = False

    def __enter__(self) -> Self:
        self._listen()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.refuse()
        while alive := [thread for thread in self._threads if thread.is_alive()]:
            for thread in alive:
                thread.join()
        self._reserved.close()

    @property
    def port(self) -> int:
        """Where the client finds it, on 127.0.0.1; the same as long as the wire lives."""
        return self._port

    @property
    def connections(self) -> int:
        """How many connections clients have made so far."""
        return self._connections

    def octets(self, direction: Direction = Direction.UP) -> int:
        """How many octets were passed on in *direction* so far, over all connections."""
        return self._carried[direction]

    def cut(self) -> None:
        """Break all connections that are open, now; new ones work."""
        with self._lock:
            for line in self._lines:
                line.dead.set()

    def cut_after(self, octets: int, direction: Direction = Direction.UP, *, once: bool = False) -> None:
        """Let *octets* more pass in *direction*, over all connections, then break them all.

        Connections made after that are broken at once, too; with *once* they work.
        """
        with self._lock:
            self._left[direction] = octets
            self._once = once

    def throttle(self, octets_per_second: int) -> None:
        """Let no more than that pass in a second, in each direction of each connection."""
        with self._lock:
            self._rate = octets_per_second

    def silence(self, direction: Direction = Direction.DOWN, *, after: int = 0) -> None:
        """Swallow everything that goes in *direction*, once *after* more octets have passed.

        By default the server hears everything and the client gets no answer: it can connect, and that is all.
        """
        with self._lock:
            self._silent[direction] = after

    def refuse(self) -> None:
        """Break all connections; whoever connects is refused, as where no server runs."""
        with self._lock:
            listening, self._listening = self._listening, None
            self.cut()
        if listening:
            listening.shutdown(socket.SHUT_RDWR)  # wakes the thread that accepts
            listening.close()

    def heal(self) -> None:
        """Forget all faults: connections are accepted and carried as by a good line.  Broken ones stay broken."""
        with self._lock:
            self._plain()
            if self._listening is None:
                self._listen()

    def _listen(self) -> None:
        listening = _bound(self._port)
        listening.listen()
        self._listening = listening
        self._start(threading.Thread(target=self._accept, args=(listening,), daemon=True))

    def _start(self, thread: threading.Thread) -> None:
        with self._lock:
            self._threads = [one for one in self._threads if one.is_alive()]
            thread.start()
            self._threads.append(thread)

    def _accept(self, listening: socket.socket) -> None:
        while True:
            try:
                client, _ = listening.accept()
            except OSError:  # closed by refuse()
                return
            self._connections += 1
            server = None if self._broken else self._connected()
            if server is None:
                _break(client)
                continue
            line = _Line(client, server)
            with self._lock:
                self._lines.add(line)
                if self._listening is not listening:  # refused while it was being made
                    line.dead.set()
            for direction in Direction:
                self._start(threading.Thread(target=self._carry, args=(line, direction), daemon=True))

    def _connected(self) -> socket.socket | None:
        try:
            return socket.create_connection(self._server, timeout=_PATIENCE)
        except OSError:
            return None

    def _carry(self, line: _Line, direction: Direction) -> None:
        """Carry one direction of one connection to its end; the thread that ends last closes it."""
        source, sink = (line.client, line.server) if direction is Direction.UP else (line.server, line.client)
        try:
            while not line.dead.is_set():
                if not select.select([source], [], [], _TURN)[0]:
                    continue
                block = source.recv(self._most())
                if not block:
                    sink.shutdown(socket.SHUT_WR)
                    break
                self._pass(block, sink, line, direction)
        except OSError:
            line.dead.set()
        if line.leave():
            with self._lock:
                self._lines.discard(line)

    def _most(self) -> int:
        return max(1, min(_BLOCK, int(self._rate * _TURN))) if self._rate else _BLOCK

    def _pass(self, block: bytes, sink: socket.socket, line: _Line, direction: Direction) -> None:
        block = self._allowed(block, direction)
        unsent = memoryview(block)
        while unsent and not line.dead.is_set():
            if select.select([], [sink], [], _TURN)[1]:
                unsent = unsent[sink.send(unsent) :]
        with self._lock:
            self._carried[direction] += len(block) - len(unsent)
            if self._left.get(direction) == 0:
                self._snap(direction)
        if self._rate:
            time.sleep(len(block) / self._rate)

    def _allowed(self, block: bytes, direction: Direction) -> bytes:
        """The beginning of *block* that may pass, which is taken from what is left."""
        with self._lock:
            for left in (self._left, self._silent):
                if direction in left:
                    block = block[: left[direction]]
            for left in (self._left, self._silent):
                if direction in left:
                    left[direction] -= len(block)
        return block

    def _snap(self, direction: Direction) -> None:
        self.cut()
        del self._left[direction]
        self._broken = not self._once


class _Line:
    """One connection: two sockets that do not block, and two threads that use them."""

    def __init__(self, client: socket.socket, server: socket.socket) -> None:
        self.client, self.server = client, server
        self.dead = threading.Event()
        self._users = 2
        self._lock = threading.Lock()
        for plug in (client, server):
            plug.setblocking(False)
            plug.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def leave(self) -> bool:
        """One thread is done; whether it was the last, who closed the sockets."""
        with self._lock:
            self._users -= 1
            if self._users:
                return False
        for plug in (self.client, self.server):
            if self.dead.is_set():
                _break(plug)
            else:
                plug.close()
        return True


def _bound(port: int) -> socket.socket:
    plug = socket.socket()
    plug.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    plug.bind(("127.0.0.1", port))
    return plug


def _break(plug: socket.socket) -> None:
    plug.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    plug.close()
