"""``preserve describe``."""

from __future__ import annotations

import sys
import tempfile
from typing import TYPE_CHECKING, Any

import click

from preserve.cli.bulk import Many, about_many
from preserve.cli.describing import described_json, description_json, description_lines, leaves_a_choice
from preserve.cli.options import agent_of, archive, common, complete_package
from preserve.cli.output import Output, one_line, problem_lines, tell_problems
from preserve.errors import DescriptionError, PreserveError, ProblemsFound, UsageError
from preserve.model import Agent

if TYPE_CHECKING:
    from preserve.workflows.archive import Archive
    from preserve.workflows.reviewing.changing import Described
    from preserve.workflows.reviewing.revising import Open
    from preserve.workflows.reviewing.wishes import Wish


@click.command(name="describe")
@click.argument("package_id", metavar="[ID]", required=False, shell_complete=complete_package)
@click.option(
    "--set", "sets", multiple=True, metavar="TERM=VALUE", help="Say it: title=…, title@ar=… Repeat it for more values."
)
@click.option("--unset", "unsets", multiple=True, metavar="TERM", help="Take back all values of this term.")
@click.option(
    "--accept", multiple=True, metavar="WHICH", help="Take over a proposal: its number, a term, TERM=VALUE, or all."
)
@click.option("--reject", multiple=True, metavar="WHICH", help="Turn down a proposal, named as for --accept.")
@click.option(
    "--above", type=click.FloatRange(0, 1), default=0.0, metavar="0.9", help="Only proposals that are at least so sure."
)
@click.option("--about", default="", metavar="PATH", help="Let --set and --unset speak of this file, data/…")
@click.option("--edit", is_flag=True, help="Open the whole description in your editor ($VISUAL or $EDITOR).")
@click.option("--at", "state", type=click.IntRange(min=1), metavar="STATE", help="Show a former state; 1 is as sealed.")
@about_many
@click.option("--agent", default="", metavar="NAME", help="Who says so. [default: archive.agent in preserve.toml]")
@common
def command(
    package_id: str | None, *, edit: bool, state: int | None, many: Many, agent: str, output: Output, **said: Any
) -> int:
    """Show what is said of a package beside what programs propose, and change it.

    Each change makes a new state of the package: its documents stay untouched, the former description is kept, and
    the history tells who changed what. Nothing that is proposed is taken over until somebody accepts it.

    ID is a package's name, its UUID, the beginning of its UUID, or its path. Without one, --all makes the same change
    everywhere; --export writes a table of all packages for a spreadsheet, and --csv takes it over again, if every row
    is right.
    """
    from preserve.workflows.reviewing.wishes import Wish  # noqa: PLC0415  --help must stay fast

    wish = Wish(**said)
    changing = bool(wish.sets or wish.unsets or wish.accept or wish.reject)
    if many:
        if package_id is not None or edit or state is not None:
            raise UsageError("That is about all packages.", hint="Leave out the ID, --edit and --at.")
        return many.run(wish if changing else None, agent, output)
    if package_id is None:
        raise UsageError("No package was named.", hint="For all of them: --all, or a table with --export FILE.csv")
    if edit and changing:
        raise UsageError("--edit goes with no other change.", hint="Make the other changes in the editor, too.")
    if state is not None and (edit or changing):
        raise UsageError("A former state cannot be changed.", hint="Leave out --at to change the present one.")
    if not (edit or changing):
        return _show(package_id, state, output)
    with archive(writing=True) as home:
        return _change(home, package_id, None if edit else wish, agent, output)


def _show(package_id: str, state: int | None, output: Output) -> int:
    from preserve.workflows.reviewing.review import view  # noqa: PLC0415

    with archive() as home:
        found = view(home, package_id, state)
    output.message("description", description_json(found))
    for line in description_lines(found):
        output.line(line)
    return 0


def _change(home: Archive, package_id: str, wish: Wish | None, agent: str, output: Output) -> int:
    """Carry out *wish*, or what comes out of the editor."""
    from preserve.workflows.reviewing.revising import open_now  # noqa: PLC0415
    from preserve.workflows.reviewing.wishes import carry_out, changes_of  # noqa: PLC0415
    from preserve.workflows.states import tidy  # noqa: PLC0415

    tell_problems(output, tidy(home))
    opened = open_now(home, package_id)
    who = agent_of(home, agent)
    if wish is None:
        done = _edited(home, opened, who)
    else:
        done = carry_out(home, opened.package, changes_of(opened, wish), who, "set")
    return _tell(home, done, output)


def _edited(home: Archive, opened: Open, who: Agent) -> Described:
    from preserve.describe.review.form import from_form, to_form  # noqa: PLC0415
    from preserve.workflows.reviewing.changing import Described  # noqa: PLC0415
    from preserve.workflows.reviewing.wishes import carry_out  # noqa: PLC0415

    thing = opened.thing
    text: str | None = to_form(
        opened.package.name, thing.urn, opened.state, opened.description, one_file=thing.one_file
    )
    while True:
        before, text = text, _typed(text)
        if text is None:
            return Described(opened.package, (), ())
        try:
            done = carry_out(home, opened.package, from_form(text, opened.description), who, "edit")
            if not done.refused:
                return done
            wrong = problem_lines(done.problems, indent="")
        except DescriptionError as error:
            wrong = [one_line(error.message)]
        except PreserveError as error:
            error.hint = f"{error.hint} What you wrote is kept in {_kept(text)}"
            raise
        sys.stderr.write("\n".join(wrong) + "\n")
        if not sys.stdin.isatty() or text == before or not click.confirm("Edit again?", default=True, err=True):
            raise DescriptionError("The description was not changed.", hint=f"What you wrote is kept in {_kept(text)}")


def _typed(text: str | None) -> str | None:
    """What a person made of *text* in the editor; None if it was not saved."""
    try:
        return click.edit(text, extension=".toml")
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise DescriptionError(f"The form cannot be read back from the editor: {reason}.") from error


def _kept(text: str) -> str:
    """Where *text* lies now: nobody writes it twice."""
    fd, place = tempfile.mkstemp(prefix="description-", suffix=".toml")
    with open(fd, "w", encoding="utf-8") as stream:
        stream.write(text)
    return place


def _tell(home: Archive, done: Described, output: Output) -> int:
    output.message("described", described_json(home, done))
    if not output.as_json:
        for line in done.changes:
            output.line(one_line(line))
        if not done.changes and not done.refused:
            output.line(
                "Nothing was changed: all of that was so already." if not done.problems else "Nothing was changed."
            )
        tell_problems(output, done.problems)
    if done.refused:
        raise DescriptionError("The description was not changed.", hint="Correct what is named above, and try again.")
    return ProblemsFound.exit_code if leaves_a_choice(done) else 0
