"""Whether the promise can be kept at the speed that earlier audits measured.  Pure.

Reading a package takes time for its octets, and time for each file that is opened.  One figure for both would promise
an archive of many small packages what only large ones can keep.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from preserve.fixity.choosing import AIM
from preserve.model import AuditRun

MONTH: Final = timedelta(days=365.25 / 12)

OWN_FILES: Final = 10
"""So many files, about, each package has besides its payload: manifests, descriptions, declarations."""

_RUNS: Final = 30
_SHORTEST: Final = 0.01
_ALIKE: Final = 0.02


@dataclass(frozen=True, slots=True)
class Amount:
    """How much there is to read: packages, the files and the octets of their payload."""

    packages: float = 0
    files: float = 0
    bytes: float = 0

    def __add__(self, other: Amount) -> Amount:
        return Amount(self.packages + other.packages, self.files + other.files, self.bytes + other.bytes)

    def part(self, share: float) -> Amount:
        """So much of it."""
        return Amount(self.packages * share, self.files * share, self.bytes * share)


@dataclass(frozen=True, slots=True)
class Speed:
    """How fast audits read here: *octet* seconds each, and *opening* seconds a file; *average* is octets a second.

    Where *runs* were too much alike to tell the two apart, each figure explains all of their time by itself, and what
    takes longer counts: the archive may turn out to be read faster than was said, but not slower.
    """

    average: float
    octet: float
    opening: float
    runs: int
    apart: bool

    def seconds(self, amount: Amount) -> float:
        """How long *amount* takes."""
        octets, opening = amount.bytes * self.octet, (amount.files + OWN_FILES * amount.packages) * self.opening
        return octets + opening if self.apart else max(octets, opening)


@dataclass(frozen=True, slots=True)
class Need:
    """What is to be read every *interval*."""

    interval: timedelta
    amount: Amount


def measured(runs: Sequence[AuditRun]) -> Speed | None:
    """The speed of the latest of *runs*; None where none of them read anything."""
    told = [run for run in runs if (run.packages or run.bytes) and run.seconds >= _SHORTEST][-_RUNS:]
    if not told:
        return None
    # For one second of each run: what was read in it.  So a short run has as much to say as a long one.
    octets = [run.bytes / run.seconds for run in told]
    opened = [(run.files + OWN_FILES * run.packages) / run.seconds for run in told]
    average = sum(run.bytes for run in told) / sum(run.seconds for run in told)
    figures = _apart(octets, opened)
    if figures is not None:
        return Speed(average, *figures, len(told), apart=True)
    return Speed(average, _alone(octets), _alone(opened), len(told), apart=False)


def seconds_a_month(needs: Iterable[Need], speed: Speed) -> float:
    """How long a month's readings take, where each is read at ``AIM`` of its interval, as nightly runs do."""
    return sum(speed.seconds(need.amount) * (MONTH / (need.interval * AIM)) for need in needs)


def _apart(octets: Sequence[float], opened: Sequence[float]) -> tuple[float, float] | None:
    """Seconds per octet and per file that explain one second of every run best (least squares); None if unclear."""
    octets_twice, both, opened_twice = _product(octets, octets), _product(octets, opened), _product(opened, opened)
    determinant = octets_twice * opened_twice - both**2
    if determinant <= _ALIKE * octets_twice * opened_twice:
        return None
    octet = (opened_twice * sum(octets) - both * sum(opened)) / determinant
    opening = (octets_twice * sum(opened) - both * sum(octets)) / determinant
    return (octet, opening) if octet > 0 and opening > 0 else None


def _alone(read: Sequence[float]) -> float:
    """The seconds that each takes, if nothing else took time."""
    return len(read) / total if (total := sum(read)) else 0.0


def _product(one: Sequence[float], other: Sequence[float]) -> float:
    return sum(a * b for a, b in zip(one, other, strict=True))
