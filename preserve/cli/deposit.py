"""``preserve deposit``."""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from preserve.cli.depositing import exit_status, sum_up, tell
from preserve.cli.options import agent_of, archive, common, complete_package, complete_target, configuration
from preserve.cli.output import Output, tell_problems
from preserve.cli.progress import for_terminal
from preserve.cli.tags import tag
from preserve.errors import AccessRefused, ConfigError, Interrupted, PreserveError, TargetUnreachable, UsageError
from preserve.storage import times
from preserve.storage.sizes import read_rate

if TYPE_CHECKING:
    from preserve.model import Package
    from preserve.workflows.archive import Archive
    from preserve.workflows.depositing.configured import Configured
    from preserve.workflows.depositing.results import Deposited, Order

_OF_THE_TARGET = (TargetUnreachable, AccessRefused, ConfigError)
"""What may stop the whole run: it is no matter of one package."""
_FOR_EVER = "for ever"
_TO = "The target: a table [targets.NAME]; see preserve targets."


@dataclass(frozen=True, slots=True)
class Wish:
    """What was typed."""

    package_ids: tuple[str, ...]
    everything: bool
    resume: bool
    dry_run: bool
    verify: bool
    again: bool
    arrived: str
    given_up: str
    wait: str | None
    profile: str
    tags: tuple[str, ...]
    despite: tuple[str, ...]
    jobs: int | None
    rate: str | None
    agent: str


@click.command(name="deposit")
@click.argument("package_ids", metavar="[ID...]", nargs=-1, shell_complete=complete_package)
@click.option("--to", "name", required=True, metavar="NAME", shell_complete=complete_target, help=_TO)
@click.option("--all", "everything", is_flag=True, help="Every package of the archive.")
@click.option("--resume", is_flag=True, help="Only go on with what is unfinished: of these packages, or of all.")
@click.option("--dry-run", is_flag=True, help="Say what would be sent; change nothing, here or there.")
@click.option(
    "--wait",
    is_flag=False,
    flag_value=_FOR_EVER,
    metavar="[TIME]",
    help="Go on asking until the far end says that it stored it, for so long: --wait=2h. [default: ask once]",
)
@click.option("--verify", is_flag=True, help="Send nothing; hold what was deposited earlier against the package.")
@click.option("--again", is_flag=True, help="Send once more what was sent before, whatever became of it.")
@click.option(
    "--arrived", default="", metavar="WHERE", help="Send nothing: nobody else can tell, and I looked: it is there."
)
@click.option(
    "--given-up", default="", metavar="WHY", help="Send nothing: what is unfinished is not waited for any more."
)
@click.option("--profile", default="", metavar="NAME", help="The BagIt profile that the bag must fit there.")
@click.option(
    "--tag", "tags", multiple=True, metavar="LABEL=VALUE", help="A tag that the profile demands, for bag-info.txt."
)
@click.option(
    "--despite-embargo",
    "despite",
    multiple=True,
    metavar="ID",
    shell_complete=complete_package,
    help="Send this package though an embargo holds it back.",
)
@click.option("--jobs", type=click.IntRange(1, 64), metavar="N", help="Send so many packages at the same time.")
@click.option("--max-rate", "rate", metavar="RATE", help="Send no faster than this, all together: 50MB/s.")
@click.option("--agent", default="", metavar="NAME", help="Who says so; by default archive.agent, or your account.")
@common
def command(*, name: str, output: Output, **typed: Any) -> int:
    """Hand packages over to a target, with a receipt, and verify what arrived there.

    Each package is validated before it leaves. Every step is on disk before it is made, so that a run can be stopped,
    or a line be lost, at any time: the next run asks the far end what it has before it sends anything, and goes on.
    The same state of a package is never sent twice, unless --again says so. What the far end answers is kept verbatim
    beside the package. ID is as for preserve describe.
    """
    return _deposit(name, Wish(**typed), output)


def _deposit(name: str, wish: Wish, output: Output) -> int:
    from preserve.workflows.depositing.configured import target_named  # noqa: PLC0415  --help must stay fast
    from preserve.workflows.depositing.depositing import deposit_all  # noqa: PLC0415
    from preserve.workflows.states import tidy  # noqa: PLC0415

    _refuse_contradictions(wish)
    target = target_named(configuration(), name, os.environ)
    with archive(writing=not wish.dry_run) as home:
        if not wish.dry_run:
            tell_problems(output, tidy(home))
        packages = _wanted(home, wish)
        order = _order(home, target, packages, wish, output)
        if not wish.given_up:
            _reach(target)
        done, away = _work(deposit_all(home, packages, order), target, output, alone=len(packages) == 1)
    told = {one.package.id for one in done}
    passed = [package for package in packages if wish.package_ids and package.id not in told]
    if away is not None:
        sum_up(done, (), order, output)
        raise away
    sum_up(done, passed, order, output)
    if len(packages) == 1 and done and done[0].error is not None:
        raise done[0].error
    return exit_status(done, passed, order, named=bool(wish.package_ids))


def _work(
    deposits: Generator[Deposited, None, None], target: Configured, output: Output, *, alone: bool
) -> tuple[list[Deposited], PreserveError | None]:
    """Tell what became of each; and why the run ended before its time, if the target went away meanwhile."""
    done: list[Deposited] = []
    try:
        with closing(deposits):
            for one in deposits:
                clean = target.scrubber.of_result(one)
                done.append(clean)
                tell(clean, output, alone=alone)
                if isinstance(clean.error, _OF_THE_TARGET) and not alone:
                    _reach(target)
    except _OF_THE_TARGET as error:
        return done, error
    except (KeyboardInterrupt, Interrupted) as stopped:
        raise Interrupted(
            "Stopped. What was finished is kept, and what was begun stands in its journal.",
            hint=f"Go on with: preserve deposit --to {target.name} --resume",
        ) from stopped
    return done, None


def _reach(target: Configured) -> None:
    """Go there once before anything else: whoever is not let in need not hear it of each package."""
    try:
        with closing(target.open()) as opened:
            opened.check()
    except PreserveError as error:
        raise target.scrubber.of_error(error) from None


def _refuse_contradictions(wish: Wish) -> None:
    if wish.everything and wish.package_ids:
        raise UsageError("ID and --all do not go together.", hint="Choose one of them.")
    if not (wish.everything or wish.package_ids or wish.resume):
        raise UsageError(
            "Name packages, or all of them with --all, or what is unfinished with --resume.",
            hint="See preserve deposit --help.",
        )
    modes = {"--resume": wish.resume, "--verify": wish.verify, "--again": wish.again, "--arrived": bool(wish.arrived)}
    modes["--given-up"] = bool(wish.given_up)
    if len(chosen := [mode for mode, on in modes.items() if on]) > 1:
        raise UsageError(f"{chosen[0]} and {chosen[1]} do not go together.", hint="Choose one of them.")
    if wish.again and wish.everything:
        raise UsageError("--again is for packages that are named.", hint="Name those that are to be sent once more.")
    for option, said in (("--arrived", wish.arrived), ("--given-up", wish.given_up)):
        if said and len(wish.package_ids) != 1:
            raise UsageError(f"{option} is for one package that is named.", hint="See preserve deposit --help.")
    if wish.verify and (wish.dry_run or wish.wait is not None):
        raise UsageError("--verify sends nothing.", hint="Leave out --dry-run and --wait.")


def _wanted(home: Archive, wish: Wish) -> list[Package]:
    from preserve.workflows.looking import find  # noqa: PLC0415

    found = [find(home, text) for text in wish.package_ids] if wish.package_ids else home.catalog.packages()
    return list({package.id: package for package in found}.values())


def _order(home: Archive, target: Configured, packages: list[Package], wish: Wish, output: Output) -> Order:
    from preserve.workflows.depositing.results import Order  # noqa: PLC0415

    others = tuple(agent for agent in home.agents() if agent.kind != "person")
    return Order(
        target,
        wait=_seconds(wish.wait),
        resume=wish.resume,
        dry_run=wish.dry_run,
        verify=wish.verify,
        again=wish.again,
        everything=wish.everything,
        arrived=wish.arrived,
        given_up=wish.given_up,
        despite_embargo=_despite(home, packages, wish),
        jobs=wish.jobs or target.jobs,
        rate=_octets(wish.rate) or target.rate,
        profile=wish.profile or target.profile,
        tags=_tags(target.tags, wish.tags),
        progress=for_terminal(quiet=output.quiet or output.as_json),
        agents=(*others, agent_of(home, wish.agent)),
    )


def _despite(home: Archive, packages: list[Package], wish: Wish) -> frozenset[str]:
    from preserve.workflows.looking import find  # noqa: PLC0415

    ids = {package.id for package in packages}
    named = {text: find(home, text).id for text in wish.despite}
    if other := next((text for text, package_id in named.items() if package_id not in ids), None):
        raise UsageError(f"--despite-embargo names {other}, which is not to be sent.", hint="Name it as an ID, too.")
    return frozenset(named.values())


def _seconds(text: str | None) -> float | None:
    """``Order.wait``: None without the option, 0 for as long as it takes."""
    if text is None or text == _FOR_EVER:
        return None if text is None else 0.0
    try:
        return times.duration(text).total_seconds()
    except ValueError as error:
        raise UsageError(
            f"--wait: {error}.", hint="Write it with =, such as --wait=2h, or as the last word."
        ) from error


def _octets(text: str | None) -> int:
    try:
        return read_rate(text) if text else 0
    except ValueError as error:
        raise UsageError(f"--max-rate: {error}.", hint="See preserve deposit --help.") from error


def _tags(usual: tuple[tuple[str, str], ...], typed: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Those of the configuration, unless their label was typed; then those that were typed."""
    pairs = [tag(text) for text in typed]
    labels = {label.lower() for label, _ in pairs}
    return (*(each for each in usual if each[0].lower() not in labels), *pairs)
