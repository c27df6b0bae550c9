"""Figures in rows, for the terminal and for the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.figures import COLD, Comparison, Measured, Results
from benchmarks.goals import GOALS, each_file

NOT_KNOWN = "–"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of words under a heading; the first columns are *text*, the others figures."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    text: int = 1

    def for_terminal(self) -> str:
        """In columns."""
        lines = [self.head, *self.rows]
        widths = [max(len(line[place]) for line in lines) for place in range(len(self.head))]
        return "\n".join([self.title, *("  " + self._aligned(line, widths) for line in lines)])

    def in_markdown(self) -> str:
        """As Markdown, without the title."""
        rule = tuple("---" if place < self.text else "---:" for place in range(len(self.head)))
        return "\n".join(f"| {' | '.join(line)} |" for line in (self.head, rule, *self.rows))

    def _aligned(self, line: Sequence[str], widths: Sequence[int]) -> str:
        return "  ".join(
            word.ljust(width) if place < self.text else word.rjust(width)
            for place, (word, width) in enumerate(zip(line, widths, strict=True))
        )


def table_of(comparison: Comparison) -> Table:
    """One comparison: seconds and spread, processor time, how many times ours, memory."""
    rounds = f"{comparison.rounds} round{'s' if comparison.rounds > 1 else ''}"
    cache = "the cache emptied before each" if comparison.cache == COLD else "warm cache"
    title = f"{comparison.title} ({rounds}, {cache})"
    if comparison.measured[0].files:
        return _table_of_growth(title, comparison)
    ours = comparison.measured[0]
    head = ("", "median", "from – to", "× ours", "processor", "× ours", "largest process", "all")
    return Table(title, head, tuple(_compared(one, ours) for one in comparison.measured))


def _table_of_growth(title: str, comparison: Comparison) -> Table:
    """What each file costs without starting; × ours is of the same number of files."""
    starts = {one.program: one for one in reversed(comparison.measured)}
    ours = {one.files: one for one in reversed(comparison.measured)}
    head = ("", "median", "from – to", "× ours", "processor", "µs a file", "µs of processor", "largest process", "all")
    rows = (_growing(one, ours[one.files], starts[one.program]) for one in comparison.measured)
    return Table(title, head, tuple(rows))


def _compared(one: Measured, ours: Measured) -> tuple[str, ...]:
    return (
        one.name,
        seconds(one.wall),
        _spread(one),
        times(one.wall / ours.wall),
        seconds(one.cpu) if one.cpu else NOT_KNOWN,
        times(one.cpu / ours.cpu) if one.cpu and ours.cpu else NOT_KNOWN,
        *_memory(one),
    )


def _growing(one: Measured, ours: Measured, start: Measured) -> tuple[str, ...]:
    more = one.files > start.files
    wall, cpu = (each_file(one, start), (one.cpu - start.cpu) / (one.files - start.files)) if more else (0.0, 0.0)
    return (
        one.name,
        seconds(one.wall),
        _spread(one),
        times(one.wall / ours.wall),
        seconds(one.cpu),
        f"{wall * 1e6:.1f}" if more else NOT_KNOWN,
        f"{cpu * 1e6:.1f}" if more else NOT_KNOWN,
        *_memory(one),
    )


def _spread(one: Measured) -> str:
    return f"{seconds(one.fastest)} – {seconds(one.slowest)}" if len(one.samples) > 1 else "once"


def _memory(one: Measured) -> tuple[str, str]:
    return mib(one.largest), mib(one.together) if one.together else NOT_KNOWN


def goals_table(results: Results) -> Table:
    """Goal by goal: what was wanted, what was measured, whether that is enough."""
    rows = []
    for goal in GOALS:
        figure = goal.figure(results)
        if figure is None:
            rows.append((goal.work, goal.wanted, "not run", NOT_KNOWN))
        else:
            shown = f"{figure:.3g}" if figure < 100 else f"{figure:,.0f}"
            rows.append((goal.work, goal.wanted, f"{shown} {goal.unit}", "yes" if goal.reached(figure) else "NO"))
    return Table("The goals", ("work", "goal", "measured", "reached"), tuple(rows), text=2)


def seconds(value: float) -> str:
    """Seconds to three digits."""
    return f"{value * 1000:.1f} ms" if value < 0.1 else f"{value:.2f} s" if value < 10 else f"{value:.1f} s"


def times(value: float) -> str:
    """A ratio."""
    return f"{value:.2f}" if value < 10 else f"{value:.1f}"


def mib(octets: int) -> str:
    """Octets as whole MiB."""
    return f"{octets / (1 << 20):.0f} MiB"
