"""The entry point: finds the command, turns every error into one sentence and an exit status.

Commands are imported only when they are called, so that ``preserve --help`` stays fast.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from importlib import import_module
from types import FrameType
from typing import Any, NoReturn

import click

from preserve import __version__
from preserve.cli import streams
from preserve.cli.options import SomePath
from preserve.cli.output import Output, complain
from preserve.errors import Interrupted, PreserveError, ProblemsFound, UsageError

COMMANDS: dict[str, tuple[str, str]] = {
    "init": ("init", "Make a new archive home."),
    "check": ("check", "Say what would go wrong at ingest, before it does."),
    "ingest": ("ingest", "Turn what arrived into sealed packages."),
    "validate": ("validate", "Judge bags: structure and every byte."),
    "ls": ("ls", "List the packages."),
    "show": ("show", "Show one package."),
    "describe": ("describe", "Show and change what is said of a package."),
    "log": ("log", "Tell what happened to one package."),
    "export": ("export", "Write a description in the form of another system."),
    "audit": ("audit", "Check packages on schedule, and record what was found."),
    "replicate": ("replicate", "Copy packages to another location, and verify what arrived."),
    "repair": ("repair", "Mend a package from its copies."),
    "deposit": ("deposit", "Hand packages over, and keep what shows that they arrived."),
    "targets": ("targets", "List the targets to which packages can be handed over."),
    "schedule": ("schedule", "Show what will be checked when; install the timer."),
    "status": ("status", "Say how the archive is, and what needs a person."),
    "checkpoint": ("checkpoint", "Sign how all histories are; verify that nothing was changed."),
    "keys": ("keys", "The keys with which checkpoints are signed."),
    "report": ("report", "Prove that every package was read in time."),
    "config": ("config", "Show the configuration in force."),
    "catalog": ("catalog", "Look after the catalogue."),
    "completion": ("completion", "Print the completion script for a shell."),
}
"""Command → module in this package, and the line in the overview."""


class _Commands(click.Group):
    """A group that knows its commands by name and loads them when called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"preserve.cli.{COMMANDS[cmd_name][0]}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary) for name, (_, summary) in COMMANDS.items()])


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="preserve")
@click.option(
    "--home",
    envvar="PRESERVE_HOME",
    metavar="DIR",
    type=SomePath(file_okay=False),
    help="The archive's home. [default: the nearest folder upwards with a preserve.toml, else this one]",
)
@click.option(
    "-c",
    "--config",
    "settings",
    multiple=True,
    metavar="KEY=VALUE",
    help="Override a setting of preserve.toml for this run, e.g. -c bag.algorithms=sha512.",
)
@click.option("--json", "as_json", is_flag=True, help="As after the command: one JSON document a line.")
@click.option("-q", "--quiet", is_flag=True, help="As after the command: only the result.")
@click.pass_context
def preserve(ctx: click.Context, home: str | None, settings: tuple[str, ...], as_json: bool, quiet: bool) -> None:
    """Take in documents, describe them, seal them in BagIt packages, and prove for decades that nothing changed."""
    ctx.obj = {"home": home, "settings": settings, "as_json": as_json, "quiet": quiet}


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run one command and exit.  No traceback reaches the user but with ``PRESERVE_DEBUG`` set."""
    _insist_on_utf8()
    streams.prepare()
    _obey_stops()
    words = list(sys.argv[1:] if arguments is None else arguments)
    output = Output(as_json="--json" in words, quiet="--quiet" in words or "-q" in words)
    status = _told(_run(words, output))
    if arguments is None:
        _leave(status)
    sys.exit(status)


def _leave(status: int) -> None:
    """End this process at once: taking the interpreter down politely takes longer than judging a small bag.

    All work is done, and nothing of ours waits for the end; who measures or debugs us may.
    """
    if sys.gettrace() is None and sys.getprofile() is None:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        os._exit(status)


def _run(words: list[str], output: Output) -> int:
    try:
        result: Any = preserve.main(words, prog_name="preserve", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        return UsageError.exit_code
    except click.ClickException as error:
        return complain(output, UsageError(error.format_message(), hint=_usage_hint(error)))
    except (KeyboardInterrupt, Exception) as error:  # noqa: BLE001  the last door: no traceback reaches an archivist
        return complain(output, _for_a_person(error))
    return result if isinstance(result, int) else 0


def _told(status: int) -> int:
    """*status*, unless all went well and nobody was told."""
    lost = streams.failure()
    if lost is None or status != 0:
        return status
    reason = (lost.strerror or str(lost)).lower()
    text = f"The work is finished, but its result could not be written to standard output: {reason}."
    return complain(Output(), ProblemsFound(text, hint="See how things are with: preserve status"))


def _for_a_person(error: BaseException) -> PreserveError:
    if isinstance(error, PreserveError):
        return error
    if isinstance(error, (KeyboardInterrupt, click.Abort)):
        return Interrupted("Stopped. What was finished is kept; nothing is half done.")
    if isinstance(error, FileNotFoundError) and _is_nowhere():
        return UsageError(
            "The folder in which this command was started is no longer there.", hint="Go to another one with cd."
        )
    if "PRESERVE_DEBUG" in os.environ:
        raise error
    return PreserveError(
        f"This should not have happened: {type(error).__name__}: {error}.",
        hint="It is a fault of preserve. Run the command again with PRESERVE_DEBUG=1 and report what it prints.",
    )


def _is_nowhere() -> bool:
    try:
        os.getcwd()
    except FileNotFoundError:
        return True
    return False


def _usage_hint(error: click.ClickException) -> str:
    context = getattr(error, "ctx", None)
    return f"See: {context.command_path} --help" if context else "See: preserve --help"


def _obey_stops() -> None:
    """Take a stop signal, and a terminal that is closed, for Ctrl-C; unless we were started to outlive it (nohup)."""
    signal.signal(signal.SIGTERM, _interrupt)
    if signal.getsignal(signal.SIGHUP) is signal.SIG_DFL:
        signal.signal(signal.SIGHUP, _interrupt)


def _interrupt(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


def _insist_on_utf8() -> None:
    """File names are bytes; under a locale other than UTF-8 Python would misread them, so start again in UTF-8."""
    if sys.getfilesystemencoding().lower() != "utf-8" and os.environ.get("PYTHONUTF8") != "1":
        os.environ["PYTHONUTF8"] = "1"
        os.execv(sys.executable, [sys.executable, "-m", "preserve", *sys.argv[1:]])  # noqa: S606
