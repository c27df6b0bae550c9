"""Which transfers go onto the line together: small ones side by side, a large one by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, groupby
from pathlib import Path
from typing import TypeAlias

from preserve.ports import Progress
from preserve.storage.crew import Crew
from preserve.transfer.arrival import Arrival
from preserve.transfer.size import octets_if_small
from preserve.workflows.ingesting.bench import Made
from preserve.workflows.ingesting.line import Line
from preserve.workflows.ingesting.making import Order
from preserve.workflows.results import IngestResult

AT_ONCE = 8
OCTETS_AT_ONCE = 8 * 1024 * 1024
"""So many transfers, and so large together, one process takes from the line in one go."""

Weighed: TypeAlias = tuple[int, Arrival, int | None]
"""An arrival with its number and its octets (None if it is large)."""

Numbered: TypeAlias = tuple[int, Arrival]

Orders: TypeAlias = Callable[[Sequence[Numbered], Callable[[str], Path]], list[Order]]
"""Orders for these arrivals; the callable says where the package of an id is put together."""


def crew_for(arrivals: Sequence[Arrival], processes: int | None) -> Crew:
    """So many *processes*, by default one for each core; for one small transfer help would come too late."""
    is_one = len(arrivals) == 1 and octets_if_small(arrivals[0]) is not None
    return Crew(1 if is_one else processes)


def supply(
    line: Line, arrivals: Sequence[Arrival], orders: Orders, progress: Progress
) -> Iterator[tuple[Made, IngestResult]]:
    """Have all *arrivals* packaged, as *orders* wants them; the results come in their order.

    Small transfers go side by side; for a large one the line is cleared, and all hands work on that.
    """
    weighed = ((number, arrival, octets_if_small(arrival)) for number, arrival in enumerate(arrivals))
    at_most = max(1, min(AT_ONCE, len(arrivals) // 4))
    for small, group in groupby(weighed, key=lambda each: each[2] is not None):
        portions = (orders(some, line.place) for some in _portions(group, at_most))
        if small:
            yield from line.run(portions, progress)
        else:
            for order in chain.from_iterable(portions):
                yield from line.run_large(order, progress)


def _portions(weighed: Iterable[Weighed], at_most: int) -> Iterator[list[Numbered]]:
    some: list[Numbered] = []
    size = 0
    for number, arrival, octets in weighed:
        some.append((number, arrival))
        size += OCTETS_AT_ONCE if octets is None else octets
        if len(some) >= at_most or size >= OCTETS_AT_ONCE:
            yield some
            some, size = [], 0
    if some:
        yield some
