"""``preserve checkpoint``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from preserve.cli.options import SomePath, archive, common, complete_package, configuration
from preserve.cli.output import Output, clean, one_line, problem_json, problem_lines, with_path
from preserve.cli.progress import for_terminal
from preserve.cli.vouching import body_json, leaf_json, verification_json, verification_lines
from preserve.errors import NoArchiveHome, ProblemsFound
from preserve.model import Severity
from preserve.storage.sizes import plural
from preserve.storage.times import rfc3339

if TYPE_CHECKING:
    from preserve.workflows.checkpointing.results import Made


class _Creating(click.Group):
    """Without a word of its own, ``preserve checkpoint`` creates one."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        other = args and (not args[0].startswith("-") or args[0] in ("-h", "--help"))
        if not other and not ctx.resilient_parsing:  # the shell wants to know which words there are
            args = ["create", *args]
        return super().parse_args(ctx, args)


@click.group(name="checkpoint", cls=_Creating)
def command() -> None:
    """Sign how all histories are now; verify that nothing before it was changed.

    Without a further word: create.
    """


@command.command()
@click.option(
    "--out", type=SomePath(path_type=Path), metavar="FILE", help="Write to this new file, not to checkpoints/."
)
@common
def create(out: Path | None, output: Output) -> int:
    """Sign how all histories are now, in a small text to be kept off-site.

    Beside it a companion, FILE.leaves.jsonl, lists the packages; with it, verify can name each line that was changed.
    Exit status 3 means: something was left out, because its history is broken, or is not what the last checkpoint saw;
    or there is no time stamp.
    """
    from preserve.workflows.checkpointing.make import make  # noqa: PLC0415  --help must stay fast

    with archive() as home:
        made = make(home, for_terminal(quiet=output.quiet or output.as_json), out)
    output.message("checkpoint", _made_json(made))
    signed = f"{plural(made.body.size, 'package')}, signed by {one_line(made.key.name)}+{made.key.hash}"
    stamped = f", stamped by {one_line(made.stamp.authority) or 'an authority'}" if made.stamp else ""
    output.line(f"{one_line(str(made.path))}: {signed}{stamped}.")
    output.lines(problem_lines(made.problems))
    if not output.as_json:
        output.aside("Keep a copy of it where nobody who can change the archive can change it; best print it, too.")
    return ProblemsFound.exit_code if any(one.severity is Severity.ERROR for one in made.problems) else 0


@command.command()
@click.argument("file", type=SomePath(path_type=Path))
@click.option(
    "--key",
    "keys",
    multiple=True,
    metavar="KEY",
    help="A public key that you kept, or a file of such. May be repeated.",
)
@click.option(
    "--timestamp-ca",
    type=SomePath(path_type=Path),
    metavar="FILE",
    help="Certificates (PEM) to judge the time stamp by.",
)
@common
def verify(file: Path, keys: tuple[str, ...], timestamp_ca: Path | None, output: Output) -> int:
    """Verify a checkpoint, and that nothing before it was altered, removed, reordered or cut off; or verify a proof.

    A proof needs no archive. The bytes of documents are not read here: preserve validate does that. Exit status 3
    means: it is not signed as it must be, or something was changed, and what.
    """
    from preserve.workflows.checkpointing.verify import verify as run  # noqa: PLC0415

    try:
        config = configuration()
    except NoArchiveHome:
        config = None
    progress = for_terminal(quiet=output.quiet or output.as_json)
    result = run(file, config, progress, keys=keys, certificates=timestamp_ca)
    output.message("checkpoint-verification", verification_json(result))
    output.lines(verification_lines(result))
    return 0 if result.good else ProblemsFound.exit_code


@command.command()
@click.argument("package_id", metavar="ID", shell_complete=complete_package)
@click.option("--checkpoint", type=SomePath(path_type=Path), metavar="FILE", help="By default the latest one.")
@click.option("--out", type=SomePath(path_type=Path), metavar="FILE", help="Write to this new file, not to the screen.")
@common
def prove(package_id: str, checkpoint: Path | None, out: Path | None, output: Output) -> int:
    """Write a proof that one package stood in a checkpoint, for somebody who does not have the archive.

    With a public key alone, preserve checkpoint verify verifies it. ID is a package's name, its UUID, the beginning of
    its UUID, or its path.
    """
    from preserve.storage.handover import new_file, refuse_existing  # noqa: PLC0415
    from preserve.workflows.checkpointing.prove import prove as run  # noqa: PLC0415

    if out is not None:
        refuse_existing(out)
    with archive() as home:
        proven = run(home, package_id, checkpoint)
    if out is not None:
        with new_file(out) as stream:
            stream.write(proven.data)
    elif not output.as_json:
        sys.stdout.write(proven.data.decode())
    place = with_path("path", str(out)) if out else {"path": ""}
    content = {} if out else {"content": proven.data.decode()}
    about = {"name": clean(proven.name), **with_path("checkpoint", str(proven.checkpoint)), **leaf_json(proven.leaf)}
    output.message("proof", {**place, **about, "index": proven.index, **content})
    return 0


def _made_json(made: Made) -> dict[str, Any]:
    return {
        **with_path("path", str(made.path)),
        **with_path("companion", str(made.companion)),
        **body_json(made.body),
        "key": made.key.text,
        "timestamp": rfc3339(made.stamp.time) if made.stamp else "",
        "problems": [problem_json(problem) for problem in made.problems],
    }
