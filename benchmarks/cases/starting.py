"""How long it takes before anything happens, and how long a list of many packages takes."""

from __future__ import annotations

from benchmarks import archives
from benchmarks.corpora import Corpora
from benchmarks.measure import Command
from benchmarks.rounds import Benchmark, Contender

HELP = "preserve --help"
LS = "preserve ls"
CLICK = "import click"


def start(corpora: Corpora) -> Benchmark:
    """``--help`` and ``ls`` against the least that any command line in Python must do."""
    count = corpora.sizes.listed
    home = corpora.made(f"archive-{count}", archives.maker(count)) / "home"
    lines = {
        HELP: "preserve --help",
        LS: "preserve ls",
        CLICK: 'python -c "import click"',
        "an interpreter that does nothing": 'python -c ""',
    }
    contenders = tuple(Contender(name, Command(line, home)) for name, line in lines.items())
    return Benchmark("start", f"Starting, and listing {count:,} packages", contenders, rounds=15)
