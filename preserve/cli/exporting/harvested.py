"""The whole archive, or some packages, for harvesters."""

from __future__ import annotations

from collections.abc import Iterable

from preserve.cli.exporting.asked import Asked
from preserve.cli.exporting.table import write_table
from preserve.cli.target import Target
from preserve.errors import UsageError
from preserve.model import Package
from preserve.storage.handover import refuse_existing
from preserve.storage.spool import Spool
from preserve.workflows.archive import Archive
from preserve.workflows.export import Table
from preserve.workflows.harvesting import Row, static_repository
from preserve.workflows.looking import find


def write(asked: Asked) -> int:
    """Write a static repository."""
    if asked.output.as_json and asked.place is None:
        raise UsageError("A static repository does not fit into a JSON document.", hint="Add: --output FILE")
    if asked.place is not None:
        refuse_existing(asked.place)

    def make(home: Archive, rows: Spool[Row]) -> Table:
        return static_repository(home, rows, _chosen(home, asked.package_ids))

    return write_table(Target(asked.form, "text/xml", asked.place, asked.output), make)


def _chosen(home: Archive, texts: tuple[str, ...]) -> Iterable[Package]:
    """All packages, the oldest first, or those that are named, in the order in which they are."""
    if not texts:
        return home.catalog.packages()
    return {package.id: package for package in (find(home, text) for text in texts)}.values()
