"""``preserve audit``, with its record, against judging without one and against hashing alone."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

from benchmarks.cases.validating import OPENSSL, SHA512SUM, find_each, openssl_each
from benchmarks.corpora import Corpora
from benchmarks.measure import Command, environment
from benchmarks.rounds import Benchmark, Contender

AUDIT = "preserve audit --all"
VALIDATE = "preserve validate"

_LINES = {AUDIT: "preserve audit --all --quiet", VALIDATE: "preserve validate --quiet packages/*/ >/dev/null"}


def audit_b(corpora: Corpora) -> Benchmark:
    """Many small packages, each judged and recorded in its own history."""
    home = corpora.made("archive-B", _archive(corpora.place("B") / "plain"))
    lines = _LINES | {SHA512SUM: find_each("packages/*/data", 500, "sha512sum")}
    return _benchmark("audit-B", f"Audit of an archive of {corpora.sizes.packages:,} packages", home, lines)


def audit_d(corpora: Corpora) -> Benchmark:
    """One large package: what was read is noted, so that a night that is too short costs nothing."""
    home = corpora.made("archive-D", _archive(corpora.place("D") / "bag", "data"))
    lines = _LINES | {OPENSSL: openssl_each("packages/*/data", 10)}
    sizes = corpora.sizes
    title = f"Audit of one package of {sizes.d_files} files of {sizes.d_size >> 20:,} MiB"
    return _benchmark("audit-D", title, home, lines)


def _benchmark(name: str, title: str, home: Path, lines: dict[str, str]) -> Benchmark:
    return Benchmark(name, title, tuple(Contender(each, Command(line, home)) for each, line in lines.items()), rounds=3)


def _archive(source: Path, only: str = "") -> Callable[[Path], None]:
    """Makes an archive of what lies in *source*, or of the one folder *only* in it."""

    def make(home: Path) -> None:
        incoming = f"paths.incoming={source}"
        arrivals = [str(source / only)] if only else []
        for words in (["init", str(home)], ["--home", str(home), "-c", incoming, "ingest", *arrivals]):
            subprocess.run(["preserve", *words], check=True, env=environment(), capture_output=True)

    return make
