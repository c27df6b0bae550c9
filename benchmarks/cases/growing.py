"""The same work on more and more files: the time for each of them, and the memory for all, must not grow."""

from __future__ import annotations

from benchmarks.cases.validating import BAGIT, OURS
from benchmarks.corpora import Corpora
from benchmarks.measure import Command
from benchmarks.rounds import Benchmark, Contender

_QUICK = 1_000
"""Up to here a run is mostly starting; it takes many to see the difference."""

_PATIENCE = 100_000
"""bagit is asked up to here; beyond, one run of it takes minutes."""


def growth(corpora: Corpora) -> Benchmark:
    """Bags of one file (which is to say: starting), a thousand, … a million tiny texts."""
    sizes = (1, *corpora.sizes.growth)
    ours = [_contender(corpora, OURS, "preserve validate bag", files) for files in sizes]
    line = "bagit.py --quiet --validate bag"
    bagit = [_contender(corpora, BAGIT, line, files) for files in sizes if files <= _PATIENCE]
    return Benchmark("growth", "Bags of more and more texts of 100 to 500 octets", (*ours, *bagit))


def _contender(corpora: Corpora, name: str, line: str, files: int) -> Contender:
    command = Command(line, corpora.place(f"growth-{files}"))
    return Contender(
        f"{name}, {files:,} file{'s' if files > 1 else ''}", command, files=files, often=4 if files <= _QUICK else 1
    )
