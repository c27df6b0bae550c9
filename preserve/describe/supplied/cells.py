"""How a value stands in the cell of a table: never as a formula, and several in one cell with ``||`` between.  Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

_FORMULA = re.compile(r"\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")
_APART = "||"
"""What stands between several values in one cell, as DSpace writes them; in a value it is written ``\\|\\|``."""


def protected(cell: str) -> str:
    """*cell* as it may stand in a table that a spreadsheet opens."""
    return f"'{cell}" if _FORMULA.match(cell.lstrip("'")) else cell


def unprotected(cell: str) -> str:
    """What ``protected`` was given: without the apostrophe, if one stands before what would be a formula."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell.lstrip("'")) else cell


def as_cell(value: str) -> str:
    """One value as a cell from which ``values_in`` reads that value alone."""
    return protected(value.replace("|", r"\|") if _APART in value else value)


def values_in(cell: str) -> Iterator[str]:
    """The values that *cell* holds, without white space around them; blank ones do not count."""
    for part in cell.split(_APART):
        value = unprotected(part.strip()).strip()
        if value:
            yield value.replace(r"\|", "|") if r"\|\|" in value else value
