"""``preserve completion``: the script that makes a shell complete commands and package names."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from preserve.cli.options import common
from preserve.cli.output import Output
from preserve.errors import UsageError

_WHERE = {
    "bash": "preserve completion bash > ~/.local/share/bash-completion/completions/preserve",
    "zsh": "preserve completion zsh > a folder of your $fpath, as _preserve",
    "fish": "preserve completion fish > ~/.config/fish/completions/preserve.fish",
}


@click.command(name="completion")
@click.argument("shell", type=click.Choice(tuple(_WHERE)))
@common
def command(shell: str, output: Output) -> None:
    """Print the completion script for SHELL.

    \b
    bash:  preserve completion bash > ~/.local/share/bash-completion/completions/preserve
    zsh:   preserve completion zsh > a folder of your $fpath, as _preserve
    fish:  preserve completion fish > ~/.config/fish/completions/preserve.fish
    """  # noqa: D301  the escape is click's mark for "do not refill these lines"
    kind = get_completion_class(shell)
    if kind is None:
        raise UsageError(f"No completion is known for {shell}.")
    root = click.get_current_context().find_root().command
    script = kind(root, {}, "preserve", "_PRESERVE_COMPLETE").source()
    output.message("completion", {"shell": shell, "script": script})
    output.line(script)
