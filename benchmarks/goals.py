"""The goals, and whether a run reached them.  Every figure comes out of the results; none stands here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations

from benchmarks.cases.asking import DUE, STATUS
from benchmarks.cases.auditing import AUDIT, VALIDATE
from benchmarks.cases.starting import CLICK, HELP, LS
from benchmarks.cases.validating import BAGIT, OPENSSL, OURS, SHA512SUM
from benchmarks.figures import Comparison, Measured, Results

Figure = Callable[[Results], float | None]
"""The figure that a goal is about; None if what it needs was not run."""

_MIB = 1 << 20
_MANY = 10_000
"""From so many files on, memory is to be flat."""


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


# --- figures: times -----------------------------------------------------------------------------------------


def _walls(results: Results, name: str, ours: str, others: tuple[str, ...]) -> tuple[float, float] | None:
    found = results.find(name)
    try:
        return (found.best([ours]).wall, found.best(others).wall) if found else None
    except ValueError:  # the comparison was run without one of them
        return None


def _faster(name: str, *others: str, ours: str = OURS) -> Figure:
    """How many times as long as we the quickest of *others* takes."""

    def figure(results: Results) -> float | None:
        walls = _walls(results, name, ours, others)
        return walls[1] / walls[0] if walls else None

    return figure


def _slower(name: str, *others: str, ours: str = OURS) -> Figure:
    """How many times as long as the quickest of *others* we take."""

    def figure(results: Results) -> float | None:
        walls = _walls(results, name, ours, others)
        return walls[0] / walls[1] if walls else None

    return figure


def _seconds(name: str, contender: str, unit: float = 1.0) -> Figure:
    """How long the contender takes, in seconds or, with *unit* 0.001, in milliseconds."""

    def figure(results: Results) -> float | None:
        walls = _walls(results, name, contender, (contender,))
        return walls[0] / unit if walls else None

    return figure


# --- figures: growth and memory -----------------------------------------------------------------------------


def of_ours(comparison: Comparison) -> Iterator[Measured]:
    """What preserve did in a comparison."""
    return (one for one in comparison.measured if one.name.startswith(OURS))


def each_file(measured: Measured, start: Measured) -> float:
    """Seconds for each file, without those of *start*, which dealt with one file."""
    return max(measured.wall - start.wall, 0.0) / (measured.files - start.files)


def _grown(results: Results) -> float | None:
    """The most that the time for each file grows from any number of files to a larger one."""
    found = results.find("growth")
    if not found:
        return None
    start, *others = of_ours(found)
    times = [each_file(one, start) for one in others]
    return max(later / max(former, 1e-9) for former, later in combinations(times, 2))


def _swollen(results: Results) -> float | None:
    """The MiB that the most files need more than ten thousand."""
    found = results.find("growth")
    if not found:
        return None
    many = [one.together for one in of_ours(found) if one.files >= _MANY]
    return (max(many) - many[0]) / _MIB


def memory_of_ours(results: Results) -> dict[str, int]:
    """The peak of all our processes together in each comparison, in octets; only where somebody looked."""
    peaks = {one.name: max(each.together for each in of_ours(one)) for one in results.comparisons if any(of_ours(one))}
    return {name: peak for name, peak in peaks.items() if peak}


def _most_memory(*work: str) -> Figure:
    """The MiB of the comparison, among those whose name begins with one of *work*, that needs most."""

    def figure(results: Results) -> float | None:
        peaks = [peak for name, peak in memory_of_ours(results).items() if name.startswith(work)]
        return max(peaks) / _MIB if peaks else None

    return figure


BAGGED = "cp -r"
_TOGETHER = "for any corpus, all processes together"

GOALS = (
    Goal("validate A", "as fast as bagit's better time", _faster("validate-A", BAGIT), 6),
    Goal("validate A", "the time of xargs -P2 sha512sum", _slower("validate-A", SHA512SUM), 1.4, at_most=True),
    Goal("validate B in one call", "as fast as bagit's API", _faster("validate-B", f"{BAGIT}'s API"), 8),
    Goal("validate E", "as fast as bagit's better time", _faster("validate-E", BAGIT), 12),
    Goal("validate C", "the time of openssl for both digests", _slower("validate-C", OPENSSL), 1.1, at_most=True),
    Goal("validate D", "the time of openssl for both digests", _slower("validate-D", OPENSSL), 1.1, at_most=True),
    Goal("validate one large file", "as fast as bagit's better time", _faster("validate-single", BAGIT), 1.4),
    Goal("seal A", "as fast as cp -r + bagit + sync", _faster("seal-A", BAGGED), 3),
    Goal("seal B", "as fast as cp -r + bagit + sync", _faster("seal-B", BAGGED), 5),
    Goal("the whole ingest of B", "the time of cp -r + bagit alone", _slower("ingest-B", BAGGED), 1, at_most=True),
    Goal(
        "the whole ingest of B, at the least",
        "the time of cp -r + bagit alone",
        _slower("ingest-B", BAGGED),
        1.5,
        at_most=True,
    ),
    Goal(
        "validate A in a tar",
        "the time of the folder",
        _slower("validate-tar", f"{OURS}, the folder", ours=f"{OURS}, the tar"),
        1.2,
        at_most=True,
    ),
    Goal("audit of many packages", "the time of validate", _slower("audit-B", VALIDATE, ours=AUDIT), 1.5, at_most=True),
    Goal("audit of a large package", "the time of openssl", _slower("audit-D", OPENSSL, ours=AUDIT), 1.1, at_most=True),
    Goal("peak memory of validate", _TOGETHER, _most_memory("validate", "growth"), 100, at_most=True, unit="MiB"),
    Goal("peak memory of sealing", _TOGETHER, _most_memory("seal"), 100, at_most=True, unit="MiB"),
    Goal("peak memory of ingest", _TOGETHER, _most_memory("ingest"), 100, at_most=True, unit="MiB"),
    Goal("memory is flat", "more for the most files than for 10,000", _swollen, 10, at_most=True, unit="MiB"),
    Goal("preserve --help", "the time of import click", _slower("start", CLICK, ours=HELP), 3, at_most=True),
    Goal("preserve ls", "", _seconds("start", LS), 0.5, at_most=True, unit="s"),
    Goal("growth of validate", "the time for each file, however many", _grown, 1.3, at_most=True),
    Goal("status, the answer", "", _seconds("ask", STATUS, 1e-3), 50, at_most=True, unit="ms"),
    Goal("what is due, the answer", "", _seconds("ask", DUE, 1e-3), 50, at_most=True, unit="ms"),
)
