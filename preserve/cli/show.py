"""``preserve show``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from preserve.cli.depositing import journal_json, journal_lines
from preserve.cli.describing import statement_json, statement_lines
from preserve.cli.options import archive, common, complete_package
from preserve.cli.output import Output, one_line, problem_lines
from preserve.cli.rendering import copy_json, how_sure, package_json, proposal_json
from preserve.model import Copy, Record
from preserve.storage import names
from preserve.storage.sizes import octets, plural
from preserve.storage.times import rfc3339

if TYPE_CHECKING:
    from preserve.workflows.results import Details


@click.command(name="show")
@click.argument("package_id", metavar="ID", shell_complete=complete_package)
@common
def command(package_id: str, output: Output) -> None:
    """Show one package: what it holds, how it is described, what programs propose.

    ID is a package's name, its UUID, the beginning of its UUID, or its path.
    """
    from preserve.describe.record.embargo import NEVER, embargo  # noqa: PLC0415  --help must stay fast
    from preserve.describe.record.origins import key_of  # noqa: PLC0415
    from preserve.workflows.depositing.journal import deposits_of  # noqa: PLC0415
    from preserve.workflows.looking import details  # noqa: PLC0415

    with archive() as home:
        found = details(home, package_id)
        deposits = deposits_of(home, found.package.name)
    package, place = found.package, found.place
    until = embargo(Record(found.statements))
    output.message(
        "package-details",
        {
            **package_json(package, place),
            "embargo": until.isoformat() if until else None,
            "record": [statement_json(s, found.origins.get(key_of(s))) for s in found.statements],
            "proposals": [proposal_json(proposal) for proposal in found.proposals],
            "copies": [copy_json(copy) for copy in _copies(found)],
            "deposits": [journal_json(entry) for entry in deposits],
            "pinned": [{"path": p.path, "algorithm": p.algorithm, "value": p.value} for p in package.pinned],
        },
    )
    output.line(names.shown(package.name))
    output.line(f"  id        urn:uuid:{package.id}")
    output.line(f"  path      {names.shown(str(place))}")
    output.line(f"  sealed    {rfc3339(package.sealed)}")
    output.line(f"  holds     {plural(package.files, 'file')}, {octets(package.bytes)}")
    if until:
        output.line(f"  embargo   {'without end' if until == NEVER else f'until {until.isoformat()}'}")
    for copy in _copies(found):
        output.line(f"  {'in ' + copy.location if copy.location else 'checked':<9} {_standing(copy)}")
    if deposits:
        output.line("  deposits")
        output.lines(journal_lines(deposits))
        output.lines(line for entry in deposits for line in problem_lines(entry.problems, indent="      "))
    output.line("  description (what people said, and what is certain)")
    for statement in found.statements:
        for line in statement_lines(statement, found.origins.get(key_of(statement))):
            output.line(line)
    if package.title_stands_in:
        output.line("    Nobody has given a title yet; the file name stands in.")
    if found.proposals:
        output.line("  proposals (what programs found; to decide about them: preserve describe)")
        for proposal in found.proposals:
            status = "" if proposal.status == "pending" else f"  {proposal.status}"
            value = f"{one_line(proposal.value)}  ({how_sure(proposal)}){status}"
            output.line(f"    {one_line(proposal.field):<22} {value}")


def _copies(found: Details) -> tuple[Copy, ...]:
    """All copies of the package, that in the package store first."""
    package = found.package
    return (Copy(package, "", package.sealed, package.last_read_ok, package.last_read_bad), *found.copies)


def _standing(copy: Copy) -> str:
    """When it was last read, and what was found."""
    good = (
        f"last read whole and found good {rfc3339(copy.last_read_ok)}" if copy.last_read_ok else "never found good yet"
    )
    return f"FAILED {rfc3339(copy.last_read_bad)} and not mended since; {good}" if copy.last_read_bad else good
