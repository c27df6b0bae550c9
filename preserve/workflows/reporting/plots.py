"""Plots as SVG: a line or stacked bars over labelled steps.  Pure; no scripts, no colours but by CSS classes.

Each plot has a title and a description for those who do not see it; the numbers belong in a table beside it.  Labels
are escaped here.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT = 480, 210
_LEFT, _RIGHT, _TOP, _BOTTOM = 58, 12, 14, 30
_INNER_WIDTH, _INNER_HEIGHT = WIDTH - _LEFT - _RIGHT, HEIGHT - _TOP - _BOTTOM
_MOST_LABELS = 6
_WIDEST = 36
_LEAST = 1e-9
"""What is smaller has no logarithm that can be trusted."""


@dataclass(frozen=True, slots=True)
class Series:
    """One row of values, a value a step; None where there is none.  *style* is the CSS class."""

    label: str
    values: Sequence[float | None]
    style: str


@dataclass(frozen=True, slots=True)
class Plot:
    """What all plots have: *key* makes its ids unique on a page, *steps* are the labels along the bottom.

    The scale reaches from 0 to *top*, or to the largest value if that is 0; *worded* says a value of it in words.
    """

    key: str
    title: str
    description: str
    steps: Sequence[str]
    worded: Callable[[float], str]
    top: float = 0.0


def lines(plot: Plot, series: Sequence[Series], *, level: float | None = None) -> str:
    """A line for each of *series*; *level* draws a limit across."""
    top = _top(plot, [value for each in series for value in each.values] + [level])
    parts = [*_frame(plot, top)]
    if level is not None and top:
        y = _y(level, top)
        parts.append(f'<line class="limit" x1="{_LEFT}" x2="{WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>')
    for each in series:
        parts += _line(each, len(plot.steps), top)
    return _svg(plot, parts)


def bars(plot: Plot, series: Sequence[Series]) -> str:
    """A bar for each step, in which the values of *series* stand on top of each other."""
    sums = [sum(each.values[step] or 0 for each in series) for step in range(len(plot.steps))]
    top = _top(plot, list(sums))
    wide = _INNER_WIDTH / max(len(plot.steps), 1)
    broad = min(wide * 0.8, _WIDEST)
    parts = [*_frame(plot, top)]
    for step in range(len(plot.steps)):
        below = 0.0
        for each in series:
            value = each.values[step] or 0
            if value and top:
                y, foot = _y(below + value, top), _y(below, top)
                x = _x(step, len(plot.steps)) - broad / 2
                box = f'x="{x:.1f}" y="{y:.1f}" width="{broad:.1f}" height="{max(foot - y, 0.5):.1f}"'
                parts.append(f'<rect class="{each.style}" {box}/>')
                below += value
    return _svg(plot, parts)


def scale(largest: float) -> tuple[float, ...]:
    """Four or five round numbers from 0 to at least *largest*; (0,) if it is 0."""
    if largest <= 0:
        return (0.0,)
    largest = max(largest, _LEAST)
    rough = largest / 4
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= rough * 0.999999)
    return tuple(step * number for number in range(math.ceil(largest / step - 1e-9) + 1))


def _top(plot: Plot, values: Sequence[float | None]) -> float:
    return plot.top or scale(max((value for value in values if value is not None), default=0))[-1]


def _x(step: int, steps: int) -> float:
    return _LEFT + _INNER_WIDTH * (step + 0.5) / max(steps, 1)


def _y(value: float, top: float) -> float:
    return _TOP + _INNER_HEIGHT * (1 - min(value / top, 1))


def _frame(plot: Plot, top: float) -> Iterator[str]:
    """The scale at the left with its grid, and the labels below."""
    for value in scale(top) if top else (0.0,):
        y = _y(value, top) if top else _TOP + _INNER_HEIGHT
        if value <= top * 1.0001:
            yield f'<line class="grid" x1="{_LEFT}" x2="{WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
            yield f'<text class="y" x="{_LEFT - 7}" y="{y + 4:.1f}">{escape(plot.worded(value))}</text>'
    every = max(1, math.ceil(len(plot.steps) / _MOST_LABELS))
    for number, step in enumerate(range(0, len(plot.steps), every)):
        label, odd = escape(plot.steps[step]), " odd" if number % 2 else ""  # narrow screens leave every other one out
        yield f'<text class="x{odd}" x="{_x(step, len(plot.steps)):.1f}" y="{HEIGHT - 8}">{label}</text>'


def _line(series: Series, steps: int, top: float) -> Iterator[str]:
    """The line, broken where there is no value; a single value becomes a dot."""
    run: list[tuple[float, float]] = []
    for step, value in [*enumerate(series.values), (steps, None)]:
        if value is not None and top:
            run.append((_x(step, steps), _y(value, top)))
        elif run:
            if len(run) > 1:
                points = " ".join(f"{x:.1f},{y:.1f}" for x, y in run)
                yield f'<polyline class="{series.style}" points="{points}"/>'
            x, y = run[-1]
            yield f'<circle class="{series.style}" cx="{x:.1f}" cy="{y:.1f}" r="3.5"/>'
            run = []


def _svg(plot: Plot, parts: Sequence[str]) -> str:
    title, description = f"{plot.key}-title", f"{plot.key}-description"
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="{title} {description}">'
        f'<title id="{title}">{escape(plot.title)}</title>'
        f'<desc id="{description}">{escape(plot.description)}</desc>{"".join(parts)}</svg>'
    )
