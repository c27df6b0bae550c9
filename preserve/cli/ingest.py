"""``preserve ingest``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import click

from preserve.cli import check
from preserve.cli.arriving import Meant, arriving
from preserve.cli.options import archive, common
from preserve.cli.output import Output, problem_json, problem_lines, tell_problems, with_path
from preserve.cli.progress import for_terminal
from preserve.errors import ProblemsFound
from preserve.storage import names
from preserve.storage.sizes import octets, plural
from preserve.workflows.results import IngestResult, Status


@click.command(name="ingest")
@arriving
@click.option("--move", is_flag=True, help="Remove each source after its sealed package was read back and verified.")
@click.option("--dry-run", is_flag=True, help="Only say what would happen, as preserve check does.")
@common
def command(meant: Meant, move: bool, dry_run: bool, output: Output) -> int:
    """Turn what arrived into described, sealed, twice validated packages.

    Without PATH, every file or folder in incoming/ becomes a package. Each PATH that is named becomes one package.
    Sources are only read; --move removes them at the end. What cannot be packaged without loss is refused with the
    reason, and the others go on; the exit status is then 3.
    """
    if dry_run:
        return check.run(meant, output)
    from preserve.workflows.ingesting.arriving import choose, told  # noqa: PLC0415  --help must stay fast
    from preserve.workflows.ingesting.ingest import Ingest  # noqa: PLC0415
    from preserve.workflows.moving.unfinished import finish_removals  # noqa: PLC0415
    from preserve.workflows.record import put_in_order  # noqa: PLC0415

    said = told(meant.metadata, meant.pairs)
    results: list[IngestResult] = []
    with archive(writing=True, anew=True) as home:
        progress = for_terminal(quiet=output.quiet or output.as_json)
        found_amiss = (*put_in_order(home), *finish_removals(home, meant.paths, progress))
        chosen = choose(home.config, meant.paths, one=meant.as_one, every_file=meant.each_file)
        run = Ingest(home, progress, said, move=move)
        for result in run.run(chosen.transfers):
            results.append(result)
            output.message("package", _json(result))
            _render(output, result)
    amiss = tell_problems(output, (*found_amiss, *chosen.problems, *run.tables.left_over()))
    for name in chosen.left_alone:
        output.aside(f"Left alone: {names.shown(str(name))} (hidden).")
    _sum_up(output, results)
    amiss |= any(result.needs_a_person for result in results)
    return ProblemsFound.exit_code if amiss else 0


def _json(result: IngestResult) -> dict[str, object]:
    return {
        "id": result.id,
        "name": result.name,
        **with_path("path", str(result.path or "")),
        **with_path("transfer", result.transfer),
        "files": result.files,
        "bytes": result.bytes,
        "status": str(result.status),
        "problems": [problem_json(problem) for problem in result.problems],
    }


def _render(output: Output, result: IngestResult) -> None:
    came_in = names.shown(result.transfer)
    if result.status is Status.SEALED:
        output.line(f"Sealed   {came_in} → {result.name} ({plural(result.files, 'file')}, {octets(result.bytes)})")
    elif result.status is Status.ALREADY_PACKAGED:
        output.line(f"Known    {came_in}: already packaged as {result.name}")
    else:
        output.line(f"REFUSED  {came_in}")
    for line in problem_lines(result.problems, indent="         "):
        output.line(line)


def _sum_up(output: Output, results: Sequence[IngestResult]) -> None:
    if not results:
        output.line("Nothing to do: no documents have arrived in incoming/.")
        return
    counts = Counter(result.status for result in results)
    parts = [
        f"{counts[status]:,} {word}"
        for status, word in (
            (Status.SEALED, "sealed"),
            (Status.ALREADY_PACKAGED, "already packaged"),
            (Status.REFUSED, "refused"),
        )
        if counts[status]
    ]
    output.line(f"{plural(len(results), 'transfer')}: {', '.join(parts)}.")
