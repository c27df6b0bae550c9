"""Cells that a spreadsheet would take for formulas: an apostrophe before them says that they are text.  Pure."""

from __future__ import annotations

import re

_FORMULA = re.compile(r"\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")


def protected(cell: str) -> str:
    """*cell* as it may stand in a table that a spreadsheet opens."""
    return f"'{cell}" if _FORMULA.match(cell.lstrip("'")) else cell


def unprotected(cell: str) -> str:
    """What ``protected`` was given: without the apostrophe, if one stands before what would be a formula."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell.lstrip("'")) else cell
