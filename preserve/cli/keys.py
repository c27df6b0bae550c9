"""``preserve keys``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from preserve.cli.options import common, configuration
from preserve.cli.output import Output, clean, one_line

if TYPE_CHECKING:
    from preserve.history.checkpoints.keys import KeptKey

_KEEP = "Keep the line above on paper, or on another machine: by it, checkpoints are verified in ten years."


@click.group(name="keys")
def command() -> None:
    """The keys with which checkpoints are signed."""


@command.command()
@click.argument("name", required=False, default="")
@common
def new(name: str, output: Output) -> int:
    """Make a key, and print its public half.

    NAME is one word, best a web address without https://; by default checkpoint.name, else the archive's name. If
    there is a key already, it signs the new one, so that whoever trusts the old key can follow; from then on the new
    one signs.
    """
    from preserve.workflows.checkpointing.keys import new_key  # noqa: PLC0415  --help must stay fast

    kept = new_key(configuration(), name)
    _show(output, kept)
    output.aside(_KEEP)
    if kept.after:
        output.aside(
            f"The key {kept.after} handed over to it: the note lies in checkpoints/, copy it off-site as well."
        )
    return 0


@command.command(name="list")
@common
def list_keys(output: Output) -> int:
    """List the keys, oldest first; the one that signs is marked."""
    from preserve.workflows.checkpointing.places import keys_of  # noqa: PLC0415

    kept = keys_of(configuration()).kept()
    for one in kept:
        _show(output, one, marked=True)
    if not kept:
        output.aside("There is none. Make one with: preserve keys new")
    return 0


@command.command()
@click.argument("name", required=False, default="")
@click.option("--pem", is_flag=True, help="As PEM, which OpenSSL and others read.")
@common
def show(name: str, pem: bool, output: Output) -> int:
    """Print the public half of a key: the one that signs, or the one with this NAME or eight digits."""
    from preserve.history.checkpoints.keys import public_pem  # noqa: PLC0415
    from preserve.workflows.checkpointing.keys import find_key  # noqa: PLC0415

    one = find_key(configuration(), name)
    if not pem:
        _show(output, one)
        return 0
    output.message("key", {**_json(one), "pem": public_pem(one.key)})
    output.line(public_pem(one.key).rstrip())
    return 0


def _show(output: Output, one: KeptKey, *, marked: bool = False) -> None:
    output.message("key", _json(one))
    mark = "  # signs" if one.signs else ""
    output.line(one_line(one.key.text) + (mark if marked else ""))


def _json(one: KeptKey) -> dict[str, object]:
    key = one.key
    return {"name": clean(key.name), "hash": key.hash, "key": key.text, "signs": one.signs, "after": one.after}
