"""Contenders side by side: in turn, several rounds, each into fresh folders."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from benchmarks.figures import COLD, WARM, Comparison, Measured
from benchmarks.measure import Command, Sample, can_drop_caches, drop_caches, run, watch

Prepare = Callable[[Path], object]
"""Makes what a run needs at its ``$OUT``, before the clock starts."""


def nothing(_output: Path) -> None:
    """No preparation."""


@dataclass(frozen=True, slots=True)
class Contender:
    """One way to do the work.

    *rehearsal* is the same on a tiny example, which brings the program, not the corpus, back into an emptied cache.
    *watched* is false for what is so slow that a run for its memory alone is not worth its time; *once*, for what is
    so slow that one round says enough.  *files* is how many files it deals with, where that differs between
    contenders.  *often* is how many times it runs in each round: more than once where it is over in a moment and the
    difference of two such moments is what matters.
    """

    name: str
    command: Command
    rehearsal: Command | None = None
    prepare: Prepare = nothing
    watched: bool = True
    once: bool = False
    files: int = 0
    often: int = 1


@dataclass(frozen=True, slots=True)
class Benchmark:
    """One piece of work and those who do it; ours is the first.  *cold* rounds begin with an empty cache."""

    name: str
    title: str
    contenders: tuple[Contender, ...]
    rounds: int = 5
    cold: int = 0


@dataclass(frozen=True, slots=True)
class Runner:
    """Runs benchmarks; what they write goes below *scratch* and stays there until ``clear``.

    Nothing is deleted between two runs: for minutes, ext4 is slow to make files where many were just deleted.
    """

    scratch: Path
    say: Callable[[str], object]
    rounds: int | None = None
    cold: bool = True

    def comparisons(self, benchmark: Benchmark) -> Iterator[Comparison]:
        """The benchmark with a warm cache, then, where this machine lets us, with a cold one.  ``Failed``."""
        folder = self.scratch / benchmark.name
        folder.mkdir(parents=True)
        outputs = (folder / str(number) for number in count())
        yield self._warm(benchmark, outputs)
        if benchmark.cold and self.cold and can_drop_caches():
            yield self._cold(benchmark, outputs)

    def clear(self) -> None:
        """Delete all that was written."""
        shutil.rmtree(self.scratch, ignore_errors=True)

    def _warm(self, benchmark: Benchmark, outputs: Iterator[Path]) -> Comparison:
        self.say(f"{benchmark.name}: warm cache")
        peaks = {}
        for number, one in enumerate(benchmark.contenders):
            if one.watched or number == 0:  # the first one also warms the cache
                peaks[one.name] = watch(one.command, _ready(one, outputs))
        samples = self._turns(benchmark.contenders, self.rounds or benchmark.rounds, outputs)
        return _compared(benchmark, WARM, samples, peaks)

    def _cold(self, benchmark: Benchmark, outputs: Iterator[Path]) -> Comparison:
        self.say(f"{benchmark.name}: cold cache")

        def empty(one: Contender) -> None:
            drop_caches()
            if one.rehearsal:
                run(one.rehearsal, next(outputs))

        rounds = min(self.rounds or benchmark.cold, benchmark.cold)
        return _compared(benchmark, COLD, self._turns(benchmark.contenders, rounds, outputs, empty), {})

    def _turns(
        self,
        contenders: Iterable[Contender],
        rounds: int,
        outputs: Iterator[Path],
        before: Callable[[Contender], object] = lambda _one: None,
    ) -> dict[str, list[Sample]]:
        samples: dict[str, list[Sample]] = {}
        for number in range(rounds):
            for one in (each for each in contenders if number == 0 or not each.once):
                for _ in range(one.often):
                    output = _ready(one, outputs)
                    os.sync()  # nobody pays for what the one before left to be written
                    before(one)
                    samples.setdefault(one.name, []).append(run(one.command, output))
                self.say(f"  {number + 1}/{rounds} {one.name}: {samples[one.name][-1].wall:.2f} s")
        return samples


def _ready(contender: Contender, outputs: Iterator[Path]) -> Path:
    output = next(outputs)
    contender.prepare(output)
    return output


def _compared(benchmark: Benchmark, cache: str, samples: dict[str, list[Sample]], peaks: dict[str, int]) -> Comparison:
    measured = (
        Measured(one.name, one.command.line, tuple(samples[one.name]), peaks.get(one.name, 0), one.files)
        for one in benchmark.contenders
    )
    return Comparison(benchmark.name, benchmark.title, cache, tuple(measured))
