"""How a value stands in the cell of a table: never as a formula, and several in one cell with ``||`` between.  Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from preserve.describe.supplied.spoilt import is_spoilt

_LEAD = re.compile(r"\A['\s]+")
_FORMULA = tuple("=+-@\uff1d\uff0b\uff0d\uff20")
_BREAKS = frozenset("\t\r\n")
_BLANK = " \t\r\n\v\f"
_APART = "||"
"""What stands between several values in one cell, as DSpace writes them; in a value it is written ``\\|\\|``."""
_LIKE_APART = re.compile(r"\|\\*\|")
"""What is ``||``, or would be taken for one that was written so: where a value has it, each bar gets a backslash."""


def protected(cell: str) -> str:
    """*cell* as it may stand in a table that a spreadsheet opens."""
    return f"'{cell}" if _needs_apostrophe(cell) else cell


def unprotected(cell: str) -> str:
    """What ``protected`` was given: without the apostrophe, if one stands before what needs it."""
    return cell[1:] if cell.startswith("'") and _needs_apostrophe(cell) else cell


def as_cell(value: str) -> str:
    """One value as a cell from which ``values_in`` reads that value alone."""
    return protected(value.replace("|", r"\|") if _LIKE_APART.search(value) else value)


def parts_of(cell: str) -> Iterator[str]:
    """What *cell* holds for each of its values, as it is written there, with every space beyond ASCII."""
    for part in cell.split(_APART):
        if bare := part.strip(_BLANK):
            yield bare


def values_in(cell: str) -> Iterator[str]:
    """The values that *cell* holds, without white space around them; blank ones do not count."""
    for part in parts_of(cell):
        value = unprotected(part.strip()).strip()
        if value:
            yield value.replace(r"\|", "|") if _LIKE_APART.search(value) else value


def _needs_apostrophe(cell: str) -> bool:
    """Whether it would be taken for a formula, or for a value that a spreadsheet has spoilt.

    The answer must be the same without the white space around it, and with an apostrophe more before it.
    """
    written = cell.rstrip()
    bare = _LEAD.sub("", written)
    lead = written.removesuffix(bare)
    return bare.startswith(_FORMULA) or not _BREAKS.isdisjoint(lead) or is_spoilt(bare)
