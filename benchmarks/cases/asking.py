"""What a person or a timer asks an archive of very many packages, again and again."""

from __future__ import annotations

from benchmarks import archives
from benchmarks.corpora import Corpora
from benchmarks.measure import Command
from benchmarks.rounds import Benchmark, Contender

STATUS = "status, the answer alone"
DUE = "what is due, the answer alone"

_ASK = 'python "$BENCHMARKS/cases/answers.py"'


def ask(corpora: Corpora) -> Benchmark:
    """``status`` as a command, and the answers as a program that is already running gets them."""
    count = corpora.sizes.catalogued
    home = corpora.made(f"archive-{count}", archives.maker(count)) / "home"
    contenders = (
        Contender("preserve status", Command("preserve status", home)),
        Contender(STATUS, Command(f"{_ASK} status", home, tells=True)),
    )
    return Benchmark("ask", f"Questions to an archive of {count:,} packages", contenders)
