"""``preserve ingest``, all of it, against copying and bagging and nothing else."""

from __future__ import annotations

import subprocess
from pathlib import Path

from benchmarks.cases.validating import BAGIT, OURS
from benchmarks.corpora import Corpora
from benchmarks.measure import Command, environment
from benchmarks.rounds import Benchmark, Contender


def bagged(folders: str, processes: int) -> str:
    """Copy ``plain`` and let bagit make bags of *folders* of the copy, where they lie."""
    return f'cp -r plain "$OUT" && cd "$OUT" && bagit.py --quiet --sha256 --sha512 --processes {processes} {folders}'


def new_archive(home: Path) -> None:
    """An empty archive at *home*, as ``preserve init`` makes it."""
    subprocess.run(["preserve", "init", "--quiet", str(home)], check=True, env=environment(), capture_output=True)


def ingest_b(corpora: Corpora) -> Benchmark:
    """Many small packages: identified, described, sealed, judged by two witnesses, durable."""
    place = corpora.place("B")
    line = 'preserve --home "$OUT" -c paths.incoming="$PWD/plain" ingest --quiet'
    contenders = (
        Contender(OURS, Command(line, place), prepare=new_archive),
        Contender(f"cp -r, then {BAGIT}, 1 process", Command(bagged("*", 1), place)),
        Contender(f"cp -r, then {BAGIT}, 2 processes", Command(bagged("*", 2), place), watched=False, once=True),
    )
    return Benchmark("ingest-B", f"Ingest of B: {corpora.sizes.packages:,} packages", contenders, rounds=3)
