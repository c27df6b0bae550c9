"""``preserve repair``."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import click

from preserve.cli.options import agent_of, archive, common, complete_package
from preserve.cli.output import Output, clean, problem_json, problem_lines, tell_problems, with_path
from preserve.cli.progress import for_terminal
from preserve.errors import ProblemsFound, UsageError
from preserve.storage import names
from preserve.storage.sizes import plural

if TYPE_CHECKING:
    from preserve.workflows.copying.asked import Repaired

_WORDS = {
    "mended": "mended, read whole and found good",
    "would-mend": "could be mended",
    "restored": "read whole and found good; it is recorded that it was mended by hand",
    "whole": "nothing is wrong with it",
    "refused": "NOT MENDED",
}
_MOST = 20


@click.command(name="repair")
@click.argument("package_ids", metavar="ID...", nargs=-1, required=True, shell_complete=complete_package)
@click.option("--location", "name", default="", metavar="NAME", help="Mend the copy there, not the package store's.")
@click.option("--restored", "how", default="", metavar="HOW", help="It was mended by hand: say how, e.g. from tape 7.")
@click.option("--agent", default="", metavar="NAME", help="Who did it. [default: archive.agent in preserve.toml]")
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
@common
def command(package_ids: tuple[str, ...], name: str, how: str, agent: str, dry_run: bool, output: Output) -> int:
    """Mend damaged packages from their copies in other locations.

    Each file is taken from where it is good, so that copies which are damaged in different files still make a whole
    one. What comes of it is verified before it takes the place of the damaged one, in one step, and read once more
    there. What was in the damaged one and had not been sealed is kept aside. If a file is good nowhere, nothing is
    changed. A lost history is brought back from the copies, too. ID is as for preserve describe.
    """
    from preserve.workflows.copying.asked import Asked  # noqa: PLC0415  --help must stay fast
    from preserve.workflows.copying.locations import location_named, locations_of, store_of  # noqa: PLC0415
    from preserve.workflows.copying.lost import find_to_mend  # noqa: PLC0415
    from preserve.workflows.copying.repairing import repair_all  # noqa: PLC0415
    from preserve.workflows.states import tidy  # noqa: PLC0415

    if how and dry_run:
        raise UsageError("--dry-run does not go with --restored.", hint="To only look: preserve validate ID")
    with archive(writing=not dry_run) as home:
        store = store_of(home.config)
        here = location_named(home.config, name) if name else store
        store.reach()
        if not dry_run:
            tell_problems(output, tidy(home))
        others = [each for each in (store, *locations_of(home.config)) if each.name != name]
        wanted = list({package.id: package for package in (find_to_mend(home, text) for text in package_ids)}.values())
        asked = Asked(here, others, agent_of(home, agent), " ".join(how.split()), dry_run)
        done = []
        for one in repair_all(home, wanted, asked, for_terminal(quiet=output.quiet or output.as_json)):
            done.append(one)
            _tell(one, output)
    if len(done) == 1 and done[0].error is not None:
        if not output.as_json:
            tell_problems(output, [problem for problem in done[0].problems if problem.message != done[0].error.message])
        raise done[0].error
    if len(done) > 1:
        counts = Counter(one.status for one in done)
        words = ", ".join(f"{count:,} {status}" for status, count in sorted(counts.items()))
        output.line(f"{plural(len(done), 'package')}: {words}.")
        for one in done:
            if one.error is not None:
                output.line(f"NOT MENDED  {names.shown(one.package.name)}")
                output.lines(problem_lines(one.problems))
    return ProblemsFound.exit_code if any(one.needs_a_person for one in done) else 0


def _tell(one: Repaired, output: Output) -> None:
    output.message("repair", repair_json(one))
    if one.error is not None:
        return
    where = f" ({names.shown(one.location)})" if one.location else ""
    output.line(f"{names.shown(one.package.name)}{where}: {_WORDS[one.status]}")
    output.lines(
        f"    {names.shown(path)}, from {names.shown(source) or 'the package store'}"
        for path, source in one.brought[:_MOST]
    )
    if len(one.brought) > _MOST:
        output.line(f"    … and {len(one.brought) - _MOST:,} more; see all of them with --json")
    output.lines(problem_lines(one.problems))


def repair_json(one: Repaired) -> dict[str, Any]:
    """What became of one copy, as a document."""
    return {
        "id": one.package.id,
        "name": clean(one.package.name),
        "location": one.location,
        "status": str(one.status),
        "brought": [{**with_path("path", path), "from": source} for path, source in one.brought],
        "gone": [clean(path) for path in one.gone],
        "aside": clean(one.aside),
        "problems": [problem_json(problem) for problem in one.problems],
    }
