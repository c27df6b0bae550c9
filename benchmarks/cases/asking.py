"""What a person or a timer asks an archive of very many packages, again and again."""

from __future__ import annotations

from benchmarks import archives
from benchmarks.corpora import Corpora
from benchmarks.measure import Command
from benchmarks.rounds import Benchmark, Contender

STATUS = "status, the answer alone"
CHANGED = "status, the answer after a change"
DUE = "what is due, the answer alone"

_PATIENT = "-c fixity.interval=99y -c fixity.silence=99y"
"""The archive was made long ago, and nobody has read it since: that is not what is asked about."""

_ASK = 'python "$BENCHMARKS/ours/answers.py"'


def ask(corpora: Corpora) -> Benchmark:
    """``status`` as a command, and the answers as a program that is already running gets them.

    ``status`` lists the store only where something may have changed since it last did, so it is asked both ways.
    """
    count = corpora.sizes.catalogued
    home = corpora.made(f"archive-{count}", archives.maker(count)) / "home"
    contenders = (
        Contender("preserve status", Command(f"preserve {_PATIENT} status", home)),
        Contender(STATUS, Command(f"{_ASK} status", home, tells=True)),
        Contender(CHANGED, Command(f"{_ASK} status-after-a-change", home, tells=True)),
        Contender(DUE, Command(f"{_ASK} due", home, tells=True)),
    )
    return Benchmark("ask", f"Questions to an archive of {count:,} packages", contenders)
