"""Results as text for the terminal."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.figures import Comparison, Results
from benchmarks.goals import GOALS


def for_terminal(results: Results) -> str:
    """Every table, then the goals."""
    return "\n".join(_lines(results))


def page(results: Results) -> str:
    """The page."""
    return for_terminal(results)


def _lines(results: Results) -> Iterator[str]:
    for comparison in results.comparisons:
        yield from _table(comparison)
        yield ""
    for goal in GOALS:
        figure = goal.figure(results)
        if figure is not None:
            yield f"{goal.work}: {goal.wanted}: {figure:.2f} {'reached' if goal.reached(figure) else 'NOT REACHED'}"


def _table(comparison: Comparison) -> Iterator[str]:
    ours = comparison.measured[0]
    yield f"{comparison.title} ({comparison.name}, {comparison.cache} cache, {comparison.rounds} rounds)"
    for one in comparison.measured:
        memory = f"{one.largest >> 20:>6} {one.together >> 20:>6}"
        yield (
            f"  {one.name:32} {one.wall:8.3f} s  {one.fastest:.3f}-{one.slowest:.3f}  ×{one.wall / ours.wall:<6.2f}"
            f" cpu {one.cpu:8.3f} s ×{one.cpu / ours.cpu:<6.2f} MiB {memory}"
        )
