"""Throw bytes at the readers of everything that comes from outside, led by coverage, until one breaks a promise.

    scripts/fuzz --list                      the readers by name
    scripts/fuzz zip tar --seconds 60        these, a minute each
    scripts/fuzz --outside --seconds 60      the nine that read what anybody may send
    scripts/fuzz --all --seconds 3600        all of them

As many run side by side as there are processors.  What broke a promise is kept in .fuzz/READER/broken-*, beside what
was learned, so that the next run goes on from there; it becomes a test in tests/faults/fuzz/test_findings.py.
"""

import argparse
import os
import re
import subprocess
import sys
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import REPOSITORY
from tests.faults.fuzz.readers import READERS
from tests.faults.fuzz.seeds import SEEDS, WORDS

OUTSIDE = list(READERS)[:9]
LONGEST = 8192
"""Octets of an input: what is wrong with a reader shows in less."""
SLOWEST = 10
"""Seconds that one input may take."""
MEMORY = 1024
"""MiB that a reader may need, together with the interpreter and all that was learned."""


@dataclass(frozen=True, slots=True)
class Run:
    """How it went with one reader."""

    name: str
    inputs: int
    broken: tuple[Path, ...]
    log: str


def prepare(name: str, folder: Path) -> list[str]:
    """Put the seeds to what is known already, write down the words; the arguments that name both."""
    known, words = folder / "known", folder / "words"
    known.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(SEEDS[name]()):
        (known / f"seed-{number}").write_bytes(seed)
    escaped = ("".join(f"\\x{octet:02x}" for octet in word) for word in WORDS[name])
    words.write_text("".join(f'"{word}"\n' for word in escaped))
    return [str(known), f"-dict={words}", f"-artifact_prefix={folder}/broken-"]


def fuzz(name: str, seconds: int, folder: Path, inputs: int = -1) -> Run:
    """Run one reader for so many seconds, or until it breaks.

    With so many *inputs* it tries the same ones each time, as long as the code is the same: time decides nothing then
    but where a slow machine stops.
    """
    arguments = prepare(name, folder)
    limits = [
        f"-seed={0 if inputs < 0 else 1}",
        f"-runs={inputs}",
        f"-max_total_time={seconds}",
        f"-timeout={SLOWEST}",
        f"-rss_limit_mb={MEMORY}",
        f"-max_len={LONGEST}",
    ]
    before = set(folder.glob("broken-*"))
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.fuzz", name, *arguments, *limits, "-print_final_stats=1"],
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    counted = re.findall(r"number_of_executed_units: +(\d+)", done.stdout)
    broken = tuple(sorted(set(folder.glob("broken-*")) - before))
    if done.returncode and not broken:
        broken = (folder,)  # it did not even start
    return Run(name, int(counted[-1]) if counted else 0, broken, done.stdout)


def report(runs: Iterable[Run]) -> bool:
    """Tell of each reader as it ends; whether none broke a promise."""
    good = True
    for run in runs:
        verdict = "BROKEN" if run.broken else "no promise broken"
        say(f"{run.name:<16} {run.inputs:>12,} inputs   {verdict}")
        if run.broken:
            good = False
            say("\n".join([run.log[-4000:], "kept:", *map(str, run.broken)]))
    return good


def say(text: str) -> None:
    """Tell it now: the next reader may take an hour."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def main() -> int:
    """Parse, run, report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("readers", nargs="*", metavar="READER")
    parser.add_argument("--list", action="store_true", help="name the readers")
    parser.add_argument("--all", action="store_true", help="all of them")
    parser.add_argument("--outside", action="store_true", help="those that read what anybody may send")
    parser.add_argument("--seconds", type=int, default=60, help="for each of them [60]")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="how many at a time")
    parser.add_argument("--keep", type=Path, default=REPOSITORY / ".fuzz", help="where to keep what was learned")
    asked = parser.parse_args()
    if asked.list:
        say("\n".join(READERS))
        return 0
    chosen = list(READERS) if asked.all else OUTSIDE if asked.outside else asked.readers
    if not chosen or set(chosen) - set(READERS):
        parser.error(f"name one or more of: {', '.join(READERS)}")
    with ThreadPoolExecutor(asked.jobs) as pool:
        runs = pool.map(lambda name: fuzz(name, asked.seconds, asked.keep / name), chosen)
        return 0 if report(runs) else 1


if __name__ == "__main__":
    sys.exit(main())
