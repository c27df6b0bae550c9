"""Reading files of which some were read in an earlier sitting."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from preserve.bag.folders.reader import LARGE, Read, Reader
from preserve.bag.folders.state import State

if TYPE_CHECKING:
    from preserve.bag.sittings.sitting import Sitting


def resumed(
    sitting: Sitting | None,
    reader: Reader,
    paths: Iterable[str],
    algorithms: tuple[str, ...],
    read: Callable[[list[str]], Iterator[Read]],
) -> Iterator[Read]:
    """Each of the *paths* once: as the *sitting* knows it, or by *read*, of which the sitting is told.

    In which state a file is, is looked at before it is read: one that changes meanwhile is read again next time.
    """
    if sitting is None:
        yield from read(list(paths))
        return
    states: dict[str, State | None] = {}
    for path in paths:
        state = reader.state(path)
        if state and (values := sitting.values(path, state, algorithms)):
            yield Read(path, state.size, values)
        else:
            states[path] = state
    for found in read(list(states)):
        state = states[found.path]
        if state and found.values and found.size == state.size and (found.size >= LARGE or sitting.takes_small):
            sitting.note_file(found.path, state, dict(zip(algorithms, found.values, strict=True)))
        yield found
