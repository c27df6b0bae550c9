"""``preserve check``."""

from __future__ import annotations

import click

from preserve.cli.arriving import Meant, arriving
from preserve.cli.options import common, configuration
from preserve.cli.output import Output, problem_json, problem_lines, tell_problems, with_path
from preserve.cli.progress import for_terminal
from preserve.errors import ProblemsFound
from preserve.storage import names
from preserve.storage.sizes import octets, plural
from preserve.workflows.results import CheckResult


@click.command(name="check")
@arriving
@common
def command(meant: Meant, output: Output) -> int:
    """Say everything that would go wrong at ingest, before it does.

    Looks at names, pipes and links, unreadable files, supplied checksums, supplied bags and metadata tables.
    Writes nothing. Exit status 3 means that something would be refused.
    """
    return run(meant, output)


def run(meant: Meant, output: Output) -> int:
    """Check the chosen transfers and print what was found; returns the exit status."""
    from preserve.workflows.ingesting.arriving import choose, told  # noqa: PLC0415  --help must stay fast
    from preserve.workflows.ingesting.check import Check  # noqa: PLC0415

    config = configuration()
    said = told(meant.metadata, meant.pairs)
    chosen = choose(config, meant.paths, one=meant.as_one, every_file=meant.each_file)
    checking = Check(config, said, for_terminal(quiet=output.quiet or output.as_json))
    results = []
    for result in checking.run(chosen.transfers):
        results.append(result)
        output.message("check", _json(result))
        _render(output, result)
    amiss = tell_problems(output, (*chosen.problems, *checking.tables.left_over()))
    for name in chosen.left_alone:
        output.aside(f"Left alone: {names.shown(str(name))} (hidden).")
    ready = sum(result.ready for result in results)
    output.line(f"{plural(len(results), 'transfer')}: {ready:,} ready, {len(results) - ready:,} would be refused.")
    return ProblemsFound.exit_code if amiss or ready < len(results) else 0


def _json(result: CheckResult) -> dict[str, object]:
    return {
        **with_path("transfer", result.transfer),
        "kind": result.kind,
        "files": result.files,
        "bytes": result.bytes,
        "ready": result.ready,
        "problems": [problem_json(problem) for problem in result.problems],
    }


def _render(output: Output, result: CheckResult) -> None:
    word = "ready  " if result.ready else "REFUSED"
    size = f"{plural(result.files, 'file')}, {octets(result.bytes)}"
    output.line(f"{word}  {names.shown(result.transfer)} ({result.kind}, {size})")
    for line in problem_lines(result.problems, indent="         "):
        output.line(line)
