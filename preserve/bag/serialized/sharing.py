"""Reading the members of one archive with a crew: each process opens the archive for itself."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from preserve.bag.serialized import rules
from preserve.bag.serialized.container import Broken, Container
from preserve.bag.serialized.members import Found
from preserve.model import Problem
from preserve.storage.crew import Crew
from preserve.storage.digests import Hasher
from preserve.storage.names import shown

Blocks = Callable[[Container, Found[Any]], Iterator[bytes]]

_BATCH = 256
_WEIGHT = 32 * 1024 * 1024
"""Octets after which a batch is heavy enough."""


@dataclass(frozen=True, slots=True)
class Portion:
    """Some members of the archive at *path*, to be read by *blocks*."""

    path: Path
    identity: tuple[int, int]
    blocks: Blocks
    members: tuple[tuple[str, Found[Any]], ...]
    algorithms: tuple[str, ...]


Told = tuple[str, int, tuple[str, ...], Problem | None]
"""The path of a member, its size, its digests in hex, or why it cannot be read."""


def portions(
    container: Container, blocks: Blocks, members: Iterable[tuple[str, Found[Any]]], algorithms: tuple[str, ...]
) -> Iterator[Portion]:
    """The members in batches that are neither too many nor too heavy."""
    rest = iter(members)
    while batch := tuple(islice(_until_heavy(rest), _BATCH)):
        yield Portion(container.path, container.identity, blocks, batch, algorithms)


def _until_heavy(members: Iterator[tuple[str, Found[Any]]]) -> Iterator[tuple[str, Found[Any]]]:
    weight = 0
    while weight < _WEIGHT and (member := next(members, None)):
        weight += member[1].size
        yield member


class _Last:
    """The archive that this process read last.  A child must not touch that of its parent."""

    container: Container | None = None
    process = 0


def read_portion(portion: Portion) -> list[Told]:
    """The task of a member of the crew.  ``OSError`` if the archive was replaced while it was read."""
    container = _opened(portion)
    return [read_member(container, portion.blocks, path, found, portion.algorithms) for path, found in portion.members]


def read_member(
    container: Container, blocks: Blocks, path: str, found: Found[Any], algorithms: tuple[str, ...]
) -> Told:
    """Read one member to its end."""
    hasher = Hasher(algorithms)
    try:
        for block in blocks(container, found):
            hasher.update(block)
    except Broken as broken:
        return path, hasher.octets, (), failure(path, broken)
    return path, hasher.octets, tuple(digest.value for digest in hasher.digests()), None


def failure(path: str, broken: Broken) -> Problem:
    """Why the member *path* cannot be read."""
    rule = rules.MEMBER_DAMAGED if broken.rule is rules.DAMAGED else broken.rule
    return rule.at(path, f"{shown(path)} cannot be read from the archive: {broken.message.rstrip('.')}.")


def shared(crew: Crew, given: Iterator[Portion]) -> Iterator[Told]:
    """Every member of every portion, in any order."""
    for answers in crew.work(read_portion, given, again=True):
        yield from answers


def _opened(portion: Portion) -> Container:
    last = _Last.container if _Last.process == os.getpid() else None
    if last is not None and (last.path, last.identity) == (portion.path, portion.identity):
        return last
    if last is not None:
        last.close()
    _Last.container, _Last.process = Container(portion.path), os.getpid()
    if _Last.container.identity != portion.identity:
        raise OSError("the archive was replaced while it was read")
    return _Last.container
