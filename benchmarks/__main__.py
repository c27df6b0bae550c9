"""``python -m benchmarks``: choose, run, print, and write the page."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from subprocess import CalledProcessError

from benchmarks import report
from benchmarks.cases import CASES
from benchmarks.corpora import FULL, QUICK, Corpora
from benchmarks.figures import Comparison, Results
from benchmarks.machine import machine
from benchmarks.measure import Failed
from benchmarks.rounds import Runner

_HERE = Path(__file__).parent


def main(words: Sequence[str]) -> int:
    """Run what was asked for; 0 if all of it could be run, whatever the figures say."""
    options = _options(words)
    results = Results.from_json(options.earlier.read_text()) if options.earlier else _run(options)
    print(report.for_terminal(results))
    if options.json:
        options.json.write_text(results.to_json())
    if options.page:
        options.page.write_text(report.page(results))
    return 1 if results.failures else 0


def _run(options: argparse.Namespace) -> Results:
    options.work.mkdir(parents=True, exist_ok=True)
    corpora = Corpora(options.work.resolve(), QUICK if options.quick else FULL, _say)
    runner = Runner(corpora.work / "out", _say, options.rounds, cold=not options.no_cold)
    runner.clear()  # of a run that was killed
    told, began = machine(corpora.work), time.monotonic()
    comparisons: list[Comparison] = []
    failures: dict[str, str] = {}
    for name in options.names or CASES:
        try:
            comparisons.extend(runner.comparisons(CASES[name](corpora)))
        except (Failed, CalledProcessError) as error:
            failures[name] = str(error)
            _say(f"{name} FAILED: {error}")
    took = time.monotonic() - began
    runner.clear()
    return Results(told, _shown(options), corpora.sizes.name, took, tuple(comparisons), failures)


def _shown(options: argparse.Namespace) -> str:
    """The command again, without the folders and files of this machine."""
    rounds = ["--rounds", str(options.rounds)] if options.rounds else []
    flags = [flag for flag, given in (("--quick", options.quick), ("--no-cold", options.no_cold)) if given]
    return " ".join(["python -m benchmarks", *flags, *rounds, *options.names])


def _options(words: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m benchmarks", description="Ours and the peers, side by side.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of: {', '.join(CASES)}")
    parser.add_argument("--quick", action="store_true", help="small corpora: minutes instead of half an hour")
    parser.add_argument("--rounds", type=int, metavar="N", help="rounds of each contender, instead of the usual number")
    parser.add_argument("--no-cold", action="store_true", help="leave out the rounds that begin with an empty cache")
    parser.add_argument("--work", type=Path, default=_HERE / ".work", metavar="DIR", help="where the corpora are kept")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write all samples there")
    parser.add_argument("--page", type=Path, metavar="FILE", help="also write the page there (Markdown)")
    parser.add_argument("--from", dest="earlier", type=Path, metavar="FILE", help="run nothing; show what --json wrote")
    options = parser.parse_args(words)
    if unknown := [name for name in options.names if name not in CASES]:
        parser.error(f"there is no benchmark {', '.join(unknown)}")
    return options


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
