"""``preserve config show``."""

from __future__ import annotations

from collections.abc import Mapping

import click

from preserve.cli.options import common, configuration
from preserve.cli.output import Output, one_line
from preserve.config import NAMED, SETTINGS, TERMS, Config, Setting, Value
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
        if kind != "targets":
            for name, table in config.named(kind).items():
                _show_named(output, config, known, f"{kind}.{name}", table)
    if config.named("targets"):
        _show_targets(output, config)


def _show_targets(output: Output, config: Config) -> None:
    """The targets, of which only their kinds know what there is to be set.  Credentials are none of it."""
    from preserve.workflows.depositing.configured import settings_of, settled  # noqa: PLC0415  loads what they need

    for name, table in config.named("targets").items():
        target = settled(config, name)
        whole = {**table, **target.given.values}
        _show_named(output, config, settings_of(target.kind), f"targets.{name}", whole)


def _show_named(
    output: Output, config: Config, known: tuple[Setting, ...], title: str, table: Mapping[str, Value]
) -> None:
    for setting in known:
        key, value = f"{title}.{setting.key}", table[setting.key]
        plain, origin = list(value) if isinstance(value, tuple) else value, config.origins.get(key, "default")
        output.message("setting", {"key": key, "value": plain, "origin": origin, "meaning": setting.meaning})
        output.line(f"{key}  {one_line(_shown(plain))}  from {one_line(origin)}")


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return ", ".join(value) or "—"
    return str(value) if value != "" else "—"
