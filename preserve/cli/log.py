"""``preserve log``."""

from __future__ import annotations

from pathlib import Path

import click

from preserve.cli.depositing import journal_json, journal_lines
from preserve.cli.options import SomePath, archive, common, complete_package
from preserve.cli.output import Output, clean, one_line, tell_problems
from preserve.cli.rendering import event_json
from preserve.errors import ProblemsFound, UsageError
from preserve.storage.times import rfc3339


@click.command(name="log")
@click.argument("package_id", metavar="ID", shell_complete=complete_package)
@click.option(
    "--as", "form", type=click.Choice(("premis",)), help="Write it all as PREMIS 3 XML: objects, events, agents."
)
@click.option(
    "--output",
    "place",
    type=SomePath(path_type=Path),
    metavar="FILE",
    help="Write that to this new file; never overwrites.",
)
@common
def command(package_id: str, form: str | None, place: Path | None, output: Output) -> int:
    """Tell what happened to one package, from its arrival until today.

    Events up to sealing come from the package's premis.xml, later ones from the history beside it, whose chain is
    checked. Deposits come from their journals, whose receipts are checked, too. ID is a package's name, its UUID, the
    beginning of its UUID, or its path.
    """
    if form is not None:
        return _premis(package_id, form, place, output)
    if place is not None:
        raise UsageError("--output is for PREMIS.", hint="Add: --as premis")
    from preserve.workflows.depositing.journal import deposits_of  # noqa: PLC0415  --help must stay fast
    from preserve.workflows.depositing.proving import unproven  # noqa: PLC0415
    from preserve.workflows.looking import story  # noqa: PLC0415

    with archive() as home:
        told = story(home, package_id)
        deposits = deposits_of(home, told.package.name)
    for one in told.events:
        event, label = one.event, one.label
        output.message("event", {"source": one.source, "label": label, **event_json(event)})
        who = ", ".join(f"{agent.name} {agent.version}".strip() for agent in event.agents)
        where = f" (copy in {one_line(event.location)})" if event.location else ""
        what = f"{one_line(label)}{where}: {one_line(event.detail) or '—'}  [{one_line(who)}]"
        output.line(f"{rfc3339(event.time)}  {event.outcome:<8}  {what}")
        if event.note:
            output.line(f"{'':<32}{one_line(event.note)}")
    output.lines(["Deposits, as their journals tell:"] if deposits else [])
    output.lines(journal_lines(deposits, every_stage=True))
    problems = [*told.problems, *unproven(told.package, deposits, [one.event for one in told.events])]
    for entry in deposits:
        output.message("deposit-told", journal_json(entry))
    tell_problems(output, problems)
    return ProblemsFound.exit_code if problems else 0


def _premis(package_id: str, form: str, place: Path | None, output: Output) -> int:
    from preserve.cli.target import Target  # noqa: PLC0415
    from preserve.storage.handover import refuse_existing  # noqa: PLC0415
    from preserve.workflows.looking import premis_of  # noqa: PLC0415

    if place is not None:
        refuse_existing(place)
    with archive() as home:
        told = premis_of(home, package_id)
    about = {"packages": 1, "id": told.package.id, "name": clean(told.package.name)}
    return Target(form, "application/xml", place, output).take(told.pieces, about, told.problems)
