"""What all commands share: ``--json``, ``--quiet``, the archive they work on, and IDs that complete."""

from __future__ import annotations

import os
import pwd
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from preserve.cli.output import Output
from preserve.config import Config, find_home, load
from preserve.errors import CatalogError, Locked, PreserveError, StoreUnwritable, UsageError
from preserve.model import Agent
from preserve.workflows.places import is_no_package

if TYPE_CHECKING:
    from preserve.workflows.archive import Archive

Command = TypeVar("Command", bound=Callable[..., Any])


class SomePath(click.Path):
    """A path with at least one character: an empty one, such as from an unset variable, would mean this folder."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path, or a usage error."""
        if not os.fspath(value):
            self.fail("an empty name is no path.", param, ctx)
        return super().convert(value, param, ctx)


def common(function: Command) -> Command:
    """Add ``--json`` and ``--quiet``; the command gets them as one ``output``."""

    @click.option("--json", "as_json", is_flag=True, help="Print one JSON document a line.")
    @click.option("-q", "--quiet", is_flag=True, help="No progress, no remarks; only the result.")
    @wraps(function)
    def wrapper(*args: Any, as_json: bool, quiet: bool, **kwargs: Any) -> Any:
        before = click.get_current_context().find_root().obj or {}
        output = Output(as_json or before.get("as_json", False), quiet or before.get("quiet", False))
        return function(*args, output=output, **kwargs)

    return wrapper  # type: ignore[return-value]  # the wrapped command, with two more options


def configuration() -> Config:
    """The configuration that the command line, the environment and preserve.toml make together."""
    words = click.get_current_context().find_root().obj
    start = Path(words["home"] or os.getcwd()).absolute()
    home = start if words["home"] and os.path.isdir(start) else find_home(start)
    return load(home, environment=os.environ, flags=dict(_flag(text) for text in words["settings"]))


def _flag(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals:
        raise UsageError(f"--config {text!r} is not KEY=VALUE.", hint="For example: -c bag.algorithms=sha256,sha512")
    return key.strip(), value


@contextmanager
def archive(*, writing: bool = False, anew: bool = False) -> Iterator[Archive]:
    """The opened archive; see ``opened``."""
    from preserve.workflows.archive import opened  # noqa: PLC0415  --help must not pay for SQLAlchemy
    from preserve.workflows.states import settle  # noqa: PLC0415

    with opened(configuration(), writing=writing, anew=anew) as it:
        if not writing:  # who writes settles things himself, and tells of it
            with suppress(StoreUnwritable, CatalogError, Locked):
                settle(it)
        yield it


def complete_package(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """The names of packages that begin with what was typed; never an error at the prompt."""
    try:
        store = load(find_home(Path.cwd()), environment=os.environ).packages
        found = [entry.name for entry in os.scandir(store) if entry.is_dir() and not is_no_package(entry.name)]
    except (PreserveError, OSError):
        return []
    return sorted(name for name in found if name.startswith(incomplete))


def complete_target(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """The names of targets that begin with what was typed; never an error at the prompt."""
    try:
        found = load(find_home(Path.cwd()), environment=os.environ).named("targets")
    except (PreserveError, OSError):
        return []
    return sorted(name for name in found if name.startswith(incomplete))


def agent_of(home: Archive, name: str) -> Agent:
    """Who answers for a change: who is named, or configured, or else whose account it is."""
    said = " ".join(name.split()) or home.config.text("archive.agent")
    if said:
        return Agent(said, kind="person")
    try:
        account = pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        account = str(os.getuid())
    return Agent(f"account {account}", kind="person")
