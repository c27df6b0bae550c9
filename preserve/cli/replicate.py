"""``preserve replicate``."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import click

from preserve.cli.options import agent_of, archive, common, complete_package
from preserve.cli.output import Output, clean, problem_json, problem_lines, tell_problems
from preserve.cli.progress import for_terminal
from preserve.errors import ProblemsFound, UsageError
from preserve.storage import names
from preserve.storage.sizes import octets, plural

if TYPE_CHECKING:
    from preserve.workflows.copying.ordered import Replicated

_WORDS = {
    "copied": "copied",
    "renewed": "brought up to date",
    "adopted": "was there already, read whole, and known from now on",
    "verified": "was there already, read whole",
    "present": "is there",
    "given-up": "given up; it is not waited for any more",
    "refused": "REFUSED",
}


@click.command(name="replicate")
@click.argument("package_ids", metavar="[ID...]", nargs=-1, shell_complete=complete_package)
@click.option("--to", "name", required=True, metavar="NAME", help="The location: a table [locations.NAME].")
@click.option("--all", "everything", is_flag=True, help="Every package of the archive.")
@click.option("--verify", is_flag=True, help="Read copies again that are known; otherwise their audits do that.")
@click.option("--given-up", metavar="WHY", help="Copy nothing: the copies there are gone for good, for this reason.")
@click.option("--agent", default="", metavar="NAME", help="Who says so; by default archive.agent, or your account.")
@common
def command(
    package_ids: tuple[str, ...],
    *,
    name: str,
    everything: bool,
    verify: bool,
    given_up: str | None,
    agent: str,
    output: Output,
) -> int:
    """Copy packages to another location, and verify what arrived there.

    A copy is read back from its disk before it counts, and recorded in the package's history, which is kept beside it.
    A copy of a former state is brought up to date; one that is there and was never recorded is read whole; something
    else under the same name is never written over. A damaged package is not replicated. ID is as for preserve describe.
    With --given-up nothing is copied: it notes that copies are gone for good, so that nobody waits for them.
    """
    from preserve.workflows.copying.giving_up import give_up  # noqa: PLC0415  --help must stay fast
    from preserve.workflows.copying.locations import location_named  # noqa: PLC0415
    from preserve.workflows.copying.ordered import Order  # noqa: PLC0415
    from preserve.workflows.copying.replicating import replicate_all  # noqa: PLC0415
    from preserve.workflows.looking import find  # noqa: PLC0415
    from preserve.workflows.states import tidy  # noqa: PLC0415

    if everything is bool(package_ids):
        raise UsageError("Name packages, or all of them with --all.", hint="See preserve replicate --help.")
    with archive(writing=True) as home:
        tell_problems(output, tidy(home))
        wanted = list(home.catalog.packages()) if everything else [find(home, text) for text in package_ids]
        wanted = list({package.id: package for package in wanted}.values())
        if given_up is None:
            location = location_named(home.config, name)
            order = Order(location, for_terminal(quiet=output.quiet or output.as_json), verify)
            work = replicate_all(home, wanted, order)
        else:
            work = give_up(home, wanted, name, given_up, agent_of(home, agent))
        done = []
        for one in work:
            done.append(one)
            _tell(one, output)
    if len(done) > 1:
        _sum_up(done, output)
    if len(done) == 1 and done[0].error is not None:
        raise done[0].error
    return ProblemsFound.exit_code if any(one.needs_a_person for one in done) else 0


def _tell(one: Replicated, output: Output) -> None:
    output.message("replica", replica_json(one))
    if one.error is None or output.as_json:
        package = one.package
        size = f"{plural(package.files, 'file')}, {octets(package.bytes)}"
        output.line(f"{names.shown(package.name)}: {_WORDS[one.status]} ({names.shown(one.location)}; {size})")
    output.lines(problem_lines(one.problems) if one.error is None else ())


def _sum_up(done: list[Replicated], output: Output) -> None:
    for one in done:
        if one.error is not None:
            output.line(f"REFUSED  {names.shown(one.package.name)}")
            output.lines(problem_lines(one.problems))
    counts = Counter(one.status for one in done)
    words = ", ".join(f"{count:,} {status}" for status, count in sorted(counts.items()))
    output.line(f"{plural(len(done), 'package')}: {words}.")


def replica_json(one: Replicated) -> dict[str, Any]:
    """What became of one copy, as a document."""
    return {
        "id": one.package.id,
        "name": clean(one.package.name),
        "location": one.location,
        "status": str(one.status),
        "files": one.package.files,
        "bytes": one.package.bytes,
        "problems": [problem_json(problem) for problem in one.problems],
    }
