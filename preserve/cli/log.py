"""``preserve log``."""

from __future__ import annotations

import click

from preserve.cli.options import archive, common, complete_package
from preserve.cli.output import Output, one_line, tell_problems
from preserve.cli.rendering import event_json
from preserve.errors import ProblemsFound
from preserve.storage.times import rfc3339


@click.command(name="log")
@click.argument("package_id", metavar="ID", shell_complete=complete_package)
@common
def command(package_id: str, output: Output) -> int:
    """Tell what happened to one package, from its arrival until today.

    Events up to sealing come from the package's premis.xml, later ones from the history beside it, whose chain is
    checked. ID is a package's name, its UUID, the beginning of its UUID, or its path.
    """
    from preserve.workflows.looking import story  # noqa: PLC0415  --help must stay fast

    with archive() as home:
        told = story(home, package_id)
    for one in told.events:
        event, label = one.event, one.label
        output.message("event", {"source": one.source, "label": label, **event_json(event)})
        who = ", ".join(f"{agent.name} {agent.version}".strip() for agent in event.agents)
        what = f"{one_line(label)}: {one_line(event.detail) or '—'}  [{one_line(who)}]"
        output.line(f"{rfc3339(event.time)}  {event.outcome:<8}  {what}")
        if event.note:
            output.line(f"{'':<32}{one_line(event.note)}")
    tell_problems(output, told.problems)
    return ProblemsFound.exit_code if told.problems else 0
