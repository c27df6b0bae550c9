"""``preserve schedule``: the plan, and the timer that keeps it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from preserve.cli.options import archive, common, configuration
from preserve.cli.output import Output, clean, one_line, with_path
from preserve.errors import ProblemsFound, UsageError
from preserve.storage import names, times

if TYPE_CHECKING:
    from preserve.config import Config
    from preserve.workflows.scheduling.systemctl import Refused
    from preserve.workflows.scheduling.timers import Folders, Timer, Way

AT = "02:00"
LONGEST = "4h"
A_NIGHT_AND_A_DAY = timedelta(days=1)


@click.group(name="schedule", invoke_without_command=True)
@click.option("--max-duration", metavar="TIME", help="Judge runs of this length: 2h. [default: the timer's, or 4h]")
@common
@click.pass_context
def command(ctx: click.Context, max_duration: str | None, output: Output) -> int:
    """Show what will be checked when, and whether the promise can be kept.

    The nights to come are those of preserve audit --spread, which the timer calls: it reads what is due, and ahead of
    time so much that all nights are alike. Ends with status 3 where the promise is broken or cannot be kept.
    """
    if ctx.invoked_subcommand:
        return 0
    from preserve.cli.scheduling import schedule_json, schedule_lines  # noqa: PLC0415  --help must stay fast
    from preserve.workflows.scheduling.plan import next_run, plan  # noqa: PLC0415

    timers = _timers(configuration())
    longest = max_duration or next((timer.max_duration for timer in timers if timer.max_duration), LONGEST)
    at = next((timer.at for timer in timers if timer.at), AT)
    with archive() as home:
        found = plan(home, next_run(home.clock.now(), at), times.duration(_duration(longest)))
    output.message("schedule", schedule_json(home.config, found, timers))
    output.lines(schedule_lines(found, timers))
    needs_a_person = found.broken.copies or (found.verdict is not None and not found.verdict.holds)
    return ProblemsFound.exit_code if needs_a_person else 0


@command.command()
@click.option("--at", default=AT, metavar="HH:MM", show_default=True, help="When, by this machine's clock.")
@click.option("--max-duration", default=LONGEST, metavar="TIME", show_default=True, help="How long a run may take.")
@click.option("--system/--user", "system", default=None, help="For the machine (root's default), or for your account.")
@click.option("--cron", is_flag=True, help="A line for cron in place of systemd's timer.")
@click.option("--print", "only_print", is_flag=True, help="Only print what would be written.")
@click.option("--force", is_flag=True, help="Replace what somebody changed, too.")
@common
def install(
    at: str, max_duration: str, system: bool | None, cron: bool, only_print: bool, force: bool, output: Output
) -> int:
    """Have preserve audit run every night: by systemd, or with --cron by cron.

    systemd catches up a night on which the machine was off. The service may read all files and write only the package
    store and what preserve keeps for itself. What somebody changed is not replaced. Without root, the timer is that of
    your own account.
    """
    from preserve.workflows.scheduling import systemctl, timers  # noqa: PLC0415  --help must stay fast

    config, folders = configuration(), _folders()
    way = _way(os.geteuid() == 0 if system is None else system, cron)
    job = timers.job(config, at, _duration(max_duration), way)
    if only_print:
        _print(output, way, timers.shown_files(job, way, folders))
        return 0
    timers.install(job, way, folders, force=force)
    refused = None if cron else systemctl.switch_on(job.name, way)
    written = [str(path) for path in timers.files_of(job, way, folders)]
    _tell(output, "installed", way, written, refused)
    for other in (timer for timer in _timers(config) if timer.way is not way):
        output.aside(f"There is another timer for this archive, of {other.way.value}; one is enough.")
    if not refused:
        output.line(f"preserve audit runs every night at {job.at}, for {max_duration} at most.")
        if times.duration(max_duration) > A_NIGHT_AND_A_DAY:
            output.aside("That is longer than a night and a day: it may still be at work when the next is to begin.")
        if way is timers.Way.USER:
            output.aside("It runs while you are logged in; always, with: loginctl enable-linger")
        if cron:
            output.aside("cron does not catch up what it missed; the next run does.")
    return ProblemsFound.exit_code if refused else 0


@command.command()
@click.option("--system/--user", "system", default=None, help="Only the machine's, or only those of your account.")
@click.option("--force", is_flag=True, help="Remove what somebody changed, too.")
@common
def remove(system: bool | None, force: bool, output: Output) -> int:
    """Take away the timers of this archive; what is due stays due."""
    from preserve.workflows.scheduling import systemctl, timers  # noqa: PLC0415  --help must stay fast
    from preserve.workflows.scheduling.units import unit_name  # noqa: PLC0415

    config = configuration()
    ways = {None: tuple(timers.Way), True: timers.OF_THE_MACHINE, False: timers.OF_AN_ACCOUNT}[system]
    found = [timer for timer in _timers(config) if timer.way in ways]
    if not found:
        raise UsageError("There is no such timer for this archive.", hint="See what there is: preserve schedule")
    status = 0
    for timer in found:
        by_systemd = timer.way in (timers.Way.SYSTEM, timers.Way.USER)
        timers.refuse_edited(timer, force=force)
        refused = systemctl.switch_off(unit_name(config.home), timer.way) if by_systemd else None
        gone = timers.remove(config, timer, force=force)
        refused = (systemctl.forget(timer.way) if by_systemd else None) or refused
        _tell(output, "removed", timer.way, [str(path) for path in gone], refused)
        status = ProblemsFound.exit_code if refused else status
    return status


def _tell(output: Output, action: str, way: Way, paths: list[str], refused: Refused | None) -> None:
    said = {"refused": refused.command, "said": refused.said} if refused else {}
    files = [with_path("path", path) for path in paths]
    output.message("timer", {"action": action, "way": way.value, "files": files} | said)
    output.lines(f"{action} {names.shown(path)}" for path in paths)
    if not paths:
        output.line(f"{action} the line in the crontab")
    if refused:
        output.line(f"systemd was not told: {refused.command}: {one_line(refused.said)}")
        output.line("  → Once it listens, install or remove it again.")


def _print(output: Output, way: Way, texts: Mapping[str, str]) -> None:
    files = [{**with_path("path", path), **_text_json(text)} for path, text in texts.items()]
    output.message("timer", {"action": "printed", "way": way.value, "files": files})
    for number, (path, text) in enumerate(texts.items()):
        title = f"# {names.shown(path)}\n" if path else ""
        output.line(("\n" if number else "") + title + text.rstrip("\n"))


def _text_json(text: str) -> dict[str, str]:
    """*text*, whose line breaks are to stay, and its exact bytes where it is not UTF-8."""
    return with_path("text", text) | {"text": "\n".join(map(clean, text.split("\n")))}


def _way(system: bool, cron: bool) -> Way:
    from preserve.workflows.scheduling.timers import Way  # noqa: PLC0415

    if cron:
        return Way.CRON_SYSTEM if system else Way.CRON
    return Way.SYSTEM if system else Way.USER


def _folders() -> Folders:
    from preserve.workflows.scheduling.timers import Folders  # noqa: PLC0415

    own = os.environ.get("XDG_CONFIG_HOME", "")
    base = Path(own) if os.path.isabs(own) else Path(os.path.expanduser("~")) / ".config"
    return Folders(user_units=base / "systemd" / "user")


def _timers(config: Config) -> list[Timer]:
    from preserve.workflows.scheduling.timers import found  # noqa: PLC0415

    return list(found(config, _folders()))


def _duration(text: str) -> str:
    if complaint := times.no_duration(text):
        raise UsageError(f"--max-duration {text} {complaint}.", hint="For example: --max-duration 4h")
    return text
