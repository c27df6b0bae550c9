"""Small pieces of HTML.  All that comes from outside goes through here.  Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from html import escape

from preserve.storage.names import shown
from preserve.storage.times import rfc3339


def text(value: str) -> str:
    """*value* as it may stand in an element or a quoted attribute; control and direction characters are shown."""
    return escape(shown(value))


def name(value: str) -> str:
    """A name, set apart: one from right to left does not turn what stands beside it around."""
    return f"<bdi>{text(value)}</bdi>"


def place(location: str) -> str:
    """Where a copy lies."""
    return name(location) if location else "package store"


def day(moment: datetime | None, *, otherwise: str = "never") -> str:
    """A day, with the exact time for programs."""
    if moment is None:
        return text(otherwise)
    return f'<time datetime="{rfc3339(moment)}">{moment.date()}</time>'


def table(
    caption: str, heads: Sequence[str], rows: Iterable[Sequence[str]], *, numbers: Sequence[int] = ()
) -> Iterator[str]:
    """A table, row by row; *rows* are cells of HTML, the first names the row, *numbers* tells the columns of numbers.

    It scrolls by itself where it is wider than the page.
    """
    few = ' class="few"' if len(heads) <= 3 else ""
    label = f'aria-label="{text(caption)}"'
    yield f'<p class="caption">{text(caption)}</p>\n'
    yield f'<div class="wide" role="region" tabindex="0" {label}><table{few} {label}>\n<thead><tr>'
    for column, head in enumerate(heads):
        yield f'<th scope="col"{_number(column, numbers)}>{text(head)}</th>'
    yield "</tr></thead>\n<tbody>\n"
    for row in rows:
        first, *others = row
        cells = "".join(f"<td{_number(column, numbers)}>{cell}</td>" for column, cell in enumerate(others, 1))
        yield f'<tr><th scope="row"{_number(0, numbers)}>{first}</th>{cells}</tr>\n'
    yield "</tbody></table></div>\n"


def _number(column: int, numbers: Sequence[int]) -> str:
    return ' class="n"' if column in numbers else ""


def legend(entries: Iterable[tuple[str, str]]) -> str:
    """What the colours of a plot mean: label and CSS class."""
    items = "".join(
        f'<li><span class="key {style}" aria-hidden="true"></span>{text(label)}</li>' for label, style in entries
    )
    return f'<ul class="legend">{items}</ul>'


def figure(svg: str, caption: str, entries: Iterable[tuple[str, str]]) -> str:
    """A plot with its caption and legend."""
    return f"<figure>{svg}<figcaption>{text(caption)}</figcaption>{legend(entries)}</figure>\n"
