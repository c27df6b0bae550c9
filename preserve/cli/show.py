"""``preserve show``."""

from __future__ import annotations

import click

from preserve.cli.describing import statement_json, statement_lines
from preserve.cli.options import archive, common, complete_package
from preserve.cli.output import Output, one_line
from preserve.cli.rendering import how_sure, package_json, proposal_json
from preserve.model import Record
from preserve.storage import names
from preserve.storage.sizes import octets, plural
from preserve.storage.times import rfc3339


@click.command(name="show")
@click.argument("package_id", metavar="ID", shell_complete=complete_package)
@common
def command(package_id: str, output: Output) -> None:
    """Show one package: what it holds, how it is described, what programs propose.

    ID is a package's name, its UUID, the beginning of its UUID, or its path.
    """
    from preserve.describe.record.embargo import NEVER, embargo  # noqa: PLC0415  --help must stay fast
    from preserve.describe.record.origins import key_of  # noqa: PLC0415
    from preserve.workflows.looking import details  # noqa: PLC0415

    with archive() as home:
        found = details(home, package_id)
    package, place = found.package, found.place
    until = embargo(Record(found.statements))
    output.message(
        "package-details",
        {
            **package_json(package, place),
            "embargo": until.isoformat() if until else None,
            "record": [statement_json(s, found.origins.get(key_of(s))) for s in found.statements],
            "proposals": [proposal_json(proposal) for proposal in found.proposals],
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
