"""What was measured, as plain values; and as JSON, there and back."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from statistics import median
from typing import Any, Self

from benchmarks.measure import Sample

WARM, COLD = "warm", "cold"


@dataclass(frozen=True, slots=True)
class Measured:
    """One contender in one comparison.

    *together* is the peak of the memory of all its processes at once, in octets; 0 if nobody looked.
    *files* is how many files it dealt with, where that differs; else 0.
    """

    name: str
    line: str
    samples: tuple[Sample, ...]
    together: int = 0
    files: int = 0

    @property
    def program(self) -> str:
        """The name without what comes after a comma: how many processes, how many files."""
        return self.name.partition(", ")[0]

    @property
    def wall(self) -> float:
        """The median of the seconds."""
        return median(sample.wall for sample in self.samples)

    @property
    def fastest(self) -> float:
        """The least of the seconds."""
        return min(sample.wall for sample in self.samples)

    @property
    def slowest(self) -> float:
        """The most of the seconds."""
        return max(sample.wall for sample in self.samples)

    @property
    def cpu(self) -> float:
        """The median of the seconds of processor."""
        return median(sample.cpu for sample in self.samples)

    @property
    def largest(self) -> int:
        """The octets of the largest single process of all runs."""
        return max(sample.largest for sample in self.samples)


@dataclass(frozen=True, slots=True)
class Comparison:
    """One piece of work, done by each contender in turn; ours is the first."""

    name: str
    title: str
    cache: str
    measured: tuple[Measured, ...]

    @property
    def rounds(self) -> int:
        """How often ours ran."""
        return min(len(one.samples) for one in self.measured if one.program == self.measured[0].program)

    def best(self, names: Iterable[str]) -> Measured:
        """The quickest of the contenders whose name begins with one of *names*.  ``ValueError`` if none is there."""
        starts = tuple(names)
        return min((one for one in self.measured if one.name.startswith(starts)), key=lambda one: one.wall)


@dataclass(frozen=True, slots=True)
class Results:
    """One whole run of the benchmarks."""

    machine: dict[str, str]
    command: str
    sizes: str
    seconds: float
    comparisons: tuple[Comparison, ...]
    failures: dict[str, str] = field(default_factory=dict)

    def find(self, name: str, cache: str = WARM) -> Comparison | None:
        """The comparison of this name and cache, if it was run."""
        return next((one for one in self.comparisons if (one.name, one.cache) == (name, cache)), None)

    def to_json(self) -> str:
        """Everything, to be kept or compared."""
        return json.dumps({"schema_version": 1, **asdict(self)}, indent=1) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Self:
        """What ``to_json`` wrote."""
        found: dict[str, Any] = json.loads(text)
        del found["schema_version"]
        found["comparisons"] = tuple(_comparison(one) for one in found["comparisons"])
        return cls(**found)


def _comparison(found: dict[str, Any]) -> Comparison:
    measured = tuple(
        Measured(**{**one, "samples": tuple(Sample(**sample) for sample in one["samples"])})
        for one in found["measured"]
    )
    return Comparison(**{**found, "measured": measured})
