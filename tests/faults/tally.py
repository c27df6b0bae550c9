"""What the long proofs tried and what failed, one line of JSON a proof, for the table of docs/reliability.md.

`make prove` names the file in PRESERVE_PROOFS and asks for every point with PRESERVE_PROVE=full; without them nothing
is written, and a proof tries a sample of its points, the same ones every time.
"""

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

_Point = TypeVar("_Point")

FULL = os.environ.get("PRESERVE_PROVE", "short") == "full"
"""Whether every point is to be tried, however long it takes."""


def tally(name: str, tried: int, failed: int, note: str = "") -> None:
    """Record that the proof *name* tried so many points, of which so many failed.  *note* is a short remark."""
    if path := os.environ.get("PRESERVE_PROOFS"):
        line = json.dumps({"name": name, "tried": tried, "failed": failed, "note": note, "full": FULL})
        with open(path, "a", encoding="utf-8") as file:
            file.write(line + "\n")


def sample(points: Sequence[_Point], number: int) -> list[_Point]:
    """All of *points* in a full proof; otherwise at most *number* of them, spread evenly from the first to the last."""
    if FULL or len(points) <= number:
        return list(points)
    return [points[(2 * at + 1) * len(points) // (2 * number)] for at in range(number)]


class Points:
    """The points of one proof, as they are tried."""

    def __init__(self, note: str) -> None:
        self.tried = 0
        self.failures: list[str] = []
        self.note = note

    @contextmanager
    def point(self, label: object) -> Iterator[None]:
        """One point: an assertion that fails inside is kept with its *label*, and the proof goes on."""
        self.tried += 1
        try:
            yield
        except AssertionError as error:
            self.failures.append(f"{label}: {error}")


@contextmanager
def proof(name: str, note: str = "") -> Iterator[Points]:
    """Try many points, record the tally at the end, and fail if one of them failed or none was tried.

    Whatever else is raised inside ends the proof as one more failure, and is raised.
    """
    points = Points(note)
    broken = 1
    try:
        yield points
        broken = 0
    finally:
        tally(name, points.tried, len(points.failures) + broken, points.note)
    assert points.tried
    assert not points.failures, "\n".join([f"{len(points.failures)} of {points.tried} failed", *points.failures[:20]])
