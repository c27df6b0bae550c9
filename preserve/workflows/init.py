"""A new archive home."""

from __future__ import annotations

from pathlib import Path

from preserve.bag.staging import store_errors
from preserve.config import FILE_NAME, SETTINGS, Value
from preserve.storage import durable


def init(home: Path) -> tuple[Path, tuple[str, ...]]:
    """Make what is missing of an archive home; returns it and what was made.  Nothing is ever overwritten.

    ``StoreUnwritable`` if the folder cannot be written.
    """
    made: list[str] = []
    with store_errors(home):
        for name in ("incoming", "packages"):
            if not (home / name).is_dir():
                (home / name).mkdir(parents=True)
                made.append(f"{name}/")
        if not (home / FILE_NAME).exists():
            durable.write_new(home / FILE_NAME, template().encode())
            made.append(FILE_NAME)
    return home, tuple(made)


def template() -> str:
    """A preserve.toml in which every setting stands, commented out, with its meaning and default."""
    lines = ["# The settings of this archive. What is commented out has its default.", ""]
    table = ""
    for setting in SETTINGS:
        section, _, key = setting.key.partition(".")
        if section != table:
            table = section
            lines += ["", f"[{section}]"]
        lines += [f"# {setting.meaning}", f"# {key} = {_toml(setting.default)}"]
    return "\n".join(lines).replace("\n\n\n", "\n\n") + "\n"


def _toml(value: Value) -> str:
    if isinstance(value, tuple):
        return "[" + ", ".join(f'"{item}"' for item in value) + "]"
    return f'"{value}"' if isinstance(value, str) else str(value)
