"""``preserve validate``."""

from __future__ import annotations

from pathlib import Path

import click

from preserve.cli.options import SomePath, common, complete_package, configuration
from preserve.cli.output import Output, complain, problem_lines
from preserve.cli.progress import for_terminal
from preserve.cli.rendering import validation_json
from preserve.errors import BagError, NoArchiveHome, ProblemsFound
from preserve.model import Problem, ValidationReport
from preserve.storage import names
from preserve.storage.sizes import octets, plural


@click.command(name="validate")
@click.argument(
    "targets",
    nargs=-1,
    required=True,
    metavar="TARGET...",
    type=SomePath(readable=False),  # what cannot be read is told by itself, and does not stop the others
    shell_complete=complete_package,
)
@click.option("--tolerant", is_flag=True, help="Allow what RFC 8493 lets a reader forgive; report it as a warning.")
@click.option("--completeness-only", is_flag=True, help="Only see whether all files are there; read none.")
@click.option(
    "--profile", type=SomePath(path_type=Path), metavar="NAME|FILE", help="Also check against this BagIt Profile."
)
@click.option("--fetch", is_flag=True, help="First download what a holey bag lists in its fetch.txt.")
@click.option("--fetch-limit", type=int, metavar="BYTES", help="Most bytes to download for one bag.")
@click.option("--record", is_flag=True, help="Write the result into the histories of our own packages.")
@common
def command(
    targets: tuple[str, ...],
    tolerant: bool,
    completeness_only: bool,
    profile: Path | None,
    fetch: bool,
    fetch_limit: int | None,
    record: bool,
    output: Output,
) -> int:
    """Judge bags by RFC 8493: structure, completeness and every checksum.

    TARGET is a folder, a tar, tar.gz, tar.bz2, tar.xz or zip file, or the name or id of a package of this archive.
    Packages of ours are also checked against our profile and against the digests that were pinned when they were
    sealed. Nothing is changed, but that --fetch adds what is missing. Exit status 3 means: at least one is not valid.
    """
    from preserve.workflows.validate import Request, Validation  # noqa: PLC0415  --help must stay fast

    request = Request(tolerant, completeness_only, profile, fetch, fetch_limit, record)
    try:
        config = configuration()
    except NoArchiveHome:
        config = None
    worst = passed = 0
    with Validation.opened(config, request, for_terminal(quiet=output.quiet or output.as_json)) as validation:
        for target, report in validation.run_all(targets):
            if isinstance(report, BagError):
                worst = max(worst, _could_not_look(output, target, report))
                continue
            if output.as_json:
                output.message("validation", validation_json(report))
            else:
                _render(output, report)
            good = not report.errors and (report.valid or (completeness_only and report.complete))
            passed += good
            worst = max(worst, 0 if good else ProblemsFound.exit_code)
    if len(targets) > 1:
        word = "complete" if completeness_only else "valid"
        output.line(f"{plural(len(targets), 'target')}: {passed:,} {word}, {len(targets) - passed:,} not.")
    return worst


def _could_not_look(output: Output, target: str, error: BagError) -> int:
    """Nothing was judged, and that is no pass: programs get a judgement with the reason, people a sentence."""
    nothing = ValidationReport(target, "", False, False, (Problem.of(error),), 0, 0, 0.0)
    output.message("validation", validation_json(nothing))
    return complain(Output(quiet=output.quiet), error)


def _render(output: Output, report: ValidationReport) -> None:
    word = "valid" if report.valid else "complete, not checked" if _only_complete(report) else "NOT VALID"
    count = f"{plural(report.files, 'file')}, {octets(report.bytes)}"
    output.line(f"{names.shown(report.target)}: {word} ({count}, BagIt {report.bag_version or 'unknown'})")
    for line in problem_lines(report.problems):
        output.line(line)


def _only_complete(report: ValidationReport) -> bool:
    return report.complete and not report.errors
