"""The description of a package, or a table of all, in the words of others."""

from __future__ import annotations

from preserve.cli.exporting.asked import Asked
from preserve.cli.exporting.table import write_table
from preserve.cli.options import archive
from preserve.cli.output import clean
from preserve.cli.target import Target
from preserve.describe.crosswalks.targets import TARGETS
from preserve.errors import UsageError
from preserve.storage.handover import refuse_existing
from preserve.workflows.export import export, export_all


def write(asked: Asked) -> int:
    """Write what is known of one package, or of all."""
    if asked.package_id is None and asked.output.as_json and asked.place is None:
        raise UsageError("A table of the whole archive does not fit into one JSON document.", hint="Add: --output FILE")
    if asked.place is not None:
        refuse_existing(asked.place)
    target = Target(asked.form, TARGETS[asked.form].media_type, asked.place, asked.output)
    if asked.package_id is None:
        return write_table(target, export_all)
    with archive() as home:
        done = export(home, asked.package_id, asked.form, asked.organizations)
    about = {"packages": 1, "id": done.package.id, "name": clean(done.package.name)}
    return target.take([done.data], about, done.problems)
