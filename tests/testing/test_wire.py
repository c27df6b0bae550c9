"""The line for fault tests does what it is told, and nothing else."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

from preserve.testing.wire import Direction, Wire

SOME = bytes(range(256)) * 4000


class Echo:
    """A server that says what it hears, and remembers all of it."""

    def __init__(self) -> None:
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.listening.getsockname()[1]
        self.heard = bytearray()
        self.threads = [threading.Thread(target=self.run)]
        self.threads[0].start()

    def run(self) -> None:
        while True:
            try:
                plug, _ = self.listening.accept()
            except OSError:
                return
            self.threads.append(threading.Thread(target=self.speak, args=(plug,)))
            self.threads[-1].start()

    def speak(self, plug: socket.socket) -> None:
        with plug:
            try:
                while block := plug.recv(65536):
                    self.heard += block
                    plug.sendall(block)
            except OSError:
                return

    def close(self) -> None:
        self.listening.shutdown(socket.SHUT_RDWR)
        self.listening.close()
        for thread in self.threads:
            thread.join(10)
            assert not thread.is_alive()


@pytest.fixture
def echo() -> Iterator[Echo]:
    with closing(Echo()) as server:
        yield server


@contextmanager
def called(wire: Wire) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", wire.port), timeout=10) as plug:
        yield plug


def say_all(plug: socket.socket, words: bytes) -> None:
    plug.sendall(words)
    plug.shutdown(socket.SHUT_WR)


def answer(plug: socket.socket, words: bytes) -> bytes:
    """What comes back at once; a line must break, and not just end."""
    plug.sendall(words)
    back = plug.recv(65536)
    assert back, "the line ended as if nothing were wrong"
    return back


def talk(wire: Wire, back: bytearray, words: bytes) -> None:
    with called(wire) as plug:
        for at in range(0, len(words), 1000):
            back += answer(plug, words[at : at + 1000])


def told(wire: Wire, words: bytes) -> bytes:
    """What comes back over *wire* when *words* are said, and no more is to come."""
    with called(wire) as plug:
        speaker = threading.Thread(target=say_all, args=(plug, words))
        speaker.start()
        back = bytearray()
        while block := plug.recv(65536):
            back += block
        speaker.join(10)
        return bytes(back)


def until_broken(wire: Wire, words: bytes = SOME) -> bytes:
    """What came back before the line broke."""
    back = bytearray()
    with pytest.raises(ConnectionError):
        talk(wire, back, words)
    return bytes(back)


def test_what_is_said_arrives_and_is_counted(echo: Echo) -> None:
    with Wire("127.0.0.1", echo.port) as wire:
        assert told(wire, SOME) == SOME
        assert told(wire, b"once more") == b"once more"
        assert wire.connections == 2
        assert wire.octets() == wire.octets(Direction.DOWN) == len(SOME) + len(b"once more")


def test_it_is_cut_after_exactly_so_many_octets_and_stays_cut_until_it_is_healed(echo: Echo) -> None:
    with Wire("127.0.0.1", echo.port) as wire:
        wire.cut_after(100_001)
        until_broken(wire)
        assert wire.octets() == 100_001
        for _ in range(2):
            assert until_broken(wire) == b""
        assert wire.octets() == 100_001
        wire.heal()
        assert told(wire, SOME) == SOME


def test_the_way_back_can_be_cut_and_only_once(echo: Echo) -> None:
    with Wire("127.0.0.1", echo.port) as wire:
        wire.cut_after(5000, Direction.DOWN, once=True)
        assert SOME.startswith(until_broken(wire))
        assert wire.octets(Direction.DOWN) == 5000
        assert told(wire, SOME) == SOME


def test_cut_breaks_what_is_open(echo: Echo) -> None:
    with Wire("127.0.0.1", echo.port) as wire:
        with called(wire) as plug:
            plug.sendall(b"hello")
            assert plug.recv(5) == b"hello"
            wire.cut()
            with pytest.raises(ConnectionError):
                answer(plug, b"x")
        assert told(wire, b"new") == b"new"


def test_a_silent_line_is_heard_by_the_server_and_never_answers(echo: Echo) -> None:
    with Wire("127.0.0.1", echo.port) as wire:
        wire.silence(after=3)
        with called(wire) as plug:
            plug.sendall(b"anybody there?")
            while len(echo.heard) < 14:
                time.sleep(0.01)
            assert plug.recv(10) == b"any"
            plug.settimeout(0.2)
            with pytest.raises(TimeoutError):
                plug.recv(1)
        wire.heal()
        assert told(wire, b"yes") == b"yes"


def test_a_line_that_swallows_what_goes_up(echo: Echo) -> None:
    with Wire("127.0.0.1", echo.port) as wire:
        wire.silence(Direction.UP)
        assert told(wire, b"lost") == b""
        assert not echo.heard


def test_refused_is_refused_and_the_port_is_kept(echo: Echo) -> None:
    with Wire("127.0.0.1", echo.port) as wire:
        port = wire.port
        with called(wire) as plug:
            plug.sendall(b"x")
            assert plug.recv(1) == b"x"
            wire.refuse()
            with pytest.raises(ConnectionRefusedError):
                told(wire, b"x")
            with pytest.raises(ConnectionError):
                answer(plug, b"x")
        wire.refuse()
        with pytest.raises(ConnectionRefusedError):
            told(wire, b"x")
        wire.heal()
        assert told(wire, b"y") == b"y"
        assert wire.port == port


def test_a_throttled_line_carries_everything_in_small_parts(echo: Echo) -> None:
    with Wire("127.0.0.1", echo.port) as wire:
        wire.throttle(200_000)
        with called(wire) as plug:
            plug.sendall(SOME[:50_000])
            first = plug.recv(65536)
            assert 0 < len(first) <= 10_000
            back = bytearray(first)
            while len(back) < 50_000:
                back += plug.recv(65536)
        assert back == SOME[:50_000]


def test_a_server_that_is_gone_breaks_the_line() -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        with Wire("127.0.0.1", nobody.getsockname()[1]) as wire:
            assert until_broken(wire) == b""


def test_nothing_is_left_of_a_wire(echo: Echo) -> None:
    before = threading.active_count()
    with Wire("127.0.0.1", echo.port) as wire, called(wire) as plug:
        plug.sendall(b"x")
        assert plug.recv(1) == b"x"
        assert threading.active_count() > before
    while threading.active_count() > before:  # the server's own thread sees the end a moment later
        time.sleep(0.01)
    with pytest.raises(ConnectionRefusedError):
        told(wire, b"x")
