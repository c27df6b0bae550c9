"""Digests: one read, many algorithms.

An algorithm goes by its bag name, the common name in lower case without punctuation (RFC 8493 §2.4):
``sha3-256`` is ``sha3256`` and its manifest is ``manifest-sha3256.txt``.
"""

from __future__ import annotations

import hashlib
import os
import queue
import re
import threading
from collections.abc import Callable, Iterable, Sequence
from functools import cache, lru_cache, partial
from typing import TYPE_CHECKING

from preserve.model import Digest

if TYPE_CHECKING:
    from hashlib import _Hash

BLOCK = 256 * 1024
"""Bytes read at a time."""

LARGEST_BUFFER = 1024 * 1024

_HASHLIB_NAMES = {
    "md5": "md5",
    "sha1": "sha1",
    "sha224": "sha224",
    "sha256": "sha256",
    "sha384": "sha384",
    "sha512": "sha512",
    "sha3224": "sha3_224",
    "sha3256": "sha3_256",
    "sha3384": "sha3_384",
    "sha3512": "sha3_512",
    "blake2b": "blake2b",
    "blake2s": "blake2s",
}
ALGORITHMS: tuple[str, ...] = tuple(_HASHLIB_NAMES)
"""Every algorithm that can be written and checked, weakest first."""

_ALIASES = {"blake2b512": "blake2b", "blake2s256": "blake2s"}


@lru_cache(maxsize=256)
def normalise(name: str) -> str:
    """The bag name of an algorithm: ``SHA-3_256`` → ``sha3256``.  Unknown names come back normalised too."""
    plain = re.sub(r"[^a-z0-9]", "", name.lower())
    return _ALIASES.get(plain, plain)


def is_known(name: str) -> bool:
    """Whether *name*, a bag name, can be computed here."""
    return name in _HASHLIB_NAMES


@cache
def hex_length(name: str) -> int:
    """How many hex digits a digest of this algorithm has."""
    return 2 * new(name).digest_size


def new(name: str) -> _Hash:
    """A fresh hash object.  ``KeyError`` for an unknown bag name."""
    return maker(name)(b"")


@cache
def maker(name: str) -> Callable[[bytes | memoryview], _Hash]:
    """What makes a hash object of some bytes, as quickly as possible.  ``KeyError`` for an unknown bag name."""
    make: Callable[..., _Hash] = getattr(hashlib, _HASHLIB_NAMES[name])
    return partial(make, usedforsecurity=False) if name in ("md5", "sha1") else make


class Hasher:
    """Feeds the same bytes to several algorithms and counts them."""

    __slots__ = ("_hashes", "octets")

    def __init__(self, algorithms: Sequence[str]) -> None:
        self._hashes = [(name, new(name)) for name in algorithms]
        self.octets = 0

    def update(self, block: bytes | memoryview) -> None:
        """Take in more bytes."""
        self.octets += len(block)
        for _, state in self._hashes:
            state.update(block)

    def digests(self) -> tuple[Digest, ...]:
        """The digests of everything taken in so far, in the order the algorithms were given."""
        return tuple(Digest(name, state.hexdigest()) for name, state in self._hashes)


class _Buffers(threading.local):
    """One buffer a thread: taking and clearing a new one for each file costs more than reading a small file."""

    def __init__(self) -> None:
        self.mine = memoryview(bytearray(LARGEST_BUFFER))


_buffers = _Buffers()


def own_buffer(octets: int = BLOCK) -> memoryview:
    """So many *octets* of the buffer of this thread, at most ``LARGEST_BUFFER``, for whoever reads block by block.

    What is in it is lost as soon as anybody else in this thread reads.
    """
    return _buffers.mine[:octets]


def of_bytes(data: bytes, algorithms: Iterable[str]) -> tuple[Digest, ...]:
    """The digests of *data*."""
    return tuple(Digest(name, maker(name)(data).hexdigest()) for name in algorithms)


def of_descriptor(
    fd: int, algorithms: Sequence[str], sink: Callable[[memoryview], object] | None = None
) -> tuple[int, tuple[Digest, ...]]:
    """Read an open file to its end, once, into one reused buffer, passing each block on to *sink*.

    A block is valid only during the call of *sink*.  Returns how many bytes there were, and their digests.
    ``OSError`` as the system raises it.
    """
    hasher = Hasher(algorithms)
    buffer = own_buffer()
    while count := os.readv(fd, (buffer,)):
        block = buffer[:count]
        hasher.update(block)
        if sink is not None:
            sink(block)
    return hasher.octets, hasher.digests()


_DEEP = 4
"""Blocks that one algorithm may lag behind the reading."""

_WIDE = 4 * 1024 * 1024


def of_descriptor_side_by_side(
    fd: int, algorithms: Sequence[str], sink: Callable[[memoryview], object] | None = None
) -> tuple[int, tuple[Digest, ...]]:
    """As ``of_descriptor``, with a thread for each algorithm: one large file on several cores, read once."""
    lanes = [_Lane(name) for name in algorithms]
    size = 0
    try:
        spare = [bytearray(_WIDE) for _ in range(_DEEP + 2)]
        turn = 0
        while count := os.readv(fd, [spare[turn % len(spare)]]):
            block = memoryview(spare[turn % len(spare)])[:count]
            for lane in lanes:
                lane.blocks.put(block)  # waits while the lane lags, so that no buffer is overwritten in use
            size += count
            turn += 1
            if sink is not None:
                sink(block)
    finally:
        for lane in lanes:
            lane.finish()
    return size, tuple(Digest(lane.name, lane.state.hexdigest()) for lane in lanes)


class _Lane:
    """One algorithm at work in a thread of its own."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.state = new(name)
        self.blocks: queue.Queue[memoryview | None] = queue.Queue(_DEEP)
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while (block := self.blocks.get()) is not None:
            self.state.update(block)

    def finish(self) -> None:
        self.blocks.put(None)
        self._thread.join()
