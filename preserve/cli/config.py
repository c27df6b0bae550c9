"""``preserve config show``."""

from __future__ import annotations

from collections.abc import Mapping

import click

from preserve.cli.options import common, configuration
from preserve.cli.output import Output, one_line
from preserve.config import FILE_NAME, NAMED, SETTINGS, TERMS, Setting, Value
from preserve.storage import names


@click.group(name="config")
def command() -> None:
    """Show the configuration in force."""


@command.command()
@common
def show(output: Output) -> None:
    """Show every setting, its value, and where the value came from."""
    config = configuration()
    output.line(f"Archive home: {names.shown(str(config.home))}")
    settings = [*SETTINGS, *(setting for setting in TERMS if setting.key in config.values)]
    width = max(len(setting.key) for setting in settings)
    for setting in settings:
        value, origin = config.values[setting.key], config.origins[setting.key]
        plain = list(value) if isinstance(value, tuple) else value
        output.message("setting", {"key": setting.key, "value": plain, "origin": origin, "meaning": setting.meaning})
        in_force = one_line(config.catalog_url if setting.key == "catalog.url" else _shown(plain))
        output.line(f"{setting.key:<{width}}  {in_force:<28}  from {one_line(origin)}")
    for kind, known in NAMED.items():
        for name, table in config.named(kind).items():
            _show_named(output, known, f"{kind}.{name}", table, str(config.home / FILE_NAME))


def _show_named(
    output: Output, known: tuple[Setting, ...], title: str, table: Mapping[str, Value], origin: str
) -> None:
    for setting in known:
        key, value = f"{title}.{setting.key}", table[setting.key]
        output.message("setting", {"key": key, "value": value, "origin": origin, "meaning": setting.meaning})
        output.line(f"{key}  {one_line(_shown(value))}")


def _shown(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(value)
    return str(value) if value != "" else "—"
