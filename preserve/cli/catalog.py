"""``preserve catalog rebuild``."""

from __future__ import annotations

import click

from preserve.cli.options import common, complete_package, configuration
from preserve.cli.output import Output, problem_json, problem_lines
from preserve.cli.progress import for_terminal
from preserve.errors import ProblemsFound
from preserve.storage.sizes import plural


@click.group(name="catalog")
def command() -> None:
    """Look after the catalogue, the index of the packages."""


@command.command()
@click.option(
    "--accept-loss",
    multiple=True,
    metavar="ID",
    shell_complete=complete_package,
    help="Accept that the history of this package, its end, or its last state is lost; it says so from then on.",
)
@common
def rebuild(accept_loss: tuple[str, ...], output: Output) -> int:
    """Make the catalogue anew from the packages themselves.

    The packages are the truth and the catalogue is only their index: it may be deleted and rebuilt at any time. A
    whole package that never had a history, because the run that sealed it was killed, gets one.
    """
    from preserve.workflows.rebuild import rebuild as run  # noqa: PLC0415  --help must stay fast

    result = run(configuration(), for_terminal(quiet=output.quiet or output.as_json), accept_loss)
    problems = [problem_json(problem) for problem in result.problems]
    output.message("rebuild", {"packages": result.packages, "problems": problems})
    output.line(f"The catalogue was rebuilt: {plural(result.packages, 'package')}.")
    for line in problem_lines(result.problems, indent=""):
        output.line(line)
    return ProblemsFound.exit_code if result.problems else 0
