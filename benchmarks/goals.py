"""The goals, and whether a run reached them.  Every figure comes out of the results; none stands here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.cases.validating import BAGIT, OPENSSL, OURS, SHA512SUM
from benchmarks.figures import Results

Figure = Callable[[Results], float | None]
"""The figure that a goal is about; None if what it needs was not run."""


@dataclass(frozen=True, slots=True)
class Goal:
    """*figure* is to be at least (or, with *at_most*, at most) *limit*, in *unit*; *than* says of what."""

    work: str
    than: str
    figure: Figure
    limit: float
    at_most: bool = False
    unit: str = "×"

    @property
    def wanted(self) -> str:
        """The goal in words."""
        return f"{'≤' if self.at_most else '≥'} {self.limit:g} {self.unit} {self.than}".rstrip()

    def reached(self, figure: float) -> bool:
        """Whether *figure* is good enough."""
        return figure <= self.limit if self.at_most else figure >= self.limit


def _faster(name: str, *others: str, ours: str = OURS) -> Figure:
    """How many times as long the quickest of *others* takes as we do."""

    def figure(results: Results) -> float | None:
        found = results.find(name)
        return found.best(others).wall / found.best([ours]).wall if found else None

    return figure


def _slower(name: str, *others: str, ours: str = OURS) -> Figure:
    """How many times as long we take as the quickest of *others*."""
    faster = _faster(name, *others, ours=ours)

    def figure(results: Results) -> float | None:
        found = faster(results)
        return None if found is None else 1 / found

    return figure


GOALS = (
    Goal("validate A", "as fast as bagit's better time", _faster("validate-A", BAGIT), 6),
    Goal("validate A", "the time of xargs -P2 sha512sum", _slower("validate-A", SHA512SUM), 1.4, at_most=True),
    Goal("validate B in one call", "as fast as bagit's API", _faster("validate-B", f"{BAGIT}'s API"), 8),
    Goal("validate E", "as fast as bagit's better time", _faster("validate-E", BAGIT), 12),
    Goal("validate C", "the time of openssl for both digests", _slower("validate-C", OPENSSL), 1.1, at_most=True),
    Goal("validate D", "the time of openssl for both digests", _slower("validate-D", OPENSSL), 1.1, at_most=True),
    Goal("validate one large file", "as fast as bagit's better time", _faster("validate-single", BAGIT), 1.4),
    Goal(
        "validate A in a tar",
        "the time of the folder",
        _slower("validate-tar", f"{OURS}, the folder", ours=f"{OURS}, the tar"),
        1.2,
        at_most=True,
    ),
)
