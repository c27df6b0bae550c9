"""Sealing alone: copy, digests, durable, read back from the disk.  Against copying, bagging and a sync."""

from __future__ import annotations

from benchmarks.cases.ingesting import bagged
from benchmarks.cases.validating import BAGIT, OURS
from benchmarks.corpora import Corpora
from benchmarks.measure import Command
from benchmarks.rounds import Benchmark, Contender

_SEAL = 'python "$BENCHMARKS/ours/seal_only.py" "$OUT"'


def seal_a(corpora: Corpora) -> Benchmark:
    """One package of many texts."""
    return _seal(corpora, "A", "plain", ".", f"one package of {corpora.sizes.texts:,} texts")


def seal_b(corpora: Corpora) -> Benchmark:
    """Many small packages."""
    return _seal(corpora, "B", "plain/*", "*", f"{corpora.sizes.packages:,} packages")


def _seal(corpora: Corpora, name: str, sources: str, folders: str, what: str) -> Benchmark:
    place = corpora.place(name)

    def peer(processes: int) -> Contender:
        line = f"{bagged(folders, processes)} && sync -f ."
        slow = processes > 1 and folders == "*"  # two new processes for every package
        many = "es" if processes > 1 else ""
        title = f"cp -r, {BAGIT} and sync, {processes} process{many}"
        return Contender(title, Command(line, place), watched=not slow, once=slow)

    ours = Contender(OURS, Command(f"{_SEAL} {sources}", place))
    return Benchmark(f"seal-{name}", f"Sealing {name}: {what}", (ours, peer(1), peer(2)), rounds=3)
