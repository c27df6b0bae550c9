"""The next state of a package takes its place: in one step, or where the file system has none, in two.

    <store>/.preserve/changing/<name>     the next state; after the step, the former one
    <store>/.preserve/changing/.<name>    the former state, between the two steps

Whoever calls these holds the store's lock, and has decided that the next state is the one that counts.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from preserve.bag.sealing.errors import store_errors
from preserve.storage import durable


def lay_out(bags: Sequence[tuple[Path, str]], changing: Path) -> None:
    """Move the *bags*, each the next state of the package of that name, to where they wait; durably.

    ``StoreUnwritable`` if that cannot be done.
    """
    with store_errors(changing):
        changing.mkdir(exist_ok=True)
        for bag, name in bags:
            durable.rename_new(bag, changing / name)
        durable.sync_folder(changing)


def swap(names: Sequence[str], changing: Path, store: Path) -> None:
    """Let the waiting states take their places, and the former ones wait; durably.  Can be repeated after a crash.

    ``StoreUnwritable`` if that cannot be done: what could not be swapped still waits.
    """
    for name in names:
        new, place, former = changing / name, store / name, _former(name, changing)
        with store_errors(place):
            if not os.path.lexists(former):
                if durable.exchange(new, place):
                    continue
                durable.rename_new(place, former)
            if os.path.lexists(new):
                durable.rename_new(new, place)
            durable.rename_new(former, new)
    with store_errors(store):
        durable.sync_folder(store)
        durable.sync_folder(changing)


def waiting(changing: Path) -> tuple[str, ...]:
    """The names of the packages of which a state waits here."""
    try:
        found = os.listdir(changing)
    except FileNotFoundError:
        return ()
    return tuple(sorted({name.removeprefix(".") for name in found}))


def half_way(name: str, changing: Path) -> bool:
    """Whether a crash came between the two steps: the former state still waits under its other name."""
    return os.path.lexists(_former(name, changing))


def _former(name: str, changing: Path) -> Path:
    return changing / f".{name}"
