"""Many things a few at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

Item = TypeVar("Item")


def batched(items: Iterable[Item], size: int) -> Iterator[tuple[Item, ...]]:
    """The *items* in tuples of *size*, the last of which may be shorter; no more are asked for than are told."""
    rest = iter(items)
    while batch := tuple(islice(rest, size)):
        yield batch
