"""Tables of all packages, whose rows wait on the disk until all columns are known."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import gettempdir
from typing import TypeVar

from preserve.cli.options import archive
from preserve.cli.target import Target
from preserve.errors import UsageError
from preserve.storage.names import shown
from preserve.storage.sizes import plural
from preserve.storage.spool import Spool
from preserve.workflows.archive import Archive
from preserve.workflows.export import Table

Value = TypeVar("Value")


def write_table(target: Target, make: Callable[[Archive, Spool[Value]], Table], *, tell: bool = False) -> int:
    """Write the table that *make* makes of the archive to *target*; the exit status.

    With *tell*, a line says how many packages it holds.
    """
    try:
        with archive() as home, Spool[Value](Path(gettempdir())) as rows:
            table = make(home, rows)
            said = f"{plural(table.packages, 'package')} written to {shown(str(target.place))}." if tell else ""
            return target.take(table.lines, {"packages": table.packages}, table.problems, said)
    except OSError as error:  # all that is read or written elsewhere has its own words
        reason = (error.strerror or str(error)).lower()
        raise UsageError(
            f"The rows of the table cannot be set aside: {reason}.",
            hint="Make room, or set TMPDIR to a folder that has.",
        ) from error
